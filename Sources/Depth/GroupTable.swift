import Conversations
import ReportModel
import Vocabulary

/// `groups`: who is in each group, each rebalance and who held it up, and what was refused.
struct GroupTable {
    private var stories: [GroupKey: GroupStory] = [:]
    /// Of the groups of each cluster, whichever leg asked.
    private var coordinators: [GroupKey: (node: Int, seen: Seen)] = [:]
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthGroups", limits.depthGroups, beyond: leftOut, "groups")
    }

    mutating func took(_ request: ObservedRequest, _ cast: Cast) {
        guard let story = story(of: request, cast) else { return }
        story.lived(request)
        if request.api == Api.joinGroup { story.type = .classic }
        if request.api == Api.syncGroup { story.classic.asks(request) }
        if let type = Self.types[request.api] { story.type = type }
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ cast: Cast) {
        if request.api == Api.findCoordinator { noteCoordinator(answer, request, cast.scope(request)) }
        guard let story = story(of: request, cast) else { return }
        story.seen.add(answer.time)
        story.server = "\(request.server)"
        if request.api == Api.streamsGroupHeartbeat { story.streams.beat(answer, request) }
        switch request.api {
        case Api.joinGroup: story.classic.joined(answer, request, story.members)
        case Api.syncGroup: story.classic.synced(answer, request, story.members)
        case Api.heartbeat: story.classic.beat(answer, request, story.members)
        case Api.leaveGroup: story.classic.left(answer, request, story.members)
        case Api.offsetCommit, Api.txnOffsetCommit: story.committed(answer, request)
        default: if Self.types[request.api] != nil { story.epochs.beat(answer, request, story.members) }
        }
    }

    /// A request will have no answer.
    mutating func ended(_ request: ObservedRequest, at time: CaptureTime, _ cast: Cast) {
        guard request.api == Api.syncGroup, let key = cast.named(request) else { return }
        stories[key]?.classic.gaveUp(request, at: time)
    }

    private static let types: [Int16: GroupType] = [
        Api.consumerGroupHeartbeat: .consumer, Api.shareGroupHeartbeat: .share,
        Api.streamsGroupHeartbeat: .streams,
    ]

    /// The story that a request belongs to; nil where it speaks for no group.
    private mutating func story(of request: ObservedRequest, _ cast: Cast) -> GroupStory? {
        guard let key = cast.named(request) else { return nil }
        if let known = stories[key] { return known }
        guard stories.count < limits.depthGroups else {
            leftOut += 1
            return nil
        }
        let made = GroupStory(key, Seen(first: request.sent, last: request.sentWhole), limits)
        stories[key] = made
        return made
    }

    private mutating func noteCoordinator(_ answer: ObservedAnswer, _ request: ObservedRequest, _ scope: NameScope) {
        let (asked, told) = (request.body.root, answer.body.root)
        guard asked.integer("KeyType") ?? 0 == 0 else { return }
        for row in told.elements("Coordinators") where row.integer("ErrorCode") == 0 {
            if let group = row.string("Key"), let node = row.integer("NodeId") {
                note(GroupKey(group: group, scope: scope), node, answer.time)
            }
        }
        if let group = asked.string("Key"), told.integer("ErrorCode") == 0, let node = told.integer("NodeId") {
            note(GroupKey(group: group, scope: scope), node, answer.time)
        }
    }

    private mutating func note(_ group: GroupKey, _ node: Int64, _ time: CaptureTime) {
        let group = group.onAnyLeg
        guard node >= 0, coordinators[group] != nil || coordinators.count < limits.depthGroups else { return }
        var seen = coordinators[group]?.seen ?? Seen(first: time, last: time)
        seen.add(time)
        coordinators[group] = (Int(node), seen)
    }

    /// Groups of which nothing was seen but who their coordinator is: it could not be reached, or was not captured.
    private func unreached(_ heard: Set<GroupKey>) -> [GroupRow] {
        coordinators.filter { !heard.contains($0.key) }.map { group, told in
            var row = GroupRow(seen: told.seen)
            (row.group, row.coordinator) = (group.group, told.node)
            return row
        }
    }

    /// - Parameter topics: those that each group reads.
    func rows(_ topics: [GroupKey: Set<String>]) -> [GroupRow] {
        let rows = stories.map { key, story in
            var row = story.row()
            row.cluster = key.scope.cluster
            row.coordinator = coordinators[key.onAnyLeg]?.node
            row.topics = (topics[key] ?? []).sorted()
            return row
        }
        let heard = Set(stories.keys.map(\.onAnyLeg))
        return (rows + unreached(heard)).sorted {
            ($0.group, $0.seen.first, $0.cluster) < ($1.group, $1.seen.first, $1.cluster)
        }
    }
}

/// A group of one cluster on one leg: what a gateway passes on has rows of its own.
struct GroupKey: Hashable {
    var group: String
    var scope: NameScope

    var onAnyLeg: GroupKey { GroupKey(group: group, scope: NameScope(leg: 0, cluster: scope.cluster)) }
}

/// Where names of groups hold.
struct NameScope: Hashable {
    var leg: Int
    var cluster: Int
}

/// Which requests a host passes on: it is a server to clients of that name, and sends under their name itself.
struct Legs {
    private struct Visit: Hashable {
        var server: IPAddress
        var clientId: String
    }

    private static let most = 50_000
    private var visits: Set<Visit> = []
    /// Programs whose requests are turned to a port of the loopback on their own host (a sidecar), which asks on from there.
    private var relayed: Set<ClientKey> = []

    mutating func note(_ request: ObservedRequest) {
        if request.server.address.isLoopback, !request.client.address.isLoopback, relayed.count < Self.most {
            relayed.insert(ClientKey(request))
        }
        guard let clientId = request.clientId, request.client.address != request.server.address,
            visits.count < Self.most
        else { return }
        visits.insert(Visit(server: request.server.address, clientId: clientId))
    }

    /// 0 for a client's own request, 1 for one that a gateway sends for it.
    func leg(_ request: ObservedRequest) -> Int {
        passesOn(ClientKey(request)) || isBySidecar(request) ? 1 : 0
    }

    /// A sidecar sends it for a program of its own host, and under its name.
    func isBySidecar(_ request: ObservedRequest) -> Bool {
        !relayed.isEmpty && !request.server.address.isLoopback && relayed.contains(ClientKey(request))
    }

    /// The host is a gateway, and sends under a client's name.
    func passesOn(_ client: ClientKey) -> Bool {
        guard let clientId = client.clientId else { return false }
        return visits.contains(Visit(server: client.host, clientId: clientId))
    }
}
