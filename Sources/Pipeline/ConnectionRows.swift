import Capture
import Conversations
import KafkaSchema
import ReportModel
import Streams
import TLS
import Vocabulary

/// The report's connections: those of findings first, the rest as far as there is room.
struct ConnectionRows {
    private(set) var rows: [ConnectionRow] = []
    private(set) var groups: [ConnectionGroupRow] = []
    /// The places of the sources that saw each.
    private var seenBy: [Set<Int>] = []

    init(file: CaseFile, findings: [Finding], limit: Int) {
        let named = Set(findings.flatMap(\.evidence.connections))
        // By time, for the frames of several files have no order of their own.
        let begins = file.connections.records.map { ($0.tcp.firstTime, $0.tcp.firstFrame) }
        let order = file.connections.records.indices.sorted { begins[$0] < begins[$1] }
        let (first, rest) = (
            order.filter { named.contains(file.connections.records[$0].id) },
            order.filter { !named.contains(file.connections.records[$0].id) }
        )
        let chosen = (first + rest).prefix(limit).sorted { begins[$0] < begins[$1] }
        rows = chosen.map { Self.row(file.connections.records[$0], file) }
        let lookUps = LookUps(file)
        for (place, at) in chosen.enumerated() { rows[place].dnsMs = lookUps.before(file.connections.records[at]) }
        seenBy = chosen.map { Self.sources(file.connections.records[$0]) }
        groups = Self.groups(file)
    }

    /// The row of one that has ended, for who tells connections as they end.
    static func row(_ record: ConnectionRecord, _ file: CaseFile, sources: [SourceFacts]) -> ConnectionRow {
        var row = row(record, file)
        row.views = Self.sources(record).sorted().filter(sources.indices.contains).map { sources[$0].name.baseName }
        return row
    }

    private static func sources(_ record: ConnectionRecord) -> Set<Int> {
        let tcp = record.tcp
        let frames = [tcp.firstFrame, tcp.lastFrame, tcp.synAckFrame, tcp.sides.0.otherView, tcp.sides.1.otherView]
        return Set(frames.filter { !$0.isNone }.map(\.source))
    }

    /// The sources that saw a row's connection, by their base names.
    func views(_ row: Int, of sources: [SourceInfo]) -> [String] {
        seenBy[row].sorted().filter(sources.indices.contains).map { sources[$0].name.baseName }
    }

    private static func groups(_ file: CaseFile) -> [ConnectionGroupRow] {
        file.connections.folded.map { key, value in
            var row = ConnectionGroupRow()
            row.client = "\(key.client)"
            row.server = "\(key.server)"
            row.connections = value.connections
            row.requests = Int64(value.requests)
            row.bytes = value.bytes
            return row
        }.sorted { ($0.client, $0.server) < ($1.client, $1.server) }
    }

    private static func row(_ record: ConnectionRecord, _ file: CaseFile) -> ConnectionRow {
        let tcp = record.tcp
        var row = ConnectionRow(
            opened: tcp.firstTime, last: tcp.lastTime, firstFrame: tcp.firstFrame, lastFrame: tcp.lastFrame)
        row.id = record.id
        row.client = "\(record.client)"
        row.server = "\(record.server)"
        row.clientName = file.addresses.names[record.client.address]
        row.serverName = file.addresses.names[record.server.address]
        row.ended = record.firstClose?.time
        row.clientBytes = record.fromClient.payloadBytes
        row.serverBytes = record.fromServer.payloadBytes
        row.handshake = record.handshakeName
        if !tcp.synFrame.isNone, !tcp.synAckFrame.isNone {
            row.handshakeMs = tcp.synAckTime.milliseconds(since: tcp.firstTime)
        }
        let handshake = record.tls.handshake
        if let hello = handshake.clientHello, let finished = handshake.finished {
            row.tlsMs = max(0, finished.time.milliseconds(since: hello.time))
        }
        if record.signIn.stage == .succeeded, record.signIn.repeats == 0 {
            row.signInMs = max(0, record.signIn.succeededTime.milliseconds(since: record.signIn.startTime))
        }
        row.retransmissions = tcp.sides.0.retransmissions + tcp.sides.1.retransmissions
        row.zeroWindowMs =
            Double(
                tcp.sides.0.zeroWindowNanoseconds.addingSaturated(tcp.sides.1.zeroWindowNanoseconds)) / 1e6
        row.gapBytes = tcp.sides.0.gapBytes + tcp.sides.1.gapBytes
        row.end = record.endName
        row.closedBy = record.clientClosedFirst.map { $0 ? .client : .broker }
        fillKafka(&row, record, file)
        return row
    }

    private static func fillKafka(_ row: inout ConnectionRow, _ record: ConnectionRecord, _ file: CaseFile) {
        let readable = record.tls.isOpened && record.speaksKafka
        row.protocol = readable ? SpokenProtocol.kafka.name : record.clientSpoke.name
        let signsIn = record.signIn.stage != .none
        if record.tls.seen {
            row.securityProtocol = signsIn ? "SASL_SSL" : "SSL"
            row.tlsServerName = file.text(record.tls.serverName)
            row.tlsVersion = record.tls.version == 0 ? nil : ProtocolVersion.name(record.tls.version)
            row.tlsCipher = record.tls.cipher == 0 ? nil : CipherSuite.name(record.tls.cipher)
        } else if record.speaksKafka {
            row.securityProtocol = signsIn ? "SASL_PLAINTEXT" : "PLAINTEXT"
        }
        row.mechanism = file.text(record.signIn.mechanism)
        row.principal = file.text(record.signIn.principal)
        row.clientId = file.text(record.kafka.clientId)
        row.software = file.software(record)
        row.requests = Int64(record.kafka.requests)
        row.responses = Int64(record.kafka.responses)
        row.unanswered = Int64(record.countOfLost(captureEnd: file.lastTime))
        row.errors = Int64(record.kafka.errorResponses)
    }
}

extension ConnectionRecord {
    fileprivate var handshakeName: String {
        switch tcp.end {
        case .refused: "refused"
        case .rejected: "rejected"
        case .noAnswer: "no-answer"
        default: startsMidway ? "before-capture" : "seen"
        }
    }

    fileprivate var endName: String {
        switch tcp.end {
        case .refused: "refused"
        case .rejected: "rejected"
        case .noAnswer: "no-answer"
        case .evicted: "evicted"
        default: firstClose.map { $0.reset ? "reset" : "fin" } ?? "open"
        }
    }
}

/// Which look-up of a name led to a connection. Of each name the slowest answer is known alone.
private struct LookUps {
    private struct Way: Hashable {
        var client: IPAddress
        var server: IPAddress
    }

    private var slowest: [Way: DNSAnswer] = [:]
    /// A program connects as soon as it knows the address.
    private static let soon = Span.milliseconds(50)

    init(_ file: CaseFile) {
        for answer in file.addresses.dns where !answer.isReverse && answer.slowest > 0 {
            for address in answer.addresses {
                let way = Way(client: answer.client, server: address)
                if let known = slowest[way], known.slowest >= answer.slowest { continue }
                slowest[way] = answer
            }
        }
    }

    /// How long it took; nil where none was seen right before.
    func before(_ record: ConnectionRecord) -> Double? {
        let way = Way(client: record.client.address, server: record.server.address)
        guard let answer = slowest[way] else { return nil }
        let since = record.tcp.firstTime.since(answer.slowestAsked.adding(nanoseconds: answer.slowest))
        return since >= 0 && since <= Self.soon ? Double(answer.slowest) / 1e6 : nil
    }
}
