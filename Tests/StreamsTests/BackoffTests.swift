import Testing
import Vocabulary

@testable import Streams

/// One segment that is sent again at growing intervals was acknowledged by nobody, whether or not the capture shows both ways.
@Suite struct BackoffTests {
    /// A request without any packet of the other side, sent again after these waits.
    private func alone(_ waits: [Int64]) -> Scenario {
        var s = Scenario()
        s.client("request")
        for wait in waits {
            s.wait(Span.milliseconds(wait))
            s.resend(0)
        }
        return s
    }

    private func inVain(_ s: Scenario) -> Int64 { run(s.packets).fact(0)[.initiator].resentInVain }

    @Test func growingIntervalsProveThatNobodyHeardIt() {
        let s = alone([200, 400, 800, 1600])
        #expect(inVain(s) == 4)
        let facts = run(s.packets).fact(0)[.initiator]
        #expect(facts.inVainSince == CaptureTime(nanoseconds: s.packets[0].time))
        // Behind a tail loss probe too.
        #expect(inVain(alone([20, 220, 440, 880])) == 4)
    }

    @Test func twoResendsMayHaveOtherReasons() { #expect(inVain(alone([200, 400])) == 0) }

    @Test func evenIntervalsAreNoTimer() { #expect(inVain(alone([200, 200, 200, 200, 200])) == 0) }

    @Test func whoSendsOnWasHeard() {
        var s = alone([200, 400, 800])
        s.client("next request")
        #expect(inVain(s) == 0)
    }

    @Test func anAnswerEndsIt() {
        var s = alone([200, 400, 800])
        s.server("answer")
        #expect(inVain(s) == 0)
    }
}
