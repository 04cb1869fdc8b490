internal import ReportModel

/// Why silence is no health here, what was seen instead, and what would help.
struct UnjudgedWords {
    private let report: Report

    init(_ report: Report) { self.report = report }

    private var coverage: Coverage { report.capture.coverage }
    private var summary: Summary { report.summary }

    /// The end of a sentence.
    var why: String {
        switch summary.unjudged.first {
        case .noPackets: "there are no packets in the capture"
        case .noData: noData
        case .encrypted:
            "\(Format.bytes(coverage.encryptedBytes)) are encrypted with TLS\(noKeys)"
        case .oneDirection:
            coverage.isMostlyOneSided
                ? "only one direction of most connections was captured"
                : "only one direction of \(Format.count(coverage.oneDirectionKafkaConnections, "connection")) was captured"
        case .noKafka: noKafka
        case .packetsCut where report.capture.sources.contains(where: \.isBlanked):
            "parts of messages were blanked by brokertap before this was written"
        case .packetsCut: "packets were cut so short that parts of messages are missing"
        case .sourceCutShort: cutShort
        case .messagesMalformed:
            "\(Format.count(Int(coverage.messagesMalformed), "message")) could not be read to the end"
        case .requestsUnexplained:
            summary.answered == 0
                ? "none of the \(Format.count(summary.requests, "request")) got a response, so nothing shows that a broker works"
                : "\(Format.count(max(summary.lost, summary.unanswered - summary.givenUp, summary.mayWantNoAnswer), "request")) got no response, and the capture does not show why"
        case .attemptsFailed: "connection attempts kept failing, and the capture does not show why"
        case .endsUnexplained:
            "connections fell silent, or ended all at once while idle, and the capture does not show why"
        case .partlyRead where isNewer:
            "\(Format.count(Int(coverage.answersUnread), "answer")) \(coverage.answersUnread == 1 ? "is" : "are") of APIs or versions"
                + " that this program does not know yet, so their error codes could not be read"
        case .partlyRead, nil: "only \(Format.percent(coverage.understoodShare ?? 0)) of the traffic could be read"
        }
    }

    /// An interface that went away.
    private var interrupted: SourceInfo? {
        report.capture.sources.first { $0.format == "live" && $0.fault != nil }
    }

    private var isOfInterfaces: Bool { report.capture.sources.contains { $0.format == "live" } }

    private var cutShort: String {
        if let source = interrupted {
            return "\(source.name) could not be captured from to the end: \(source.fault ?? "")"
        }
        // What a live run did not see is the last of the reasons.
        return (isOfInterfaces ? coverage.reasons.last : nil) ?? "the capture ends in the middle of its file"
    }

    private var noKeys: String {
        if report.tool.keysUsed { return "" }
        return report.tool.keysGiven ? ", and the given key log opens none of it" : ", and no keys were given"
    }

    /// What was not read is nearly all in messages of a form that nobody knew yet.
    private var isNewer: Bool { coverage.answersUnread > 0 && (coverage.understoodShare ?? 0) >= 0.99 }

    private var noData: String {
        let packets = report.capture.sources.reduce(Int64(0)) { $0 + $1.packets }
        return summary.connectionsRefused > 0
            ? "\(Format.count(summary.connectionsRefused, "connection attempt")) failed, and no data was sent"
            : "there are \(Format.count(packets, "packet")), but no TCP data"
    }

    private var noKafka: String {
        let names = coverage.otherProtocols.map(\.name)
        return names.isEmpty
            ? "no Kafka traffic was recognised"
            : "no Kafka traffic was recognised, only \(Format.list(names.map(Trim.name)))"
    }

    /// What could be read, where that is something.
    var seen: String? {
        guard summary.requests > 0 else { return nil }
        let open = OpenRequests(report).phrases
        // Bytes of the responses' direction are known to be missing where these stood.
        let hidden = summary.answered - summary.responses
        let unseen = hidden > 0 ? " (\(Format.count(hidden)) of the responses are in what is missing)" : ""
        let answered =
            "\(Format.count(summary.answered)) of \(Format.count(summary.requests, "request")) answered\(unseen)"
        let all = "In what could be read, no fault shows: \(([answered] + open).joined(separator: ", "))."
        return [whose, all].compactMap(\.self).joined(separator: " ")
    }

    /// Connections on which a request has no response, and whether their clients had room for it.
    private var whose: String? {
        guard summary.unjudged.first == .requestsUnexplained else { return nil }
        let rows = report.connections.filter { $0.unanswered > 0 }
        guard !rows.isEmpty, rows.count <= Self.named else { return nil }
        let names = rows.map { row in
            let host = HostPort(row.client).host
            let client = row.clientId.flatMap { $0.isEmpty ? nil : "\(Trim.name($0)) (\(host))" } ?? host
            let window =
                row.zeroWindowMs >= Self.longClosed
                ? ", where one side took no data for \(Format.duration(ms: row.zeroWindowMs))" : ""
            return "from \(client) to \(row.server)\(window)"
        }
        return "\(rows.count == 1 ? "The request is" : "They are") \(Format.list(names))."
    }

    /// More names are in the findings and the tables.
    private static let named = 3
    private static let longClosed = 1000.0

    private var files: String {
        report.capture.sources.map { Trim.shell($0.name) }.prefix(4).joined(separator: " ")
    }

    /// What would help; docs/cannot-judge.md has more of each.
    var help: HelpStep {
        switch summary.unjudged.first {
        case .packetsCut where report.capture.sources.contains(where: \.isBlanked):
            HelpStep(
                text:
                    "The finding's words are in the file's comment. --keep-secrets of the run that wrote it blanks nothing.",
                command: nil)
        case .encrypted where report.tool.keysGiven && !report.tool.keysUsed: CaptureAdvice.otherKeys
        case .encrypted: CaptureAdvice.keys
        case .oneDirection: CaptureAdvice.bothWays
        case .partlyRead where isNewer:
            HelpStep(text: "A newer brokertap may know them; the brokers' logs say what they refused.", command: nil)
        case .sourceCutShort where interrupted != nil:
            HelpStep(text: "Start the run again when the interface is back; -i any goes on without it.", command: nil)
        case .sourceCutShort where isOfInterfaces:
            HelpStep(text: "See why the interface was down (ip -s link), and capture again.", command: nil)
        case .sourceCutShort:
            HelpStep(text: "Copy the file again after tcpdump has ended, or let tcpdump write with -U.", command: nil)
        case .messagesMalformed:
            HelpStep(text: "List all messages: these are marked as malformed", command: "brokertap decode \(files)")
        case .requestsUnexplained:
            HelpStep(
                text: "Capture for longer, and on the broker's host too. Read the broker's log of that time.",
                command: nil)
        case .attemptsFailed:
            HelpStep(
                text: "From the client's host, try the address. A capture with ICMP and ARP often shows the reason.",
                command: nil)
        case .endsUnexplained:
            HelpStep(
                text: "See whether that host was suspended or cut off, or a firewall forgot its connections.",
                command: nil)
        default: CaptureAdvice.record
        }
    }
}
