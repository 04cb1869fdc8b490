import Capture
import Foundation
import Pipeline
import ReportModel
import Reports
import Testing
import Vocabulary

/// Everything that is written of a capture, by name.
struct MarkedOutputs {
    private(set) var all: [(name: Name, bytes: [UInt8])] = []

    enum Name: String, CaseIterable, Sendable {
        case text, json, html, stores, readiness, compare
        case decode, decodeJSON
        case facts, evidence, liveEvidence, ring
        case live, page, metrics
        /// With `--anonymize`.
        case namelessText, namelessJSON, namelessHTML, namelessStores, namelessReadiness, namelessEvidence
        var isNameless: Bool { rawValue.hasPrefix("nameless") }
    }

    private let path: String
    private let scratch: Scratch

    init(of path: String) throws {
        (self.path, scratch) = (path, try Scratch())
        var options = AnalyzerOptions()
        (options.keepsRequests, options.keepsRequestParts, options.makesTables) = (true, true, true)
        options.factsOutput = scratch.path("facts")
        let report = try InProcess.report([path], options)
        try add(.facts, packetsOf: "facts")
        try addReport(report, [.text, .json, .html, .stores, .readiness])
        try addReport(
            Anonymizer.anonymized(report),
            [.namelessText, .namelessJSON, .namelessHTML, .namelessStores, .namelessReadiness])
        addComparison(report)
        try addListings()
        try addEvidence(report)
        try addLive()
    }

    private mutating func add(_ name: Name, _ text: String) { all.append((name, Array(text.utf8))) }

    private mutating func add(_ name: Name, file: String) throws {
        all.append((name, Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path(file))))))
    }

    /// A facts file is packed: its packets.
    private mutating func add(_ name: Name, packetsOf file: String) throws {
        let reader = try CaptureReader(paths: [scratch.path(file)])
        var bytes: [UInt8] = []
        while let batch = try reader.nextBatch() {
            for entry in batch {
                bytes += UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
                bytes += [0]
            }
        }
        all.append((name, bytes))
    }

    // MARK: Reports

    private mutating func addReport(_ report: Report, _ names: [Name]) throws {
        add(names[0], InProcess.text(report, .init(width: 4000, showAll: true)))
        add(names[1], InProcess.json(report))
        let page = StringSink()
        HTMLReportWriter(report: report, sink: page).write()
        add(names[2], page.text + PackedPage.rows(page.text, scratch).joined())
        let tables = StringSink()
        let store = StoreReport(report)
        for table in StoreTables.names { StoreTables.write(table, of: store, to: tables) }
        add(names[3], tables.text)
        let readiness = StringSink()
        ReadinessTextWriter(report: report, sink: readiness).write()
        add(names[4], readiness.text)
    }

    private mutating func addComparison(_ report: Report) {
        guard let one = try? ReportDigest(report), let other = try? ReportDigest(Report()) else { return }
        let comparison = Comparison(one, other)
        let sink = StringSink()
        ComparisonJSON(comparison, sink: sink).write()
        ComparisonText(comparison, sink: sink, style: .init(width: 4000, showAll: true)).write()
        add(.compare, sink.text)
    }

    private mutating func addListings() throws {
        for isJSON in [false, true] {
            var options = ListingOptions()
            options.isJSON = isJSON
            add(isJSON ? .decodeJSON : .decode, try Listing.text([path], options))
        }
    }

    // MARK: Packets

    /// Of each kind of finding the first.
    private mutating func addEvidence(_ report: Report) throws {
        var kinds: Set<String> = []
        for finding in report.findings where kinds.insert("\(finding.kind) \(finding.error ?? "")").inserted {
            for masks in [false, true] {
                var options = EvidenceOptions()
                (options.finding, options.masksNames, options.output) = (finding.id, masks, scratch.path("cut"))
                try? FileManager.default.removeItem(atPath: scratch.path("cut"))
                let words: (Finding, Report) -> (file: String, frame: String) = { finding, report in
                    let words = Self.comment(finding, report)
                    return (words, words)
                }
                guard (try? EvidenceCutter(options).run(paths: [path], progress: { _ in true }, comment: words)) != nil
                else { continue }
                try add(masks ? .namelessEvidence : .evidence, file: "cut")
            }
        }
    }

    private static func comment(_ finding: Finding, _ report: Report) -> String {
        let words = Narration(finding, in: NarrationContext(report))
        return "\(words.title) \(words.explanation)"
    }

    private mutating func addLive() throws {
        let folder = scratch.folder.appendingPathComponent("live")
        let ringFolder = scratch.folder.appendingPathComponent("ring")
        for made in [folder, ringFolder] {
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        }
        let saver = EvidenceSaver(
            ringBytes: 16 << 20, keepsSecrets: false, directory: folder.path, bounds: .init()
        ) { _ in "wire0" }
        let ring = try DiskRing(directory: ringFolder.path, bytes: 64 << 20, keepsSecrets: false) { _ in "wire0" }
        let live = try LiveRun.of([path], every: 1000) { _ in
        } prepare: {
            saver.attach(to: $0)
            $0.add(ring)
        }
        ring.finish()
        let end = live.report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
        saver.note(live.findings.filter { $0.state == .open }.map(LiveUpdate.finding), at: end)
        #expect(saver.save(at: end, all: true) { Self.comment($0, live.report) }.isEmpty)
        for (name, made) in [(Name.liveEvidence, folder), (.ring, ringFolder)] {
            for file in Repository.files(in: made) { try add(name, file: made.lastPathComponent + "/" + file) }
        }
        let (lines, page) = (StringSink(), StringSink())
        LiveLineWriter(sink: lines).write(live.updates, in: live.report)
        for status in live.statuses.suffix(1) {
            LiveLineWriter(sink: lines).write(status)
            LivePage(status).write(to: page)
            add(.metrics, OpenMetricsWriter.text(status, version: "1"))
        }
        add(.live, lines.text)
        add(.page, page.text)
    }
}

/// The rows of an HTML page, which are packed by gzip, in base 64.
enum PackedPage {
    static func rows(_ html: String, _ scratch: Scratch) -> [String] {
        html.matches(of: #/H4sI[A-Za-z0-9+\/]+=*/#).compactMap { match in
            guard let packed = Data(base64Encoded: String(match.output)),
                let path = try? scratch.write(Array(packed), as: "rows.gz")
            else { return nil }
            return try? Tool.shell("gzip -dc '\(path)' 2>/dev/null || true").text
        }
    }
}
