import Conversations
import KafkaSchema
import ReportModel
import Streams
import TLS
import Vocabulary

/// The report's timeline: what happened to connections, and what findings name. An ordinary answered request is no event.
struct TimelineRows {
    var events: [TimelineEvent] = []
    private(set) var folded: [(kind: TimelineEvent.Kind, count: Int)] = []
    private let file: CaseFile

    /// - Parameter covers: which times are told.
    init(file: CaseFile, findings: [Finding], limit: Int, covers: ((CaptureTime) -> Bool)? = nil) {
        self.file = file
        for record in file.connections.records { addConnection(record) }
        for event in file.errors.events { addError(event) }
        for claim in file.addresses.claims { addClaim(claim) }
        for answer in file.addresses.dns where answer.code != nil { addAnswer(answer) }
        addLost(findings)
        if let covers { events.removeAll { !covers($0.time) } }
        events.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
        fold(to: limit)
        link(findings)
    }

    /// No events yet; the owner adds them.
    init(file: CaseFile) { self.file = file }

    /// Beyond the limit, events are folded from the end of the capture, but for the lost requests.
    private mutating func fold(to limit: Int) {
        guard events.count > limit else { return }
        let cut = events[limit...]
        var counts: [TimelineEvent.Kind: Int] = [:]
        for event in cut { counts[event.kind, default: 0] += 1 }
        events.removeSubrange(limit...)
        folded = counts.map { ($0.key, $0.value) }.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    private mutating func link(_ findings: [Finding]) {
        var byFrame: [FrameRef: [String]] = [:]
        for finding in findings {
            for frame in finding.evidence.frames { byFrame[frame, default: []].append(finding.id) }
        }
        for i in events.indices { events[i].findings = byFrame[events[i].frame] ?? [] }
    }

    private mutating func add(
        _ kind: TimelineEvent.Kind, _ time: CaptureTime, _ frame: FrameRef, _ record: ConnectionRecord?, _ text: String
    ) {
        var event = TimelineEvent(time: time, frame: frame, connection: record?.id, kind: kind, text: text)
        event.client = record.map { "\($0.client)" }
        event.server = record.map { "\($0.server)" }
        events.append(event)
    }

    /// Only the beginning of a connection that goes on.
    mutating func addOpening(_ record: ConnectionRecord) {
        guard record.wasEstablished, !record.startsMidway else { return }
        add(.connectionOpened, record.tcp.firstTime, record.tcp.firstFrame, record, "")
    }

    mutating func addConnection(_ record: ConnectionRecord, isOpened: Bool = true) {
        guard record.wasEstablished else {
            return add(.connectFailed, record.tcp.firstTime, record.tcp.firstFrame, record, "\(record.tcp.end)")
        }
        if !record.startsMidway, isOpened {
            add(.connectionOpened, record.tcp.firstTime, record.tcp.firstFrame, record, "")
        }
        if let close = record.firstClose {
            let who = record.clientClosedFirst == true ? "client" : "server"
            add(.connectionEnded, close.time, close.frame, record, "\(close.reset ? "RST" : "FIN") from \(who)")
        }
        if record.signIn.stage != .none {
            let mechanism = file.text(record.signIn.mechanism) ?? "SASL"
            add(
                .signIn, record.signIn.startTime, record.signIn.startFrame, record,
                "\(mechanism) \(record.signIn.stage)")
        }
        if !record.tls.alertFrame.isNone {
            add(.tls, record.tcp.lastTime, record.tls.alertFrame, record, "alert \(AlertName.of(record.tls.alert))")
        }
        if let gap = record.lastAnswerGap ?? record.lastRequestGap {
            add(.gap, gap, record.tcp.lastFrame, record, "bytes missing")
        }
    }

    mutating func addError(_ event: ErrorEvent) {
        let name = KafkaError.name(of: Int(event.code)) ?? "error \(event.code)"
        let topic = file.text(event.topic).map { " \($0)" } ?? ""
        var row = TimelineEvent(
            time: event.time, frame: event.frame, connection: nil, kind: .error,
            text: "\(Api.name(event.api)) \(name)\(topic)")
        row.client = "\(event.client)"
        row.server = "\(event.server)"
        events.append(row)
    }

    mutating func addClaim(_ claim: AddressClaim) {
        guard claim.isNews else { return }
        let host = file.text(claim.host) ?? "?"
        var row = TimelineEvent(
            time: claim.firstTime, frame: claim.firstFrame, connection: nil, kind: .addresses,
            text: "node \(claim.node) is at \(host):\(claim.port)")
        row.client = "\(claim.client)"
        row.server = "\(claim.toldBy)"
        row.hosts = [host]
        events.append(row)
    }

    mutating func addAnswer(_ answer: DNSAnswer) {
        guard !answer.isReverse, let frame = answer.frames.first else { return }
        let name = file.text(answer.name) ?? "?"
        let addresses = answer.addresses.map { "\($0)" }
        let failure = answer.code == 3 ? "NXDOMAIN" : "no address"
        let result = addresses.isEmpty ? failure : addresses.joined(separator: " ")
        var row = TimelineEvent(
            time: answer.firstTime, frame: frame, connection: nil, kind: .dns,
            text: "\(name): \(result)")
        row.client = "\(answer.client)"
        row.hosts = [name] + addresses
        events.append(row)
    }

    private mutating func addLost(_ findings: [Finding]) {
        for finding in findings {
            for request in finding.requests {
                var row = TimelineEvent(
                    time: request.sent, frame: request.frame, connection: finding.evidence.connections.first,
                    kind: .lostRequest,
                    text: "\(request.api) v\(request.version) correlation id \(request.correlationId)")
                row.client = finding.client
                row.server = finding.server
                events.append(row)
            }
        }
    }
}
