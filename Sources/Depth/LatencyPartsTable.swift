import Conversations
import ReportModel
import Vocabulary

/// `latencyParts`: where the time of requests went, by API with its broker, its client, and its topic.
struct LatencyPartsTable {
    private enum Owner: Hashable {
        case broker(Endpoint)
        case client(ClientKey)
        case topic(TopicRef)
    }

    private struct Key: Hashable {
        var api: Int16
        var owner: Owner
    }

    private struct Path: Hashable {
        var client: IPAddress
        var server: IPAddress
    }

    /// What a connection's last answer leaves behind.
    private struct Course {
        var answered: CaptureTime
        var parts: TimeParts
        /// Those that a request which is not answered yet may have waited for.
        var mutes: [ClosedRange<CaptureTime>] = []
        private static let mostMutes = 64

        /// A connection's requests are answered in order, so one that is answered later was sent later too.
        mutating func forget(before sent: CaptureTime) {
            if let first = mutes.first, first.upperBound < sent { mutes.removeAll { $0.upperBound < sent } }
        }

        mutating func mute(from time: CaptureTime, for span: Int64) {
            let begin = max(time, mutes.last?.upperBound ?? time)
            let end = time.adding(nanoseconds: span)
            guard end > begin else { return }
            if mutes.count >= Self.mostMutes { mutes.removeFirst() }
            mutes.append(begin...end)
        }
    }

    private var entries: [Key: PartSums] = [:]
    private var courses: [UInt64: Course] = [:]
    /// The last handshake seen between two hosts, for connections that began before the capture.
    private var roundTrips: [Path: Int64] = [:]
    /// Of the first paths: how many requests, and of how many bytes had to be sent again.
    private var losses: [Path: (requests: Int64, resent: Int64)] = [:]
    private static let leastResent = (count: Int64(2), percent: Int64(2))
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthLatencyRows", limits.depthLatencyRows, beyond: leftOut, "requests whose time is taken apart")
    }

    mutating func took(_ request: ObservedRequest) {
        guard request.roundTrip >= 0 else { return }
        let path = Path(client: request.client.address, server: request.server.address)
        if roundTrips[path] != nil || roundTrips.count < limits.depthConnections {
            roundTrips[path] = request.roundTrip
        }
    }

    /// - Parameter topics: what a Produce wrote to, or a Fetch brought.
    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, delivered: [Delivered], topics: Set<TopicRef>
    ) -> TimeParts {
        let path = Path(client: request.client.address, server: request.server.address)
        var course = courses[request.connection]
        course?.forget(before: request.sent)
        let throttle = PurposefulWait.milliseconds(answer.body.root.integer("ThrottleTimeMs"))
        var around = TimeParts.Circumstances()
        (around.earlier, around.mutes) = (course?.answered, course?.mutes ?? [])
        around.before = course?.parts
        around.roundTrip =
            request.roundTrip >= 0
            ? request.roundTrip
            : roundTrips[path]
        around.heldBack = Self.isHeldBack(request) ? throttle : 0
        around.mayWait = PurposefulWait.nanoseconds(request, answer, delivered: delivered)
        let parts = TimeParts(request, answer, around)
        if course != nil || courses.count < limits.depthConnections {
            var next = course ?? Course(answered: answer.time, parts: parts)
            next.parts = parts
            next.answered = max(answer.time, next.answered)
            if around.heldBack == 0 { next.mute(from: answer.time, for: throttle) }
            courses[request.connection] = next
        }
        let isResent = answer.requestResent.map { $0 > request.sentWhole } ?? false
        if losses[path] != nil || losses.count < limits.depthLatencyRows {
            let before = losses[path] ?? (0, 0)
            losses[path] = (before.requests + 1, before.resent + (isResent ? 1 : 0))
        }
        var owners: [Owner] = [.broker(request.server), .client(ClientKey(request))]
        owners += topics.map { .topic($0) }
        for owner in owners {
            let key = Key(api: request.api, owner: owner)
            guard entries[key] != nil || entries.count < limits.depthLatencyRows else {
                leftOut += 1
                continue
            }
            entries[key, default: PartSums(seen: Seen(first: request.sent, last: answer.time))].add(
                parts, at: request.sent...max(request.sent, answer.time), isResent: isResent,
                roundTrip: around.roundTrip)
        }
        return parts
    }

    /// Before KIP-219 a throttled answer came late; since then it comes at once, and the connection is not read for a while.
    private static func isHeldBack(_ request: ObservedRequest) -> Bool {
        switch request.api {
        case Api.produce: request.version < 6
        case Api.fetch: request.version < 8
        default: false
        }
    }

    /// Hosts at an end of a path on which packets got lost.
    private var lossyHosts: Set<IPAddress> {
        let paths = losses.filter {
            let (all, resent) = $0.value
            return resent >= Self.leastResent.count && resent * 100 >= Self.leastResent.percent * all
        }
        return Set(paths.keys.flatMap { [$0.client, $0.server] })
    }

    private static func isLossy(_ owner: Owner, _ hosts: Set<IPAddress>) -> Bool {
        switch owner {
        case .broker(let server): hosts.contains(server.address)
        case .client(let client): hosts.contains(client.host)
        case .topic: !hosts.isEmpty
        }
    }

    // MARK: Rows

    func rows(_ cast: Cast) -> [LatencyPartRow] {
        var merged: [Key: PartSums] = [:]
        for (key, sums) in entries {
            var key = key
            if case .topic(let topic) = key.owner { key.owner = .topic(cast.topics.resolved(topic)) }
            merged[key] = merged[key].map { $0.joined(sums) } ?? sums
        }
        let lossy = lossyHosts
        let rows = merged.compactMap { key, sums -> (order: [String], row: LatencyPartRow)? in
            var row = sums.row(api: Api.name(key.api))
            row.slow?.isLossy = Self.isLossy(key.owner, lossy)
            switch key.owner {
            case .broker(let server): row.broker = "\(server)"
            case .client(let client): (row.client, row.clientId) = (client.address, client.clientId)
            case .topic(let topic):
                guard let name = cast.topics.name(topic) ?? cast.topics.id(topic) else { return nil }
                row.topic = name
            }
            let place = row.broker != nil ? "0" : row.client != nil ? "1" : "2"
            let owner = row.broker ?? row.client ?? row.topic ?? ""
            // Two clusters have topics of one name.
            var number = ""
            if case .topic(let topic) = key.owner { number = "\(topic.number)" }
            return ([place, row.api, owner, row.clientId ?? "", number], row)
        }
        return rows.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.row)
    }
}
