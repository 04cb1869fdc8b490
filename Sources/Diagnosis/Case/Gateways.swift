public import Conversations
public import ReportModel
import Streams
import TLS
import Vocabulary

/// The table `gateways`: addresses behind which several nodes are, or that pass Kafka on. From the addresses given out, the
/// names in ClientHellos and, where both legs were captured, the connections made for others; no message is asked.
public struct Gateways {
    private let file: CaseFile
    private let tables: DepthTables?
    private let names: NameIndex
    private let legs: GatewayLegs
    private let byHost: [IPAddress: [ConnectionRecord]]
    /// Names that clients asked a host for (TLS).
    private let askedNames: [IPAddress: Set<String>]
    /// Who connected where.
    private let visits: Set<Teller>

    /// - Parameter tables: nil where not every message was read.
    public init(_ file: CaseFile, tables: DepthTables?) {
        (self.file, self.tables) = (file, tables)
        names = NameIndex(file)
        let asked = file.connections.records.filter { $0.speaksKafka || $0.tls.seen }
        legs = GatewayLegs(asked, file)
        byHost = Dictionary(grouping: asked) { $0.server.address }
        askedNames = byHost.mapValues { records in
            Set(records.filter(\.tls.seen).compactMap { file.text($0.tls.serverName)?.lowercased() })
        }
        visits = Set(asked.map { Teller(server: $0.server, client: $0.client.address) })
    }

    public var rows: [GatewayRow] {
        let given = givenOut()
        let ids = clusterIds()
        let proxied = ProxiedClients(file)
        let hosts = Set(byHost.keys).union(proxied.byProxy.keys)
        return hosts.sorted().compactMap { host in
            guard let seen = seen(host) ?? proxied.seen[host] else { return nil }
            var row = GatewayRow(seen: seen)
            row.address = "\(host)"
            place(&row, given.nodes[host] ?? [], byHost[host] ?? [])
            if let pairs = legs.pairs[host] {
                row.confidence = .certain
                row.signIn = Self.signIn(pairs)
                row.legs = legs(pairs)
                if let tables {
                    row.renames = GatewayRenames(pairs, tables).told
                    row.added = GatewayDelay.added(pairs, tables.waits)
                }
                if row.nodes.isEmpty, given.elsewhere.contains(host) { row.routing = GatewayRow.Routing.none }
            } else if row.nodes.count < 2, proxied.byProxy[host] == nil {
                return nil
            }
            proxied.tell(&row, host)
            row.clusterIds = ids[host] ?? []
            return row
        }
    }

    /// When connections to it were.
    private func seen(_ host: IPAddress) -> Seen? {
        guard let records = byHost[host], let first = records.first else { return nil }
        var seen = Seen(first: first.tcp.firstTime, last: first.tcp.lastTime)
        for record in records {
            seen.add(record.tcp.firstTime)
            seen.add(record.tcp.lastTime)
        }
        return seen
    }

    // MARK: Nodes

    private struct Node: Hashable {
        var id: Int32
        var host: StringID
        var port: UInt16
    }

    /// Nodes behind each host that one server told of at once, and hosts of which every address given out leads elsewhere.
    private func givenOut() -> (nodes: [IPAddress: Set<Node>], elsewhere: Set<IPAddress>) {
        var nodes: [IPAddress: Set<Node>] = [:]
        var (elsewhere, here): (Set<IPAddress>, Set<IPAddress>) = ([], [])
        var places: [AddressClaim.Place: [IPAddress]] = [:]
        let tellers = Dictionary(grouping: file.addresses.claims) { Teller(server: $0.toldBy, client: $0.client) }
        for (teller, answers) in tellers {
            let host = teller.server.address
            let namesHere = namesHere(teller, answers)
            var hosts: [IPAddress: [AddressClaim]] = [:]
            for claim in answers {
                let known = places[claim.place] ?? names.addresses(of: claim.host, for: claim.client)
                places[claim.place] = known
                let leads = known.isEmpty && namesHere.contains(claim.host) ? [host] : known
                for host in leads { hosts[host, default: []].append(claim) }
                if leads.contains(host) { here.insert(host) } else if !leads.isEmpty { elsewhere.insert(host) }
            }
            for (host, claims) in hosts {
                let together = Self.together(claims)
                for claim in together {
                    guard let port = UInt16(exactly: claim.port) else { continue }
                    nodes[host, default: []].insert(Node(id: claim.node, host: claim.host, port: port))
                }
            }
        }
        return (nodes, elsewhere.subtracting(here))
    }

    /// Names that nobody looked up in the capture and that lead back to the server that gave them out: clients asked that
    /// server for them (TLS), or the server passes Kafka on and the client went to its host at a port that goes with the name.
    private func namesHere(_ teller: Teller, _ answers: [AddressClaim]) -> Set<StringID> {
        let host = teller.server.address
        var found: Set<StringID> = []
        for (name, claims) in Dictionary(grouping: answers, by: \.host) {
            if let text = file.text(name)?.lowercased(), askedNames[host]?.contains(text) == true { found.insert(name) }
            guard legs.pairs[host] != nil, Set(claims.map(\.port)).count > 1 else { continue }
            let isVisited = claims.contains { claim in
                guard let port = UInt16(exactly: claim.port), port != teller.server.port else { return false }
                return visits.contains(Teller(server: Endpoint(host, port), client: teller.client))
            }
            if isVisited { found.insert(name) }
        }
        return found
    }

    private struct Teller: Hashable {
        var server: Endpoint
        var client: IPAddress
    }

    /// Those told while another node was: a node that takes over another's address is not behind it with that one.
    private static func together(_ claims: [AddressClaim]) -> [AddressClaim] {
        let order = claims.sorted { ($0.firstTime, $0.node) < ($1.firstTime, $1.node) }
        var (kept, run): ([AddressClaim], [AddressClaim]) = ([], [])
        var until = CaptureTime.distantPast
        for claim in order {
            if claim.firstTime > until {
                if Set(run.map(\.node)).count > 1 { kept += run }
                run = []
            }
            run.append(claim)
            until = max(until, claim.lastTime)
        }
        return Set(run.map(\.node)).count > 1 ? kept + run : kept
    }

    // MARK: Routing

    private func place(_ row: inout GatewayRow, _ nodes: Set<Node>, _ records: [ConnectionRecord]) {
        let known = nodes.sorted {
            ($0.id, $0.port, file.text($0.host) ?? "") < ($1.id, $1.port, file.text($1.host) ?? "")
        }
        let ports = Dictionary(grouping: known, by: \.port)
        let asked = records.first.flatMap { askedNames[$0.server.address] } ?? []
        let shared = ports.values.contains { Set($0.map(\.id)).count > 1 }
        if !shared, ports.count > 1 {
            row.routing = .byPort
        } else if shared {
            let isAsked = known.contains { file.text($0.host).map { asked.contains($0.lowercased()) } ?? false }
            let texts = Set(known.map(\.host))
            // Several names that lead to one port in plain text are a wrong look-up: nothing there could tell them apart.
            guard texts.count == 1 || isAsked else { return }
            if texts.count > 1 { (row.routing, row.confidence) = (.byName, .likely) }
        }
        row.nodes = known.map { .init(nodeId: Int($0.id), host: file.text($0.host) ?? "", port: Int($0.port)) }
        if row.nodes.isEmpty { placeByHellos(&row, records) }
    }

    /// Without keys: numbered names that clients asked one port of this host for.
    private func placeByHellos(_ row: inout GatewayRow, _ records: [ConnectionRecord]) {
        for (server, records) in Dictionary(grouping: records, by: \.server).sorted(by: { $0.key < $1.key }) {
            // Other people's TLS is none of Kafka's, and theirs says so (ALPN), which no Kafka client does.
            guard records.contains(where: \.speaksKafka) || CaseView.isUsualPort(server.port),
                records.allSatisfy({ $0.tls.handshake.applicationProtocols.isEmpty })
            else { continue }
            let names = Set(records.compactMap { file.text($0.tls.serverName)?.lowercased() })
            let families = Dictionary(grouping: names) { name in String(name.map { $0.isNumber ? "0" : $0 }) }
            for name in families.values.filter({ $0.count > 1 }).joined().sorted() {
                row.nodes.append(.init(nodeId: nil, host: name, port: Int(server.port)))
                row.routing = .byName
            }
        }
    }

    // MARK: The rest

    private func clusterIds() -> [IPAddress: [String]] {
        var ids: [IPAddress: [String]] = [:]
        for sighting in file.clusters.sightings {
            guard let id = file.text(sighting.clusterId) else { continue }
            if ids[sighting.server.address]?.contains(id) != true {
                ids[sighting.server.address, default: []].append(id)
            }
        }
        return ids
    }

    private func legs(_ pairs: [GatewayLegs.Pair]) -> [GatewayRow.Leg] {
        let legs = Set(
            pairs.map { pair in
                GatewayRow.Leg(
                    port: Int(pair.front.server.port), name: file.text(pair.front.tls.serverName)?.lowercased(),
                    server: "\(pair.behind.server)")
            })
        return legs.sorted { ($0.port, $0.name ?? "", $0.server) < ($1.port, $1.name ?? "", $1.server) }
    }

    /// Nil where nobody signs in, or some connections say this and some that.
    private static func signIn(_ pairs: [GatewayLegs.Pair]) -> GatewayRow.SignIn? {
        let signed = pairs.filter { $0.front.signIn.stage > .none }
        guard !signed.isEmpty else { return nil }
        if signed.allSatisfy({ $0.behind.signIn.stage > .none }) { return .passedOn }
        return signed.allSatisfy { $0.behind.signIn.stage == .none } ? .atGateway : nil
    }
}
