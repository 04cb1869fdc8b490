import Conversations
import ReportModel
import Streams
import Vocabulary

/// How long clients wait before they give up: what their requests say, what recurs, and what their libraries are known for.
struct ClientPatience {
    private let view: CaseView
    /// Waits at client closes, by client host, the shortest first: what recurs is a timeout.
    private let waits: [IPAddress: [Int64]]
    /// The same by what was waited for.
    private let waitsByWork: [Work: WaitsOfHosts]
    /// How long the members that wait to join a group let it rebalance; the longest counts for all, in milliseconds.
    private let longestRebalance: [StringID: Int32]

    /// Waits that libraries are known to allow, in milliseconds: request timeouts, and those of connection set-up.
    private static let known: [Int64] = [5_000, 10_000, 15_000, 20_000, 30_000, 40_000, 60_000, 120_000, 305_000]
    /// A closed connection is told some time after its timeout: clients look at their timers now and then.
    private static let lateBy = Span.milliseconds(600)
    /// Waits shorter than this are no timeout of anything.
    private static let least = Span.milliseconds(900)

    private struct Work: Hashable {
        var server: Endpoint
        var api: Int16
    }

    init(_ view: CaseView) {
        self.view = view
        var longest: [StringID: Int32] = [:]
        for request in view.records.lazy.flatMap(\.unanswered) where request.api == Api.joinGroup {
            longest[request.group] = max(longest[request.group] ?? 0, request.allowedWaitMs ?? 0)
        }
        longestRebalance = longest
        var waits: [IPAddress: [Int64]] = [:]
        var byWork: [Work: [(wait: Int64, host: IPAddress)]] = [:]
        for record in view.records where record.clientClosedFirst == true {
            guard let (work, wait) = Self.longestWait(record) else { continue }
            waits[record.client.address, default: []].append(wait)
            byWork[work, default: []].append((wait, record.client.address))
        }
        self.waits = waits.mapValues { $0.sorted() }
        waitsByWork = byWork.mapValues { WaitsOfHosts($0, hosts: Self.manyHosts) }
    }

    private static func longestWait(_ record: ConnectionRecord) -> (work: Work, wait: Int64)? {
        guard let close = record.firstClose,
            let first = record.unanswered.filter({ !$0.wantsNoAnswer }).min(by: { $0.sentWhole < $1.sentWhole })
        else { return nil }
        return (Work(server: record.server, api: first.api), close.time.since(first.sentWhole))
    }

    /// So many hosts that leave after one wait for one thing have one time limit, and not one program's end.
    private static let manyHosts = 3

    /// Programs that live for one task alone do not go on: that others gave up the same after nearly the same time is as good.
    func othersGaveUpAlike(_ record: ConnectionRecord) -> Bool {
        guard let (work, waited) = Self.longestWait(record), waited >= Self.least,
            !view.file.times.answers(of: work.server).isEmpty
        else { return false }
        return waitsByWork[work]?.areShared(within: Self.nearly(waited)) ?? false
    }

    /// Waits that are one timeout.
    private static func nearly(_ waited: Int64) -> ClosedRange<Int64> {
        let about = max(waited / 10, Span.milliseconds(250))
        return waited.subtractingSaturated(about)...waited.addingSaturated(about)
    }

    /// Whether the client had waited longer than anything allows; nil: it had not, and left for reasons of its own.
    func gaveUp(_ place: Int, _ record: ConnectionRecord, _ requests: [UnansweredRequest], at closed: CaptureTime)
        -> Confidence?
    {
        var best = cameTooLate(record, requests)
        for request in beforeJoin(requests, record, at: closed) {
            guard let found = gaveUp(request, record, at: closed) else { continue }
            best = max(best ?? .possible, found)
        }
        return best
    }

    /// Those that wait for nothing but the broker, which takes a connection's requests one after the other.
    func beforeJoin(_ requests: [UnansweredRequest], _ record: ConnectionRecord, at closed: CaptureTime)
        -> [UnansweredRequest]
    {
        guard let join = lawfulJoin(record, at: closed) else { return requests }
        return requests.filter { $0.sentWhole < join.sentWhole }
    }

    /// A JoinGroup that waits for other members, as long as their group allows it, while the broker answers others: whoever
    /// leaves then leaves for reasons of its own.
    private func lawfulJoin(_ record: ConnectionRecord, at closed: CaptureTime) -> UnansweredRequest? {
        record.unanswered.first { request in
            guard request.api == Api.joinGroup, let own = request.allowedWaitMs else { return false }
            let allowed = Int64(max(own, longestRebalance[request.group] ?? own)) * 1_000_000
            guard closed.since(request.sentWhole) <= allowed else { return false }
            return view.file.times.answers(of: record.server).contains { $0 > request.sentWhole && $0 < closed }
        }
    }

    /// The client's end follows its last requests within this time.
    private static let rightBehind = Span.milliseconds(100)

    /// As a broker sees a path that was dead for a while: requests arrive behind the client's next connection for the same
    /// work, and their answers meet the RST of a socket that was closed long before.
    private func cameTooLate(_ record: ConnectionRecord, _ requests: [UnansweredRequest]) -> Confidence? {
        let end = record.fromClient
        guard let quiet = record.lastQuiet, end.resetSeen, requests.contains(where: { $0.sent >= quiet.upperBound }),
            !end.finSeen || end.finTime.since(quiet.upperBound) <= Self.rightBehind
        else { return nil }
        let isReplaced = view.connections(of: record.client.address, to: record.server).contains {
            $0.id != record.id && !$0.tcp.synFrame.isNone
                && $0.kafka.clientId == record.kafka.clientId && quiet.contains($0.tcp.firstTime)
                && $0.kafka.produced == record.kafka.produced && $0.kafka.fetched == record.kafka.fetched
        }
        return isReplaced ? end.finSeen ? .likely : .certain : nil
    }

    private func gaveUp(_ request: UnansweredRequest, _ record: ConnectionRecord, at closed: CaptureTime) -> Confidence?
    {
        // Sending the same batch elsewhere, before it closes or behind it, is proof enough that the client waited in vain.
        if request.retry.resentTime != nil { return .certain }
        if !request.bodyKnown, request.allowedWaitMs == nil, Api.waitsByItsFields(request.api) { return nil }
        let waited = closed.since(request.sentWhole)
        guard waited >= Self.least || hasOwnTimeout(request) else { return nil }
        if let allowed = request.allowedWaitMs, allowed > 0 {
            // A long poll's answer may still be under way; what a Produce allows is the client's own request timeout.
            // Where bytes are missing its answer may be too: then it must be plain.
            let isWhole = !record.isOneSided && record.lastAnswerGap == nil && record.lastRequestGap == nil
            let slack = request.api == Api.produce && isWhole ? 0 : Span.milliseconds(500)
            let excess = waited - Int64(allowed) * 1_000_000
            let isPaths =
                request.api != Api.produce
                && view.lossyPaths.explain(
                    waitOf: Double(excess) / 1e6, between: record.client.address, and: record.server.address)
            if excess > slack, !isPaths { return .certain }
            // A long poll within its own time is no wait for anything.
            if request.api != Api.produce { return nil }
        }
        if let late = request.answeredLate, late.time > closed, recurs(waited, record) { return .certain }
        if recurs(waited, record) { return .likely }
        return Self.known.contains { waited >= $0 * 1_000_000 && waited - $0 * 1_000_000 <= Self.lateBy }
            ? .likely : nil
    }

    /// What a Produce allows is its client's own timeout, however short: it is judged by that alone.
    private func hasOwnTimeout(_ request: UnansweredRequest) -> Bool {
        request.api == Api.produce && request.allowedWaitMs.map { $0 > 0 } == true
    }

    /// The same wait, within a tenth, on at least one other connection of this client's host that it closed.
    private func recurs(_ waited: Int64, _ record: ConnectionRecord) -> Bool {
        let (mine, alike) = (waits[record.client.address] ?? [], Self.nearly(waited))
        let first = mine.partitionPoint { $0 >= alike.lowerBound }
        return mine[first...].prefix(2).filter { $0 <= alike.upperBound }.count == 2
    }

    /// Whether the broker was silent for others too while this client waited: a stall, not one slow request.
    func facts(_ record: ConnectionRecord) -> [Fact] {
        guard let close = record.firstClose, let first = record.unanswered.first else { return [] }
        let server = view.traits(of: record.server)
        let (busy, silent) = server.lived(from: first.sent, to: close.time)
        // It is one of them itself.
        return [
            Fact(.livingConnections, .number(max(0, busy - 1))), Fact(.connectionsEnded, .number(max(0, silent - 1))),
            Fact(.tcpAcknowledged, .flag(record.fromClient.acknowledged >= first.streamEnd)),
        ] + unacknowledged(record, first, until: close.time)
    }

    /// The request was sent again and again, and what acknowledged it in the end, if anything did, says nothing of the wait.
    private func unacknowledged(_ record: ConnectionRecord, _ first: UnansweredRequest, until end: CaptureTime)
        -> [Fact]
    {
        let silences = record.fromClient.unacknowledged.filter { $0.from <= end && $0.to >= first.sentWhole }
        guard let longest = silences.map(\.nanoseconds).max() else { return [] }
        return [Fact(.unacknowledgedMs, .milliseconds(Double(longest) / 1e6))]
    }
}
