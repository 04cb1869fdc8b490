import Testing
import Vocabulary

@testable import Conversations

/// Protocols whose messages begin with their length, as Kafka's do, joined in mid-stream: none of them leaves a fact behind.
@Suite struct ForeignStreamTests {
    private func facts(_ dialogue: Dialogue) throws -> CaseFile {
        try Scratch.reading(dialogue.capture) { try FactRun(at: $0, FactRun.Ways()).file }
    }

    /// A length, a number, and what looks like an answer of some kind behind it.
    private static func message(_ number: UInt32, _ kind: UInt32, _ text: String) -> [UInt8] {
        PingPong.frame(
            PingPong.big(number) + PingPong.big(kind) + PingPong.big(UInt32(text.utf8.count)) + Array(text.utf8) + [0])
    }

    /// How its messages are numbered.
    enum Numbering: CaseIterable {
        case rising, falling, constant, scattered

        func number(_ place: UInt32) -> UInt32 {
            switch self {
            case .rising: place
            case .falling: 1_000 - place
            case .constant: 0
            case .scattered: place &* 2_654_435_761 >> 1
            }
        }
    }

    @Test(arguments: Numbering.allCases, [4, 5, 12, 40]) func countsNothing(numbering: Numbering, messages: UInt32)
        throws
    {
        for kind in [1, 3, 4, 11, 0x0102_0304] as [UInt32] {
            var talk = Dialogue()
            for place in 0..<messages {
                talk.client(Self.message(numbering.number(place), kind, "/brokers/ids"))
                talk.server(Self.message(numbering.number(place), 0, "\(place)"))
            }
            talk.client([], flags: 0x11)
            talk.server([], flags: 0x11)
            let file = try facts(talk)
            #expect(file.totals.requests == 0 && file.totals.responses == 0, "kind \(kind)")
            #expect(file.totals.unmatchedAnswers == 0 && file.totals.decoded == 0, "kind \(kind)")
            #expect(file.totals.unknownBytes == file.totals.payloadBytes, "kind \(kind)")
            #expect(file.connections.records.allSatisfy { !$0.speaksKafka && $0.unanswered.isEmpty }, "kind \(kind)")
        }
    }

    /// A Kafka connection that is joined in mid-stream looks so for a moment, and no longer.
    @Test(arguments: [0, 1, 2, 5, 30]) func answersToRequestsBeforeTheCaptureAreKafkas(inFlight: UInt32) throws {
        var talk = Dialogue()
        for id in 0..<inFlight { talk.client(Dialogue.heartbeat(100 + id), captured: false) }
        talk.client(Dialogue.heartbeat(100 + inFlight))
        for id in 0..<inFlight { talk.server(Dialogue.answer(100 + id)) }
        talk.server([], flags: 0x14)
        let file = try facts(talk)
        #expect(file.totals.requests == 1 && file.totals.responses == Int64(inFlight))
        #expect(file.connections.records.first?.unanswered.count == 1)
    }

    /// What only the server's side was captured of stays what it seems to be: nothing speaks against it.
    @Test func oneSideAloneStands() throws {
        var talk = Dialogue()
        for id in 1...9 as ClosedRange<UInt32> {
            talk.client(Dialogue.heartbeat(id), captured: false)
            talk.server(Dialogue.answer(id))
        }
        #expect(try facts(talk).totals.responses == 9)
    }
}
