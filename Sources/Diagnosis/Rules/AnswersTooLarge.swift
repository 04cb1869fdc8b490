import Conversations
import ReportModel
import Streams
import Vocabulary

/// A client that closes in the midst of an answer because it is larger than it takes, comes back, asks for the same and
/// meets the same: it never gets on. A program that ends while records come in closes once, and behind others that it took.
struct AnswersTooLarge: Rule {
    /// No client is set to take less of a Fetch by default (kafka-python's producer 1,000,000; the others 100 MB and more).
    private static let least: Int64 = 1_000_000
    /// What most libraries take by default: librdkafka's receive.message.max.bytes, kafka-python's consumer; others take more.
    private static let usual: Int64 = 100_000_000
    private static let atLeast = 3
    private static let atLeastBeyondUsual = 2
    /// The client closes as soon as it has read the length; a program that waits for the rest and gives up is slower.
    private static let closesWithin = Span.seconds(1)
    /// Further apart are two of them no loop.
    private static let apart = Span.seconds(300)

    private struct Cut {
        var record: ConnectionRecord
        var bytes: Int64
        var time: CaptureTime
    }

    private struct Program: Hashable {
        var host: IPAddress
        var clientId: StringID
        var server: Endpoint
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let cuts = view.records.compactMap(cut)
        let programs = Dictionary(grouping: cuts) {
            Program(
                host: $0.record.client.address, clientId: $0.record.kafka.clientId, server: $0.record.server)
        }
        return programs.sorted { ($0.key.host, $0.key.server) < ($1.key.host, $1.key.server) }.compactMap {
            verdict($0.value.sorted { $0.time < $1.time }, view)
        }
    }

    private func cut(_ record: ConnectionRecord) -> Cut? {
        guard record.clientClosedFirst == true, !record.isOneSided, let end = record.firstClose,
            let bytes = record.kafka.answerCutSize, bytes > Self.least, !record.kafka.fetched,
            record.fromServer.gapBytes == 0, let asked = record.unanswered.first(where: { $0.api == Api.fetch }),
            record.fromServer.lastDataTime >= asked.sent,
            end.time.since(record.fromServer.lastDataTime) <= Self.closesWithin
        else { return nil }
        return Cut(record: record, bytes: bytes, time: end.time)
    }

    private func verdict(_ cuts: [Cut], _ view: CaseView) -> Verdict? {
        let runs = cuts.runs { run, next in next.time.since(run[run.count - 1].time) <= Self.apart }
        guard let run = runs.max(by: { $0.count < $1.count }), let first = run.first, let last = run.last,
            let smallest = run.map(\.bytes).min(),
            run.count >= (smallest > Self.usual ? Self.atLeastBeyondUsual : Self.atLeast)
        else { return nil }
        var verdict = Verdict(.clientSettings, .warning, .likely, first.record, in: view)
        (verdict.first, verdict.last, verdict.count) = (first.time, last.time, run.count)
        verdict.detail = .answerTooLarge
        verdict.nature = .structural
        verdict.frames = run.prefix(12).flatMap {
            [$0.record.fromServer.lastDataFrame, $0.record.firstClose?.frame ?? .none]
        }
        verdict.connections = run.prefix(20).map(\.record.id)
        if run.contains(where: { $0.record.startsMidway }) { verdict.doubt(.startsMidway, ceiling: .possible) }
        verdict.add(.answerBytes, .number(Int(clamping: smallest)))
        let topics = run.flatMap(\.record.unanswered).flatMap(\.topics).compactMap { view.file.text($0) }
        verdict.add(.topics, .some(topics.uniqued.sorted()))
        return verdict
    }
}
