public import Conversations
public import ReportModel
public import Streams
public import Vocabulary

/// Facts to findings.
public enum Diagnosis {
    /// All that the rules say of a case.
    public typealias Judged = (
        findings: [Finding], incidents: [Incident], unexplainedAttempts: Int, unexplainedSilences: Int,
        losses: LossesByConnection, outcomes: [FrameRef: Outcome], excuses: [ExcuseCount], probes: Set<IPAddress>,
        outages: BrokerOutages?
    )

    /// What the rules say of the case, worst first. The same facts give the same findings: a live run calls this at each
    /// tick and tells the differences.
    /// - Parameters:
    ///   - capture: what the capture lacks, which lowers certainty.
    ///   - tables: the depth tables, where every message was read.
    ///   - watchesBrokers: when each broker stopped and came back is told too.
    public static func judge(
        _ file: CaseFile, _ capture: CaptureHealth = CaptureHealth(), tables: DepthTables? = nil,
        watchesBrokers: Bool = false
    ) -> Judged {
        let view = CaseView(file, capture, tables: tables)
        var judged = Precedence.judge(view)
        WrongNodes.soften(&judged, in: view)
        var verdicts = judged.filter { !$0.isSilent }
        if capture.dropped > 0 {
            for i in verdicts.indices { verdicts[i].doubt(.packetsDropped) }
        }
        let folding = Folding(limits: file.limits, severalSources: capture.sources > 1)
        let findings = folding.findings(verdicts)
        return (
            findings, IncidentFinder(view: view, findings: findings).incidents(),
            UnexplainedAttempts.count(view, findings), UnexplainedSilences.count(view, findings),
            LossesByConnection(verdicts), SingleBatches.outcomes(verdicts), Excuses.count(judged), view.probes,
            watchesBrokers ? BrokerOutages(view) : nil
        )
    }
}

/// Lost Produces with one batch: what became of the request became of the batch.
enum SingleBatches {
    static func outcomes(_ verdicts: [Verdict]) -> [FrameRef: Outcome] {
        var outcomes: [FrameRef: Outcome] = [:]
        for request in verdicts.lazy.flatMap(\.requests) where request.hasOneBatch {
            outcomes[request.frame] = request.outcome
        }
        return outcomes
    }
}

/// What became of the requests without an answer on each connection. A finding folds many connections, and names some of
/// them and of their requests; a view of some connections has to know of each.
public struct LossesByConnection: Sendable {
    public struct Loss: Sendable {
        let kind: FindingKind
        let cause: Cause?
        let closedBy: Closer?
        /// How many were lost though nobody closed.
        public let onOpenConnection: Int

        /// The client closed by itself, as programs do when they end.
        public var isGivenUp: Bool { kind == .abandonedByClient }

        /// Of a finding between the same two hosts.
        public func isPart(of finding: Finding) -> Bool {
            kind == finding.kind && cause == finding.cause && closedBy == finding.closedBy
        }
    }

    private var byId: [String: Loss] = [:]

    public init() {}

    init(_ verdicts: [Verdict]) {
        for verdict in verdicts where verdict.kind == .abandonedByClient || verdict.kind == .disconnectBeforeResponse {
            let loss = Loss(
                kind: verdict.kind, cause: verdict.cause, closedBy: verdict.closedBy,
                onOpenConnection: verdict.requestsOnOpenConnections)
            for id in verdict.connections { byId[id] = loss }
        }
    }

    /// - Parameter id: of a connection in the report.
    public subscript(id: String) -> Loss? { byId[id] }
}

/// What is wrong with the capture itself.
public struct CaptureHealth: Sendable {
    public var sources = 1
    /// Time of the first packet of each source, and of its last, by source number; may be left empty for one source.
    public var spans: [ClosedRange<CaptureTime>] = []
    /// Hours in which nothing was captured.
    public var pauses = CapturePauses()
    /// Packets that the kernel or the file says were lost.
    public var dropped: Int64 = 0
    /// Packets that a snap length cut.
    public var cut: Int64 = 0
    /// What may be secret was blanked before the packets were written, by this program: no signs can be read from its absence.
    public var isBlanked = false
    /// Faults that ended the reading of a source, for a reader.
    public var faults: [String] = []
    public init() {}

    /// When the source with this frame ends, or the last of those that go on where it ends (a capture in several files). A
    /// source that runs beside it shows other hosts, and nothing of these.
    public func end(ofSourceWith frame: FrameRef) -> CaptureTime? {
        guard spans.count > 1, spans.indices.contains(Int(frame.source)) else { return nil }
        var end = spans[Int(frame.source)].upperBound
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where span.upperBound > end {
            let pause = span.lowerBound.since(end)
            if pause.distanceFromZero < Self.handOver { end = span.upperBound }
        }
        return end
    }

    /// When a source begins, or the first of those that it goes on behind, and which that is.
    typealias Start = (time: CaptureTime, source: Int)

    func starts() -> [Int: Start] {
        let order = spans.indices.sorted { spans[$0].lowerBound < spans[$1].lowerBound }
        var starts: [Int: Start] = [:]
        // The one that ended last before.
        var before: (source: Int, end: CaptureTime)?
        for source in order {
            let span = spans[source]
            let follows = before.map { span.lowerBound.since($0.end).distanceFromZero < Self.handOver } ?? false
            starts[source] = before.flatMap { follows ? starts[$0.source] : nil } ?? (span.lowerBound, source)
            if before.map({ span.upperBound > $0.end }) ?? true { before = (source, span.upperBound) }
        }
        return starts
    }

    /// Whether the times of two frames may be compared to the second: they come from one source, or from sources that follow
    /// one another as the files of one capture do. Sources beside each other were taken by different hosts.
    func haveOneClock(_ one: FrameRef, _ other: FrameRef) -> Bool {
        let (first, second) = (Int(one.source), Int(other.source))
        guard first != second, spans.indices.contains(first), spans.indices.contains(second) else { return true }
        let (a, b) = (spans[first], spans[second])
        let shared = min(a.upperBound, b.upperBound).since(max(a.lowerBound, b.lowerBound))
        return shared < Self.handOver
    }

    /// Files of one capture follow one another within this time.
    private static let handOver = Span.seconds(2)
}
