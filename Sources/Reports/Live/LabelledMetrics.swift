internal import ReportModel

/// Metrics by client id and by topic, where they were asked for. They are families of their own, so that a series of one is not told
/// once for each of the other.
extension OpenMetricsWriter {
    mutating func labelled() {
        if let clients = status.labelled.clients { clientFamilies(clients) }
        if let topics = status.labelled.topics { topicFamilies(topics) }
    }

    private mutating func clientFamilies(_ clients: [String: LabelledCounts]) {
        family("client_requests", "Requests, by client id.", "client", clients) { Double($0.requests) }
        family("client_request_bytes", "Bytes of its requests.", "client", clients, unit: "bytes") {
            Double($0.requestBytes)
        }
        family("client_response_bytes", "Bytes of the responses to it.", "client", clients, unit: "bytes") {
            Double($0.responseBytes)
        }
        family("client_response_errors", "Responses to it with an error code.", "client", clients) { Double($0.errors) }
        family("client_unanswered_requests", "Requests whose connection ended before a response.", "client", clients) {
            Double($0.unanswered)
        }
        summary("client_response_duration_seconds", "Time to the answer, long polls left out.", "client", clients)
    }

    private mutating func topicFamilies(_ topics: [String: LabelledCounts]) {
        family("topic_requests", "Produces that brought records, and fetches that got some.", "topic", topics) {
            Double($0.requests)
        }
        family("topic_produced_bytes", "Bytes of record batches sent.", "topic", topics, unit: "bytes") {
            Double($0.requestBytes)
        }
        family("topic_fetched_bytes", "Bytes of record batches received.", "topic", topics, unit: "bytes") {
            Double($0.responseBytes)
        }
        family("topic_response_errors", "Responses with an error code of the topic.", "topic", topics) {
            Double($0.errors)
        }
        family("topic_unanswered_requests", "Produces whose connection ended before a response.", "topic", topics) {
            Double($0.unanswered)
        }
        summary("topic_response_duration_seconds", "Time to the answer, long polls left out.", "topic", topics)
    }

    private mutating func family(
        _ name: String, _ help: String, _ label: String, _ counts: [String: LabelledCounts], unit: String = "",
        _ value: (LabelledCounts) -> Double
    ) {
        counter(name, help, counts.map { ([(label, $0.key)], value($0.value)) }, unit: unit)
    }

    /// Sum and count, without quantiles.
    private mutating func summary(_ name: String, _ help: String, _ label: String, _ counts: [String: LabelledCounts]) {
        head(name, "summary", help, "seconds")
        for (value, row) in counts.sorted(by: { $0.key < $1.key }) {
            let labels = Self.labels([(label, value)])
            text += "brokertap_\(name)_count\(labels) \(row.timed)\n"
            text += "brokertap_\(name)_sum\(labels) \(Self.number(row.seconds))\n"
        }
    }
}
