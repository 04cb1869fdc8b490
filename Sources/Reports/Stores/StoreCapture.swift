internal import ReportModel
internal import Vocabulary

/// What the rows are of: the run, its sources, and what was left out.
extension StoreTables {
    static let runs = StoreTable<StoreReport>(
        "runs",
        "One row a run: what was read, the verdict, and the sums. Look here before silence is taken for health.",
        key: [], each: { report, row in row(report) }
    ) { table in
        table.add("revision", path: "", "Counts up as a live run tells how it stands; 1 of a capture that was read.") {
            $0.revision
        }
        table.add("interim", path: "", "The run goes on: what is open may still change.") { $0.report.isInterim }
        table.add("tool_version", path: "tool.version", "Version of brokertap.") { $0.report.tool.version }
        table.add("filter", path: "tool.filter", "The capture filter; null without one.") { $0.report.tool.filter }
        table.add("narrowed", path: "", "Only some clients, brokers or times are shown.") { $0.report.view != nil }
        table.add("first_time", path: "", "Time of the first packet; null where there is none.") {
            $0.report.capture.sources.compactMap(\.first).min()
        }
        table.add("last_time", path: "", "Time of the last packet; null where there is none.") {
            $0.report.capture.sources.compactMap(\.last).max()
        }
        table.add("packets", path: "", "Packets of all sources.") {
            $0.report.capture.sources.reduce(Int64(0)) { $0.addingSaturated($1.packets) }
        }
        table.add("dropped", path: "capture.dropped", "Packets that the capture itself says it lost.") {
            $0.report.capture.dropped
        }
        table.add("partial", path: "capture.partial", "Reading was stopped before the end.") {
            $0.report.capture.partial
        }
        table.add(
            "status", path: "summary.status",
            "The verdict in a word; `cannot-judge` means that no finding says nothing."
        ) { $0.report.summary.status.rawValue }
        table.add("verdict", path: "summary.verdict", "The verdict in words.") { Verdict($0.report).text }
        table.add("unjudged", path: "summary.unjudged", "What keeps silence from meaning health.") {
            $0.report.summary.unjudged.map(\.rawValue)
        }
        table.add("reasons", path: "capture.coverage.reasons", "Why not all could be read.") {
            $0.report.capture.coverage.reasons
        }
        table.add(
            "root_incident", path: "summary.rootIncident", "`id` in `incidents`, where the headline speaks of one."
        ) { $0.report.summary.rootIncident }
        table.add("root_finding", path: "summary.rootFinding", "`id` in `findings`, where the headline speaks of one.")
        { $0.report.summary.rootFinding }
        sums(&table)
        table.add(
            "tables_state", path: "tablesState", "Whether the tables that need every message were made, or why not."
        ) { $0.report.tablesState.rawValue }
    }

    private static func sums(_ table: inout StoreColumns<StoreReport>) {
        table.add("connections", path: "summary.connections", "Connections that were established or had data.") {
            $0.report.summary.connections
        }
        table.add("connections_refused", path: "summary.connectionsRefused", "Attempts that failed.") {
            $0.report.summary.connectionsRefused
        }
        table.add("requests", path: "summary.requests", "The sum of the five below.") { $0.report.summary.requests }
        table.add("answered", path: "summary.answered", "Requests with an answer.") { $0.report.summary.answered }
        table.add("lost", path: "summary.lost", "Requests whose connection or server ended before the answer.") {
            $0.report.summary.lost
        }
        table.add(
            "given_up", path: "summary.givenUp", "Requests whose client closed by itself, as programs do when they end."
        ) { $0.report.summary.givenUp }
        table.add("still_waiting", path: "summary.stillWaiting", "Requests that waited when the capture ended.") {
            $0.report.summary.stillWaiting
        }
        table.add("want_no_answer", path: "summary.wantNoAnswer", "Requests that want no answer (acks=0).") {
            $0.report.summary.wantNoAnswer
        }
        table.add("responses", path: "summary.responses", "Answers seen.") { $0.report.summary.responses }
        table.add("errors", path: "summary.findings.error", "Findings of severity error.") { $0.report.summary.errors }
        table.add("warnings", path: "summary.findings.warning", "Findings of severity warning.") {
            $0.report.summary.warnings
        }
        table.add("infos", path: "summary.findings.info", "Findings of severity info.") { $0.report.summary.infos }
    }

    struct Source: Sendable {
        var place: Int
        var info: SourceInfo
    }

    static let sources = StoreTable<Source>(
        "sources", "The files and interfaces of a run.", path: "capture.sources[]",
        each: { report, row in
            for (place, info) in report.report.capture.sources.enumerated() { row(Source(place: place, info: info)) }
        }
    ) { table in
        table.add("source", path: "", "Its place, from 0: what columns `source` of other tables mean.") { $0.place }
        table.add("name", "File or interface.") { $0.info.name }
        table.add("format", "Form of the file.") { $0.info.format }
        table.add("link_types", "Link types in it.") { $0.info.linkTypes }
        table.add("packets", "Packets read.") { $0.info.packets }
        table.add("bytes", "Bytes of them.") { $0.info.bytes }
        table.add("first_time", path: "first", "Time of its first packet; null where there is none.") { $0.info.first }
        table.add("last_time", path: "last", "Time of its last packet; null where there is none.") { $0.info.last }
        table.add("cut_packets", "Packets that the capture holds only in part.") { $0.info.cutPackets }
        table.add("truncated", "The file ends in the middle of a packet.") { $0.info.truncated }
        table.add("fault", "Why reading stopped before the end; null where it did not.") { $0.info.fault }
    }

    static let limits = StoreTable<LimitTrip>(
        "limits", "Limits that were reached, and what was left out for it.", path: "limits[]",
        each: { report, row in report.report.limits.forEach(row) }
    ) { table in
        table.add("name", "The limit.") { $0.name }
        table.add("allowed", "How many there may be.") { $0.allowed }
        table.add("seen", "How many there were.") { $0.seen }
        table.add("left_out", "What was left out.") { $0.leftOut }
    }
}
