internal import ReportModel
internal import Vocabulary

/// Findings and what hangs on them.
extension StoreTables {
    struct FindingRow: Sendable {
        let finding: Finding
        let words: Narration
    }

    static let findings = StoreTable<FindingRow>(
        "findings", "What went wrong, or is worth knowing. Of a live run the row with the greatest `revision` counts.",
        path: "findings[]", key: ["id"],
        each: { report, row in
            for finding in report.report.findings {
                row(FindingRow(finding: finding, words: Narration(finding, in: report.context)))
            }
        }
    ) { table in
        table.add("id", "The finding: `finding_id` of other tables.") { $0.finding.id }
        table.add("revision", path: "", "Counts up as a live run learns more; 1 of a capture that was read.") {
            $0.finding.revision
        }
        table.add(
            "state", path: "", "`open`, `changed`, `withdrawn` or `final`; a capture that was read has only `final`."
        ) { $0.finding.state.rawValue }
        table.add("kind", "What it is: see the pages on findings.") { $0.finding.kind.rawValue }
        table.add("severity", "`error`, `warning` or `info`.") { $0.finding.severity.rawValue }
        table.add("confidence", "`certain`, `likely` or `possible`.") { $0.finding.confidence.rawValue }
        table.add("nature", "Whether it is a fault, or normal where it stands; null where that was not asked.") {
            $0.finding.nature?.rawValue
        }
        table.add("first_time", path: "first", "When it was first seen.") { $0.finding.first }
        table.add("last_time", path: "last", "When it was last seen.") { $0.finding.last }
        table.add("count", "Connections, answers or attempts, as the kind has it.") { $0.finding.count }
        parties(&table)
        causes(&table)
        words(&table)
        evidence(&table)
    }

    private static func parties(_ table: inout StoreColumns<FindingRow>) {
        table.add("client", "The client's address; null where it is about none.") { $0.finding.client }
        table.add("client_id", "Its client id; null where it has none or several.") { $0.finding.clientId }
        table.add("server", "The broker's address and port; null where it is about none.") { $0.finding.server }
        table.add("node_id", "The broker's node id; null where it is unknown.") { $0.finding.nodeId }
        table.add("node_ids", "Several nodes behind one address.") { $0.finding.nodeIds }
        table.add("advertised_by", "Brokers that gave the address out.") { $0.finding.advertisedBy }
    }

    private static func causes(_ table: inout StoreColumns<FindingRow>) {
        table.add("detail", "What exactly is wrong; null where the kind says it.") {
            $0.finding.detail?.rawValue ?? $0.finding.alert
        }
        table.add("cause", "Why; null where the kind has one cause only, or it is unknown.") {
            $0.finding.cause?.rawValue
        }
        table.add("closed_by", "`client` or `broker`, where one closed.") { $0.finding.closedBy?.rawValue }
        table.add("error", "Kafka's name of the error code; null without one.") { $0.finding.error }
        table.add("doubt", "Why the confidence is not higher.") { $0.finding.doubt.map(\.rawValue) }
    }

    private static func words(_ table: inout StoreColumns<FindingRow>) {
        table.add("title", "The finding in a line.") { $0.words.title }
        table.add("explanation", "What happened.") { $0.words.explanation }
        table.add("advice", "What to do, a step a line.") { $0.words.advice.joined(separator: "\n") }
        table.add("client_log", "What the client's log says of it; null where that is unknown.") { $0.words.clientLog }
        table.add("requests_left_out", "Requests beyond those in `finding_requests`.") { $0.finding.requestsLeftOut }
    }

    private static func evidence(_ table: inout StoreColumns<FindingRow>) {
        table.frames(
            "frames", sources: "frame_sources", path: "evidence.frames", "Numbers of the packets that show it."
        ) { $0.finding.evidence.frames }
        table.add("display_filters", path: "", "A display filter for Wireshark for each source that shows it.") {
            $0.words.displayFilters.map(\.text)
        }
        table.add("display_filter_sources", path: "", "The source of each of them.") {
            $0.words.displayFilters.map(\.source)
        }
    }

    struct FindingConnection: Sendable {
        let finding: Finding
        let connection: String
    }

    static let findingConnections = StoreTable<FindingConnection>(
        "finding_connections", "Which connections show which finding.", key: ["finding_id", "connection_id"],
        each: { report, row in
            for finding in report.report.findings {
                finding.evidence.connections.forEach { row(FindingConnection(finding: finding, connection: $0)) }
            }
        }
    ) { table in
        table.add("finding_id", path: "", "`id` in `findings`.") { $0.finding.id }
        table.add("connection_id", path: "", "`id` in `connections`.") { $0.connection }
        table.add("revision", path: "", "That of the finding.") { $0.finding.revision }
    }

    struct FindingRequest: Sendable {
        let finding: Finding
        let request: LostRequest
    }

    static let findingRequests = StoreTable<FindingRequest>(
        "finding_requests", "Requests that findings name: lost, late or given up, as the finding's `kind` says.",
        path: "findings[].requests[]", key: ["finding_id", "source", "frame", "correlation_id"],
        each: { report, row in
            for finding in report.report.findings {
                finding.requests.forEach { row(FindingRequest(finding: finding, request: $0)) }
            }
        }
    ) { table in
        table.add("finding_id", path: "../id", "`id` in `findings`.") { $0.finding.id }
        table.add("revision", path: "", "That of the finding.") { $0.finding.revision }
        table.add("api", "Kafka's name of the request.") { $0.request.api }
        table.add("api_key", "Its number.") { $0.request.apiKey }
        table.add("version", "Its version.") { $0.request.version }
        table.add("correlation_id", "Its correlation id.") { $0.request.correlationId }
        table.add("client_id", "The client id in it; null where it has none.") { $0.request.clientId }
        table.add("sent", "When its first byte was sent.") { $0.request.sent }
        table.add("waited_ms", "How long it waited, in milliseconds.") { $0.request.waitedMs }
        table.frame(path: "frame", "The packet that it begins in.") { $0.request.frame }
        table.add("acknowledged", "TCP acknowledged all of it; null where that was not seen.") {
            $0.request.acknowledged
        }
        table.add("partial", "It was not sent to its end.") { $0.request.partial }
        table.add("topics", "Topics that it names.") { $0.request.topics }
        table.add("acks", "acks of a Produce; null of others.") { $0.request.acks }
        table.add("idempotent", "Its producer is idempotent; null of others than Produce.") { $0.request.idempotent }
        table.add("transactional", "It is part of a transaction; null of others than Produce.") {
            $0.request.transactional
        }
        table.add("outcome", "What became of its records.") { $0.request.outcome.rawValue }
        resend(&table)
    }

    private static func resend(_ table: inout StoreColumns<FindingRequest>) {
        table.frame(
            "resent_frame", source: "resent_source", path: "resent.frame",
            "The packet with the resend; null where none was found."
        ) { $0.request.resentFrame }
        table.add("resent_time", path: "resent.time", "When it was sent again; null where it was not.") {
            $0.request.resentTime
        }
        table.add("resent_to", path: "resent.server", "To which broker; null where it was not.") { $0.request.resentTo }
        table.frame(
            "resent_answer_frame", source: "resent_answer_source", path: "resent.answerFrame",
            "The packet with the resend's answer; null where there is none."
        ) { $0.request.resentAnswerFrame }
        table.add(
            "resent_offset", path: "resent.offset", "The offset that it was stored at; null where that was not told."
        ) {
            $0.request.resentOffset
        }
    }
}
