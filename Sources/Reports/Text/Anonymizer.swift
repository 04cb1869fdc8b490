public import ReportModel
internal import Vocabulary

/// Replaces hosts, client ids and principals by aliases: the same name by the same alias throughout a report, in all of its
/// outputs. Aliases are numbered in the order of the report, so the same capture gives the same aliases.
public struct Anonymizer {
    private var hosts: [String: String] = [:]
    private var others: [String: String] = [:]
    private var counts: [String: Int] = [:]

    public static func anonymized(_ report: Report) -> Report {
        var anonymizer = Anonymizer()
        anonymizer.learn(report)
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
        for row in report.connectionGroups { [row.client, row.server].forEach { learn(host: $0) } }
        report.findings.forEach { learn($0) }
        report.incidents.forEach { learn($0) }
        for row in report.latency { row.broker.map { learn(host: $0) } }
        for row in report.addresses {
            ([row.client, row.address] + row.toldBy + row.resolvedTo).forEach { learn(host: $0) }
        }
        for event in report.timeline { [event.client, event.server].compactMap(\.self).forEach { learn(host: $0) } }
        for (address, name) in report.names.sorted(by: { $0.key < $1.key }) {
            learn(host: address.description)
            learn(host: name)
        }
    }

    private mutating func learn(_ row: ConnectionRow) {
        [row.client, row.server, row.clientName, row.serverName, row.tlsServerName].compactMap(\.self).forEach {
            learn(host: $0)
        }
        learn(row.clientId, as: "client")
        learn(row.principal, as: "principal")
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
            switch fact.value {
            case .text(let text): learn(host: text)
            case .list(let items): items.forEach { learn(host: $0) }
            default: break
            }
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
    }

    private static let hostFacts: Set<FactKey> = [
        .advertisedHost, .resolvedTo, .toldBy, .tried, .reachedBy, .failedFrom, .bootstrapAddress, .suggestedListener,
        .serverName, .certificateNames,
    ]

    private mutating func learn(host text: String) {
        let host = HostPort(text.split(separator: "//").last.map(String.init) ?? text).host
        guard !host.isEmpty, hosts[host] == nil, !Self.isCommonplace(host) else { return }
        hosts[host] = next("host")
    }

    /// Says nothing about anybody, and its meaning is what the finding is about.
    private static func isCommonplace(_ host: String) -> Bool {
        host == "localhost" || IPAddress(host).map { $0.isLoopback || $0.isUnspecified } ?? false
    }

    private mutating func learn(_ name: String?, as role: String) {
        guard let name, !name.isEmpty, others[name] == nil else { return }
        others[name] = next(role)
    }

    private mutating func next(_ role: String) -> String {
        counts[role, default: 0] += 1
        return "\(role)-\(counts[role] ?? 0)"
    }

    // MARK: Replacing

    /// A name that is exactly one of ours.
    func alias(_ name: String) -> String { others[name] ?? text(name) }

    /// Every host in a text, and every other name that stands alone between blanks.
    func text(_ text: String) -> String {
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
        return word
    }
}
