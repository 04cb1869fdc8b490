import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A request that its server's host acknowledged, a long wait, and the client's FIN: who lost it depends on what became of the FIN.
@Suite struct ForgottenWaitTests {
    private static let broker = "10.0.0.1:9092"

    private func cause(finAcknowledged: Bool, wait: Double = 60.1, newWorks: Bool = true) -> Cause? {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 1)
        let end = 1 + wait
        record.unanswered = [.lost(made.time(1.1), made.text("shop"), made.nextFrame())]
        record.tcp.firstCloser = .initiator
        record.tcp.end = .fin
        record.tcp.lastTime = made.time(end + 6)
        record.tcp.sides.0.payloadBytes = 100
        record.tcp.sides.0.streamEnd = 100
        record.tcp.sides.0.acknowledged = finAcknowledged ? 101 : 100
        record.tcp.sides.0.lastDataTime = made.time(1.1)
        record.tcp.sides.0.finFrame = made.nextFrame()
        record.tcp.sides.0.finTime = made.time(end)
        record.tcp.sides.0.lastTime = made.time(end + 6)
        record.tcp.sides.0.retransmissionsUnanswered = finAcknowledged ? 0 : 5
        record.tcp.sides.1.lastTime = made.time(finAcknowledged ? end : 1.2)
        let after = made.works(at: newWorks ? Self.broker : "10.0.0.2:9092", from: end + 0.1, to: end + 40)
        after.tcp.synCount = 1
        after.tcp.synAckTime = made.time(end + 1.5)
        made.ends(at: end + 60)
        return made.findings().first { $0.kind == .disconnectBeforeResponse }?.cause
    }

    @Test func aFINThatNobodyAcknowledgesTellsTheWay() {
        #expect(cause(finAcknowledged: false) == .idleTimeout)
    }

    @Test func whatTheServersHostStillKnowsIsNotForgotten() {
        #expect(cause(finAcknowledged: true) == .requestTimeout)
        // No device forgets so soon, and without a connection that works it may be the host.
        #expect(cause(finAcknowledged: false, wait: 10.1) != .idleTimeout)
        #expect(cause(finAcknowledged: false, newWorks: false) != .idleTimeout)
    }
}
