import ReportModel
import Testing

@testable import Reports

@Suite struct TerminalTests {
    private func text(_ report: Report, _ style: TextStyle) -> String {
        let sink = StringSink()
        TerminalReportWriter(report: report, sink: sink, style: style).write()
        return sink.text
    }

    @Test(arguments: [40, 60, 80, 120, 200], SampleReports.all.map(\.name))
    func noRowIsWiderThanAsked(_ width: Int, _ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        for all in [false, true] {
            for row in text(report, TextStyle(width: width, showAll: all)).split(separator: "\n") {
                #expect(Visible.width(row) <= width, "\(row)")
            }
        }
    }

    @Test(arguments: SampleReports.all.map(\.name))
    func asciiStaysAscii(_ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        #expect(text(report, TextStyle()).utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func hostileNamesCannotReachTheTerminal() {
        let shown = text(SampleReports.hostile, TextStyle(glyphs: .block))
        #expect(!shown.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 7 })
        #expect(shown.contains("\\u{1b}"))
        #expect(shown.contains(":65535"))
        #expect(shown.utf8.count < 20_000)
    }

    @Test func portsStayWhole() {
        for width in [40, 60] {
            #expect(text(SampleReports.hostile, TextStyle(width: width)).contains(":65535"))
        }
    }

    @Test func verdictAndHelpFitTheFirstScreen() {
        let rows = text(SampleReports.crash, TextStyle()).split(separator: "\n", omittingEmptySubsequences: false)
        let firstRows = rows.prefix(6).joined(separator: " ")
        #expect(firstRows.contains("roker 2"))
        #expect(firstRows.contains("03:18:16.329"))
        #expect(firstRows.contains("2 requests"))
        #expect(rows.prefix(24).contains { $0.contains("= help") })
    }

    @Test func localhostNamesTheSetting() {
        let rows = text(SampleReports.localhost, TextStyle()).split(separator: "\n").prefix(24).joined(separator: "\n")
        #expect(rows.contains("advertised.listeners="))
        #expect(rows.contains("localhost:9101"))
        #expect(Verdict(SampleReports.localhost).text.contains("10.10.0.100"))
    }

    @Test func colourOnlyWhereAsked() {
        #expect(!text(SampleReports.crash, TextStyle()).contains("\u{1B}"))
        #expect(text(SampleReports.crash, TextStyle(color: true)).contains("\u{1B}[31;1m"))
        #expect(!text(SampleReports.healthy, TextStyle(color: true)).contains("\u{1B}[31"))
    }

    @Test func manyFindingsAreFoldedUnlessAsked() {
        let folded = text(SampleReports.many, TextStyle())
        #expect(folded.contains("--all shows them"))
        #expect(folded.contains("2 more error-response"))
        #expect(!text(SampleReports.many, TextStyle(showAll: true)).contains("--all shows"))
    }
}
