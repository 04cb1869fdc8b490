import Capture
import Foundation
import Pipeline
import ReportModel
import Reports
import Vocabulary

/// A capture through everything: every writer of a report, and every copy that is made of packets.
enum WholeFuzz {
    static func reports(_ bytes: UnsafeBufferPointer<UInt8>) { write(Array(bytes)) }

    /// Text, JSON, HTML and the tables of stores, plain and with aliases, and the list of messages. All of it takes long: the
    /// input's bytes say which of it.
    static func write(_ capture: [UInt8]) {
        let file = MemoryFile(capture)
        let part = capture.reduce(0) { $0 &+ Int($1) } % 4
        if part > 1 { return list(file, isJSON: part == 2) }
        var options = AnalyzerOptions()
        (options.threads, options.keepsRequests, options.keepsRequestParts) = (1, true, true)
        guard let report = try? Analyzer(options: options).run(paths: [file.path], progress: { _ in true }) else {
            return
        }
        write(part == 0 ? report : Anonymizer.anonymized(report))
    }

    private static func list(_ file: MemoryFile, isJSON: Bool) {
        var listing = ListingOptions()
        (listing.isJSON, listing.analysis.threads) = (isJSON, 1)
        _ = try? MessageListing(listing).run(paths: [file.path], offset: { _ in 0 }, progress: { _ in true }) { _ in }
    }

    private static func write(_ report: Report) {
        let sink = StringSink()
        TerminalReportWriter(report: report, sink: sink, style: TextStyle(showAll: true)).write()
        JSONReportWriter(report: report, sink: sink, pretty: false).write()
        HTMLReportWriter(report: report, sink: sink).write()
        let store = StoreReport(report)
        for table in StoreTables.names { StoreTables.write(table, of: store, to: sink) }
        if sink.bytes.isEmpty { FuzzTarget.fail("nothing was written") }
        if (try? ReportDigest(report)) == nil { FuzzTarget.fail("a report that cannot be read") }
    }

    /// Packets as they are handed on: a live run with evidence, a facts file and its report, the evidence of a finding with
    /// and without names, and the capture with comments.
    static func copies(_ bytes: UnsafeBufferPointer<UInt8>) {
        let file = MemoryFile(Array(bytes))
        let folder = FuzzFolder()
        live(file.path, folder.path)
        var options = AnalyzerOptions()
        options.threads = 1
        options.factsOutput = folder.path + "/facts"
        guard let report = try? Analyzer(options: options).run(paths: [file.path], progress: { _ in true }) else {
            return
        }
        options.factsOutput = nil
        let again = try? Analyzer(options: options).run(paths: [folder.path + "/facts"], progress: { _ in true })
        if let again, packets(again) != packets(report) { FuzzTarget.fail("packets are missing") }
        for finding in report.findings.prefix(2) {
            for masks in [false, true] {
                var cut = EvidenceOptions()
                (cut.analysis, cut.finding, cut.masksNames) = (options, finding.id, masks)
                cut.output = folder.path + "/cut"
                _ = try? EvidenceCutter(cut).run(paths: [file.path], progress: { _ in true }) { _, _ in ("", "") }
            }
        }
        _ = try? Annotator(options).run(path: file.path, output: folder.path + "/copy", progress: { _ in true }) {
            finding, _ in
            finding.id
        }
    }

    private static func packets(_ report: Report) -> Int64 {
        report.capture.sources.reduce(0) { $0 + Int64(clamping: $1.packets) }
    }

    private static func live(_ path: String, _ folder: String) {
        let saver = EvidenceSaver(ringBytes: 1 << 16, keepsSecrets: false, directory: folder, bounds: .init()) { _ in
            "wire0"
        }
        var options = LiveOptions()
        options.pipes = [path]
        guard let analyzer = try? LiveAnalyzer(options: options) else { return }
        saver.attach(to: analyzer)
        let sink = StringSink()
        let lines = LiveLineWriter(sink: sink)
        while !analyzer.isEnded, (try? analyzer.read(most: 10)) != nil {
            guard let (updates, status) = analyzer.tick() else { continue }
            lines.write(updates, in: status.report)
            lines.write(status)
            LivePage(status).write(to: sink)
            sink.write(OpenMetricsWriter.text(status, version: "1"))
        }
        let (updates, report) = analyzer.finish(stopped: false)
        lines.write(updates, in: report)
        let end = report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
        saver.note(report.findings.map(LiveUpdate.finding), at: end)
        _ = saver.save(at: end, all: true) { _ in "" }
    }
}

/// A folder that goes with its owner, in memory where there is a place for that.
private final class FuzzFolder {
    let path: String

    init() {
        var name = MemoryFile.template
        guard mkdtemp(&name) != nil else { FuzzTarget.fail("no room for files") }
        path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
