public import ReportModel
internal import Vocabulary

/// How things stand, as OpenMetrics text (version 1.0) or in the plain text format that came before it: counters since the run
/// began, gauges of now.
public struct OpenMetricsWriter {
    typealias Sample = (labels: [(String, String)], value: Double)

    /// Label values of one family, beyond which the rest is `_other`.
    private static let labelLimit = 200

    let status: LiveStatus
    private let version: String
    private let format: MetricsFormat
    var text = ""

    private init(_ status: LiveStatus, _ version: String, _ format: MetricsFormat) {
        (self.status, self.version, self.format) = (status, version, format)
    }

    public static func text(_ status: LiveStatus, version: String, format: MetricsFormat = .openMetrics) -> String {
        var writer = OpenMetricsWriter(status, version, format)
        writer.write()
        return writer.text
    }

    private mutating func write() {
        info()
        requests()
        findings()
        connections()
        capture()
        process()
        histogram(
            "response_duration_seconds", "Time to the answer, long polls left out.",
            status.times.filter { !$0.longPoll })
        histogram("fetch_wait_seconds", "Fetches that waited for something to read.", status.times.filter(\.longPoll))
        lag()
        labelled()
        if format == .openMetrics { text += "# EOF\n" }
    }

    // MARK: Families

    private mutating func info() {
        text += format == .openMetrics ? "# TYPE brokertap_build info\n# HELP brokertap_build The program.\n" : ""
        if format == .plain { head("build_info", "gauge", "The program.") }
        text += "brokertap_build_info{version=\"\(Self.escaped(version))\"} 1\n"
    }

    private mutating func requests() {
        let (summary, counters) = (status.report.summary, status.counters)
        counter("requests", "Requests seen.", [([], Double(summary.requests))])
        counter("responses", "Answers seen.", [([], Double(summary.responses))])
        counter(
            "unanswered_requests", "Requests of findings that were lost.",
            labelled(counters.unansweredByCause, "cause"))
        counter("response_errors", "Error codes in answers.", labelled(counters.errors, "error"))
        counter(
            "request_bytes", "TCP payload from clients.", atBrokers(counters.bytes.mapValues { Double($0.requests) }),
            unit: "bytes")
        counter(
            "response_bytes", "TCP payload from servers.", atBrokers(counters.bytes.mapValues { Double($0.responses) }),
            unit: "bytes")
        counter(
            "throttle_seconds", "Throttle times that answers carried.", [([], Double(counters.throttledMs) / 1000)],
            unit: "seconds")
        let zeros = status.openConnectionsAt.mapValues { _ in 0.0 }
        gauge(
            "requests_waiting", "Requests that wait for longer than is usual at their broker.",
            atBrokers(zeros.merging(status.waitingAt.mapValues { Double($0.count) }) { $1 }))
        gauge(
            "oldest_wait_seconds", "How long the oldest of them has waited.",
            atBrokers(zeros.merging(status.waitingAt.mapValues { $0.longestMs / 1000 }) { $1 }, joinedBy: max),
            unit: "seconds")
    }

    private mutating func findings() {
        let labels = Severity.allCases.flatMap { severity in FindingKind.allCases.map { ($0, severity) } }
        var counts: [LiveCounters.FindingLabels: Int64] = [:]
        for (kind, severity) in labels {
            for confidence in Confidence.allCases {
                counts[.init(kind: kind, severity: severity, confidence: confidence)] = 0
            }
        }
        counts.merge(status.counters.findings) { $1 }
        counter(
            "findings", "Findings opened, for each severity that they came to.",
            counts.map { key, count in
                (Self.named(key.kind, key.severity) + [("confidence", key.confidence.rawValue)], Double(count))
            })
        var open: [String: Int] = [:]
        for finding in status.report.findings where finding.state == .open || finding.state == .changed {
            open["\(finding.kind.rawValue) \(finding.severity.rawValue)", default: 0] += 1
        }
        gauge(
            "findings_open", "Findings that are neither over nor withdrawn.",
            labels.map { kind, severity in
                (Self.named(kind, severity), Double(open["\(kind.rawValue) \(severity.rawValue)"] ?? 0))
            })
    }

    private static func named(_ kind: FindingKind, _ severity: Severity) -> [(String, String)] {
        [("kind", kind.rawValue), ("severity", severity.rawValue)]
    }

    private mutating func connections() {
        let counters = status.counters
        gauge("connections_open", "Connections now.", atBrokers(status.openConnectionsAt.mapValues(Double.init)))
        counter("connections", "Connections that ended.", labelled(counters.connectionsByEnd, "end"))
        counter("auth_attempts", "Sign-ins on connections that ended.", signIns)
        counter("tcp_retransmitted_segments", "Data segments sent again.", [([], Double(counters.retransmissions))])
        let known = Set(status.openConnectionsAt.keys).subtracting([LiveCounters.otherBroker])
        let conditions = Dictionary(
            status.conditions.map { ($0.server, $0.condition) }, uniquingKeysWith: { first, _ in first })
        let brokers = known.union(conditions.keys).sorted().prefix(Self.labelLimit)
        gauge(
            "broker_state", "1 for the state that a broker is in.",
            brokers.flatMap { broker in
                BrokerCondition.allCases.map { condition in
                    (
                        [("broker", broker), ("state", condition.rawValue)],
                        conditions[broker] ?? .up == condition ? 1 : 0
                    )
                }
            })
        counter(
            "broker_state_changes", "How often a broker came to be so.",
            brokers.flatMap { broker in
                BrokerCondition.allCases.map { condition in
                    (
                        [("broker", broker), ("state", condition.rawValue)],
                        Double(status.brokerChanges[broker]?[condition] ?? 0)
                    )
                }
            })
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
            "capture_understood_ratio", "Share of the TCP payload that was understood.",
            [([], status.report.capture.coverage.understoodShare ?? 1)], unit: "ratio")
        gauge(
            "capture_input_up", "0 where an interface is down, or has gone.",
            sources.map { ([("source", $0.name)], status.input.down.contains($0.name) ? 0 : 1) })
        gauge(
            "last_packet_timestamp_seconds", "When the last packet was captured; 0 before the first.",
            [([], status.lastPacket.map { Double($0.nanoseconds) / 1e9 } ?? 0)], unit: "seconds")
    }

    /// Under the names that every exporter gives them.
    private mutating func process() {
        gauge("memory_bytes", "Memory of this process.", [([], Double(status.memoryBytes))], unit: "bytes")
        let process = status.process
        if let seconds = process.cpuSeconds {
            counter("cpu_seconds", "Processor time used.", [([], seconds)], unit: "seconds", prefix: "process")
        }
        let gauges: [(String, String, Double?, String)] = [
            ("resident_memory_bytes", "Memory in use.", Double(status.memoryBytes), "bytes"),
            ("virtual_memory_bytes", "Address space in use.", process.virtualBytes.map { Double($0) }, "bytes"),
            ("start_time_seconds", "When the process began.", process.startTime, "seconds"),
            ("open_fds", "Open files.", process.openFiles.map { Double($0) }, ""),
            ("max_fds", "Files that may be open.", process.mostFiles.map { Double($0) }, ""),
        ]
        for (name, help, value, unit) in gauges {
            if let value { gauge(name, help, [([], value)], unit: unit, prefix: "process") }
        }
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

    private var signIns: [Sample] {
        status.counters.authAttempts.map { labels, count in
            ([("mechanism", labels.mechanism), ("outcome", labels.outcome)], Double(count))
        }
    }

    /// The most frequent by their own names, the rest of each broker, and the rest of all, together.
    private func labelled(_ counts: [LiveCounters.AtBroker: Int64], _ label: String) -> [Sample] {
        var names: [String: Int64] = [:]
        for (place, count) in counts { names[place.name, default: 0] += count }
        let frequent = names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.labelLimit)
        let kept = Set(frequent.map(\.key))
        var sums: [LiveCounters.AtBroker: Int64] = [:]
        for (place, count) in counts {
            sums[.init(kept.contains(place.name) ? place.name : "_other", at: place.broker), default: 0] += count
        }
        return sums.map { ([(label, $0.key.name), ("broker", $0.key.broker)], Double($0.value)) }
    }

    /// A sample for each broker; those that are none, or one too many, are one.
    private func atBrokers(_ values: [String: Double], joinedBy join: (Double, Double) -> Double = (+)) -> [Sample] {
        var rest: Double?
        var samples: [Sample] = []
        for (broker, value) in values.sorted(by: { $0.key < $1.key }) {
            let isKnown = status.openConnectionsAt[broker] != nil && broker != LiveCounters.otherBroker
            if isKnown, samples.count < Self.labelLimit {
                samples.append(([("broker", broker)], value))
            } else {
                rest = rest.map { join($0, value) } ?? value
            }
        }
        if let rest { samples.append(([("broker", LiveCounters.otherBroker)], rest)) }
        return samples
    }

    // MARK: Lines

    mutating func counter(
        _ name: String, _ help: String, _ samples: [Sample], unit: String = "", prefix: String = "brokertap"
    ) {
        head(format == .plain ? "\(name)_total" : name, "counter", help, unit, prefix)
        for sample in samples.map({ (Self.labels($0.labels), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            text += "\(prefix)_\(name)_total\(sample.0) \(Self.number(sample.1))\n"
        }
    }

    private mutating func gauge(
        _ name: String, _ help: String, _ samples: [Sample], unit: String = "", prefix: String = "brokertap"
    ) {
        head(name, "gauge", help, unit, prefix)
        for sample in samples.map({ (Self.labels($0.labels), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            text += "\(prefix)_\(name)\(sample.0) \(Self.number(sample.1))\n"
        }
    }

    mutating func head(
        _ name: String, _ type: String, _ help: String, _ unit: String = "", _ prefix: String = "brokertap"
    ) {
        text += "# TYPE \(prefix)_\(name) \(type)\n"
        if !unit.isEmpty, format == .openMetrics { text += "# UNIT \(prefix)_\(name) \(unit)\n" }
        text += "# HELP \(prefix)_\(name) \(help)\n"
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

    static func labels(_ labels: [(String, String)]) -> String {
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

    static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.isFinite ? "\(value)" : "0"
    }
}
