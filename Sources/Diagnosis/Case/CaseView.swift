import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// The case as the rules look at it: the facts, with the look-ups that several of them need made once.
final class CaseView {
    let file: CaseFile
    let capture: CaptureHealth
    /// Nil where not every message was read.
    let tables: DepthTables?
    let records: [ConnectionRecord]
    /// Connections by server, and by client host: places in `records`, in order of their first packet.
    let byServer: [Endpoint: [Int]]
    let byClient: [IPAddress: [Int]]
    /// Servers that answered Kafka requests.
    let kafkaServers: Set<Endpoint>
    /// Hosts that did.
    let kafkaHosts: Set<IPAddress>
    /// Where names lead, and addresses given out.
    let names: NameIndex
    let places: [AddressClaim.Place: Set<Endpoint>]
    private let nodes: [Endpoint: Int]
    /// Ends of several connections of one server at once.
    private(set) lazy var nodeEnds: [Endpoint: [NodeEnd]] = NodeEnds.find(in: self)
    /// Servers as findings write them.
    private(set) lazy var serversByName = Dictionary(
        byServer.keys.map { ("\($0)", $0) }, uniquingKeysWith: { first, _ in first })
    private(set) lazy var lossyPaths = LossyPathIndex(self)
    private(set) lazy var foreignResets = ForeignReset.Times(self)
    private(set) lazy var nodeEndsByPlace = NodeEndIndex(nodeEnds)
    private(set) lazy var clientTraits = findClientTraits()
    private(set) lazy var programTraits = findProgramTraits()
    private(set) lazy var slowSignIns = SlowSignIns(self)
    private(set) lazy var byPair = Dictionary(grouping: records.indices) {
        ClientAtServer(client: records[$0].client.address, server: records[$0].server)
    }
    private(set) lazy var placesByHosts = Dictionary(grouping: records.indices) {
        HostAndHost(client: records[$0].client.address, server: records[$0].server.address)
    }
    /// Addresses given out, by whom they were told to and where they lead him: places in the facts.
    private(set) lazy var claimsByPair: [ClientAtServer: [Int]] = {
        var found: [ClientAtServer: [Int]] = [:]
        for (place, claim) in file.addresses.claims.enumerated() {
            for end in endpoints(of: claim) {
                found[ClientAtServer(client: claim.client, server: end), default: []].append(place)
            }
        }
        return found
    }()
    private(set) lazy var givers = Givers(self)
    /// Servers that answered an ApiVersions that they do not have.
    private(set) lazy var answeringUnsupported = Set(
        file.errors.rows.keys.filter { $0.api == Api.apiVersions && ErrorCodes.unsupportedVersion.contains($0.code) }
            .map(\.server))
    /// The names (SNI) for which each server completed a handshake.
    private(set) lazy var namesServed: [Endpoint: Set<String>] = records.reduce(into: [:]) { served, record in
        guard let name = file.text(record.tls.serverName), record.kafka.responses > 0 || record.tls.clientRecords > 1
        else { return }
        served[record.server, default: []].insert(name)
    }
    /// What clusters hosts said to belong to.
    private(set) lazy var clustersByHost = Dictionary(grouping: file.clusters.sightings, by: \.server.address)
    /// Attempts that were refused or had no answer, by their host, in order of their ends.
    private(set) lazy var failedByHost = byClient.mapValues { places in
        places.filter {
            [.refused, .noAnswer].contains(records[$0].tcp.end) && !records[$0].wasEstablished
        }.sorted {
            records[$0].tcp.lastTime < records[$1].tcp.lastTime
        }
    }
    /// Requests without an answer by who sent them, in order of time.
    private(set) lazy var unansweredByHost = byClient.mapValues { places in
        places.flatMap { place in records[place].unanswered.map { (place: place, request: $0) } }.sorted {
            ($0.request.sent, $0.place) < ($1.request.sent, $1.place)
        }
    }
    /// Both legs of gateways.
    private(set) lazy var gatewayLegs = GatewayLegs(records.filter { $0.speaksKafka || $0.tls.seen }, file)
    /// Gateways that take a client's sign-in themselves, and ask on without one.
    private(set) lazy var signInAtGateway = Set(
        gatewayLegs.pairs.filter { _, pairs in
            pairs.contains { $0.front.signIn.stage > .none } && pairs.allSatisfy { $0.behind.signIn.stage == .none }
        }.keys)
    /// For what nodes a gateway's clients had meant it, where a gateway asked a server for them.
    private(set) lazy var nodesMeant: [ClientAtServer: Set<Int>] = gatewayLegs.pairs.values.joined().reduce(
        into: [:]
    ) { meant, pair in
        guard let node = node(at: pair.front.server) else { return }
        meant[ClientAtServer(client: pair.behind.client.address, server: pair.behind.server), default: []].insert(node)
    }
    private(set) lazy var placesById = Dictionary(
        records.indices.map { (records[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
    private(set) lazy var errorsByTime = file.errors.events.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
    private(set) lazy var servedPlaces = byServer.compactMapValues { places in
        let served = places.filter { records[$0].isServed }
        return served.isEmpty ? nil : served
    }
    /// Servers to which a client had spoken Kafka before the capture began, and where it sends again and again what nobody
    /// acknowledges now.
    private(set) lazy var deadFromTheStart = Set(
        records.filter { $0.startsMidway && $0.fromClient.resentInVain > 0 && $0.speaksKafka }.map(\.server))
    /// Hosts with a connection, at either end, that the capture does not show from its start.
    private lazy var hostsBefore = records.reduce(into: Set<IPAddress>()) { hosts, record in
        if record.startsMidway { hosts.formUnion([record.client.address, record.server.address]) }
    }
    /// Hosts that a name server was seen to answer.
    private(set) lazy var hearDNS = Set(file.addresses.dns.filter { $0.code != nil }.map(\.client))
    private(set) lazy var servedAtLoopback = Dictionary(
        grouping: servedPlaces.keys.filter(\.address.isLoopback), by: \.port)
    /// Ports at which connections came about.
    private lazy var connectedPorts = Set(records.filter(\.wasEstablished).map(\.server.port))
    private(set) lazy var brokersOffers = BrokersOffers(self)
    private lazy var kafkaPorts = Set(kafkaServers.map(\.port))
    /// What each server does to connections again and again.
    private(set) lazy var habits: [Endpoint: ServerHabit] = ServerHabits.find(in: self)
    private(set) lazy var quietLimits: [Endpoint: ServerHabit] = ServerHabits.quietLimits(in: self)
    /// The longest pause that connections to each server lived through.
    private(set) lazy var survivedPauses: [Endpoint: Int64] = ServerHabits.survivedPauses(in: self)
    /// Idle times that cannot be limits, for connections outlived them.
    private(set) lazy var outlivedPauses = OutlivedPauses(self)
    /// Connections that one client host lost to several servers at once, each to a reset.
    private(set) lazy var flushedFlows = FlushedFlows(self)
    /// Producers that want no responses, as servers hear them.
    private(set) lazy var unanswering = UnansweringProducers(self)
    /// Attempts that nobody answered, while others to the same server were accepted at once.
    private(set) lazy var lostAttempts = LostAttempts(self)
    /// Connections of which nothing behind the handshake arrives at the server.
    private(set) lazy var oneWayConnections = OneWayPaths.connections(in: self)
    /// Connections whose large segments do not arrive, while small ones do.
    private(set) lazy var blackHoled = BlackHoles.connections(in: self)
    /// Pairs of hosts between which that happens: what waits there for an answer waits for the path.
    private(set) lazy var blackHoledPaths = Set(blackHoled.map { HostPath(of: records[$0]) })
    /// What is seen of connections behind a NAT.
    private(set) lazy var twins = Dictionary(grouping: file.connections.twins, by: \.of)
    /// What one source shows leaving, and another never arriving.
    private(set) lazy var lostOnTheWay = LostOnTheWay.find(in: self)
    /// Seconds in which whoever captured saw nobody.
    /// Times in which a path was dead, behind which both ends went on.
    private(set) lazy var interruptions = InterruptedPaths.find(in: self)
    /// Those by client host in which the server itself did not stand still.
    private(set) lazy var interruptedClients = interruptions.filter { !$0.mayBeServer }.reduce(
        into: [IPAddress: [InterruptedPaths.Interruption]]()
    ) { found, one in
        for client in Set(one.run.places.map { records[$0].client.address }) { found[client, default: []].append(one) }
    }
    /// Who waited for servers whose TLS cannot be read.
    private(set) lazy var sealedWaits = SealedWaits(self)
    private(set) lazy var collectorHoles = CollectorHoles.find(in: self)
    private lazy var collectorPauses = CapturePauses(collectorHoles.map(\.lowerBound))
    /// Requests that wait when the capture ends, for longer than is usual there.
    private(set) lazy var waitingNow = WaitingNow(file, in: records, most: 0) { self.captureEnd(of: $0) }
    /// Time of the last packet of all sources.
    let captureEnd: CaptureTime

    init(_ file: CaseFile, _ capture: CaptureHealth, tables: DepthTables? = nil) {
        self.file = file
        self.capture = capture
        self.tables = tables
        records = file.connections.records.inOrder
        var servers: [Endpoint: [Int]] = [:]
        var clients: [IPAddress: [Int]] = [:]
        for i in records.indices {
            servers[records[i].server, default: []].append(i)
            clients[records[i].client.address, default: []].append(i)
        }
        (byServer, byClient) = (servers, clients)
        kafkaServers = Set(records.filter { $0.kafka.responses > 0 }.map(\.server))
        kafkaHosts = Set(kafkaServers.map(\.address))
        names = NameIndex(file)
        places = Self.places(file, names)
        nodes = Self.nodes(file, places)
        captureEnd = file.lastTime
    }

    /// When the capture stops showing a connection.
    func captureEnd(of record: ConnectionRecord) -> CaptureTime {
        let last = capture.end(ofSourceWith: record.tcp.lastFrame)
        let end = last.map { max($0, endOfOtherViews(record)) } ?? captureEnd
        let hole = collectorPauses.first(behind: record.tcp.lastTime)
        return [record.tcp.pausedAt, hole].compactMap(\.self).reduce(end) { min($0, $1) }
    }

    /// Of several sources that show a connection the longest counts.
    private func endOfOtherViews(_ record: ConnectionRecord) -> CaptureTime {
        let views = [record.tcp.firstFrame, record.tcp.sides.0.otherView, record.tcp.sides.1.otherView]
        return views.filter { !$0.isNone }.compactMap { capture.end(ofSourceWith: $0) }.max() ?? .distantPast
    }

    /// When the capture stops showing anybody, behind a moment: its end, or where it paused for hours.
    func captureEnd(behind time: CaptureTime) -> CaptureTime {
        capture.pauses.first(behind: time).map { min($0, captureEnd) } ?? captureEnd
    }

    /// Whether a connection lived at a moment. One that is joined midway began before it was seen, in the hours behind a
    /// pause at the earliest.
    func wasOpen(_ record: ConnectionRecord, at time: CaptureTime) -> Bool {
        let first = record.tcp.firstTime
        let began = first <= time || record.startsMidway && captureEnd(behind: time) >= first
        return began && record.firstClose?.time ?? captureEnd(of: record) > time
    }

    private static func places(_ file: CaseFile, _ names: NameIndex) -> [AddressClaim.Place: Set<Endpoint>] {
        var places: [AddressClaim.Place: Set<Endpoint>] = [:]
        for claim in file.addresses.claims where places[claim.place] == nil {
            guard let port = UInt16(exactly: claim.port) else { continue }
            places[claim.place] = Set(names.addresses(of: claim.host, for: claim.client).map { Endpoint($0, port) })
        }
        return places
    }

    private static func nodes(_ file: CaseFile, _ places: [AddressClaim.Place: Set<Endpoint>]) -> [Endpoint: Int] {
        var nodes: [Endpoint: Set<Int>] = [:]
        for claim in file.addresses.claims {
            for end in places[claim.place] ?? [] { nodes[end, default: []].insert(Int(claim.node)) }
        }
        // An endpoint that several nodes were given out at says nothing of which node answers there.
        return nodes.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    /// Where an address given out leads its client; empty where its name was not looked up.
    func endpoints(of claim: AddressClaim) -> Set<Endpoint> { places[claim.place] ?? [] }

    /// Addresses given out, by the host that was told them: places in the facts.
    private(set) lazy var claimsByClient = Dictionary(grouping: file.addresses.claims.indices) {
        file.addresses.claims[$0].client
    }

    /// Servers that told a client host that they do not lead, or coordinate, what it asked them for.
    private(set) lazy var sendAway: [IPAddress: Set<Endpoint>] = file.errors.events.reduce(into: [:]) { away, event in
        if ErrorCodes.wrongBroker.contains(event.code) {
            away[event.client.address, default: []].insert(event.server)
        }
    }

    private(set) lazy var probes = findProbes()
    private(set) lazy var scans = findScans()
    private(set) lazy var identityConflicts = findIdentityConflicts()
    /// Programs that a coordinator told to ask for their producer id once more, by their ends.
    private(set) lazy var putOff = Dictionary(
        grouping: file.errors.events.filter {
            $0.api == Api.initProducerId && ErrorCodes.putOff.contains($0.code)
        },
        by: \.client)
    private(set) lazy var lastingErrors = LastingErrors(file)
    private(set) lazy var thrownOut = ThrownOut.rows(of: file)
    private(set) lazy var partitionErrors = PartitionErrors(file)
    private(set) lazy var takenOver = TakenOver(self)
    private(set) lazy var lostBatches = LostBatches(records)
    private(set) lazy var refusedBatches = RefusedBatches(file)
    private(set) lazy var unrepeated = UnrepeatedBatches(tables)
    private(set) lazy var skippedReads = SkippedReads(tables)
    private(set) lazy var lateJoiners = LateJoiners(file)
    /// In order of time.
    private(set) lazy var errorsByProgram = Dictionary(grouping: file.errors.events) {
        ProgramKey(client: $0.client.address, clientId: $0.clientId)
    }.mapValues { $0.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) } }
    private(set) lazy var unplacedAddresses = UnplacedAddresses.stories(in: self)

    func otherWays(of client: IPAddress) -> OtherWays {
        if let ways = otherWays[client] { return ways }
        let ways = OtherWays(of: client, in: self)
        otherWays[client] = ways
        return ways
    }
    private var otherWays: [IPAddress: OtherWays] = [:]
    var serverTraits: [Endpoint: ServerTraits] = [:]

    /// The node id that was given out at this address, if it was one.
    func node(at server: Endpoint) -> Int? { nodes[server] }

    /// Where a node was given out, and is the only one.
    func servers(ofNode id: Int) -> [Endpoint] { serversByNode[id] ?? [] }
    private lazy var serversByNode = Dictionary(grouping: nodes.keys.sorted()) { nodes[$0] ?? -1 }

    /// Connections of a server, in order of their first packet.
    func connections(to server: Endpoint) -> RecordList { RecordList(records, byServer[server] ?? []) }

    /// Connections of a client host, in order of their first packet.
    func records(of client: IPAddress) -> RecordList { RecordList(records, byClient[client] ?? []) }

    /// Servers that a host connected to, each once.
    func servers(of client: IPAddress) -> [Endpoint] { serversByClient[client] ?? [] }
    private lazy var serversByClient = byClient.mapValues { $0.map { records[$0].server }.uniqued }

    func connections(from client: Endpoint) -> RecordList { RecordList(records, byClientEnd[client] ?? []) }
    private lazy var byClientEnd = Dictionary(grouping: records.indices) { records[$0].client }

    /// Any Kafka work (not only sign-in) was answered at this server, at any time, for any client but those left out.
    func serves(_ server: Endpoint, except: (ConnectionRecord) -> Bool = { _ in false }) -> Bool {
        connections(to: server).contains { $0.kafka.workAnswered > 0 && !except($0) }
    }

    /// No connection came about: there is nothing here but attempts.
    private(set) lazy var isWithoutConnections = records.allSatisfy { !$0.wasEstablished }

    /// A packet of some server's TCP was captured.
    private(set) lazy var showsServers = records.contains { $0.fromServer.packets > 0 }

    /// Whether a port is one that Kafka usually has, or that speaks Kafka somewhere in this capture.
    func isKafkaPort(_ port: UInt16) -> Bool {
        Self.isUsualPort(port) || kafkaPorts.contains(port)
    }

    static func isUsualPort(_ port: UInt16) -> Bool {
        (9090...9099).contains(port) || [19092, 29092, 39092, 19093, 29093, 9192, 9292].contains(port)
    }

    /// One topic, by its name or its id.
    func isSame(_ one: StringID, _ other: StringID) -> Bool { one == other || file.text(one) == file.text(other) }

    /// The port or the host's name says Kafka.
    func soundsLikeKafka(_ server: Endpoint) -> Bool {
        isKafkaPort(server.port) || file.addresses.names[server.address].map(Self.soundsLikeKafka) == true
    }

    static func soundsLikeKafka(_ name: String) -> Bool { BrokerWords.first(in: name) != nil }

    /// There is a reason to think that a Kafka client or broker is meant by a connection that does not say so itself: its
    /// server's port or name, an address given out, a host that speaks Kafka; or there is nothing else here.
    func mayBeKafkas(_ record: ConnectionRecord) -> Bool {
        if node(at: record.server) != nil { return true }
        // A web server beside the broker is not the broker.
        if kafkaHosts.contains(record.server.address) {
            return kafkaServers.contains(record.server) || !UsualPorts.ofOthersTLS.contains(record.server.port)
        }
        if soundsLikeKafka(record.server) { return true }
        guard kafkaServers.isEmpty else { return false }
        return !UsualPorts.ofOthersTLS.contains(record.server.port)
            || connectedPorts.count <= (connectedPorts.contains(record.server.port) ? 1 : 0)
    }

    /// More says so than a port's number, or that there is nothing else here: the server's address or name, or a client that
    /// speaks Kafka at a port of Kafka's.
    func isKnownAsKafkas(_ record: ConnectionRecord) -> Bool {
        if node(at: record.server) != nil || kafkaHosts.contains(record.server.address) { return true }
        let names = [file.addresses.names[record.server.address], record.tls.handshake.serverName].compactMap(\.self)
        return names.contains(where: Self.soundsLikeKafka)
            || isKafkaPort(record.server.port) && traits(of: record.client.address).isServed
    }

    /// Ports of shells, mail, directories, the web and of monitors' agents: whoever looks for Kafka does not look there.
    static func isOthersPort(_ port: UInt16) -> Bool {
        UsualPorts.ofOthersTLS.contains(port) || [21, 22, 23, 25, 53, 80, 110, 143, 389, 9100].contains(port)
    }

    /// The host had a connection, at either end, that the capture does not show from its start.
    func wasHereBefore(_ host: IPAddress) -> Bool {
        hostsBefore.contains(host)
    }
}

extension ConnectionRecord {
    /// The client opened it, or sent data on it, after that moment.
    func heardOf(after time: CaptureTime) -> Bool {
        tcp.firstTime > time || fromClient.lastDataTime > time
    }

    /// The last payload of either side before its end.
    var lastDataTime: CaptureTime { max(fromClient.lastDataTime, fromServer.lastDataTime) }
}
