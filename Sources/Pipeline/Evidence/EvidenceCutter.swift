import Capture
import Conversations
import Masking
public import ReportModel
import Streams
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Cuts the smallest capture out of a large one that still gives a finding. What belongs to it is tried in ever wider circles:
/// each cut is written and analysed, and the first that gives the finding again stays.
public final class EvidenceCutter {
    private let options: EvidenceOptions

    public init(_ options: EvidenceOptions) { self.options = options }

    /// - Parameter comment: a finding's words: for the file, and for its frames.
    /// - Throws: `CaptureFault`, `EvidenceFault`, `ViewFault`.
    public func run(
        paths: [String], progress: (AnalysisProgress) -> Bool,
        comment: (Finding, Report) -> (file: String, frame: String)
    ) throws -> EvidenceCut {
        let analyzer = Analyzer(options: options.analysis)
        let reader = try analyzer.reader(paths)
        guard reader.totalBytes != nil else { throw EvidenceFault.needsFiles }
        let (report, file) = try analyzer.examine(reader, progress: progress)
        let finding = try wanted(report.findings)
        let mask =
            options.masksNames ? try EvidenceMask(analyzer, paths, report, progress: progress) : nil
        let blanker = try blanker(analyzer, paths, mask, progress)
        let ends = try ends(of: Set(finding.evidence.frames), try analyzer.reader(paths))
        let part = PartFile(of: options.output)
        var best: EvidenceCut?
        for width in EvidenceScope.Width.allCases {
            let scope = EvidenceScope(finding, file, frames: ends, width)
            if scope.isEmpty { continue }
            func write(_ words: (file: String, frame: String)) throws -> EvidenceCut {
                try self.write(try analyzer.reader(paths), finding, scope, (blanker, mask), part.path, words)
            }
            var cut = try write(mask == nil ? comment(finding, report) : ("", ""))
            let again = try Again(of: mask?.finding(finding) ?? finding, in: part.path, options.analysis)
            // Words without names are those of the cut itself.
            if mask != nil, again.isSame, let found = again.finding { cut = try write(comment(found, again.report)) }
            (cut.again, cut.isSame) = (again.finding, again.isSame)
            best = cut
            if cut.isSame { break }
        }
        guard var best else { throw EvidenceFault.aboutTheCapture(finding.id) }
        best.losses = [mask?.names.trip?.loss].compactMap(\.self)
        try part.keep()
        return best
    }

    /// Nil where all is to be seen.
    private func blanker(
        _ analyzer: Analyzer, _ paths: [String], _ mask: EvidenceMask?, _ progress: (AnalysisProgress) -> Bool
    ) throws -> PacketBlanker? {
        if options.keepsSecrets { return nil }
        let shown = ShownBytes(limits: options.analysis.limits, names: mask?.messages)
        _ = try analyzer.follow(try analyzer.reader(paths), telling: shown, progress: progress)
        return PacketBlanker(shown)
    }

    private func wanted(_ findings: [Finding]) throws(EvidenceFault) -> Finding {
        guard let finding = findings.first(where: { $0.id == options.finding }) else {
            throw .noSuchFinding(options.finding, known: findings.map(\.id))
        }
        if finding.kind == .captureIncomplete { throw .aboutTheCapture(finding.id) }
        return finding
    }

    /// The ends of the connections that frames are of.
    private func ends(of frames: Set<FrameRef>, _ reader: CaptureReader) throws -> Set<Set<Endpoint>> {
        var ends: Set<Set<Endpoint>> = []
        var inspector = PacketInspector()
        while let batch = try reader.nextBatch() {
            for entry in batch where frames.contains(entry.frame) {
                let view = inspector.look(at: entry)
                guard view.outcome == .tcp else { continue }
                ends.insert([Endpoint(view.source, view.sourcePort), Endpoint(view.destination, view.destinationPort)])
            }
        }
        return ends
    }

    private func write(
        _ reader: CaptureReader, _ finding: Finding, _ scope: EvidenceScope,
        _ copiers: (blanker: PacketBlanker?, mask: EvidenceMask?), _ path: String,
        _ comment: (file: String, frame: String)
    ) throws -> EvidenceCut {
        var inspector = PacketInspector()
        let frames = Set(finding.evidence.frames)
        let names = copiers.mask == nil ? reader.sources.map(\.name.baseName) : []
        let writer = try PcapNGWriter(path: path, comment: comment.file) { names.indices.contains($0) ? names[$0] : "" }
        while let batch = try reader.nextBatch() {
            for entry in batch {
                let view = inspector.look(at: entry)
                guard scope.holds(view) else { continue }
                let blanked = copiers.blanker?.blanked(entry, view) ?? entry
                guard let shown = copiers.mask.map({ $0.packets.masked(entry, blanked, view) }) ?? blanked else {
                    continue
                }
                writer.add(shown, comment: frames.contains(entry.frame) && !comment.frame.isEmpty ? comment.frame : nil)
            }
        }
        writer.close()
        if let code = writer.failure { throw EvidenceFault.cannotWrite(String(cString: strerror(code))) }
        return EvidenceCut(
            finding: finding, packets: writer.packets, bytes: writer.bytes, scope: scope.width, isSame: false,
            again: nil)
    }
}

/// A finding as a cut gives it, analysed alone.
private struct Again {
    let report: Report
    /// The same, or the one that comes nearest.
    let finding: Finding?
    let isSame: Bool

    init(of finding: Finding, in path: String, _ options: AnalyzerOptions) throws {
        var plain = options
        (plain.clients, plain.brokers, plain.from, plain.to, plain.filter) = ([], [], nil, nil, nil)
        report = try Analyzer(options: plain).run(paths: [path]) { _ in true }
        let same = report.findings.first { Self.isSame($0, finding) }
        let near = report.findings.first {
            $0.kind == finding.kind && $0.client == finding.client && $0.server == finding.server
        }
        self.finding = same ?? near ?? report.findings.first { $0.kind == finding.kind }
        isSame = same != nil
    }

    /// Of one cause, between the same two, and as certain.
    private static func isSame(_ one: Finding, _ other: Finding) -> Bool {
        one.kind == other.kind && one.cause == other.cause && one.detail == other.detail && one.error == other.error
            && one.client == other.client && one.server == other.server && one.closedBy == other.closedBy
            && one.severity == other.severity && one.confidence == other.confidence
    }
}
