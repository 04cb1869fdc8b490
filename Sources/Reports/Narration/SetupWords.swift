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
            "\(Format.count(view.finding.count, "look-up")) of \(name) took a second or more; connections to \(view.server) began"
                + " only then.")
        words.advice.add(
            "On the client's host: dig \(name), and look at the name servers in /etc/resolv.conf one by one.")
        return words
    }

    private static func tcp(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.serverShort) accepts connections of \(view.client) late, by up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) the handshake had to be repeated before \(view.server) took part, while it answered requests"
                + " on connections that it had: probably its accept queue is full.")
        words.advice.add(
            "On \(view.host): nstat -az TcpExtListenOverflows TcpExtListenDrops; ss -ltn shows the queue (Recv-Q).")
        words.advice.add(
            "Raise socket.listen.backlog.size with net.core.somaxconn, look for the clients that connect again and again, and for"
                + " max.connections or connection rate limits that keep the acceptor waiting.")
        return words
    }

    private static func tls(_ view: Case) -> Words {
        var words = Words(
            title: "TLS handshakes of \(view.client) with \(view.serverShort) take up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) the server's first answer to the client's hello came so late.")
        guard view.finding.cause == .reverseDNS else {
            words.explanation.add("Readable without keys: the hellos are in clear.")
            words.advice.add(
                "Look at the load of \(view.host): CPU, network threads, and what its security providers wait for.")
            return words
        }
        let name = view.text(.advertisedHost).map { " (\($0))" } ?? ""
        words.explanation.add(
            "Each time the broker's host asked DNS for the name of the client's address\(name) and got no answer: the handshake"
                + " waits for that.")
        words.advice.add(
            "On \(view.host): dig -x \(view.finding.client.map(Trim.shell) ?? "CLIENT"). Repair the reverse zone or the name server, or"
                + " name the client's address in the broker's /etc/hosts.")
        words.advice.add("Newer brokers do not ask (KAFKA-8562, KAFKA-5051).")
        return words
    }

    private static func signIn(_ view: Case) -> Words {
        let mechanism = view.text(.mechanism).map { " by \($0)" } ?? ""
        var words = Words(
            title: "Signing in\(mechanism) at \(view.serverShort) takes \(view.client) up to \(longest(view))")
        words.explanation.add(
            "On \(connections(view)) a second or more went by from the first step of the sign-in to its end.")
        words.advice.add(
            "Look at what each step waits for: the broker's store of credentials (LDAP, the token's key server, the KDC) or the"
                + " client's own source of tokens.")
        return words
    }

    private static func connections(_ view: Case) -> String { Format.count(view.finding.count, "connection") }

    private static func longest(_ view: Case) -> String { view.duration(.maxMs) ?? "seconds" }
}
