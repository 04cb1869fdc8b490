internal import ReportModel

/// Words for the ends of connections that lost nothing that counts.
enum EndingWords {
    /// What tracked all connections of one host lost its table.
    static func flushed(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The client's connections to other brokers were reset at the same moment. At least one was busy, or had outlived longer"
                + " pauses, at a broker that lives on. So neither a broker nor an idle limit ended them.")
        words.explanation.add(
            "A NAT or firewall that tracks that client's connections has lost them: it was restarted, failed over, ran out of room, or"
                + " got another address.")
        words.advice.add(
            "Look at the NAT gateways and firewalls of \(view.client) at \(view.clock(view.finding.first)): restarts, failovers, a"
                + " new public address, and the size of their connection tables.")
    }

    static func sessionExpired(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.serverShort) closed the connection of \(view.client) because its session had expired")
        let life = view.duration(.sessionLifetimeMs).map { " The session lasted \($0)." } ?? ""
        words.explanation.add(
            "A sign-in is valid for a limited time (KIP-368), and \(view.client) did not renew it. The broker closed on its next"
                + " request at \(view.clock(view.finding.first)).\(life)")
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(RequestWords.outcomes(view))
        words.advice.add(
            "Upgrade the client library of \(view.client) to one that renews its sign-in (all current ones do), or find what"
                + " stalled it.")
        words.advice.add("For old clients, raise connections.max.reauth.ms on \(view.server).")
        return words
    }

    /// All connections to one address of a node ended, and the node went on at another.
    static func listenerGone(_ other: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(view.number(.connectionsEnded)) {
            "\(Format.count($0, "connection")) to that address ended at once. The same node went on serving clients at \(other), so its"
                + " process lives: this listener, or this address, is gone."
        }
        checkListener(view, &words)
        words.advice.run(
            "See whether \(view.server) takes connections now", "nc -vz \(view.host) \(view.port)")
    }

    /// The node's process runs: what to look at is this one address of it.
    static func checkListener(_ view: Case, _ words: inout Words) {
        words.advice.add(
            "On \(view.host), compare listeners and advertised.listeners with what is bound (ss -ltn), and look at the network of"
                + " this address: its interface, IPv6 or firewall rules.")
    }

    static func idleClose(_ view: Case) -> Words {
        let by =
            switch view.finding.closedBy {
            case .client: "\(view.client) closed"
            case .broker: "\(view.serverShort) closed"
            default: "something on the path closed"
            }
        let count = Format.count(view.finding.count, "idle connection")
        var words = Words(title: "\(by) \(count), with nothing pending")
        let idle = view.duration(.idleMs).map { " after \($0) of silence" } ?? ""
        words.explanation.add(
            "\(count) between \(view.client) and \(view.server) ended\(idle).")
        words.explanation.add(view.text(.knownLimit)) { "That fits \($0)." }
        words.explanation.add("Nothing was pending, so this is normal housekeeping.")
        habit(view, &words)
        words.advice.add(
            "Nothing to do, unless reconnecting is a problem. Then compare connections.max.idle.ms on the client with "
                + (view.gateway.map { "the idle timeout of the gateway at \($0)." }
                    ?? "that of the broker or its load balancer."))
        return words
    }

    /// The limit that several ends together show.
    static func habit(_ view: Case, _ words: inout Words) {
        guard let count = view.number(.alikeCount) else { return }
        words.explanation.add(view.duration(.alikeIdleMs)) {
            "\(Format.count(count, "connection")) to \(view.server) ended after \($0) of silence, so that is the limit in force there."
        }
        words.explanation.add(view.duration(.alikeAgeMs)) {
            "\(Format.count(count, "connection")) to \(view.server) ended at the age of \($0), busy or not, so something limits how long a connection lives."
        }
    }

    /// A wait of so long is no moment's.
    private static let longWaitMs = 2000.0

    private static func whyAbandoned(_ view: Case, _ itself: String) -> String {
        if let count = view.number(.connectionsEnded), let within = view.duration(.endedWithin) {
            return
                "\(itself). All \(Format.count(count, "connection")) of its program ended within \(within), and no group member sent a"
                + " LeaveGroup. The program was killed or crashed, unless it is a static member."
        }
        if let error = view.text(.errorBefore) {
            return "\(itself) right after a response with \(error)"
                + (view.number(.livingConnections) ?? 0 > 0 ? ", and continued on others." : ".")
        }
        if view.number(.livingConnections) ?? 0 > 0 {
            return "\(itself) and continued on others, so it did not need this one any more."
        }
        if let held = view.duration(.throttleMsMax) {
            return
                "\(itself) while \(view.serverShort) held its responses back for up to \(held) because of a quota."
        }
        let longest = view.finding.requests.map(\.waitedMs).max() ?? 0
        return longest < longWaitMs
            ? "\(itself) without an unusually long wait. Programs that exit normally look like this."
            : "\(itself). No known timeout fits the wait, so the program exited or had its own limit."
    }

    static func abandoned(_ view: Case) -> Words {
        var words = Words(title: "\(view.client) closed with requests to \(view.serverShort) in flight")
        let itself = "\(view.client) closed \(Format.count(view.finding.count, "connection")) to \(view.server)"
        words.explanation.add(whyAbandoned(view, itself))
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(RequestWords.outcomes(view))
        if view.number(.livingConnections) ?? 0 > 0 {
            words.advice.add("Nothing to do: the program continues.")
            return words
        }
        words.advice.add(
            "Nothing to do if the program was stopped at \(view.clock(view.finding.first)) on purpose. If not, look for a crash on"
                + " the host of \(view.client).")
        words.advice.add(
            if: view.finding.requests.contains { $0.api == "Produce" },
            "Producers should call flush() or close() before they exit.")
        return words
    }
}
