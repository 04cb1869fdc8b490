import Capture
import Foundation
import Testing
import Vocabulary

@testable import Conversations
@testable import Streams

/// The fast ways and the plain one: segments that need little TCP, and frames known again by their bytes, give what the long
/// way gives.
@Suite struct KnownFrameTests {
    static let files = Repository.files(in: Repository.captures).filter {
        $0.contains(".pcap") && !$0.hasSuffix(".json")
    }

    @Test(arguments: files) func fastWaysChangeNoFact(_ capture: String) throws {
        let plain = try facts(capture, Ways(plainSegments: false, known: false))
        let fast = try facts(capture, Ways())
        #expect(fast.text == plain.text)
        #expect(plain.known == 0)
    }

    /// With the request log frames are known again, but none is taken in brief.
    @Test(arguments: files) func fastWaysChangeNoRequest(_ capture: String) throws {
        let plain = try facts(capture, Ways(plainSegments: false, known: false, log: true))
        let fast = try facts(capture, Ways(log: true))
        #expect(fast.text == plain.text)
    }

    private struct Ways {
        var plainSegments = true
        var known = true
        var log = false
    }

    @Test func busyConnectionsAreKnown() throws {
        let names = Repository.files(in: Repository.captures).filter { $0.hasSuffix(".pcap") }
        let known = try names.reduce(0) { try $0 + facts($1, Ways()).known }
        #expect(known > 20)
    }

    /// All that was learned, as text; and how many frames are kept.
    private func facts(_ capture: String, _ ways: Ways) throws -> (text: String, known: Int) {
        let reader = try CaptureReader(paths: [Repository.capture(capture)], options: CaptureOptions())
        let streams = StreamEngine(limits: Limits())
        let conversations = ConversationEngine(limits: Limits())
        if ways.log { conversations.keepRequests() }
        conversations.known.isUsed = ways.known
        streams.core.takesPlainPackets = ways.plainSegments
        while let batch = try reader.nextBatch() {
            conversations.note(times: batch)
            conversations.consume(streams.process(batch), of: streams)
        }
        streams.finish { conversations.consume($0, of: streams) }
        conversations.settle()
        let file = conversations.file
        var text = "\(file.totals.decoded) \(file.totals.pairedOnly) \(file.totals.malformed) \(file.totals.leftOver)\n"
        for record in file.connections {
            text += "\(record.kafka.requests) \(record.kafka.responses) \(record.kafka.understoodBytes)"
            text += "\(record.tcp) \(record.kafka)"
            text +=
                " \(record.kafka.leastAcks) \(record.kafka.group.raw) \(record.kafka.lastApi) \(record.unanswered)\n"
        }
        text += "\(streams.totals) \(streams.summary) \(file.claims.count) \(file.slowAnswers)\n"
        text += "\(file.answerTimes.map { "\($0.key) \($0.value)" }.sorted())\n"
        text += "\(file.errorRows.map { "\($0.value)" }.sorted())\n"
        for event in file.errorEvents { text += "\(event)\n" }
        conversations.requestLog?.forEach { text += "\($0)\n" }
        text += file.latency.map { "\($0.key.api) \($0.value.count) \($0.value.maxNanoseconds) \($0.value.octaves)" }
            .sorted().joined(
                separator: ";")
        return (text, conversations.known.frames.count)
    }
}
