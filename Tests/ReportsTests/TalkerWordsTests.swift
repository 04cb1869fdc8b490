import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// Who uses most, in a sentence each.
@Suite struct TalkerWordsTests {
    private let seen = Seen(first: CaptureTime(nanoseconds: 0), last: CaptureTime(nanoseconds: 1))

    private func row(_ topic: String, _ client: String, _ direction: FlowDirection, _ bytes: Int64) -> TopicClientRow {
        var row = TopicClientRow(seen: seen)
        (row.topic, row.clientId, row.client, row.direction, row.bytes) = (topic, client, "10.0.0.9", direction, bytes)
        return row
    }

    private func topic(_ name: String, _ written: Int64, _ read: Int64) -> TopicRow {
        var row = TopicRow(seen: seen)
        (row.topic, row.producedBytes, row.fetchedBytes) = (name, written, read)
        return row
    }

    private func sentences(_ rows: [TopicClientRow], _ requests: [Int64]) -> [String] {
        var report = Report()
        var tables = DepthTables()
        tables.topicClients = rows
        tables.topics = [topic("orders", 3000, 10), topic("audit", 10, 5000)]
        report.tables = tables
        for (i, count) in requests.enumerated() {
            var broker = BrokerRow()
            (broker.addresses, broker.requests) = (["10.0.0.\(i + 1):9092"], count)
            report.brokers.append(broker)
        }
        return TalkerWords(report: report, context: NarrationContext(report)).sentences
    }

    @Test func theFirstOfEachIsNamed() {
        let told = sentences(
            [
                row("orders", "till", .produce, 2000), row("audit", "till", .produce, 1000),
                row("orders", "shop", .produce, 1000),
                row("audit", "books", .fetch, 5000),
            ], [600, 100, 100])
        #expect(told[0] == "Most is produced by till (10.0.0.9): 3.0 kB, 75 % of all (2 clients).")
        #expect(told[1] == "Only books (10.0.0.9) reads: 5.0 kB.")
        #expect(told[2] == "Most goes into orders (3.0 kB) and out of audit (5.0 kB).")
        #expect(
            told[3].contains(
                "carries more than its share: 600 requests, 75 % of all; of 3 brokers each would have 33 %."))
    }

    @Test func aFairShareIsNoWordOfBlame() {
        #expect(sentences([], [300, 290, 280]).last?.hasPrefix("Most goes to ") == true)
        #expect(sentences([], [60, 1]).last?.hasPrefix("Most goes to ") == true)
        #expect(sentences([], [60]).allSatisfy { !$0.contains("requests") })
    }
}
