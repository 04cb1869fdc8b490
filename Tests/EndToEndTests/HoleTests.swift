import Foundation
import Testing
import Vocabulary

@testable import Conversations

/// What holes in a stream take from the facts, and what not.
@Suite struct HoleTests {
    private func facts(_ dialogue: Dialogue) throws -> CaseFile {
        try Scratch.reading(dialogue.capture) { try FactRun(at: $0, FactRun.Ways()).file }
    }

    @Test func aHoleIsCountedOnce() throws {
        var talk = Dialogue()
        for id in 1...9 as ClosedRange<UInt32> {
            talk.client(Dialogue.heartbeat(id))
            talk.server(Dialogue.answer(id), captured: id != 5)
        }
        let record = try #require(facts(talk).connections.records.first)
        #expect(record.kafka.answerGaps == 1 && record.kafka.requestGaps == 0)
        #expect(record.kafka.responses == 8 && record.unanswered.isEmpty)
    }

    /// A token that was not captured ends no sign-in, and what follows it is read.
    @Test(arguments: [true, false]) func requestsBehindLostTokensAreRead(fromClient: Bool) throws {
        var talk = Dialogue()
        talk.client(Dialogue.request(17, 0, 1, [0, 5] + Array("PLAIN".utf8)))
        talk.server(Dialogue.answer(1, [0, 0, 0, 0, 0, 1, 0, 5] + Array("PLAIN".utf8)))
        talk.client(PingPong.frame([0] + Array("someone".utf8) + [0] + Array("something".utf8)), captured: !fromClient)
        talk.server(PingPong.frame([]), captured: fromClient)
        for id in 2...6 as ClosedRange<UInt32> {
            talk.client(Dialogue.heartbeat(id))
            talk.server(Dialogue.answer(id))
        }
        let file = try facts(talk)
        let record = try #require(file.connections.records.first)
        #expect(record.kafka.requests == 6)
        #expect(record.kafka.responses == 6)
        #expect(record.unanswered.isEmpty)
        #expect(file.totals.unknownBytes == 0)
    }

    /// What was read before a hole was read, though too little of it to be sure.
    @Test func answersBeforeAHoleAreUnderstood() throws {
        var talk = Dialogue()
        talk.client(Dialogue.heartbeat(1), captured: false)
        talk.server(Dialogue.answer(1))
        talk.client(Dialogue.heartbeat(2), captured: false)
        talk.server(Dialogue.answer(2))
        talk.server(Array(repeating: 7, count: 44), captured: false)
        talk.client(Dialogue.heartbeat(3))
        talk.server(Dialogue.answer(3))
        talk.client(Dialogue.heartbeat(4))
        let file = try facts(talk)
        #expect(file.totals.unknownBytes == 0 && file.totals.responses == 3)
        #expect(file.connections.records.first?.unanswered.map(\.correlationId) == [4])
    }

    /// The answer to the first request fell into a hole. Its correlation id, 0, stands in the answers that follow, where
    /// nobody may take it for the beginning of one.
    @Test func anAnswerInAHoleTakesNoOtherAlong() throws {
        var talk = Dialogue()
        talk.client(Dialogue.request(18, 0, 0, []))
        talk.server(Dialogue.answer(0, [0, 0, 0, 0, 0, 0]), captured: false)
        for id in 1...6 as ClosedRange<UInt32> {
            talk.client(Dialogue.request(12, 1, id + 70_000, [0, 1, 0x67, 0, 0, 0, 1, 0, 1, 0x6D]))
            talk.server(Dialogue.answer(id + 70_000, [0, 0, 0, 0, 0, 0]))
        }
        let record = try #require(facts(talk).connections.records.first)
        #expect(record.kafka.responses == 6 && record.unanswered.isEmpty)
    }

    @Test func replicasAreBounded() throws {
        var talk = Dialogue()
        talk.client(Dialogue.request(3, 0, 1, [0, 0, 0, 0]))
        let replicas = PingPong.big(3000) + (0..<3000 as Range<UInt32>).flatMap(PingPong.big)
        let partition = [0, 0] + PingPong.big(0) + PingPong.big(1) + replicas + PingPong.big(1) + PingPong.big(1)
        let topic: [UInt8] = [0, 0, 0, 1, 0x74] + PingPong.big(1) + partition
        let answer = Dialogue.answer(1, PingPong.big(0) + PingPong.big(1) + topic)
        for start in stride(from: 0, to: answer.count, by: 1000) {
            talk.server(Array(answer[start..<min(start + 1000, answer.count)]))
        }
        talk.client(Dialogue.heartbeat(2))
        let file = try facts(talk)
        let trip = try #require(file.limitsReached.first { $0.name == "partitionReplicas" })
        #expect(trip.allowed == Limits().partitionReplicas && trip.seen == 3000)
        #expect(file.partitions.health.first?.replicas.count == Limits().partitionReplicas)
    }
}
