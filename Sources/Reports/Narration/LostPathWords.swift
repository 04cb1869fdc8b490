internal import ReportModel

/// Words for paths that drop some new connections, and for such as end connections at work.
enum LostPathWords {
    static func attempts(_ view: Case) -> Words {
        let lost = Format.count(view.finding.count)
        let all = view.number(.attemptCount).map { " of \(Format.count($0, "new connection"))" } ?? " new connections"
        var words = Words(title: "\(lost)\(all) to \(view.serverShort) got no answer, and the others were accepted")
        let syns = view.number(.synCount) ?? 0
        let hosts = view.number(.hostsHit) ?? 1
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)), \(Format.count(hosts, "host"))"
                + " sent SYNs up to \(syns) times in vain.")
        words.explanation.add(
            "Meanwhile other connections of the same \(hosts == 1 ? "host" : "hosts") to the same port opened. So the listener is"
                + " up, and neither a host nor an address is blocked.")
        let late = view.number(.acceptedLate) ?? 0
        words.explanation.add(
            late == 0
                ? "No other connection needed a second SYN. So each flow either works or does not, as when one link of several is dead."
                : "\(Format.count(late, "other")) opened only after SYNs were sent again, so any SYN may get lost.")
        words.advice.add(
            "Look at what spreads connections over several links or devices (ECMP, LAG, balancers): one of them may drop what it"
                + " gets.")
        words.advice.add(
            "Look for full connection tables at firewalls and NATs on the way (nf_conntrack: table full, dropping packet)."
        )
        words.advice.run(
            "On \(view.host), see whether the accept queue overflows",
            "nstat -az TcpExtListenOverflows TcpExtListenDrops")
        return words
    }

    static func resets(_ view: Case) -> Words {
        let count = Format.count(view.finding.count, "connection")
        var words = Words(
            title:
                "something between \(view.client) and \(view.serverShort) reset \(count) that \(view.finding.count == 1 ? "was" : "were") at work"
        )
        words.explanation.add(view.number(.droppedMoments)) {
            "Connections of that host were reset at \(Format.count($0, "moment")), each within a few seconds of its last response."
        }
        if let seen = view.text(.ttlSeen), let reset = view.text(.ttlOfReset) {
            words.explanation.add(
                "The resets have an IP time to live of \(reset), but the broker's packets have \(seen), so another machine sent"
                    + " them.")
        }
        words.explanation.add("No request was pending, so nothing was lost so far.")
        words.advice.add(
            "Capture on the broker's host at the same time. If it does not send these resets, look at firewalls, intrusion prevention"
                + " and proxies on the path, and exempt port \(view.port).")
        return words
    }
}
