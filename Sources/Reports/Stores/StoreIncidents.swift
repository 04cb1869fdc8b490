internal import ReportModel
internal import Vocabulary

/// Incidents, the clients in them, and the values that only some kinds have.
extension StoreTables {
    struct IncidentRow: Sendable {
        let incident: Incident
        let words: IncidentWords
        let revision: Int
        let state: StoreReport.IncidentState
    }

    static let incidents = StoreTable<IncidentRow>(
        "incidents", "Stories over several findings. Of a live run the row with the greatest `revision` counts.",
        path: "incidents[]", key: ["id"],
        each: { report, row in
            for incident in report.report.incidents {
                let words = IncidentWords(incident, in: report.context)
                let state = report.incidentStates[incident.id] ?? .final
                row(IncidentRow(incident: incident, words: words, revision: report.revision, state: state))
            }
        }
    ) { table in
        table.add("id", "The incident: `incident_id` of other tables.") { $0.incident.id }
        table.add("revision", path: "", "Counts up as a live run learns more; 1 of a capture that was read.") {
            $0.revision
        }
        table.add(
            "state", path: "",
            "`open`, `final`, or `replaced` where a live run tells its findings as another incident by now."
        ) { $0.state.rawValue }
        table.add("kind", "What it is.") { $0.incident.kind.rawValue }
        table.add("title", "The incident in a line.") { $0.words.title }
        table.add("explanation", "What happened.") { $0.words.explanation }
        table.add("from_time", path: "from", "When it began.") { $0.incident.from }
        table.add("to_time", path: "to", "When it was over, as far as it was seen.") { $0.incident.to }
        table.add("root_server", "The broker that it comes from; null where it is none.") { $0.incident.rootServer }
        table.add("node_id", "That broker's node id; null where it is unknown.") { $0.incident.nodeId }
    }

    struct IncidentFinding: Sendable {
        let incident: Incident
        let finding: String
        let revision: Int
    }

    static let incidentFindings = StoreTable<IncidentFinding>(
        "incident_findings", "Which findings are parts of which incident.", key: ["incident_id", "finding_id"],
        each: { report, row in
            for incident in report.report.incidents {
                for finding in incident.findings {
                    row(IncidentFinding(incident: incident, finding: finding, revision: report.revision))
                }
            }
        }
    ) { table in
        table.add("incident_id", path: "", "`id` in `incidents`.") { $0.incident.id }
        table.add("finding_id", path: "", "`id` in `findings`.") { $0.finding }
        table.add("revision", path: "", "That of the incident.") { $0.revision }
    }

    struct IncidentClientRow: Sendable {
        let incident: Incident
        let client: Incident.ClientRecovery
        let revision: Int
    }

    static let incidentClients = StoreTable<IncidentClientRow>(
        "incident_clients", "The clients that an incident struck.", path: "incidents[].clients[]",
        key: ["incident_id", "client", "client_id"],
        each: { report, row in
            for incident in report.report.incidents {
                for client in incident.clients {
                    row(IncidentClientRow(incident: incident, client: client, revision: report.revision))
                }
            }
        }
    ) { table in
        table.add("incident_id", path: "../id", "`id` in `incidents`.") { $0.incident.id }
        table.add("revision", path: "", "That of the incident.") { $0.revision }
        table.add("client", "Its address.") { $0.client.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.client.clientId }
        table.add(
            "recovered_after_ms",
            "Milliseconds from the incident's start until it was served again; null where it was not."
        ) {
            $0.client.recoveredAfterMs
        }
    }

    struct FactRow: Sendable {
        var finding: Finding?
        var incident: Incident?
        var revision: Int
        var fact: Fact
    }

    static let facts = StoreTable<FactRow>(
        "facts", "Values that only some kinds of findings and incidents have, a row each.",
        key: ["finding_id", "incident_id", "name"],
        each: { report, row in
            for finding in report.report.findings { facts(of: finding, row) }
            for incident in report.report.incidents {
                eachOnce(incident.facts) { row(FactRow(incident: incident, revision: report.revision, fact: $0)) }
            }
        }
    ) { table in
        table.add("finding_id", path: "", "`id` in `findings`; null where it is an incident's.") { $0.finding?.id }
        table.add("incident_id", path: "", "`id` in `incidents`; null where it is a finding's.") { $0.incident?.id }
        table.add("revision", path: "", "That of the finding or incident.") { $0.revision }
        table.add("name", path: "", "The value's name, as the JSON report has it.") { $0.fact.key.rawValue }
        table.add("text_value", path: "", "The value, where it is a text; null of others.") {
            if case .text(let text) = $0.fact.value { text } else { nil as String? }
        }
        table.add(
            "number_value", path: "", "The value, where it is a number or a time in milliseconds; null of others."
        ) { row -> Double? in
            switch row.fact.value {
            case .number(let number): Double(number)
            case .milliseconds(let ms): ms
            default: nil
            }
        }
        table.add("time_value", path: "", "The value, where it is a moment; null of others.") { row -> CaptureTime? in
            if case .time(let time) = row.fact.value { time } else { nil }
        }
        table.add("flag_value", path: "", "The value, where it is true or false; null of others.") { row -> Bool? in
            if case .flag(let flag) = row.fact.value { flag } else { nil }
        }
        table.add("list_value", path: "", "The value, where it is a list; empty of others.") { row -> [String] in
            if case .list(let items) = row.fact.value { items } else { [] }
        }
    }

    static func facts(of finding: Finding, _ row: (FactRow) -> Void) {
        eachOnce(finding.facts) { row(FactRow(finding: finding, revision: finding.revision, fact: $0)) }
    }

    private static func eachOnce(_ facts: [Fact], _ body: (Fact) -> Void) {
        var seen: Set<FactKey> = []
        for fact in facts where seen.insert(fact.key).inserted { body(fact) }
    }
}
