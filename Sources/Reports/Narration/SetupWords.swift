internal import ReportModel

/// Words for `slow-setup`.
enum SetupWords {
    static func words(_ view: Case) -> Words {
        switch view.finding.detail {
        case .dns: dns(view)
        case .tcp: tcp(view)
        case .tls: tls(view)
        default: signIn(view)
        }
    }

    private static func dns(_ view: Case) -> Words {
        let name = view.text(.advertisedHost) ?? "the broker's name"
        var words = Words(title: "Looking up \(name) takes \(view.client) up to \(longest(view))")
        words.explanation.add(
            "\(Format.count(view.finding.count, "DNS look-up")) of \(name) took a second or more, and connections to \(view.server)"
                + " began only then.")
        words.advice.run(
            "On the client's host, time the look-up", "dig \(Trim.shell(view.list(.advertisedHost).first ?? "HOST"))")
        words.advice.add("Then try the name servers in /etc/resolv.conf one by one.")
        return words
    }

    private static func tcp(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.serverShort) accepts connections from \(view.client) late, by up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) the client had to repeat its SYN before \(view.server) answered. Meanwhile the server answered"
                + " requests on older connections, so its accept queue is probably full.")
        words.advice.run(
            "On \(view.host), see whether the queue overflows", "nstat -az TcpExtListenOverflows TcpExtListenDrops")
        words.advice.add(
            "Raise socket.listen.backlog.size with net.core.somaxconn, and look for clients that keep reconnecting or for connection"
                + " limits.")
        return words
    }

    private static func tls(_ view: Case) -> Words {
        var words = Words(
            title: "TLS handshakes of \(view.client) with \(view.serverShort) take up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) the server's first response to the client's hello came that late.")
        guard view.finding.cause == .reverseDNS else {
            words.advice.add(
                "Look at the load of \(view.host): its CPU, network threads, and what its security providers wait for.")
            return words
        }
        let name = view.text(.advertisedHost).map { " (\($0))" } ?? ""
        words.explanation.add(
            "Each time, the broker's host asked DNS for the name of the client's address\(name) and got no answer. The handshake"
                + " waits for that.")
        words.advice.run(
            "On \(view.host), time the reverse look-up", "dig -x \(view.finding.client.map(Trim.shell) ?? "CLIENT")")
        words.advice.add(
            "Repair the reverse zone or the name server, or add the client to the broker's /etc/hosts. Newer brokers do not ask"
                + " (KAFKA-8562, KAFKA-5051).")
        return words
    }

    private static func signIn(_ view: Case) -> Words {
        let mechanism = view.text(.mechanism).map { " by \($0)" } ?? ""
        var words = Words(
            title: "Signing in\(mechanism) at \(view.serverShort) takes \(view.client) up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) the sign-in took a second or more from its first step to its end.")
        words.advice.add(
            "Find what it waits for: the broker's credential store (LDAP, a token key server, the KDC), or the client's own source"
                + " of tokens.")
        return words
    }

    private static func connections(_ view: Case) -> String { Format.count(view.finding.count, "connection") }

    private static func longest(_ view: Case) -> String { view.duration(.maxMs) ?? "seconds" }
}
