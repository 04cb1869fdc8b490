import Conversations
import ReportModel
import Vocabulary

/// Batches that were refused, until they are sent again: known by the time of their first record, for a producer may put it
/// into another batch.
struct RefusedBatches {
    private struct Producer: Hashable {
        var client: ClientKey
        var place: PartitionRef
    }

    private struct Refusal {
        /// Of its first record; milliseconds.
        var timestamp: Int64
        var code: Int64
        var time: CaptureTime
        /// A later batch went its way.
        var isPassed = false
    }

    /// Clients send again within this time, or not at all.
    private static let sendsAgainWithin = Span.seconds(10)
    /// What was on its way behind a refused batch passes nothing.
    private static let onItsWay = Span.seconds(1)
    private static let keptOfOne = 256

    private var waiting: [Producer: [Refusal]] = [:]
    private var count = 0
    private let limit: Int
    private var leftOut = 0

    init(limits: Limits) { limit = limits.depthBatches }

    var trip: LimitTrip? { LimitTrip("depthBatches", limit, beyond: leftOut, "batches that were refused") }

    mutating func took(_ request: ObservedRequest, _ flows: [RecordFlow]) {
        guard count > 0 else { return }
        for flow in flows {
            let producer = Producer(client: ClientKey(request), place: flow.place)
            guard var mine = waiting[producer] else { continue }
            let before = mine.count
            mine.removeAll { refusal in
                flow.batches.contains {
                    $0.baseTimestamp <= refusal.timestamp && max($0.baseTimestamp, $0.maxTimestamp) >= refusal.timestamp
                }
            }
            count -= before - mine.count
            for at in mine.indices where request.sent.since(mine[at].time) >= Self.onItsWay { mine[at].isPassed = true }
            waiting[producer] = mine.isEmpty ? nil : mine
        }
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored {
            guard let code = outcome.code, code != 0 else { continue }
            let flow = outcome.flow
            for batch in flow.batches where batch.baseTimestamp > 0 {
                let producer = Producer(client: ClientKey(request), place: flow.place)
                guard count < limit, waiting[producer]?.count ?? 0 < Self.keptOfOne else {
                    leftOut += 1
                    continue
                }
                waiting[producer, default: []].append(
                    Refusal(timestamp: batch.baseTimestamp, code: code, time: answer.time))
                count += 1
            }
        }
    }

    /// - Parameter end: of the capture.
    func rows(_ cast: Cast, end: CaptureTime) -> [RefusedForGood] {
        waiting.flatMap { producer, refusals in
            let lost = refusals.filter { $0.isPassed && end.since($0.time) > Self.sendsAgainWithin }
            return Dictionary(grouping: lost, by: \.code).map { code, group in
                RefusedForGood(
                    client: producer.client.address, clientId: producer.client.clientId,
                    topic: cast.topics.name(producer.place.topic), partition: Int(producer.place.partition),
                    code: Int(code), batches: group.count)
            }
        }
    }
}
