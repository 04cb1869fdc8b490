import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A client that gives up waiting where a quota had just made it wait nearly as long.
@Suite struct HeldBackTests {
    private func held(toldMs: Int, toldAt: Double = 9, servesOthers: Bool = true) -> FactValue? {
        var made = SmallCase()
        let record = made.works(at: SmallCase.brokers[0], from: 0, to: 40.1)
        record.unanswered = [.lost(made.time(10), made.text("shop"), made.nextFrame(), Api.produce)]
        record.tcp.firstCloser = .initiator
        record.tcp.end = .fin
        record.tcp.sides.0.finFrame = made.nextFrame()
        record.tcp.sides.0.finTime = made.time(40.1)
        made.works(at: SmallCase.brokers[0], from: 41, to: 60)
        let other = made.works(at: SmallCase.brokers[0], from: 0, to: 60, client: "10.0.0.7")
        if servesOthers { made.file.times.noteAnswering(other.server, to: other.client.address, made.time(20)) }
        let key = ThrottleRow.Key(
            client: record.client.address, clientId: made.text("shop"), server: record.server, api: Api.produce)
        made.file.times.addThrottle(toldMs, key, made.time(toldAt), made.nextFrame())
        made.ends(at: 200)
        let lost = made.findings().first { $0.kind == .disconnectBeforeResponse }
        #expect(lost?.cause == .requestTimeout)
        return lost?[.throttleMsMax]
    }

    @Test func aQuotaThatGrewPastTheTimeoutIsNamed() {
        #expect(held(toldMs: 29_000) == .milliseconds(29_000))
    }

    @Test func aWaitThatItDoesNotExplainIsNot() {
        #expect(held(toldMs: 2_000) == nil)
        // Nobody was answered, and none was told before.
        #expect(held(toldMs: 29_000, servesOthers: false) == nil)
        #expect(held(toldMs: 29_000, toldAt: 50) == nil)
    }
}
