import Testing
import Vocabulary

@testable import Streams

/// Packets that were sent but not captured, and what others tell of them.
@Suite struct StreamsTestsUnseen {
    private func talked() -> Scenario {
        var s = Scenario()
        s.handshake()
        s.client("ask")
        s.server("answer")
        return s
    }

    @Test func aFinShowsInTheFinThatAnswersIt() {
        var s = talked()
        s.fin(.responder)
        s.dropLast()
        s.fin(.initiator)
        let f = run(s.packets).fact(0)
        #expect(f.firstCloser == .responder && f.end == .fin)
        #expect(f[.responder].finNotCaptured && !f[.initiator].finNotCaptured)
        #expect(f[.responder].gapBytes == 0)
    }

    @Test func aFinShowsInItsAcknowledgementOnceAllIsQuiet() {
        var s = talked()
        s.fin(.initiator)
        s.dropLast()
        s.ack(.responder)
        #expect(run(s.packets).fact(0).firstCloser == nil)
        s.wait(Span.seconds(2))
        s.client.port += 1
        s.send(.initiator, .syn)
        #expect(run(s.packets).fact(0).firstCloser == .initiator)
    }

    @Test func aByteThatWasLostIsNoFinWhereMoreFollows() {
        var s = talked()
        s.client("x")
        s.dropLast()
        s.server("yes")
        s.client("more")
        let f = run(s.packets).fact(0)
        #expect(f.firstCloser == nil && f[.initiator].gapBytes == 1)
    }

    @Test func withoutItsSynAckAServersStreamHasItsBeginning() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.send(.responder, [.syn, .ack])
        s.dropLast()
        s.ack(.initiator)
        s.client("ask")
        s.server("first")
        s.dropLast()
        s.server("second")
        s.ack(.initiator)
        let f = run(s.packets).fact(0)
        #expect(!f[.responder].startsMidway && f[.responder].gapBytes == 5)
    }

    @Test func aResetThatAcknowledgesHadAnAnswer() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.send(.responder, [.syn, .ack])
        s.dropLast()
        s.reset(.initiator)
        #expect(run(s.packets).fact(0).end == .reset)
    }
}
