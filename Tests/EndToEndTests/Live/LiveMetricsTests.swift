import ReportModel
import Reports
import Testing
import Vocabulary

@testable import Pipeline

/// Metrics that alerts can stand on.
@Suite struct LiveMetricsTests {
    private func lines(_ status: LiveStatus, _ format: MetricsFormat = .openMetrics) -> [String] {
        OpenMetricsWriter.text(status, version: "1", format: format).split(separator: "\n").map(String.init)
    }

    private let empty = LiveStatus(time: CaptureTime(nanoseconds: 0))

    /// A first finding is an increase only where its series was there before.
    @Test func everyKindAndSeverityIsThereFromTheStart() {
        let text = Set(lines(empty))
        for kind in FindingKind.allCases {
            for severity in Severity.allCases {
                let labels = "kind=\"\(kind.rawValue)\",severity=\"\(severity.rawValue)\""
                #expect(text.contains("brokertap_findings_open{\(labels)} 0"))
                #expect(text.contains("brokertap_findings_total{\(labels),confidence=\"certain\"} 0"))
            }
        }
    }

    @Test func labelsSayWhichBroker() throws {
        let live = try LiveRun.of([Repository.capture("hang-now.pcap")], every: 20)
        let worst = try #require(live.statuses.max { $0.waitingCount < $1.waitingCount })
        #expect(worst.waitingCount > worst.waiting.prefix(1).count)
        let text = lines(worst)
        let broker = "broker=\"10.10.0.12:9092\""
        let there = try #require(worst.waitingAt["10.10.0.12:9092"])
        #expect(text.contains("brokertap_requests_waiting{\(broker)} \(there.count)"))
        for name in ["connections_open", "request_bytes_total", "response_bytes_total", "oldest_wait_seconds"] {
            #expect(text.contains { $0.hasPrefix("brokertap_\(name){\(broker)}") }, "\(name)")
        }
        #expect(worst.waiting.contains { $0.topic != nil && $0.clientId != nil })
        #expect(zip(worst.waiting, worst.waiting.dropFirst()).allSatisfy { $0.waitedMs >= $1.waitedMs })
    }

    /// In the plain text a counter's type stands under the name of its samples, and nothing is in it that only the other knows.
    @Test func thePlainTextIsPlain() throws {
        let live = try LiveRun.of([Repository.capture("crash-kill9.pcap")])
        let status = try #require(live.statuses.last)
        let text = lines(status, .plain)
        #expect(!text.contains { $0.hasPrefix("# UNIT") || $0.hasPrefix("# EOF") || $0.hasSuffix(" info") })
        var types: Set<String> = []
        for line in text {
            if line.hasPrefix("# TYPE ") { types.insert(String(line.split(separator: " ")[2])) }
            guard !line.hasPrefix("#") else { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            let family = ["_bucket", "_count", "_sum"].first(where: name.hasSuffix).map {
                String(name.dropLast($0.count))
            }
            #expect(types.contains(name) || types.contains(family ?? name), "\(line)")
        }
        #expect(text.contains { $0.hasPrefix("process_cpu_seconds_total ") })
        #expect(text.contains { $0.hasPrefix("process_open_fds ") })
        #expect(text.contains { $0.hasPrefix("brokertap_last_packet_timestamp_seconds 1") })
        let plain = text.filter { !$0.hasPrefix("#") }
        #expect(plain == lines(status).filter { !$0.hasPrefix("#") })
    }

    @Test(arguments: [
        (nil, MetricsFormat.openMetrics), ("*/*", .openMetrics), ("text/plain;version=0.0.4", .plain),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", .openMetrics),
        ("application/openmetrics-text;version=1.0.0;q=0.2, text/plain; q=0.9", .plain),
        ("text/html,application/xhtml+xml,*/*;q=0.8", .plain), ("q=;;,,", .openMetrics),
    ])
    func theReaderChooses(_ accept: String?, _ format: MetricsFormat) {
        #expect(MetricsFormat(accept: accept) == format)
    }

    /// Lost requests are counted as they become known, each once.
    @Test func lossesAreCountedOnce() {
        var (counts, counters) = (FindingCounts(), LiveCounters())
        func tell(_ lost: Int, _ state: FindingState, _ severity: Severity = .warning) {
            var finding = Finding(
                kind: .disconnectBeforeResponse, severity: severity, confidence: .certain,
                first: CaptureTime(nanoseconds: 0), last: CaptureTime(nanoseconds: 0))
            (finding.id, finding.state, finding.requestsLeftOut, finding.cause) = ("a", state, lost, .brokerCrashed)
            finding.server = "b:1"
            counts.note(finding, &counters) { $0 ?? "_other" }
        }
        let place = LiveCounters.AtBroker("broker-crashed", at: "b:1")
        tell(5, .open)
        tell(3, .changed)
        tell(190, .changed, .error)
        #expect(counters.unansweredByCause == [place: 190])
        #expect(counters.findings.mapValues { $0 }.values.sorted() == [1, 1])
        tell(200, .final, .error)
        #expect(counters.unansweredByCause == [place: 200])
        // What came up with the end was never told, and never counted.
        tell(7, .final)
        #expect(counters.unansweredByCause == [place: 200])
    }

    /// A finding counts once for each severity, milder ones too; losses that are explained at once are none, and those that
    /// are withdrawn later stand for the next.
    @Test func whatIsWithdrawnIsNotCountedForGood() {
        var (counts, counters) = (FindingCounts(patience: Span.seconds(5)), LiveCounters())
        func tell(_ id: String, _ lost: Int, _ state: FindingState, at seconds: Int64, _ severity: Severity = .error) {
            var finding = Finding(
                kind: .authTerminated, severity: severity, confidence: .certain,
                first: CaptureTime(nanoseconds: 0), last: CaptureTime(nanoseconds: 0))
            (finding.id, finding.state, finding.requestsLeftOut, finding.server) = (id, state, lost, "b:1")
            let now = CaptureTime(nanoseconds: Span.seconds(seconds))
            counts.note(finding, &counters, at: now) { $0 ?? "_other" }
            counts.settle(&counters, at: now)
        }
        let place = LiveCounters.AtBroker("auth-terminated", at: "b:1")
        tell("a", 4, .open, at: 0)
        tell("a", 4, .withdrawn, at: 2)
        #expect(counters.unansweredByCause.isEmpty)
        tell("b", 6, .open, at: 3)
        tell("c", 1, .open, at: 8, .warning)
        #expect(counters.unansweredByCause == [place: 6])
        tell("b", 6, .withdrawn, at: 9)
        tell("c", 8, .changed, at: 20, .info)
        #expect(counters.unansweredByCause == [place: 8])
        tell("c", 8, .changed, at: 21, .warning)
        let bySeverity = Dictionary(grouping: counters.findings) { $0.key.severity }
        #expect(bySeverity.mapValues { $0.reduce(0) { $0 + $1.value } } == [.error: 2, .warning: 1, .info: 1])
    }

    /// Servers without number, of a scan, are one label.
    @Test func labelsAreBounded() {
        var labels = BrokerLabels()
        for port in 1...1000 { labels.learn(Endpoint(IPAddress(v4: 1), UInt16(port))) }
        #expect(labels.zeros.count == 200)
        #expect(labels.label(Endpoint(IPAddress(v4: 1), 900)) == LiveCounters.otherBroker)
        #expect(labels.label("elsewhere:1") == LiveCounters.otherBroker)
    }
}
