public import ReportModel
internal import Vocabulary

/// How things stand, as OpenMetrics text (version 1.0): counters since the run began, gauges of now.
public struct OpenMetricsWriter {
    public static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    /// Label values of one family, beyond which the rest is `_other`.
    private static let labelLimit = 200

    private let status: LiveStatus
    private let version: String
    private var text = ""

    private init(_ status: LiveStatus, _ version: String) {
        self.status = status
        self.version = version
    }

    public static func text(_ status: LiveStatus, version: String) -> String {
        var writer = OpenMetricsWriter(status, version)
        writer.write()
        return writer.text
    }

    private mutating func write() {
        let report = status.report
        info()
        counter("requests", "Requests seen.", [([], Double(report.summary.requests))])
        counter("responses", "Answers seen.", [([], Double(report.summary.responses))])
        counter(
            "unanswered_requests", "Requests of findings that were lost.",
            labelled(status.counters.unansweredByCause, "cause"))
        counter("response_errors", "Error codes in answers.", labelled(status.counters.errors, "error"))
        counter("findings", "Findings opened.", findings)
        gauge("connections_open", "Connections now.", "", Double(status.openConnections))
        counter("connections", "Connections that ended.", labelled(status.counters.connectionsByEnd, "end"))
        counter("auth_attempts", "Sign-ins on connections that ended.", signIns)
        counter(
            "throttle_seconds", "Throttle times that answers carried.",
            [([], Double(status.counters.throttledMs) / 1000)], unit: "seconds")
        counter(
            "request_bytes", "TCP payload from clients.", [([], Double(status.counters.requestBytes))], unit: "bytes")
        counter(
            "response_bytes", "TCP payload from servers.", [([], Double(status.counters.responseBytes))],
            unit: "bytes")
        counter(
            "tcp_retransmitted_segments", "Data segments sent again.", [([], Double(status.counters.retransmissions))])
        capture()
        gauge("memory_bytes", "Memory of this process.", "bytes", Double(status.memoryBytes))
        gauge("requests_waiting", "Requests that wait for longer than a moment.", "", Double(status.waiting.count))
        histogram(
            "response_duration_seconds", "Time to the answer, long polls left out.",
            status.times.filter { !$0.longPoll })
        histogram("fetch_wait_seconds", "Fetches that waited for something to read.", status.times.filter(\.longPoll))
        lag()
        text += "# EOF\n"
    }

    // MARK: Families

    private mutating func info() {
        text += "# TYPE brokertap_build info\n# HELP brokertap_build The program.\n"
        text += "brokertap_build_info{version=\"\(Self.escaped(version))\"} 1\n"
    }

    private mutating func capture() {
        let sources = status.report.capture.sources
        let named = sources.map { [("source", $0.name)] }
        counter(
            "capture_packets", "Packets captured.", zip(named, sources).map { ($0, Double($1.packets)) })
        counter(
            "capture_bytes", "Bytes captured.", zip(named, sources).map { ($0, Double($1.bytes)) }, unit: "bytes")
        counter(
            "capture_dropped_packets", "Packets lost before they were seen.",
            [
                ([("by", "kernel")], Double(status.droppedByKernel)),
                ([("by", "interface")], Double(status.droppedByInterface)),
            ])
        gauge(
            "capture_understood_ratio", "Share of the TCP payload that was understood.", "ratio",
            status.report.capture.coverage.understoodShare ?? 1)
    }

    /// Only where it was asked for: a series for each group and partition is a lot for whoever keeps them.
    private mutating func lag() {
        guard let rows = status.lag else { return }
        head("group_lag_records", "gauge", "Records that a group has not committed.", "records")
        for row in rows.sorted(by: { $0.place < $1.place }) {
            let place = row.place
            let labels = [("group", place.group), ("topic", place.topic), ("partition", String(place.partition))]
            text += "brokertap_group_lag_records\(Self.labels(labels)) \(row.records)\n"
        }
    }

    private var findings: [(labels: [(String, String)], value: Double)] {
        status.counters.findings.map { labels, count in
            (
                [
                    ("kind", labels.kind.rawValue), ("severity", labels.severity.rawValue),
                    ("confidence", labels.confidence.rawValue),
                ], Double(count)
            )
        }
    }

    private var signIns: [(labels: [(String, String)], value: Double)] {
        status.counters.authAttempts.map { labels, count in
            ([("mechanism", labels.mechanism), ("outcome", labels.outcome)], Double(count))
        }
    }

    /// The most frequent by their own value, the rest together.
    private func labelled(_ counts: [String: Int64], _ label: String) -> [(labels: [(String, String)], value: Double)] {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var rows = sorted.prefix(Self.labelLimit).map { ([(label, $0.key)], Double($0.value)) }
        let rest = sorted.dropFirst(Self.labelLimit).reduce(Int64(0)) { $0 + $1.value }
        if rest > 0 { rows.append(([(label, "_other")], Double(rest))) }
        return rows
    }

    // MARK: Lines

    private mutating func counter(
        _ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)], unit: String = ""
    ) {
        head(name, "counter", help, unit)
        for sample in samples.map({ (Self.labels($0.labels), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            text += "brokertap_\(name)_total\(sample.0) \(Self.number(sample.1))\n"
        }
    }

    private mutating func gauge(_ name: String, _ help: String, _ unit: String, _ value: Double) {
        head(name, "gauge", help, unit)
        text += "brokertap_\(name) \(Self.number(value))\n"
    }

    private mutating func head(_ name: String, _ type: String, _ help: String, _ unit: String) {
        text += "# TYPE brokertap_\(name) \(type)\n"
        if !unit.isEmpty { text += "# UNIT brokertap_\(name) \(unit)\n" }
        text += "# HELP brokertap_\(name) \(help)\n"
    }

    private mutating func histogram(_ name: String, _ help: String, _ all: [ResponseTimes]) {
        head(name, "histogram", help, "seconds")
        for row in Self.bounded(all) {
            let labels = [("api", row.api), ("broker", row.broker)]
            for (bound, count) in zip(ResponseTimes.bounds, row.counts) {
                let le = [("le", Self.number(Double(bound) / 1e6))]
                text += "brokertap_\(name)_bucket\(Self.labels(labels + le)) \(count)\n"
            }
            text += "brokertap_\(name)_bucket\(Self.labels(labels + [("le", "+Inf")])) \(row.count)\n"
            text += "brokertap_\(name)_count\(Self.labels(labels)) \(row.count)\n"
            text += "brokertap_\(name)_sum\(Self.labels(labels)) \(Self.number(row.sumSeconds))\n"
        }
    }

    /// Brokers beyond the limit are one; the first by address keep their names.
    private static func bounded(_ all: [ResponseTimes]) -> [ResponseTimes] {
        var names: Set<String> = []
        for broker in all.map(\.broker).sorted() where names.count < labelLimit { names.insert(broker) }
        var rows: [ResponseTimes] = []
        var others: [String: ResponseTimes] = [:]
        for row in all {
            if names.contains(row.broker) { rows.append(row); continue }
            var other = others[row.api] ?? ResponseTimes()
            (other.api, other.broker) = (row.api, "_other")
            other.count += row.count
            other.sumSeconds += row.sumSeconds
            other.counts = other.counts.isEmpty ? row.counts : zip(other.counts, row.counts).map { $0 + $1 }
            others[row.api] = other
        }
        return rows + others.values.sorted { $0.api < $1.api }
    }

    private static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    /// Made visible first: no control character of the wire reaches whoever shows the metrics.
    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in Visible.escaped(value).unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.isFinite ? "\(value)" : "0"
    }
}
