import Conversations
import ReportModel
import Streams
import Vocabulary

/// What a rule says of one connection, one attempt, or one row of facts. Equal ones are put together to findings.
struct Verdict {
    var kind: FindingKind
    var severity: Severity
    var confidence: Confidence
    var nature: Nature?
    var first: CaptureTime
    var last: CaptureTime
    var count = 1

    /// The client's host; nil for a finding about a server alone.
    var client: String?
    /// All of them on the one host.
    var clientIds: [String] = []
    var server: String?
    var nodeId: Int?
    var nodeIds: [Int] = []
    var advertisedBy: [String] = []
    var detail: Detail?
    var alert: String?
    var cause: Cause?
    var closedBy: Closer?
    var error: String?
    /// What else keeps findings apart: a group, for two are never merged.
    var subject: String?
    var doubt: [Doubt] = []
    /// Who closed first is read from what others acknowledge: the finding's count rests on it.
    var closerIsInferred = false
    /// Why it is normal where it stands.
    var excuse: Excuse?
    /// It is so normal that nobody is told; the excuse is counted.
    var isSilent = false
    var requests: [LostRequest] = []
    /// Lost requests that are counted, but not listed.
    var requestsLeftOut = 0
    /// How many of them all were lost though nobody closed the connection.
    var requestsOnOpenConnections = 0
    var frames: [FrameRef] = []
    /// Ids of connections.
    var connections: [String] = []
    var facts: [Fact] = []
    var software: [String] = []
    /// APIs that were late themselves, and not only behind others of their connection.
    var ownApis: [String] = []

    init(_ kind: FindingKind, _ severity: Severity, _ confidence: Confidence, at time: CaptureTime) {
        self.kind = kind
        self.severity = severity
        self.confidence = confidence
        (first, last) = (time, time)
    }

    /// About one connection: its ends, client id, node and software are filled in.
    init(
        _ kind: FindingKind, _ severity: Severity, _ confidence: Confidence, _ record: ConnectionRecord,
        in view: CaseView
    ) {
        self.init(kind, severity, confidence, at: record.firstClose?.time ?? record.tcp.lastTime)
        client = "\(record.client.address)"
        clientIds = [view.file.text(record.kafka.clientId)].compactMap { $0 }
        server = "\(record.server)"
        nodeId = view.node(at: record.server)
        connections = [record.id]
        software = view.file.software(record).map { [$0] } ?? []
        if let close = record.firstClose { frames = [close.frame] }
    }

    mutating func add(_ key: FactKey, _ value: FactValue?) {
        if let value { facts.append(Fact(key, value)) }
    }

    /// Nobody is told, for it is normal; that it was is counted.
    mutating func silence(_ excuse: Excuse) { (self.excuse, isSilent) = (excuse, true) }

    /// Lowers the confidence to at most `ceiling` and says why.
    mutating func doubt(_ reason: Doubt, ceiling: Confidence = .likely) {
        if !doubt.contains(reason) { doubt.append(reason) }
        confidence = min(confidence, ceiling)
    }
}

extension FactValue {
    /// A text fact, or nil for no text.
    static func optional(_ text: String?) -> FactValue? { text.map { .text($0) } }
    /// A list fact, or nil for an empty list.
    static func some(_ list: [String]) -> FactValue? { list.isEmpty ? nil : .list(list) }
}
