public import ReportModel
internal import Vocabulary

/// Replaces hosts, client ids and principals by aliases: the same name by the same alias throughout a report, in all of its
/// outputs. Aliases are numbered in the order of the report, so the same capture gives the same aliases.
public struct Anonymizer {
    private var hosts: [String: String] = [:]
    private var others: [String: String] = [:]
    private var counts: [String: Int] = [:]
    /// Names with characters between which a text is otherwise taken apart, the longest first.
    private var oddNames: [String] = []

    public static func anonymized(_ report: Report) -> Report {
        var anonymizer = Anonymizer()
        anonymizer.learn(report)
        anonymizer.findOddNames()
        return anonymizer.rewritten(report)
    }

    // MARK: Learning

    private mutating func learn(_ report: Report) {
        for row in report.brokers { (row.addresses + row.advertised).forEach { learn(host: $0) } }
        for row in report.clients {
            learn(host: row.address)
            row.clientIds.forEach { learn($0, as: "client") }
        }
        for row in report.connections { learn(row) }
        for row in report.clients { row.mechanisms.forEach { learn(mechanism: $0) } }
        for row in report.listeners { (row.mechanisms + row.mechanismsOffered).forEach { learn(mechanism: $0) } }
        for row in report.connectionGroups { [row.client, row.server].forEach { learn(host: $0) } }
        report.findings.forEach { learn($0) }
        report.incidents.forEach { learn($0) }
        for row in report.latency {
            row.broker.map { learn(host: $0) }
            if let client = row.client, IPAddress(client) != nil { learn(host: client) }
            learn(row.client, as: "client")
        }
        for row in report.addresses {
            ([row.client, row.address] + row.toldBy + row.resolvedTo).forEach { learn(host: $0) }
            row.clientIds.forEach { learn($0, as: "client") }
        }
        for row in report.errorCounts {
            [row.client, row.server].forEach { learn(host: $0) }
            learn(row.clientId, as: "client")
        }
        for event in report.timeline {
            ([event.client, event.server].compactMap(\.self) + event.hosts).forEach { learn(host: $0) }
        }
        if let tables = report.tables { learn(tables) }
        for row in report.setup { [row.client, row.server].forEach { learn(host: $0) } }
        for row in report.clientLog ?? [] { row.hosts.forEach { learn(host: $0) } }
        for row in report.gateways { ([row.address] + row.clients + row.nodes.map(\.host)).forEach { learn(host: $0) } }
        for (address, name) in report.names.sorted(by: { $0.key < $1.key }) {
            learn(host: address.description)
            learn(host: name)
        }
    }

    private mutating func learn(_ tables: DepthTables) {
        let programs =
            tables.topicClients.map { ($0.client, $0.clientId) } + tables.producers.map { ($0.client, $0.clientId) }
            + tables.readiness.map { ($0.client, $0.clientId) }
            + tables.groups.flatMap { $0.members.map { ($0.client, $0.clientId) } }
        for (client, clientId) in programs {
            learn(host: client)
            learn(clientId, as: "client")
        }
        for row in tables.readiness { row.servers.forEach { learn(host: $0.address) } }
    }

    private mutating func learn(_ row: ConnectionRow) {
        [row.client, row.server, row.clientName, row.serverName, row.tlsServerName].compactMap(\.self).forEach {
            learn(host: $0)
        }
        learn(row.clientId, as: "client")
        learn(row.principal, as: "principal")
        row.mechanism.map { learn(mechanism: $0) }
    }

    /// What is no mechanism's name is a text that somebody sent.
    private mutating func learn(mechanism name: String) {
        if !SASLMechanisms.known.contains(name) { learn(name, as: "mechanism") }
    }

    private mutating func learn(_ finding: Finding) {
        ([finding.client, finding.server].compactMap(\.self) + finding.advertisedBy).forEach { learn(host: $0) }
        learn(finding.clientId, as: "client")
        if case .list(let ids) = finding[.clientIds] { ids.forEach { learn($0, as: "client") } }
        for request in finding.requests {
            learn(request.clientId, as: "client")
            request.resentTo.map { learn(host: $0) }
        }
        for fact in finding.facts where Self.hostFacts.contains(fact.key) {
            Self.texts(of: fact).forEach { learn(host: $0) }
        }
        // Messages of brokers, and what else is told as it was said: whoever is named by an address.
        for text in finding.facts.flatMap(Self.texts) { learn(addressesIn: text) }
        finding.facts.filter { $0.key == .identities }.flatMap(Self.texts).forEach { learn($0, as: "identity") }
        for fact in finding.facts where fact.key == .mechanism || fact.key == .mechanismsOffered {
            Self.texts(of: fact).forEach { learn(mechanism: $0) }
        }
        if case .text(let realm)? = finding[.kdcRealm] { learn(realm, as: "realm") }
        if case .text(let service)? = finding[.kdcService] {
            service.split(separator: "/").dropFirst().forEach { learn(host: String($0)) }
        }
        if case .text(let principal)? = finding[.principal] { learn(principal, as: "principal") }
    }

    private mutating func learn(_ incident: Incident) {
        incident.rootServer.map { learn(host: $0) }
        for client in incident.clients {
            learn(host: client.client)
            learn(client.clientId, as: "client")
        }
        for related in incident.related { related.server.map { learn(host: $0) } }
        for text in incident.facts.flatMap(Self.texts) { learn(addressesIn: text) }
    }

    private static func texts(of fact: Fact) -> [String] {
        switch fact.value {
        case .text(let text): [text]
        case .list(let items): items
        default: []
        }
    }

    private mutating func learn(addressesIn text: String) {
        for word in text.split(whereSeparator: { !Self.isNamePart($0) && !"[]".contains($0) }) {
            let word = word.last.map { ".:".contains($0) } == true ? word.dropLast() : word
            let host = HostPort(String(word)).host
            if IPAddress(host) != nil { learn(host: host) }
        }
    }

    private static let hostFacts: Set<FactKey> = [
        .advertisedHost, .resolvedTo, .toldBy, .tried, .reachedBy, .otherAddresses, .failedFrom, .bootstrapAddress,
        .suggestedListener,
        .serverName, .namesServed, .certificateNames, .tokenIssuer, .tokenAudience, .upstream, .endedByGateway,
        .resetInNameOf, .answeredBehind,
    ]

    private mutating func learn(host text: String) {
        // Of a URL the host: what is behind its scheme, and before its path.
        var name = text[...]
        if let scheme = text.firstRange(of: "://") {
            name = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        } else if text.hasPrefix("//") {
            name = text.dropFirst(2)
        }
        let host = HostPort(String(name)).host
        guard !host.isEmpty, hosts[host] == nil, !Self.isCommonplace(host) else { return }
        hosts[host] = next("host")
    }

    /// Says nothing about anybody, and its meaning is what the finding is about.
    private static func isCommonplace(_ host: String) -> Bool {
        host == "localhost" || IPAddress(host).map { $0.isLoopback || $0.isUnspecified } ?? false
    }

    private mutating func learn(_ name: String?, as role: String) {
        guard let name, !name.isEmpty, others[name] == nil, hosts[name] == nil || role != "client" else { return }
        others[name] = next(role)
    }

    private mutating func next(_ role: String) -> String {
        counts[role, default: 0] += 1
        return "\(role)-\(counts[role] ?? 0)"
    }

    private mutating func findOddNames() {
        oddNames = (Array(hosts.keys) + others.keys).filter { !$0.allSatisfy(Self.isNamePart) }
            .sorted { ($1.count, $1) < ($0.count, $0) }
    }

    // MARK: Replacing

    /// A name that is exactly one of ours.
    func alias(_ name: String) -> String { others[name] ?? text(name) }

    /// Every host in a text, and every other name that stands alone between blanks.
    func text(_ text: String) -> String {
        // In one go, so that no alias is taken for a name.
        for name in oddNames {
            guard let place = text.firstRange(of: name) else { continue }
            let alias = hosts[name] ?? others[name] ?? ""
            return self.text(String(text[..<place.lowerBound])) + alias + self.text(String(text[place.upperBound...]))
        }
        return words(text)
    }

    /// Also hosts that stand in a word with others, as in `10.0.0.1:9092-10.0.0.9:40000-3`.
    func text(_ text: String, naming names: [String]) -> String {
        let known = names.filter { hosts[$0] != nil }.sorted { ($1.count, $1) < ($0.count, $0) }
        for name in known {
            guard let place = text.firstRange(of: name) else { continue }
            return self.text(String(text[..<place.lowerBound]), naming: names) + (hosts[name] ?? "")
                + self.text(String(text[place.upperBound...]), naming: names)
        }
        return self.text(text)
    }

    private func words(_ text: String) -> String {
        var (result, word) = ("", "")
        for character in text {
            if Self.isNamePart(character) {
                word.append(character)
            } else {
                result += replaced(word) + String(character)
                word = ""
            }
        }
        return result + replaced(word)
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "._-:@%".contains(character)
    }

    private func replaced(_ word: String) -> String {
        if word.isEmpty { return word }
        if let alias = hosts[word] ?? others[word] { return alias }
        if let last = word.last, ".:".contains(last) { return replaced(String(word.dropLast())) + String(last) }
        let parts = HostPort(word)
        if let port = parts.port, let alias = hosts[parts.host] { return "\(alias):\(port)" }
        // `User:alice`, as brokers write principals.
        guard word.contains(":") else { return word }
        return word.split(separator: ":", omittingEmptySubsequences: false).map { part in
            hosts[String(part)] ?? others[String(part)] ?? String(part)
        }.joined(separator: ":")
    }
}
