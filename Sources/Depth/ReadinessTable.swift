import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// `readiness`: which versions each program used, what Kafka 4 no longer takes of them, what its broker offers, and what
/// becomes of it when the broker, or its own library, goes to Kafka 4.
struct ReadinessTable {
    private struct Key: Hashable {
        var client: ClientKey
        var software: String?
        var version: String?
    }

    private struct Entry {
        var used: [Int16: ClosedRange<Int>] = [:]
        var offered: [Int16: ClosedRange<Int>]?
        /// The greatest removed version of each API that was sent to each server.
        var old: [Endpoint: [Int16: Int]] = [:]
        var servers: Set<Endpoint> = []
        var seen: Seen

        mutating func add(_ other: Entry, mostServers: Int) {
            used.merge(other.used) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
            offered = offered ?? other.offered
            for (server, apis) in other.old where servers.contains(server) || servers.count < mostServers {
                old[server, default: [:]].merge(apis) { max($0, $1) }
            }
            for server in other.servers.sorted() where servers.count < mostServers { servers.insert(server) }
            seen.add(other.seen)
        }
    }

    private var entries: [Key: Entry] = [:]
    /// What was seen of connections that have not told their software yet: Java asks for versions without a name before it
    /// signs in, and tells its name behind that.
    private var untold: [UInt64: (client: ClientKey, entry: Entry)] = [:]
    /// What the connections told that are open, or were.
    private var told: [UInt64: (name: String, version: String?)] = [:]
    /// What each server offers, whoever asked; of several lists the least, so that nobody is thought to send less than it could.
    private var lists: [Endpoint: [Int16: ClosedRange<Int>]] = [:]
    private var leftOut = 0
    private var farAway = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthClients", limits.depthClients, beyond: leftOut, "clients and their versions")
    }
    var serversTrip: LimitTrip? {
        LimitTrip(
            "depthServersPerClient", limits.depthServersPerClient, beyond: farAway,
            "requests to further servers, for a client's readiness for Kafka 4")
    }

    mutating func took(_ request: ObservedRequest) {
        if request.api == Api.apiVersions, let name = request.body.root.string("ClientSoftwareName"), !name.isEmpty,
            told.count < limits.depthConnections
        {
            told[request.connection] = (name, request.body.root.string("ClientSoftwareVersion"))
            if let before = untold.removeValue(forKey: request.connection)?.entry {
                let most = limits.depthServersPerClient
                change(request) { $0.add(before, mostServers: most) }
            }
        }
        let version = Int(request.version)
        let most = limits.depthServersPerClient
        var isFarAway = false
        change(request) { entry in
            entry.seen.add(request.sentWhole)
            let known = entry.used[request.api] ?? version...version
            entry.used[request.api] = min(known.lowerBound, version)...max(known.upperBound, version)
            if !entry.servers.contains(request.server) {
                isFarAway = entry.servers.count >= most
                if isFarAway { return }
                entry.servers.insert(request.server)
            }
            guard let last = RemovedVersions.upTo(request.api), version <= last else { return }
            entry.old[request.server, default: [:]][request.api] = max(
                version, entry.old[request.server]?[request.api] ?? version)
        }
        if isFarAway { farAway += 1 }
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        guard request.api == Api.apiVersions, answer.body.isWhole, answer.body.root.integer("ErrorCode") == 0 else {
            return
        }
        var offered: [Int16: ClosedRange<Int>] = [:]
        for row in answer.body.root.elements("ApiKeys") {
            guard let api = row.integer("ApiKey"), let low = row.integer("MinVersion"),
                let high = row.integer("MaxVersion"), low <= high
            else { continue }
            offered[Int16(clamping: api)] = Int(low)...Int(high)
        }
        if let known = lists[request.server] {
            lists[request.server] = known.merging(offered) { $0.upperBound <= $1.upperBound ? $0 : $1 }
        } else if lists.count < limits.depthClients {
            lists[request.server] = offered
        }
        change(request) { $0.offered = offered }
    }

    private mutating func change(_ request: ObservedRequest, _ body: (inout Entry) -> Void) {
        let software = told[request.connection]
        if software == nil, untold[request.connection] != nil || untold.count < limits.depthConnections {
            let new = Entry(seen: Seen(first: request.sent, last: request.sentWhole))
            body(&untold[request.connection, default: (ClientKey(request), new)].entry)
            return
        }
        let key = Key(client: ClientKey(request), software: software?.name, version: software?.version)
        guard entries[key] != nil || entries.count < limits.depthClients else {
            leftOut += 1
            return
        }
        body(&entries[key, default: Entry(seen: Seen(first: request.sent, last: request.sentWhole))])
    }

    /// With those of connections that never told their software, one row for each client.
    private var allEntries: [Key: Entry] {
        var all = entries
        // The earlier connection's word counts, in whatever order the dictionary has them.
        for (client, entry) in untold.sorted(by: { $0.key < $1.key }).map(\.value) {
            let key = Key(client: client, software: nil, version: nil)
            guard all[key] != nil || all.count < limits.depthClients else { continue }
            all[key, default: Entry(seen: entry.seen)].add(entry, mostServers: limits.depthServersPerClient)
        }
        return all
    }

    func rows() -> [ReadinessRow] {
        allEntries.map(row).sorted {
            ($0.worst, -$0.removed.count, $0.client, $0.clientId ?? "", $0.software ?? "", $0.softwareVersion ?? "")
                < (
                    $1.worst, -$1.removed.count, $1.client, $1.clientId ?? "", $1.software ?? "",
                    $1.softwareVersion ?? ""
                )
        }
    }

    private func row(_ key: Key, _ entry: Entry) -> ReadinessRow {
        var row = ReadinessRow(seen: entry.seen)
        (row.client, row.clientId) = (key.client.address, key.client.clientId)
        (row.software, row.softwareVersion) = (key.software, key.version)
        let used = entry.used.sorted { $0.key < $1.key }
        row.apis = used.map { Self.row($0.key, $0.value) }
        for (api, range) in used {
            guard let last = RemovedVersions.upTo(api), range.lowerBound <= last else { continue }
            row.removed.append(Self.row(api, range.lowerBound...min(range.upperBound, last)))
            row.leastTaken.append(last == .max ? nil : last + 1)
        }
        let offers = entry.servers.sorted().compactMap { lists[$0] }
        row.brokerGuess = entry.offered.flatMap { BrokerVersions.guess($0) }
        row.offered = entry.offered.map { offered in
            used.compactMap { api, _ in offered[api].map { Self.row(api, $0) } }
        }
        row.servers = entry.servers.sorted().map {
            OfferingServer(address: "\($0)", version: lists[$0].flatMap(BrokerVersions.guess))
        }
        if key.software == nil {
            row.softwareGuess = SoftwareGuess.text(clientId: key.client.clientId, used: entry.used) { api in
                let newest = offers.compactMap { $0[api]?.upperBound }.max()
                return newest.map { $0 <= entry.used[api]?.upperBound ?? 0 } ?? true
            }
        }
        row.brokersUpgrade = UpgradeJudge.brokers(used: entry.used, old: entry.old, lists: lists)
        row.clientUpgrade = UpgradeJudge.client(used: entry.used, lists: offers)
        return row
    }

    private static func row(_ api: Int16, _ range: ClosedRange<Int>) -> ApiVersionsRow {
        ApiVersionsRow(api: Api.name(api), minVersion: range.lowerBound, maxVersion: range.upperBound)
    }
}
