import Conversations
import Vocabulary

/// The time of one request taken apart, in nanoseconds. The parts add up to `total`.
struct TimeParts {
    var queued: Int64 = 0
    var wire: Int64 = 0
    var inBroker: Int64 = 0
    var throttled: Int64 = 0
    var onPurpose: Int64 = 0

    var total: Int64 { queued + wire + inBroker + throttled + onPurpose }

    /// Of `wire`: the path's round trip.
    var way: Int64 = 0
    /// Of `wire`: until what the client had to send again was sent.
    var resending: Int64 = 0
    /// Of `wire`: from the answer's first byte to its last.
    var answering: Int64 = 0
    /// Of `answering`, and of `inBroker`: the client had no room for what was sent.
    var answeringToFull: Int64 = 0
    var heldByFull: Int64 = 0
    /// Of `queued`: what held up the requests that this one waited for.
    var behind = Held()

    /// Who or what took a time.
    struct Held {
        var network: Int64 = 0
        var broker: Int64 = 0
        var client: Int64 = 0
        var quota: Int64 = 0
        var purpose: Int64 = 0

        fileprivate var sum: Int64 {
            [network, broker, client, quota, purpose].reduce(0) { $0.addingSaturated($1) }
        }

        mutating func add(_ other: Self) {
            network = network.addingSaturated(other.network)
            broker = broker.addingSaturated(other.broker)
            client = client.addingSaturated(other.client)
            quota = quota.addingSaturated(other.quota)
            purpose = purpose.addingSaturated(other.purpose)
        }
    }

    /// Whose time all of it was: that behind earlier requests was theirs who held these up.
    var held: Held {
        var held = behind
        // What an earlier one waits on purpose holds up those behind it: so its client chose.
        held.client = held.client.addingSaturated(held.purpose)
        held.purpose = 0
        held.add(
            Held(
                network: wire - answeringToFull, broker: inBroker - heldByFull,
                client: answeringToFull.addingSaturated(heldByFull), quota: throttled, purpose: onPurpose))
        return held
    }

    /// What held up a request that waited for this one's answer, for so long before the answer's last byte: the parts from the
    /// last one back.
    func heldLast(_ span: Int64) -> Held {
        var (left, last) = (TimeLeft(max(0, span)), Held())
        last.client = left.take(answeringToFull)
        last.network = left.take(answering - answeringToFull)
        last.client += left.take(heldByFull)
        last.broker = left.take(inBroker - heldByFull)
        last.purpose = left.take(onPurpose)
        last.quota = left.take(throttled)
        let before = left.take(queued)
        if before > 0 {
            func share(_ time: Int64) -> Int64 {
                min(before, Int64(max(0, min(9e18, Double(time) / Double(queued) * Double(before)))))
            }
            var shares = Held(
                network: share(behind.network), broker: 0, client: share(behind.client), quota: share(behind.quota),
                purpose: share(behind.purpose))
            shares.broker = max(0, before - shares.sum)
            last.add(shares)
        }
        last.network += left.time
        return last
    }

    /// What went before on the request's connection, and what the request lets the broker do.
    struct Circumstances {
        /// When the answer before this one came.
        var earlier: CaptureTime?
        /// When the broker did not read the connection, by the throttle times that answers before this one told; in order, and
        /// none begins before another ends.
        var mutes: [ClosedRange<CaptureTime>] = []
        /// From the place of the capture to the broker and back.
        var roundTrip: Int64?
        /// How long this answer was held back by a broker before 2.0.
        var heldBack: Int64 = 0
        /// How long the request lets the broker wait on purpose.
        var mayWait: Int64 = 0
        /// The one whose answer came before.
        var before: TimeParts?

        fileprivate func muted(from start: CaptureTime, for span: Int64) -> Int64 {
            let end = start.adding(nanoseconds: max(0, span))
            return mutes.reduce(0) { $0.addingSaturated($1.overlap(start, end)) }
        }
    }

    /// A broker takes one request of a connection at a time. The first byte of an answer leaves when its work is done; what
    /// comes between the first byte and the last, of request and answer, is the wire's. A request waits for an earlier one from
    /// its arrival, half a round trip after it was sent, to the leaving of that one's answer, half a round trip before that was
    /// seen. So on a long path most of what lies between was never a wait for the broker. While a quota mutes the connection, no
    /// request of it is in the broker, whatever its place in the queue.
    init(_ request: ObservedRequest, _ answer: ObservedAnswer, _ around: Circumstances) {
        let whole = max(request.sent, request.sentWhole)
        let began = max(whole, answer.began)
        answering = max(0, answer.time.since(began))
        answeringToFull = min(answering, answer.windowClosed?.overlap(began, answer.time) ?? 0)
        wire = whole.since(request.sent).addingSaturated(answering)
        var from = whole
        if let resent = answer.requestResent, resent > whole, resent < began {
            resending = resent.since(whole)
            wire = wire.addingSaturated(resending)
            from = resent
        }
        var left = TimeLeft(began.since(from))
        way = left.take(around.roundTrip ?? 0)
        wire = wire.addingSaturated(way)
        let arrived = from.adding(nanoseconds: way)
        let span = max(0, min(left.time, around.earlier?.since(arrived) ?? 0))
        queued = left.take(span.subtractingSaturated(around.muted(from: arrived, for: span)))
        throttled = left.take(max(around.muted(from: arrived, for: began.since(arrived)), around.heldBack))
        onPurpose = left.take(around.mayWait)
        inBroker = left.time
        heldByFull = min(left.time, answer.windowClosed?.overlap(arrived, began) ?? 0)
        if queued > 0 { behind = around.before?.heldLast(queued) ?? Held(broker: queued) }
    }
}

/// A time of which parts are taken, one behind another, as far as it goes.
private struct TimeLeft {
    private(set) var time: Int64

    init(_ time: Int64) { self.time = time }

    mutating func take(_ wanted: Int64) -> Int64 {
        let part = max(0, min(time, wanted))
        time -= part
        return part
    }
}

/// How long a request lets its broker wait on purpose.
enum PurposefulWait {
    /// Of several batches the first was there before the last came: a Fetch that asks for one byte did not wait for them.
    private static let batchesThatWereThere = 3

    /// A broker answers a refused sign-in late on purpose (`connection.failed.authentication.delay.ms`); rarely later than this.
    private static let refusalMs: Int64 = 1000

    static func nanoseconds(_ request: ObservedRequest, _ answer: ObservedAnswer, delivered: [Delivered]) -> Int64 {
        let root = request.body.root
        switch request.api {
        case Api.fetch, Api.shareFetch:
            let least = root.integer("MinBytes") ?? 1
            let isThere = least <= 1 && delivered.contains { $0.batches.count >= batchesThatWereThere }
            return isThere ? 0 : milliseconds(root.integer("MaxWaitMs"))
        case Api.joinGroup:
            return milliseconds(root.integer("RebalanceTimeoutMs") ?? root.integer("SessionTimeoutMs"))
        case Api.syncGroup:
            // Members wait for what their leader assigns; the leader waits for nobody.
            return root.elements("Assignments").isEmpty ? .max : 0
        case Api.saslHandshake, Api.saslAuthenticate:
            return answer.body.root.integer("ErrorCode") ?? 0 == 0 ? 0 : milliseconds(refusalMs)
        default: return 0
        }
    }

    static func milliseconds(_ value: Int64?) -> Int64 { Span.milliseconds(max(0, min(value ?? 0, 1 << 31))) }
}
