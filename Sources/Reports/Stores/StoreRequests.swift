internal import ReportModel
internal import Vocabulary

/// Requests one by one.
extension StoreTables {
    /// One request of the columns that a report keeps.
    struct RequestRow: Sendable {
        var connection: String?
        var sent: CaptureTime
        var frame: FrameRef
        var correlationId: Int
        var microseconds: UInt32
        var requestBytes: Int64
        var responseBytes: Int64
        var framesToAnswer: UInt32
        var api: String
        var version: Int
        var error: String?
        var marks: RequestColumns.Marks
        var weight: Int

        var outcome: RequestOutcome

        var namedBy: String? {
            if marks.contains(.namedByError) { return Severity.error.rawValue }
            return marks.contains(.namedByWarning) ? Severity.warning.rawValue : nil
        }
    }

    static let requests = StoreTable<RequestRow>(
        "requests", "Requests one by one, or an even sample where there are too many: `weight` tells.",
        each: { report, row in
            if let log = report.report.requestLog { each(log, report, row) }
        }
    ) { table in
        table.add("connection_id", path: "", "`id` in `connections`; null where it is not among these.") {
            $0.connection
        }
        table.add("sent", path: "", "When its first byte was sent.") { $0.sent }
        table.frame(path: "", "The packet that it begins in.") { $0.frame }
        table.add("correlation_id", path: "", "Its correlation id.") { $0.correlationId }
        table.add("api", path: "", "Kafka's name of the request.") { $0.api }
        table.add("version", path: "", "Its version.") { $0.version }
        table.add(
            "outcome", path: "",
            "`answered`, `lost`, `given-up`, `waiting`, `wants-no-answer`, or `unknown` where the capture does not show it."
        ) { $0.outcome.rawValue }
        table.add(
            "waited_ms", path: "",
            "Milliseconds to the last byte of the answer; without one, to the end of its connection or of the capture."
        ) {
            Double($0.microseconds) / 1000
        }
        table.add("request_bytes", path: "", "Its size.") { $0.requestBytes }
        table.add("response_bytes", path: "", "Size of the answer; null without one.") {
            $0.responseBytes > 0 ? $0.responseBytes : nil as Int64?
        }
        table.add("answer_frame", path: "", "The packet that the answer begins in; null without one.") {
            $0.framesToAnswer > 0 ? Int64($0.frame.number) + Int64($0.framesToAnswer) : nil as Int64?
        }
        table.add("error", path: "", "Kafka's name of the first error code in the answer; null without one.") {
            $0.error
        }
        table.add("slow", path: "", "It took over a second longer than it allows itself.") { $0.marks.contains(.slow) }
        table.add("long_poll", path: "", "A Fetch that waited because there was nothing to read.") {
            $0.marks.contains(.longPoll)
        }
        table.add("named_by", path: "", "Severity of the worst finding that names it: `error`, `warning`, or null.") {
            $0.namedBy
        }
        table.add("weight", path: "", "How many requests of the run this one stands for: sums of it are counts.") {
            $0.weight
        }
    }

    private static func each(_ log: RequestColumns, _ report: StoreReport, _ row: (RequestRow) -> Void) {
        let connections = log.connectionIds ?? report.report.connections.map(\.id)
        let outcomes = RequestOutcomes(report)
        for i in 0..<log.count {
            let place = Int(log.connections[i])
            let connection = connections.indices.contains(place) ? connections[place] : nil
            let (marks, code) = (log.marks[i], log.errorCodes[i])
            row(
                RequestRow(
                    connection: connection, sent: CaptureTime(nanoseconds: log.sent[i]), frame: log.frames[i],
                    correlationId: Int(log.correlationIds[i]), microseconds: log.microseconds[i],
                    requestBytes: Int64(log.requestBytes[i]), responseBytes: Int64(log.responseBytes[i]),
                    framesToAnswer: log.framesToAnswer[i], api: log.apiNames[log.apis[i]] ?? "API \(log.apis[i])",
                    version: Int(log.versions[i]), error: code == 0 ? nil : log.errorNames[code] ?? "error \(code)",
                    marks: marks, weight: marks.wasNotable ? log.notableStride : log.ordinaryStride,
                    outcome: outcomes.outcome(marks, log.frames[i], log.correlationIds[i], connection)))
        }
    }
}

extension RequestColumns.Marks {
    /// The log took it for notable. One whose answer came too late was marked as lost only afterwards.
    fileprivate var wasNotable: Bool {
        if !isDisjoint(with: [.failed, .slow]) { return true }
        return contains(.lost) && !contains(.answered)
    }
}
