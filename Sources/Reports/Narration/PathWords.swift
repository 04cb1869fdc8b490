internal import ReportModel

/// Words for `network-path`.
enum PathWords {
    static func words(_ view: Case) -> Words {
        switch view.finding.detail {
        case .oneWay: view.text(.lostFrom).map { seenLost(from: $0, view) } ?? oneWay(view)
        case .interrupted: view.list(.tried).isEmpty ? interrupted(view) : silentHost(view)
        case .mtuBlackHole: blackHole(view)
        default: lossy(view)
        }
    }

    private static func oneWay(_ view: Case) -> Words {
        var words = Words(
            title: "Nothing that \(view.client) sends to \(view.serverShort) arrives behind the handshake")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "On \(count) \(view.server) repeated its SYN+ACK though the client had answered it, and acknowledged nothing"
                + " that the client sent afterwards: the client's packets are lost on the way, and the other way is open."
        )
        words.explanation.add(
            "A stateful firewall or NAT that sees only one of the two ways does this. A full accept queue on the broker's"
                + " host can look the same.")
        words.advice.add(
            "Capture on \(view.host) at the same time: if the client's packets behind the SYN do not come in there, look at"
                + " firewalls and routes between the two, and whether both ways take the same one.")
        words.advice.add("If they do come in: nstat -az TcpExtListenOverflows on \(view.host).")
        return words
    }

    private static func blackHole(_ view: Case) -> Words {
        var words = Words(title: "Large packets between \(view.client) and \(view.serverShort) are lost on the way")
        let count = Format.count(view.finding.count, "connection")
        let size =
            view.number(.segmentBytes).map { "segments of \(Format.count($0)) bytes and more" } ?? "large segments"
        words.explanation.add(
            "On \(count) \(size) were sent again and again and never acknowledged, while small ones between the two hosts"
                + " arrived at the same time.")
        words.explanation.add(
            "Something between them drops packets above a size and does not say so: a path MTU black hole (a VPN or an overlay, a"
                + " jumbo frame setting on one side only, ICMP that is filtered). The host is up.")
        words.advice.add(
            "From the sending host: ping -M do -s 1472 \(view.host), then smaller sizes, to find what passes.")
        words.advice.add(
            "Lower the MTU of the interface or clamp the MSS (iptables -t mangle … -j TCPMSS --clamp-mss-to-pmtu), and let"
                + " ICMP \"fragmentation needed\" (IPv6: \"packet too big\") through.")
        return words
    }

    /// Two views: what left at one end did not come in at the other.
    private static func seenLost(from sender: String, _ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        let receiver = sender == view.finding.client ? view.serverShort : view.client
        let from = sender == view.finding.client ? view.client : view.serverShort
        var words = Words(title: "Nothing that \(from) sends arrives at \(receiver)\(length)")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) one of the captures shows packets of"
                + " \(from) leaving on \(count), again and again, and the other shows none of them coming in; the other way was"
                + " open. They were lost between the two places of capture.")
        words.advice.add(
            "Look at what lies between the two places of capture for \(from) to \(receiver) at"
                + " \(view.clock(view.finding.first)): security rules, routes that differ by direction, a line or a port that drops."
        )
        words.advice.add("From the client's host: mtr -T -P \(view.port) \(view.host)")
        return words
    }

    private static func interrupted(_ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        var words = Words(title: "the path between \(view.client) and \(view.serverShort) was dead\(length)")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) packets on \(count) were sent again"
                + " and again without an acknowledgement; afterwards both hosts went on.")
        let (served, reached) = (view.list(.servedMeanwhile), view.list(.reachedMeanwhile))
        words.explanation.add(
            !reached.isEmpty && served.isEmpty
                ? "\(Format.list(reached)) answered the client meanwhile: it was the way to this broker, or its whole host stood still"
                    + " (a virtual machine that was paused or moved)."
                : served.isEmpty
                    ? "Packets the other way still came in meanwhile, so both hosts were alive: it was the network between them."
                    : "\(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile: it was the network between"
                        + " these two, and not the broker.")
        words.advice.add(
            "Look for what happened between the two hosts at \(view.clock(view.finding.first)): switch and firewall logs,"
                + " a link or route that changed, VPN renewals, security rules that were rolled out.")
        words.advice.add("From the client's host: mtr -T -P \(view.port) \(view.host)")
        return words
    }

    /// A client host that was silent to all its servers at once.
    private static func silentHost(_ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        let servers = view.list(.tried)
        var words = Words(title: "\(view.client) was out of reach of all its brokers\(length)")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) nothing of what"
                + " \(Format.list(servers.map(view.context.named))) sent it on \(count) was acknowledged, though it was sent again"
                + " and again; afterwards all went on.")
        let served = view.list(.servedMeanwhile)
        words.explanation.add(
            "All of them at once, while \(Format.list(served)) \(served.count == 1 ? "was" : "were") served: the cause is at that"
                + " host and not at the brokers. It was suspended (a virtual machine that was paused or moved, a laptop that slept), or"
                + " its link was down.")
        words.advice.add(
            "On the client's host, at \(view.clock(view.finding.first)): journalctl and dmesg (suspend, clock jumps, link down), then"
                + " the hypervisor's or cloud's event log (pause, snapshot, live migration).")
        words.advice.add(
            "If it was up all the while, look at its switch port, its uplink and the firewall in front of it.")
        return words
    }

    private static func lossy(_ view: Case) -> Words {
        var words = Words(title: "the path between \(view.client) and \(view.serverShort) loses packets")
        let segments = view.number(.segments) ?? 0
        let again = view.number(.resentSegments) ?? 0
        let share = segments > 0 ? " (\(Format.percent(Double(again) / Double(segments))))" : ""
        words.explanation.add(
            "Of \(Format.count(segments, "data segment")) between the two hosts \(Format.count(again)) had to be sent"
                + " again\(share).")
        words.explanation.add(view.number(.lateResends)) {
            "\(Format.count($0)) of these came at least 200 ms late"
                + (view.duration(.maxMs).map { ", one \($0)" } ?? "") + ", and requests and answers waited for them."
        }
        words.explanation.add("That is the network's time, and not the broker's.")
        words.advice.add("From the client's host: mtr -T -P \(view.port) \(view.host)")
        words.advice.add(
            "On both hosts: ip -s link and ethtool -S for drops and errors; then the lines, tunnels and policers between them."
        )
        return words
    }
}
