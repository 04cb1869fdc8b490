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
    /// How many of each code count as not sent again: later batches of their producer went their way, long since where there was room
    /// to wait for that.
    private var settled: [Producer: [Int64: Int]] = [:]
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
                if waiting[producer]?.count ?? 0 >= Self.keptOfOne { settle(producer, by: answer.time) }
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

    /// Counts those that are not sent again any more; where that leaves no room, all that were passed.
    private mutating func settle(_ producer: Producer, by time: CaptureTime) {
        guard let mine = waiting[producer] else { return }
        let old = mine.filter { $0.isPassed && time.since($0.time) > Self.sendsAgainWithin }
        let done = old.isEmpty ? mine.filter(\.isPassed) : old
        guard !done.isEmpty else { return }
        for refusal in done { settled[producer, default: [:]][refusal.code, default: 0] += 1 }
        waiting[producer] = mine.filter { refusal in
            !refusal.isPassed || !old.isEmpty && time.since(refusal.time) <= Self.sendsAgainWithin
        }
        count -= done.count
    }

    /// - Parameter end: of the capture.
    func rows(_ cast: Cast, end: CaptureTime) -> [RefusedForGood] {
        var counts = settled
        for (producer, refusals) in waiting {
            for refusal in refusals where refusal.isPassed && end.since(refusal.time) > Self.sendsAgainWithin {
                counts[producer, default: [:]][refusal.code, default: 0] += 1
            }
        }
        return counts.flatMap { producer, codes in
            codes.map { code, batches in
                RefusedForGood(
                    client: producer.client.address, clientId: producer.client.clientId,
                    topic: cast.topics.name(producer.place.topic), partition: Int(producer.place.partition),
                    code: Int(code), batches: batches)
            }
        }
    }
}
