internal import ReportModel
internal import Vocabulary

/// What the two kinds about unusable addresses share.
enum AddressWords {
    /// What trying the address brought, as the end of a sentence.
    static func failure(_ detail: Detail?) -> String {
        switch detail {
        case .unresolvable: "its name does not resolve"
        case .loopback: "that means the client's own machine"
        case .unspecified: "that is not an address to connect to"
        case .stale: "nothing is there any more"
        case .protocol: "another protocol is spoken there"
        case .certificate: "the certificate shown there is not for that name"
        case .refused: "nothing listens there (connection refused)"
        case .rejected: "a router or firewall rejects the connection"
        case .noAnswer: "nothing answers there"
        case .sameEndpoint: "several brokers share it"
        case .wrongNode: "another node answers there"
        case .private: "it is private, and the client cannot reach it"
        default: "the client cannot use it"
        }
    }

    /// The same of an address, as the end of a clause with "where".
    static func place(_ detail: Detail?) -> String {
        switch detail {
        case .refused: "nothing listens"
        case .rejected: "a router or firewall rejects the connection"
        default: "nothing answers"
        }
    }

    static func lookUp(_ host: String) -> HelpStep {
        HelpStep(text: "On the client's host, look the name up", command: "getent hosts \(host)")
    }

    /// A step that checks the address from the client's side.
    static func check(_ view: Case, host: String, port: String) -> HelpStep {
        switch view.finding.detail {
        case .unresolvable: lookUp(host)
        case .protocol:
            HelpStep(
                text: "See what protocol is spoken there",
                command: "openssl s_client -connect \(host):\(port) </dev/null")
        case .certificate:
            HelpStep(
                text: "Show the names in the certificate",
                command: "openssl s_client -connect \(host):\(port) -servername \(host) </dev/null"
                    + " | openssl x509 -noout -ext subjectAltName -dates")
        case .noAnswer where view.number(.neighbourQuestions) != nil:
            HelpStep(
                text: "On the client's host, see whether any host answers for the address",
                command: "ping -c 2 \(host); ip neigh show \(host)")
        case .noAnswer, .rejected, .private:
            HelpStep(
                text:
                    "From the client's host, find where packets stop, and open the port in firewalls and security groups",
                command: "nc -vz -w 3 \(host) \(port) || traceroute \(host)")
        default: HelpStep(text: "From the client's host, try the port", command: "nc -vz \(host) \(port)")
        }
    }
}

/// Words for `advertised-address-mismatch`.
enum AdvertisedAddressWords {
    static func words(_ view: Case) -> Words {
        let shown = advertised(view)
        var words = Words(title: title(view, shown))
        words.explanation.add(told(view, shown))
        meaning(view, &words, shown)
        words.explanation.add(tries(view))
        words.explanation.add(hit(view))
        words.explanation.add(view.text(.standsStill)) {
            "franz-go takes its producer id from one broker and waits for that broker only, so \($0) most likely stands still."
        }
        words.explanation.add(
            if: view.flag(.sameHost) == true,
            "Client and broker share a host, so a loopback address alone is not a fault.")
        advise(view, &words, shown)
        return words
    }

    private static func advertised(_ view: Case) -> String {
        guard let host = view.text(.advertisedHost) else { return view.finding.server.map(Trim.name) ?? "the address" }
        let shownHost = host.contains(":") ? "[\(host)]" : host
        guard let port = plainPort(view) else { return shownHost }
        return "\(shownHost):\(port)"
    }

    /// Ports are no quantities: without the comma of thousands.
    private static func plainPort(_ view: Case) -> String? {
        if case .number(let port)? = view.finding[.advertisedPort] { return String(port) }
        return view.text(.advertisedPort)
    }

    private static func nodes(_ view: Case) -> String? {
        let ids = view.finding.nodeIds.isEmpty ? [view.finding.nodeId].compactMap(\.self) : view.finding.nodeIds
        guard !ids.isEmpty else { return nil }
        return (ids.count == 1 ? "broker " : "brokers ") + Format.list(ids.map(String.init), limit: 8)
    }

    private static func title(_ view: Case, _ shown: String) -> String {
        if ResolverWords.applies(view) { return ResolverWords.title(view, shown) }
        let who =
            nodes(view).map { "\($0) \(view.finding.nodeIds.count > 1 ? "advertise" : "advertises")" }
            ?? "a broker advertises"
        let failure = view.isGoneName ? "its name no longer resolves" : AddressWords.failure(view.finding.detail)
        return "\(who) \(shown): \(failure)"
    }

    private static func told(_ view: Case, _ shown: String) -> String {
        let givers = view.finding.advertisedBy.isEmpty ? view.list(.toldBy) : view.finding.advertisedBy
        let asked = givers.isEmpty ? "A broker" : Format.list(givers.map(view.context.named))
        let node = nodes(view).map { " for \($0)" } ?? ""
        return "\(asked) told \(view.client) to use \(shown)\(node)."
    }

    private static func meaning(_ view: Case, _ words: inout Words, _ shown: String) {
        if ResolverWords.applies(view) { return ResolverWords.meaning(view).forEach { words.explanation.add($0) } }
        switch view.finding.detail {
        case .loopback:
            words.explanation.add(
                "On the client's machine that address is the client itself, so bootstrap works and everything after it fails."
            )
        case .unspecified:
            words.explanation.add(
                "0.0.0.0 and :: say where a broker listens, and cannot be connected to from elsewhere. The broker gave out what it"
                    + " binds to, because advertised.listeners is not set.")
        case .stale:
            words.explanation.add(
                "The address worked earlier in the capture. The node has moved and answers elsewhere, but still advertises its old"
                    + " address.")
        case .unresolvable where view.isGoneName:
            words.explanation.add(
                "It led to \(Format.list(view.list(.resolvedTo))) before. Since \(view.clock(view.finding.first)) the client has looked"
                    + " it up in vain (\(view.text(.dnsResult) ?? "no answer")). Open connections go on; new ones cannot be made."
            )
        case .unresolvable:
            words.explanation.add(view.text(.dnsResult)) { "DNS says \($0)." }
            words.explanation.add(
                "The name is known only near the broker (in a container network, a cluster or a private DNS zone).")
        case .protocol:
            words.explanation.add(
                "The advertised port belongs to a listener with another security protocol than the one that gave it out."
            )
        case .certificate:
            words.explanation.add(view.text(.certificateNames)) { "The certificate names \($0)." }
            words.explanation.add("The bootstrap name passed the client's check, but this name does not.")
        case .sameEndpoint:
            words.explanation.add(
                "A plain load balancer picks any of them for each connection. Requests then reach brokers that do not lead the"
                    + " partition, and clients retry until they happen to hit the right one.")
        case .wrongNode:
            words.explanation.add(
                "What answers there is another node or another cluster: DNS is stale, or addresses are swapped.")
        case .private:
            words.explanation.add(
                "The client connected to a public address, but the private one exists only inside the broker's network."
            )
        default:
            words.explanation.add("Bootstrap worked, but \(AddressWords.failure(view.finding.detail)).")
            words.explanation.add(view.text(.reachedBy)) {
                "The same address works for \($0), so only the path from this client is closed."
            }
            words.explanation.add(view.text(.otherAddresses)) {
                "Clients were served at \($0), another address of the same name. So \(view.host) is gone, and not the broker."
            }
            words.explanation.add(forwarder(view))
        }
        words.explanation.add(
            if: view.finding.nodeIds.count > 1 && view.finding.detail != .sameEndpoint,
            "\(Format.count(view.finding.nodeIds.count)) brokers share that one address, so at most one of them can be reached."
        )
        words.explanation.add(view.isGoneName ? nil : view.text(.resolvedTo)) { "It resolves to \($0)." }
        words.explanation.add(view.text(.icmp)) { "ICMP said \($0)." }
    }

    /// A server that is none of the addresses that it gave out may pass on what brokers say of themselves.
    private static func forwarder(_ view: Case) -> String? {
        guard let teller = view.finding.advertisedBy.first, view.finding.advertisedBy.count == 1 else { return nil }
        let host = HostPort(teller).host
        let told = view.context.report.addresses.filter { $0.toldBy.contains(teller) }
        guard Set(told.map(\.nodeId)).count > 1, told.allSatisfy({ leadsElsewhere($0, than: host) }) else { return nil }
        return
            "\(Trim.name(host)) is not among the addresses that it gave out. It may be a load balancer or a port forward that"
            + " rewrites nothing, so clients are sent past it."
    }

    private static func leadsElsewhere(_ row: AddressRow, than host: String) -> Bool {
        let own = HostPort(row.address).host
        let places = row.resolvedTo.isEmpty ? (IPAddress(own) == nil ? [] : [own]) : row.resolvedTo
        return !places.isEmpty && !places.contains(host)
    }

    private static func tries(_ view: Case) -> String? {
        if let questions = view.number(.neighbourQuestions) {
            return
                "The client's host asked its network segment \(Format.count(questions)) times who has that address (ARP), without"
                + " an answer. So it could send no SYN. No host there has the address, or that host is down."
        }
        return view.number(.attemptCount).flatMap {
            if $0 == 0 {
                // The finding's doubt says the same.
                return view.finding.doubt.contains(.attemptNotSeen) ? nil : "The capture has no attempt to reach it."
            }
            return "The client tried \($0 == 1 ? "once" : Format.count($0) + " times")."
        }
    }

    /// Who needs the node, and for what.
    private static func hit(_ view: Case) -> String? {
        let clients = view.list(.cutOff)
        if !clients.isEmpty {
            let shown = clients.prefix(8).map(Trim.message).joined(separator: "; ")
            return
                "They need it for: \(shown)\(clients.count > 8 ? "; and \(Format.count(clients.count - 8, "more client"))" : "")."
        }
        return view.finding.severity == .warning
            ? "It leads no partition and coordinates no group that these clients use." : nil
    }

    private static func advise(_ view: Case, _ words: inout Words, _ shown: String) {
        if view.finding.detail == .wrongNode { return adviseWrongNode(view, &words, shown) }
        if view.isGoneName { return adviseGoneName(view, &words) }
        if ResolverWords.applies(view) { return ResolverWords.advise(view, &words) }
        if !view.list(.otherAddresses).isEmpty { return adviseDeadAddress(view, &words) }
        if isWayClosed(view) { return adviseWay(view, &words, shown) }
        let protocolName = view.text(.listener) ?? "PLAINTEXT"
        let suggestion =
            view.list(.suggestedListener).first.map(Trim.shell)
            ?? view.list(.bootstrapAddress).first.map { "\(Trim.shell(protocolName))://\(Trim.shell($0))" }
            ?? "\(Trim.shell(protocolName))://NAME-THAT-CLIENTS-REACH:\(plainPort(view) ?? "9092")"
        let line = suggestion.hasPrefix("advertised.listeners") ? suggestion : "advertised.listeners=\(suggestion)"
        if view.finding.detail == .sameEndpoint {
            words.advice.add(
                "Give each broker its own name or port in advertised.listeners, and keep \(shown) for bootstrap only.")
        } else {
            words.advice.add(
                view.finding.nodeIds.count > 1
                    ? "On each of \(nodes(view) ?? "these brokers"), set advertised.listeners to an address of its own that clients can"
                        + " reach (for one of them \(line)), and restart one after the other."
                    : "On \(nodes(view) ?? "the broker"), set \(line), an address that clients can reach, and restart it."
            )
            words.advice.run("Then read back what is advertised", "kcat -L -b \(view.workingBootstrap)")
        }
        words.advice.add(
            "If internal clients rely on the present address, keep it on a separate internal listener.")
        let host = view.list(.advertisedHost).first.map(Trim.shell) ?? view.host
        if view.finding.detail != .loopback {
            words.advice.add(AddressWords.check(view, host: host, port: plainPort(view) ?? view.port))
        }
    }
}

extension AdvertisedAddressWords {
    /// Of a name's addresses one is dead, mostly that of IPv6.
    private static func adviseDeadAddress(_ view: Case, _ words: inout Words) {
        let host = view.list(.advertisedHost).first.map(Trim.shell) ?? view.host
        words.advice.add(
            "Let the broker listen at \(view.host) again, and check its routes and firewall rules. Or take that address out of DNS for"
                + " \(host).")
        words.advice.add(AddressWords.check(view, host: view.host, port: plainPort(view) ?? view.port))
        let works = view.list(.otherAddresses).contains { $0.contains(":") }
        words.advice.add(
            "Until then, make clients use \(works ? "IPv6" : "IPv4") alone: broker.address.family=\(works ? "v6" : "v4") for librdkafka,"
                + " \(works ? "-Djava.net.preferIPv6Addresses=true" : "-Djava.net.preferIPv4Stack=true") for Java.")
    }

    /// The address works for others, or is as good as any that could be given out: another setting would not help.
    private static func isWayClosed(_ view: Case) -> Bool {
        guard [.noAnswer, .rejected].contains(view.finding.detail) else { return false }
        if !view.list(.reachedBy).isEmpty { return true }
        guard let suggested = view.list(.suggestedListener).first, let server = view.finding.server else {
            return false
        }
        return suggested.hasSuffix("://\(server)")
    }

    private static func adviseWay(_ view: Case, _ words: inout Words, _ shown: String) {
        words.advice.add(AddressWords.check(view, host: view.host, port: plainPort(view) ?? view.port))
        guard view.list(.reachedBy).isEmpty else {
            return words.advice.add(
                "Compare firewall rules, security groups and network policies for this client with those for one that is served."
            )
        }
        words.advice.run(
            "If no rule blocks it, see on the broker's host whether it listens there",
            "ss -ltn 'sport = :\(plainPort(view) ?? view.port)'")
    }

    private static func adviseGoneName(_ view: Case, _ words: inout Words) {
        let host = view.list(.advertisedHost).first.map(Trim.shell) ?? view.host
        words.advice.add(AddressWords.lookUp(host))
        words.advice.add(
            "Find out what happened to the name or to the resolver that the client's host asks, and put the record back."
        )
    }

    /// The setting may be right, and the way from the name to a host wrong.
    private static func adviseWrongNode(_ view: Case, _ words: inout Words, _ shown: String) {
        let host = view.list(.advertisedHost).first.map(Trim.shell) ?? view.host
        let node = nodes(view) ?? "the intended broker"
        words.advice.add(AddressWords.lookUp(host))
        words.advice.add(
            "If that is not where \(node) runs, correct DNS, /etc/hosts or the forwarding of \(shown).")
        words.advice.run("See who answers there", "kcat -L -b \(view.endpoint)")
    }
}

/// Words for `connect-failure`.
enum ConnectFailureWords {
    static func words(_ view: Case) -> Words {
        let shown = view.finding.server.map(Trim.name) ?? "its bootstrap address"
        if let outage = view.duration(.outageMs), view.finding.detail == .unresolvable {
            return ResolverWords.failed(view, shown, outage)
        }
        if view.finding.confidence == .possible, view.finding.doubt.isEmpty { return perhaps(view, shown) }
        var words = Words(title: "\(view.client) cannot use \(shown): \(AddressWords.failure(view.finding.detail))")
        let count = view.number(.attemptCount) ?? view.finding.count
        let syns = view.number(.synCount).map { " (\(Format.count($0, "SYN")))" } ?? ""
        words.explanation.add(
            "\(view.client) tried \(view.context.named(shown)) \(count == 1 ? "once" : "\(Format.count(count)) times")\(syns):"
                + " \(AddressWords.failure(view.finding.detail)). No broker gave that address out in this capture\(whose(view))."
        )
        words.explanation.add(view.text(.dnsResult)) { "DNS says \($0)." }
        words.explanation.add(view.text(.resolvedTo)) { "It resolves to \($0)." }
        words.explanation.add(view.text(.icmp)) { "ICMP said \($0)." }
        words.explanation.add(view.text(.reachedBy)) { "It was reached at \($0) instead." }
        if let others = view.text(.servedMeanwhile) { return keptOut(view, others, &words) }
        words.advice.add(AddressWords.check(view, host: view.host, port: view.port))
        words.advice.add(
            "Compare bootstrap.servers of \(view.client) with the brokers' listeners.")
        words.advice.run(
            "On \(view.host), check that the broker listens on that port",
            view.port == "PORT" ? "ss -ltn" : "ss -ltn 'sport = :\(view.port)'")
        return words
    }

    /// What several clients meet alike is no setting of one.
    private static func whose(_ view: Case) -> String {
        view.standstill?.kind == .hostUnreachable
            ? ". Other clients fail in the same way at the same time"
            : ", so it most likely comes from the client's settings"
    }

    /// Others are served there meanwhile.
    private static func keptOut(_ view: Case, _ others: String, _ words: inout Words) -> Words {
        words.explanation.add(
            "\(others) \(view.list(.servedMeanwhile).count == 1 ? "was" : "were") served there meanwhile, so the broker runs and something"
                + " on the path blocks \(view.finding.client.map(Trim.name) ?? "this host").")
        words.advice.add(AddressWords.check(view, host: view.host, port: view.port))
        words.advice.add(
            "Compare firewall rules, security groups and network policies for this host with those for one that is served. Check the"
                + " routes back from \(view.host) too.")
        return words
    }

    /// Nothing shows that Kafka was meant.
    private static func perhaps(_ view: Case, _ shown: String) -> Words {
        let what = view.finding.detail == .unresolvable ? "looked up" : "tried"
        var words = Words(title: "\(view.client) \(what) \(shown): \(AddressWords.failure(view.finding.detail))")
        words.explanation.add(
            "No broker gave it out, and nothing shows that it was meant for Kafka: programs use many other addresses.")
        words.advice.add("If \(shown) is one of the client's bootstrap servers, correct it there. If not, ignore this.")
        return words
    }
}

extension Case {
    /// The name led somewhere before.
    fileprivate var isGoneName: Bool { finding.detail == .unresolvable && !list(.resolvedTo).isEmpty }
}
