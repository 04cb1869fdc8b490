import Conversations
import ReportModel
import Streams
import Vocabulary

/// A server that breaks Kafka's own rules: answers that contradict their schema, answer nothing, or come in another order than
/// their requests. Only a connection
/// that was seen whole, and that otherwise speaks Kafka well, shows that.
struct ProtocolViolations: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        let whole = view.records.filter { $0.kafka.responses > 0 && isSeenWhole($0) }
        return brokenFromTheStart(whole).compactMap { unreadable($0, view) }
            + whole.filter { $0.kafka.workAnswered > 0 && isSurelyKafka($0, view) }.flatMap {
                [worksBut(malformed: $0, view), unknown($0, view), misordered($0, view)].compactMap(\.self)
            }
    }

    private func isSeenWhole(_ record: ConnectionRecord) -> Bool {
        let sides = [record.fromClient, record.fromServer]
        return !record.startsMidway && record.roleBasis != .guess && !record.isOneSided && !record.isStampedAskew
            && record.lastAnswerGap == nil && record.lastRequestGap == nil
            && sides.allSatisfy { $0.gapBytes == 0 && $0.cutBytes == 0 } && record.kafka.unknownBytes == 0
    }

    /// So many connections on which no answer can be read are no accident.
    private static let severalConnections = 3

    /// Connections whose client told its software in a request, and could read none of the answers: one such connection may be
    /// taken wrongly, a server's third is not.
    private func brokenFromTheStart(_ whole: [ConnectionRecord]) -> [ConnectionRecord] {
        let broken = whole.filter {
            $0.kafka.malformedAnswers == $0.kafka.responses && !$0.kafka.softwareName.isNone
        }
        return Dictionary(grouping: broken, by: \.server).values
            .filter { $0.count >= Self.severalConnections }.flatMap(\.self)
            .sorted { $0.tcp.firstTime < $1.tcp.firstTime }
    }

    /// What was taken for Kafka by two lucky fields breaks none of its rules.
    private func isSurelyKafka(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        record.kafka.offered != nil || !record.kafka.clusterId.isNone || view.node(at: record.server) != nil
    }

    private func unreadable(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        var verdict = malformed(record, view)
        verdict?.add(.noneReadable, .flag(true))
        return verdict
    }

    /// One that speaks no Kafka at all is read wrongly, and breaks no rule.
    private func worksBut(malformed record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        record.kafka.responses > record.kafka.malformedAnswers ? malformed(record, view) : nil
    }

    private func malformed(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let count = record.kafka.malformedAnswers
        guard count > 0 else { return nil }
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
