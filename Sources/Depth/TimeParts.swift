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
        wire = whole.since(request.sent).addingSaturated(max(0, answer.time.since(began)))
        var from = whole
        if let resent = answer.requestResent, resent > whole, resent < began {
            wire = wire.addingSaturated(resent.since(whole))
            from = resent
        }
        var rest = began.since(from)
        func take(_ time: Int64) -> Int64 {
            let part = max(0, min(rest, time))
            rest -= part
            return part
        }
        let way = take(around.roundTrip ?? 0)
        wire = wire.addingSaturated(way)
        let arrived = from.adding(nanoseconds: way)
        let span = max(0, min(rest, around.earlier?.since(arrived) ?? 0))
        queued = take(span.subtractingSaturated(around.muted(from: arrived, for: span)))
        throttled = take(max(around.muted(from: arrived, for: began.since(arrived)), around.heldBack))
        onPurpose = take(around.mayWait)
        inBroker = rest
    }
}

/// How long a request lets its broker wait on purpose.
enum PurposefulWait {
    /// Of several batches the first was there before the last came: a Fetch that asks for one byte did not wait for them.
    private static let batchesThatWereThere = 3

    static func nanoseconds(_ request: ObservedRequest, delivered: [Delivered]) -> Int64 {
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
        default: return 0
        }
    }

    static func milliseconds(_ value: Int64?) -> Int64 { Span.milliseconds(max(0, min(value ?? 0, 1 << 31))) }
}
