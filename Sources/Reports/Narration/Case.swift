internal import ReportModel
internal import Vocabulary

/// One finding as the words see it: its values ready to stand in a sentence.
struct Case {
    let finding: Finding
    let context: NarrationContext

    /// `broker 2 (kafka-2.lab, 10.10.0.12:9092)`.
    var server: String { context.broker(finding.server, nodeId: finding.nodeId) }

    /// Short, for titles: `broker 2`, else the address.
    var serverShort: String {
        if let nodeId = finding.nodeId { return "broker \(nodeId)" }
        return finding.server.map(Trim.name) ?? "the server"
    }

    /// `orders-app (10.0.0.5)`, or what of it is known; `host 10.0.0.5 (orders-app and 2 more)`. Always one thing, so that
    /// sentences need no plural.
    var client: String {
        let ids = list(.clientIds).map(Trim.name)
        if ids.count > 1, let host = finding.client {
            let names = ids.count == 2 ? Format.list(ids) : "\(ids[0]) and \(ids.count - 1) more"
            return "host \(Trim.name(host)) (\(names))"
        }
        return switch (finding.clientId.flatMap { $0.isEmpty ? nil : $0 }, finding.client) {
        case (let id?, let host?): "\(Trim.name(id)) (\(Trim.name(host)))"
        case (let id?, nil): Trim.name(id)
        case (nil, let host?): "client \(Trim.name(host))"
        case (nil, nil): "the client"
        }
    }

    /// `host:port` to put into a command; a placeholder in words where it is not known.
    var endpoint: String { Trim.shell(finding.server ?? "HOST:PORT") }
    var host: String { Trim.shell(finding.server.map { HostPort($0).host } ?? "HOST") }
    var port: String { finding.server.flatMap { HostPort($0).port } ?? "PORT" }

    /// A server that worked, for commands that need one; the finding's own where no other is known and it may work.
    var workingBootstrap: String {
        bootstrap.map(Trim.shell) ?? (finding.server == nil ? "HOST:PORT" : "ANOTHER-BROKER:\(port)")
    }

    /// The same as the report names it; nil where none is known.
    var bootstrap: String? {
        let told = (list(.bootstrapAddress) + finding.advertisedBy + list(.toldBy)).first(where: mayWork)
        return told ?? otherBroker ?? finding.server.flatMap { mayWork($0) ? $0 : nil }
    }

    /// Where the server itself may be gone: where a resend was answered, or another broker of the report.
    private var otherBroker: String? {
        let mayBeGone = finding.kind == .disconnectBeforeResponse || finding.kind == .responseOverdue
        guard mayBeGone || finding.server.map(mayWork) == false else { return nil }
        let resent = finding.requests.lazy.compactMap { $0.resentAnswerFrame == nil ? nil : $0.resentTo }.first
        return resent
            ?? mayBeOfItsCluster.lazy.flatMap(\.addresses).first { $0 != finding.server && mayWork($0) }
    }

    /// Brokers of the server's own cluster; where that is not known all that may be of it.
    private var mayBeOfItsCluster: [BrokerRow] {
        let brokers = context.report.brokers
        let own = brokers.first { row in finding.server.map(row.addresses.contains) == true }
        guard let mine = own.map({ Set($0.clusterIds) }), !mine.isEmpty else { return brokers }
        let same = brokers.filter { !mine.isDisjoint(with: $0.clusterIds) }
        return same.contains { $0.addresses.contains { $0 != finding.server } }
            ? same : brokers.filter { $0.clusterIds.isEmpty }
    }

    /// No advice names a broker that an incident tells as gone.
    private func mayWork(_ server: String) -> Bool { !context.goneHosts.contains(HostPort(server).host) }

    /// The outage, the stall or the loss of a host that this finding is a part of.
    var standstill: Incident? { context.standstills[finding.id] }

    /// The broker that this finding's own server waited for, where that one was gone or stood still: what is to be stored on
    /// all replicas is answered when they have it.
    var follower: (name: String, state: String)? {
        guard waitsForReplicas, let incident = standstill, let root = incident.rootServer, let server = finding.server,
            isAnother(root, incident.nodeId, than: server), !incident.struck.contains(server)
        else { return nil }
        let state =
            switch incident.kind {
            case .brokerOutage: "was gone"
            case .hostUnreachable: "could not be reached"
            default: "stood still, or was late itself"
            }
        return (context.broker(root, nodeId: incident.nodeId), state)
    }

    /// By node id where both are known: a gateway's host has several.
    private func isAnother(_ root: String, _ node: Int?, than server: String) -> Bool {
        if let node, let mine = finding.nodeId { return node != mine }
        return HostPort(root).host != HostPort(server).host
    }

    /// Something of it is answered only when other replicas have it: Produce with acks=all, commits, transactions' states.
    private var waitsForReplicas: Bool {
        let stored = StoredEverywhere.apis
        if !finding.requests.isEmpty {
            return finding.requests.contains { $0.api == "Produce" ? $0.acks == -1 : stored.contains($0.api) }
        }
        return lateApis.contains { $0 == "Produce" || stored.contains($0) }
    }

    /// The APIs of late answers, or of answers with an error.
    var lateApis: [String] { finding.lateApis }

    /// The server's host where that is a gateway: what it does is not the broker's doing.
    var gateway: String? {
        guard let host = finding.server.map({ HostPort($0).host }) else { return nil }
        return context.report.gateways.contains {
            $0.address == host && ($0.nodes.count > 1 || $0.confidence == .certain)
        }
            ? Trim.name(host) : nil
    }

    func clock(_ time: CaptureTime) -> String { context.time.clock(time) }

    func text(_ key: FactKey) -> String? {
        switch finding[key] {
        case .text(let text): Trim.message(text)
        case .list(let items): items.isEmpty ? nil : Format.list(items.map(Trim.name))
        case .number(let number): Format.count(number)
        case .milliseconds(let ms): Format.duration(ms: ms)
        case .time(let time): "\(context.time.date(time)) \(clock(time))"
        case .flag(let flag): flag ? "yes" : "no"
        case nil: nil
        }
    }

    func list(_ key: FactKey) -> [String] {
        switch finding[key] {
        case .list(let items): items
        case .text(let text): [text]
        default: []
        }
    }

    func number(_ key: FactKey) -> Int? {
        switch finding[key] {
        case .number(let number): number
        case .list(let items): items.count
        default: nil
        }
    }

    func ms(_ key: FactKey) -> Double? {
        switch finding[key] {
        case .milliseconds(let ms): ms
        case .number(let number): Double(number)
        default: nil
        }
    }

    func time(_ key: FactKey) -> CaptureTime? {
        if case .time(let time)? = finding[key] { time } else { nil }
    }

    func flag(_ key: FactKey) -> Bool? {
        if case .flag(let flag)? = finding[key] { flag } else { nil }
    }

    /// A row of the tables about this client's host and program.
    func isAbout(_ client: String, _ clientId: String?) -> Bool {
        client == finding.client && (clientId.map(finding.clientIds.contains) ?? finding.clientIds.isEmpty)
    }

    /// How long, as words; nil where the fact is absent.
    func duration(_ key: FactKey) -> String? { ms(key).map { Format.duration(ms: $0) } }

    /// All topics of the finding and of its requests, in order, once each.
    var topics: [String] {
        var seen: Set<String> = []
        return (list(.topics) + finding.requests.flatMap(\.topics)).filter { seen.insert($0).inserted }
    }

}

/// Sentences in order; what is not known adds none.
struct Sentences {
    private(set) var items: [String] = []

    init(_ first: String? = nil) { add(first) }

    mutating func add(_ sentence: String?) {
        if let sentence, !sentence.isEmpty { items.append(sentence) }
    }

    mutating func add(if condition: Bool, _ sentence: @autoclosure () -> String) {
        if condition { add(sentence()) }
    }

    /// Adds a sentence about a value, where there is one.
    mutating func add<Value>(_ value: Value?, _ sentence: (Value) -> String) {
        add(value.map(sentence))
    }
}
