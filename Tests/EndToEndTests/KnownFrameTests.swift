import Capture
import Foundation
import Streams
import Testing
import Vocabulary

@testable import Conversations

/// The fast way and the plain one: frames known again by their bytes hold what decoding them would give.
@Suite struct KnownFrameTests {
    @Test(
        arguments: Repository.files(in: Repository.captures).filter { $0.contains(".pcap") && !$0.hasSuffix(".json") })
    func knowingFramesChangesNoFact(_ capture: String) throws {
        let plain = try facts(capture, known: false)
        let fast = try facts(capture, known: true)
        #expect(fast.text == plain.text)
        #expect(plain.known == 0)
    }

    @Test func busyConnectionsAreKnown() throws {
        let names = Repository.files(in: Repository.captures).filter { $0.hasSuffix(".pcap") }
        let known = try names.reduce(0) { try $0 + facts($1, known: true).known }
        #expect(known > 20)
    }

    /// All that was learned, as text; and how many frames are kept.
    private func facts(_ capture: String, known: Bool) throws -> (text: String, known: Int) {
        let reader = try CaptureReader(paths: [Repository.capture(capture)], options: CaptureOptions())
        let streams = StreamEngine(limits: Limits())
        let conversations = ConversationEngine(limits: Limits())
        conversations.keepRequests()
        conversations.known.isUsed = known
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
            text +=
                " \(record.kafka.leastAcks) \(record.kafka.group.raw) \(record.kafka.lastApi) \(record.unanswered)\n"
        }
        for event in file.errorEvents { text += "\(event)\n" }
        conversations.requestLog?.forEach { text += "\($0)\n" }
        text += file.latency.map { "\($0.key.api) \($0.value.count) \($0.value.maxNanoseconds)" }.sorted().joined(
            separator: ";")
        return (text, conversations.known.frames.count)
    }
}
