import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A response of which a part never reaches the client: its acknowledgements tell that from a part that the capture lacks.
@Suite struct AnswerLostOnWayTests {
    private func found(isPaths: Bool) -> Finding? {
        var made = SmallCase()
        let record = made.works(at: SmallCase.brokers[0], from: 0, to: 8)
        record.unanswered = [.lost(made.time(1), made.text("shop"), made.nextFrame())]
        record.lastAnswerGap = isPaths ? nil : made.time(1.1)
        record.answerLostOnWay = isPaths
        record.tcp.firstCloser = .initiator
        record.tcp.end = .fin
        record.tcp.sides.0.payloadBytes = 100
        record.tcp.sides.0.finFrame = made.nextFrame()
        record.tcp.sides.0.finTime = made.time(8)
        made.ends(at: 60)
        return made.findings().first { [.disconnectBeforeResponse, .abandonedByClient].contains($0.kind) }
    }

    @Test func thePathsHoleIsALoss() {
        let lost = found(isPaths: true)
        #expect(lost?.kind == .disconnectBeforeResponse && lost?.cause == .requestTimeout)
        #expect(lost?[.answerLostOnWay] == .flag(true))
    }

    @Test func theCapturesIsNone() {
        #expect(found(isPaths: false)?.kind != .disconnectBeforeResponse)
    }
}
