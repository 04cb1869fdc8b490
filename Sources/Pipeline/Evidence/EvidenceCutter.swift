import Capture
import Conversations
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
        var blanker: PacketBlanker?
        if !options.keepsSecrets {
            let shown = ShownBytes(limits: options.analysis.limits)
            _ = try analyzer.follow(try analyzer.reader(paths), telling: shown, progress: progress)
            blanker = PacketBlanker(shown)
        }
        let ends = try ends(of: Set(finding.evidence.frames), try analyzer.reader(paths))
        let part = PartFile(of: options.output)
        var best: EvidenceCut?
        for width in EvidenceScope.Width.allCases {
            let scope = EvidenceScope(finding, file, frames: ends, width)
            if scope.isEmpty { continue }
            var cut = try write(
                try analyzer.reader(paths), finding, scope, blanker, part.path, comment(finding, report))
            (cut.again, cut.isSame) = try again(finding, in: part.path)
            best = cut
            if cut.isSame { break }
        }
        guard let best else { throw EvidenceFault.aboutTheCapture(finding.id) }
        try part.keep()
        return best
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
        _ reader: CaptureReader, _ finding: Finding, _ scope: EvidenceScope, _ blanker: PacketBlanker?, _ path: String,
        _ comment: (file: String, frame: String)
    ) throws -> EvidenceCut {
        var inspector = PacketInspector()
        let frames = Set(finding.evidence.frames)
        let names = reader.sources.map(\.name.baseName)
        let writer = try PcapNGWriter(path: path, comment: comment.file) { names.indices.contains($0) ? names[$0] : "" }
        while let batch = try reader.nextBatch() {
            for entry in batch {
                let view = inspector.look(at: entry)
                guard scope.holds(view) else { continue }
                writer.add(
                    blanker?.blanked(entry, view) ?? entry,
                    comment: frames.contains(entry.frame) ? comment.frame : nil)
            }
        }
        writer.close()
        if let code = writer.failure { throw EvidenceFault.cannotWrite(String(cString: strerror(code))) }
        return EvidenceCut(
            finding: finding, packets: writer.packets, bytes: writer.bytes, scope: scope.width, isSame: false,
            again: nil)
    }

    /// The finding as the cut gives it.
    private func again(_ finding: Finding, in path: String) throws -> (Finding?, Bool) {
        var plain = options.analysis
        (plain.clients, plain.brokers, plain.from, plain.to, plain.filter) = ([], [], nil, nil, nil)
        let findings = try Analyzer(options: plain).run(paths: [path]) { _ in true }.findings
        if let same = findings.first(where: { Self.isSame($0, finding) }) { return (same, true) }
        let near = findings.first {
            $0.kind == finding.kind && $0.client == finding.client && $0.server == finding.server
        }
        return (near ?? findings.first { $0.kind == finding.kind }, false)
    }

    /// Of one cause, between the same two, and as certain.
    static func isSame(_ one: Finding, _ other: Finding) -> Bool {
        one.kind == other.kind && one.cause == other.cause && one.detail == other.detail && one.error == other.error
            && one.client == other.client && one.server == other.server && one.closedBy == other.closedBy
            && one.severity == other.severity && one.confidence == other.confidence
    }
}
