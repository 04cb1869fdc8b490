import Foundation
import ReportModel
import Testing

@testable import Reports

/// Every sample report in both outputs against recorded files. `RECORD_GOLDENS=1` writes them anew and fails the run, so
/// that nobody records by accident.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    @Test(arguments: SampleReports.all.map(\.name))
    func json(_ name: String) throws {
        let sink = StringSink()
        JSONReportWriter(report: try report(name), sink: sink, pretty: true).write()
        try compare(sink.text, "\(name).json")
    }

    @Test(arguments: SampleReports.all.map(\.name))
    func terminal(_ name: String) throws {
        let sink = StringSink()
        TerminalReportWriter(report: try report(name), sink: sink).write()
        try compare(sink.text, "\(name).txt")
    }

    @Test func schema() throws {
        let sink = StringSink()
        JSONSchema.write(to: sink)
        try compare(sink.text, "schema.json")
    }

    /// The pages in the documentation are what the program prints.
    @Test(arguments: FindingKind.allCases)
    func explainPages(_ kind: FindingKind) throws {
        let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appending(path: "docs/findings/\(kind.rawValue).md")
        #expect(try String(contentsOf: url, encoding: .utf8) == Explain.page(kind, markdown: true))
    }

    private func report(_ name: String) throws -> Report {
        try #require(SampleReports.all.first { $0.name == name }?.report)
    }

    private func compare(_ text: String, _ file: String) throws {
        let url = Self.folder.appending(path: file)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != nil {
            try text.write(to: url, atomically: true, encoding: .utf8)
            Issue.record("recorded \(file)")
            return
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == text)
    }
}
