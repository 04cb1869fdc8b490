internal import ReportModel

/// Words for waits that ended though nobody stood still: a timer that counts silence, a line that is too slow.
enum OnTheWireWords {
    /// Closed while requests waited as long as they may.
    static func silent(_ view: Case, _ words: inout Words) {
        let time = view.duration(.idleMs) ?? "some time"
        let who = view.gateway.map { "the gateway at \($0)" } ?? "\(view.server), or what stands in front of it,"
        words.explanation.add(
            "Its requests wait on purpose, so neither side had sent anything for \(time)."
                + (view.ms(.unacknowledgedMs) == nil ? " Then \(who) closed it." : ""))
        words.explanation.add(view.duration(.unacknowledgedMs)) {
            "The client's FIN was not acknowledged for \($0), though a new connection worked: something on the way had forgotten this one."
        }
        words.explanation.add(view.text(.knownLimit)) { "A known limit near that is \($0)." }
        EndingWords.habit(view, &words)
        words.advice.add(
            "Raise the idle timeout in front of \(view.server) above the longest wait that clients ask for: fetch.max.wait.ms, and"
                + " for JoinGroup max.poll.interval.ms.")
    }

    /// The client gave up while bytes of the answer still came.
    static func arriving(_ bytes: Int, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "A response of \(Format.bytes(Int64(bytes))) was arriving then, byte after byte. So the broker had answered, and the path, or"
                + " the client that reads it, was too slow for so much.")
        words.advice.add(
            "Let \(view.client) ask for less at once: lower fetch.max.bytes and max.partition.fetch.bytes. Or raise its request timeout."
        )
        words.advice.add("Measure the path between \(view.client) and \(view.server): bandwidth, loss, and its window.")
    }

    /// The end of the answer came, and what stands before it never did.
    static func holed(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "A later part of the response arrived, and the client's acknowledgements stop before it. So \(view.server) had answered, and"
                + " the path lost the rest.")
        words.advice.run(
            "From the host of \(view.server), see whether full-sized packets reach the client",
            "ping -M do -s 1472 -c 3 \(Trim.shell(view.finding.client ?? "CLIENT"))")
        words.advice.add(
            "If they do not while small ones do, look for a smaller MTU on the way (tunnel, VPN, overlay), and for a firewall that drops"
                + " ICMP \"fragmentation needed\".")
    }

    /// The whole answer left the server, and the client never got it.
    static func unheard(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            view.text(.lostFrom) != nil
                ? "One capture shows packets of \(view.serverShort) leaving meanwhile, again and again, and the other shows none of them"
                    + " arriving. So the path to the client lost them."
                : "But \(view.serverShort) had answered well before that, and the client's TCP had not acknowledged the whole response when"
                    + " it closed. So the path from the broker to the client lost it, or a part of it.")
        words.advice.add(
            "Look at what lies between \(view.server) and \(view.client) at \(view.clock(view.finding.first)), for packets towards the"
                + " client: security rules, routes, links.")
        words.advice.run(
            "From the host of \(view.server), see where packets to the client get lost",
            "mtr -T \(Trim.shell(view.finding.client ?? "CLIENT"))")
    }

    /// The client had no room for the answer.
    static func unread(_ closed: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The client's own receive window had been closed for \(closed): its buffer was full, and the program read nothing from the"
                + " connection. So the response could not be delivered, and \(view.server) was not the one that stood still."
        )
        words.advice.add(
            "Find what kept \(view.client) from reading at \(view.clock(view.finding.first)): a blocked poll loop or handler, a paused"
                + " process, garbage collection, processor time limits.")
    }

    /// The response came late, and no process held it up.
    static func slow(_ view: Case, _ late: Words) -> Words {
        var words = late
        words.explanation.add(view.duration(.wayTookMs)) {
            "TCP at \(view.host) acknowledged the requests as late, after up to \($0), and served others meanwhile."
                + " So the network took the time, and not the broker."
        }
        words.advice.add(
            "Measure the path between \(view.client) and \(view.server) at \(view.clock(view.finding.first)): round trip, queues and bandwidth."
        )
        words.advice.run("From the client's host, see the round trip now", "ping -c 10 \(view.host)")
        return words
    }

    /// The request came when its client had given up.
    static func late(_ view: Case, _ words: inout Words) {
        let longest = Format.duration(ms: view.finding.requests.map(\.waitedMs).max() ?? 0)
        words.explanation.add(
            "The request reached \(view.server) only \(longest) before that, so no process there held it up. The client had sent it long"
                + " before, and the path between the two had kept it.")
        words.advice.add(
            "Look at what lies between \(view.client) and \(view.server) in the minute before \(view.clock(view.finding.first)): links, switch"
                + " ports, firewalls, routes, and the client's own network.")
        words.advice.add("A capture taken at the client's host shows when it sent the request and how long it waited.")
    }

    /// A router or a firewall says that it does not pass on what the client sends.
    static func rejected(_ view: Case, _ icmp: String, _ words: inout Words) {
        words.explanation.add(
            "What \(view.client) sent to \(view.server) was answered by ICMP: \(icmp). So a router or firewall on the way does not pass it"
                + " on.")
        let served = view.list(.servedMeanwhile)
        words.explanation.add(
            if: !served.isEmpty,
            "\(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile, so the broker runs.")
        words.advice.add(
            "Look at the sender of that message first: its firewall rules and routes for \(view.client) to \(view.server), and what"
                + " changed at \(view.clock(view.finding.first)).")
        words.advice.run("From the client's host, try the port", "nc -vz \(view.host) \(view.port)")
    }
}
