import Conversations
import ReportModel
import Streams
import Vocabulary

/// A server that breaks Kafka's own rules: answers that contradict their schema, answer nothing, or come in another order than
/// their requests. Only a connection
/// that was seen whole, and that otherwise speaks Kafka well, shows that.
struct ProtocolViolations: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        view.records.filter { isSeenWhole($0) && isSurelyKafka($0, view) }.flatMap {
            [malformed($0, view), unknown($0, view), misordered($0, view)].compactMap(\.self)
        }
    }

    private func isSeenWhole(_ record: ConnectionRecord) -> Bool {
        let sides = [record.fromClient, record.fromServer]
        return !record.startsMidway && record.roleBasis != .guess && !record.isOneSided && !record.isStampedAskew
            && record.lastAnswerGap == nil && record.lastRequestGap == nil
            && sides.allSatisfy { $0.gapBytes == 0 && $0.cutBytes == 0 }
            && record.kafka.workAnswered > 0 && record.kafka.unknownBytes == 0
    }

    /// What was taken for Kafka by two lucky fields breaks none of its rules.
    private func isSurelyKafka(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        record.kafka.offered != nil || !record.kafka.clusterId.isNone || view.node(at: record.server) != nil
    }

    private func malformed(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let count = record.kafka.malformedAnswers
        // One that speaks no Kafka at all is read wrongly, and breaks no rule.
        guard count > 0, record.kafka.responses > count else { return nil }
        var verdict = start(record, .malformedResponse, count, view)
        verdict.frames = record.kafka.malformedFrames
        verdict.add(.apiName, .text(Api.name(record.kafka.malformedApi)))
        return verdict
    }

    private func unknown(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let count = record.kafka.unmatchedAnswers
        guard count > 0, record.kafka.responses > count, !view.file.hasReached("pendingRequests") else { return nil }
        return start(record, .unknownCorrelationId, count, view)
    }

    /// Kafka answers the requests of a connection in their order.
    private func misordered(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        guard record.kafka.answersOutOfOrder > 0 else { return nil }
        var verdict = start(record, .answersOutOfOrder, record.kafka.answersOutOfOrder, view)
        verdict.frames = record.kafka.outOfOrderFrames
        return verdict
    }

    private func start(_ record: ConnectionRecord, _ detail: Detail, _ count: Int, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.protocolViolation, .error, .certain, record, in: view)
        verdict.detail = detail
        verdict.nature = .structural
        verdict.count = count
        verdict.first = record.tcp.firstTime
        if verdict.frames.isEmpty { verdict.frames = [record.kafka.lastResponseFrame] }
        verdict.add(.responses, .number(record.kafka.responses))
        return verdict
    }
}

extension ConnectionRecord {
    /// The answer to its SYN stands before the SYN: the two directions have clocks of their own, and the order of packets in the
    /// capture is not TCP's.
    fileprivate var isStampedAskew: Bool {
        !tcp.synFrame.isNone && !tcp.synAckFrame.isNone
            && (tcp.synAckFrame < tcp.synFrame && tcp.synAckFrame.source == tcp.synFrame.source)
    }
}
