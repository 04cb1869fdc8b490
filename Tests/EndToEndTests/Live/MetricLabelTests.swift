import Foundation
import Pipeline
import ReportModel
import Reports
import Testing
import Vocabulary

/// Metrics by client id and by topic.
@Suite struct MetricLabelTests {
    private static let name = "healthy-java-kip848.pcap"

    private func last(
        _ name: String, _ labels: Set<MetricLabel>, _ change: (inout LiveOptions) -> Void = { _ in }
    ) throws -> LiveStatus {
        let live = try LiveRun.of([Repository.capture(name)]) {
            $0.metricLabels = labels
            change(&$0)
        }
        return try #require(live.statuses.last)
    }

    @Test func nothingIsToldThatWasNotAskedFor() throws {
        let status = try last(Self.name, [])
        #expect(status.labelled.clients == nil && status.labelled.topics == nil && status.lag == nil)
        let metrics = OpenMetricsWriter.text(status, version: "1")
        #expect(!metrics.contains("brokertap_client_") && !metrics.contains("brokertap_topic_"))
        let clients = try last(Self.name, [.client])
        #expect(clients.labelled.clients != nil && clients.labelled.topics == nil && clients.lag == nil)
    }

    /// All requests are somebody's, and what is told of topics is what the tables of the file have.
    @Test(arguments: [name, "crash-kill9.pcap", "acl-denied.pcap"]) func sumsAreThoseOfTheReport(name: String) throws {
        let status = try last(name, [.client, .topic])
        let clients = try #require(status.labelled.clients)
        let topics = try #require(status.labelled.topics)
        let report = try Analyzer(options: AnalyzerOptions()).run(paths: [Repository.capture(name)]) { _ in true }
        #expect(clients.values.reduce(0) { $0 + $1.requests } == report.summary.requests)
        #expect(clients.values.allSatisfy { $0.timed <= $0.requests && $0.errors <= $0.requests })
        let table = try #require(report.tables?.topicClients)
        for topic in Set(table.compactMap(\.topic)) {
            let rows = table.filter { $0.topic == topic }
            let sent = rows.filter { $0.direction == .produce }.reduce(Int64(0)) { $0 + $1.bytes }
            #expect(topics[topic]?.requestBytes == sent, "\(topic)")
        }
    }

    /// The first keep their names, all others are one.
    @Test func namesAreBounded() throws {
        let all = try #require(try last("crash-kill9.pcap", [.client]).labelled.clients)
        #expect(all.count > 3)
        let few = try #require(
            try last("crash-kill9.pcap", [.client]) { $0.analysis.limits.metricLabelValues = 2 }.labelled.clients)
        #expect(few.count == 3 && few[LabelledCounts.others] != nil)
        #expect(few.values.reduce(0) { $0 + $1.requests } == all.values.reduce(0) { $0 + $1.requests })
    }

    /// Each family has its head once, and a name from the wire cannot leave its quotes.
    @Test(arguments: [MetricsFormat.openMetrics, .plain]) func familiesAreWellFormed(format: MetricsFormat) throws {
        var status = try last(Self.name, [.client, .topic])
        status.labelled.clients = ["a\"b\\c\n\u{1B}": LabelledCounts(), "plain": LabelledCounts()]
        let lines = OpenMetricsWriter.text(status, version: "1", format: format).split(separator: "\n")
        let types = lines.filter { $0.hasPrefix("# TYPE brokertap_client_") || $0.hasPrefix("# TYPE brokertap_topic_") }
        #expect(types.count == 12 && Set(types).count == 12)
        let samples = lines.filter { $0.hasPrefix("brokertap_client_") }
        #expect(samples.count == 2 * 7)
        let form = /brokertap_client_[a-z_]+\{client="([^"\\\n]|\\["\\n])*"\} [0-9.e+-]+/
        for sample in samples { #expect(sample.wholeMatch(of: form) != nil, "\(sample)") }
    }
}
