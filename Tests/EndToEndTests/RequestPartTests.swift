import Capture
import Conversations
import Pipeline
import ReportModel
import Streams
import Testing
import Vocabulary

@testable import Depth

/// What single requests are drawn by, and how those of readers are counted.
@Suite struct RequestPartTests {
    private func log(_ capture: String, parts: Bool) throws -> RequestColumns {
        var options = AnalyzerOptions()
        (options.keepsRequests, options.keepsRequestParts) = (true, parts)
        return try #require(try InProcess.report([Repository.capture(capture)], options).requestLog)
    }

    /// Each answered request has its parts, and they add up to no less than what it waited.
    @Test(arguments: ["healthy-java.pcap", "one-broker-wrong-port-wan.pcap", "tls12-keylog.pcap"])
    func partsOfEachRequestAddUp(_ capture: String) throws {
        let log = try log(capture, parts: true)
        try #require(log.parts.count == log.count)
        for i in 0..<log.count where log.marks[i].contains(.answered) && !log.marks[i].contains(.lost) {
            let sum = RequestParts.columns.reduce(0) { $0 + Int($1.value(log.parts[i])) }
            // Each part is rounded down by itself.
            #expect(sum + RequestParts.columns.count >= Int(log.microseconds[i]))
            #expect(sum > 0)
        }
    }

    @Test func nobodyPaysWhoDrawsNothing() throws {
        #expect(try log("healthy-java.pcap", parts: false).parts.isEmpty)
    }

    /// Counts what the answers say, with nothing of the tables.
    private final class Counter: MessageObserver {
        var answers: [String: Int64] = [:]

        func took(_ request: ObservedRequest) {}
        func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) {}
        func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

        func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
            guard request.api == Api.fetch,
                answer.body.root.elements("Responses").contains(where: { !$0.elements("Partitions").isEmpty })
            else { return }
            answers[request.clientId ?? "", default: 0] += 1
        }
    }

    /// With one topic: as many as answers that name it, not only those that brought records.
    @Test(arguments: ["healthy-java.pcap", "healthy-kafkajs.pcap", "healthy-librdkafka.pcap"])
    func requestsOfReadersAreAllThatNameTheTopic(_ capture: String) throws {
        let counter = Counter()
        let streams = StreamEngine(limits: Limits())
        let conversations = ConversationEngine(limits: Limits())
        conversations.observe(by: counter)
        let reader = try CaptureReader(paths: [Repository.capture(capture)], options: CaptureOptions())
        while let batch = try reader.nextBatch() { conversations.consume(streams.process(batch)) }
        streams.finish { conversations.consume($0) }
        conversations.settle()
        let tables = try #require(try FactRun(capture, FactRun.Ways(tables: Limits())).tables)
        let readers = tables.topicClients.filter { $0.direction == .fetch }
        #expect(!readers.isEmpty)
        for row in readers { #expect(row.requests == counter.answers[row.clientId ?? ""]) }
    }
}
