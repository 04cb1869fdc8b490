public import Conversations
import Streams
public import Vocabulary

/// Requests that wait for an answer when the facts end, for longer than their server needs as a rule: each of them, not only the
/// first of its connection. Nothing is said yet of whether that is a fault; a finding takes longer.
public struct WaitingNow {
    public struct Wait {
        public let record: ConnectionRecord
        public let request: UnansweredRequest
        public let nanoseconds: Int64
    }

    /// At one server; those that are not listed are counted too.
    public struct Sum {
        public var count = 0
        public var longest: Int64 = 0
    }

    public struct Client: Hashable {
        public let id: StringID
        public let address: IPAddress
    }

    /// Longest first.
    public private(set) var longest: [Wait] = []
    public private(set) var byServer: [Endpoint: Sum] = [:]
    public private(set) var byClient: [Client: Int] = [:]
    private let file: CaseFile
    private var habits: [LatencyPlace: Int64] = [:]

    private struct LatencyPlace: Hashable {
        var api: Int16
        var server: Endpoint
    }

    /// A request that has waited less is on its way, whatever is usual.
    private static let moment = Span.seconds(1)
    /// No habit makes so long a wait an ordinary one.
    private static let beyondHabit = Span.seconds(10)
    private static let timesUsual = 3.0
    /// Fewer answers make no habit.
    private static let leastAnswers = 5

    /// - Parameters:
    ///   - most: so many are listed.
    ///   - end: when the facts stop showing a connection.
    public init(
        _ file: CaseFile, in records: some Sequence<ConnectionRecord>, most: Int,
        until end: (ConnectionRecord) -> CaptureTime
    ) {
        self.file = file
        for record in records where record.isOpen && record.wasEstablished && !record.isOneSided {
            if !record.unanswered.isEmpty { add(record, end(record)) }
            // Sorting now and then keeps the list short, and its cost in proportion.
            if longest.count > 4 * most { cut(to: most) }
        }
        cut(to: most)
    }

    public var count: Int { byServer.values.reduce(0) { $0 + $1.count } }

    private mutating func cut(to most: Int) {
        longest.sort { ($1.nanoseconds, $0.request.frame) < ($0.nanoseconds, $1.request.frame) }
        if longest.count > most { longest.removeSubrange(most...) }
    }

    private mutating func add(_ record: ConnectionRecord, _ now: CaptureTime) {
        // The reader's own closed window, or a throttle, holds answers up.
        if record.fromClient.windowIsClosed || record.kafka.throttledUntil >= now { return }
        // Answers come in order: who stands behind one that may wait on purpose waits with it.
        var patience: Int64 = 0
        var isShort = false
        for request in record.unanswered where !request.wantsNoAnswer {
            guard !record.mayWantNoAnswer(request), !record.mayBeInHole(request) else { continue }
            guard let habit = habit(of: request, at: record.server) else { return }
            patience = max(patience, request.sentWhole.adding(nanoseconds: habit).nanoseconds)
            guard patience < now.nanoseconds else {
                isShort = true
                break
            }
            note(record, request, now.since(request.sentWhole))
        }
        if !isShort, record.unansweredLeftOut > 0 { addLeftOut(record, now) }
    }

    /// Those beyond the list are younger than the last of it, and were sent evenly, as far as one knows: as many of them wait
    /// as were sent more than a moment ago.
    private mutating func addLeftOut(_ record: ConnectionRecord, _ now: CaptureTime) {
        guard let from = record.unanswered.last(where: { !$0.wantsNoAnswer })?.sentWhole else { return }
        let (whole, old) = (record.kafka.lastRequestTime.since(from), now.since(from).subtractingSaturated(Self.moment))
        guard old > 0 else { return }
        let share = whole > old ? Double(old) / Double(whole) : 1
        byServer[record.server, default: Sum()].count += Int(Double(record.unansweredLeftOut) * share)
    }

    private mutating func note(_ record: ConnectionRecord, _ request: UnansweredRequest, _ waited: Int64) {
        longest.append(Wait(record: record, request: request, nanoseconds: waited))
        var sum = byServer[record.server] ?? Sum()
        sum.count += 1
        sum.longest = max(sum.longest, waited)
        byServer[record.server] = sum
        byClient[Client(id: request.clientId, address: record.client.address), default: 0] += 1
    }

    /// How long an answer may take there; nil where nothing says how long the request may wait on purpose.
    private mutating func habit(of request: UnansweredRequest, at server: Endpoint) -> Int64? {
        if Api.waitsOnPurpose(request.api) {
            guard request.bodyKnown else { return nil }
            return Self.moment + Int64(request.allowedWaitMs ?? 0) * 1_000_000
        }
        let place = LatencyPlace(api: request.api, server: server)
        if let known = habits[place] { return known }
        let usual = file.times.latency(of: request.api, at: server)
        let times = usual.map { $0.count >= Self.leastAnswers ? $0.percentileMs(0.99) * Self.timesUsual : 0 } ?? 0
        let habit = min(Self.beyondHabit, max(Self.moment, Int64(times * 1e6)))
        habits[place] = habit
        return habit
    }
}
