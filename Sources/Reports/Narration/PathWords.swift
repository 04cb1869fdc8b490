internal import ReportModel

/// Words for `network-path`.
enum PathWords {
    static func words(_ view: Case) -> Words {
        switch view.finding.detail {
        case .oneWay where view.number(.attemptCount) != nil: unheard(view)
        case .oneWay: view.text(.lostFrom).map { seenLost(from: $0, view) } ?? oneWay(view)
        case .interrupted where !view.list(.hosts).isEmpty: nobodyServed(view)
        case .interrupted: view.list(.tried).isEmpty ? interrupted(view) : silentHost(view)
        case .mtuBlackHole: blackHole(view)
        case .lostAttempts: LostPathWords.attempts(view)
        case .forgedResets: LostPathWords.resets(view)
        default: lossy(view)
        }
    }

    private static func trace(_ view: Case) -> HelpStep {
        HelpStep(
            text: "From the client's host, see where packets get lost", command: "mtr -T -P \(view.port) \(view.host)")
    }

    private static func oneWay(_ view: Case) -> Words {
        var words = Words(
            title: "Nothing that \(view.client) sends to \(view.serverShort) arrives after the handshake")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "On \(count) \(view.server) repeated its SYN+ACK although the client had answered it. It acknowledged nothing that the"
                + " client sent afterwards. So the client's packets are lost on the way, while the other direction works."
        )
        words.explanation.add(
            "A stateful firewall or NAT that sees only one direction does this. A full accept queue on the broker's host can look"
                + " the same.")
        words.advice.add(
            "Capture on \(view.host) at the same time. If the client's packets after the SYN do not arrive there, look at firewalls"
                + " and at routes that differ by direction.")
        words.advice.run(
            "If they do arrive, see on \(view.host) whether its accept queue overflows",
            "nstat -az TcpExtListenOverflows")
        return words
    }

    /// The way back is closed: SYNs arrive, and no answer to them does.
    private static func unheard(_ view: Case) -> Words {
        var words = Words(
            title: "Nothing that \(view.serverShort) sends arrives at \(view.client): no connection opens")
        let count = Format.count(view.finding.count, "attempt")
        words.explanation.add(
            "On \(count) \(view.server) answered the SYN, and the client sent it again and again and never acknowledged the answer."
                + " So the client's packets arrive, and the server's are lost on the way back.")
        words.explanation.add(
            view.flag(.seenElsewhere) == true
                ? "One capture shows the SYN+ACKs leaving, and the other shows none of them arriving."
                : "A capture on the client's host at the same time would show SYNs without an answer.")
        words.advice.run(
            "On \(view.host), see by which way it answers",
            "ip route get \(view.finding.client ?? view.host)")
        words.advice.add(
            "Look at routes that differ by direction, and at firewalls and security groups that let the SYN in and not the answer"
                + " out. A reverse path filter (rp_filter) or a NAT that only one direction passes does this too.")
        return words
    }

    private static func blackHole(_ view: Case) -> Words {
        var words = Words(title: "Large packets between \(view.client) and \(view.serverShort) are lost on the way")
        let count = Format.count(view.finding.count, "connection")
        let size =
            view.number(.segmentBytes).map { "segments of \(Format.count($0)) bytes and more" } ?? "large segments"
        words.explanation.add(
            "On \(count) \(size) "
                + (view.number(.segmentBytes) == nil
                    ? "never arrived, and what came behind them shows that they were sent."
                    : "were sent again and again and never acknowledged.")
                + " Small ones between the two hosts arrived meanwhile.")
        words.explanation.add(
            "Something between them silently drops large packets: a path MTU black hole. A VPN, an overlay, one-sided jumbo frames or"
                + " filtered ICMP can do this. The host is up.")
        words.advice.run(
            "From the sending host, find the largest size that passes, starting at",
            "ping -c 3 -M do -s 1472 \(view.host)")
        words.advice.add(
            "Lower the interface's MTU or clamp the MSS on the router, and let ICMP \"fragmentation needed\" (IPv6: \"packet too"
                + " big\") through.")
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
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) one capture shows packets of"
                + " \(from) leaving on \(count), again and again. The other shows none of them arriving. The other direction worked."
                + " They were lost between the two capture points.")
        words.advice.add(
            "Look at what lies between the two capture points at \(view.clock(view.finding.first)): security rules, routes that differ"
                + " by direction, or a link that drops."
        )
        words.advice.add(Self.trace(view))
        return words
    }

    private static func interrupted(_ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        var words = Words(title: "the path between \(view.client) and \(view.serverShort) was interrupted\(length)")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) packets on \(count) were sent again"
                + " and again without an acknowledgement. Afterwards both hosts continued.")
        let (served, reached) = (view.list(.servedMeanwhile), view.list(.reachedMeanwhile))
        words.explanation.add(
            !reached.isEmpty && served.isEmpty
                ? "\(Format.list(reached)) answered the client meanwhile. So it was the path to this broker, or its whole host stood"
                    + " still (a paused or migrated virtual machine)."
                : served.isEmpty
                    ? "Packets in the other direction still arrived meanwhile, so both hosts were up and the network between them failed."
                    : "\(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile. So it was the network between"
                        + " these two, not the broker.")
        words.advice.add(
            "Find out what changed between the two hosts at \(view.clock(view.finding.first)): links, routes, VPN renewals or"
                + " security rules. Switch and firewall logs show it.")
        words.advice.add(Self.trace(view))
        return words
    }

    /// A client host that was silent to all its servers at once.
    private static func silentHost(_ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        let servers = view.list(.tried)
        var words = Words(title: "\(view.client) was out of reach of all its brokers\(length)")
        let count = Format.count(view.finding.count, "connection")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)), it acknowledged nothing on \(count) to"
                + " \(Format.list(servers.map(view.context.named))). Then all of them continued.")
        let served = view.list(.servedMeanwhile)
        words.explanation.add(
            "All of them stopped at once, and \(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile. So the"
                + " cause is at that host, and not at the brokers.")
        words.explanation.add(
            "Either it was suspended (a virtual machine that was paused or moved, a laptop that slept), or its link was down."
        )
        words.advice.run(
            "On the client's host, look for suspends, clock jumps and links that went down", "dmesg -T | tail -200")
        words.advice.add(
            "Then read the hypervisor's or cloud's event log at \(view.clock(view.finding.first)): pause, snapshot, live migration."
        )
        words.advice.add(
            "If it was up all the time, look at its switch port, its uplink and the firewall in front of it.")
        return words
    }

    /// Several servers were silent to everybody at once.
    private static func nobodyServed(_ view: Case) -> Words {
        let length = view.duration(.outageMs).map { " for \($0)" } ?? ""
        let (servers, hosts) = (view.list(.tried), view.list(.hosts))
        var words = Words(
            title: servers.isEmpty
                ? "the path between \(view.client) and \(view.serverShort) was interrupted\(length)"
                : "\(view.client) was out of reach of all its brokers\(length)")
        let count = Format.count(view.finding.count, "connection")
        let whither = servers.isEmpty ? view.server : Format.list(servers.map(view.context.named))
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) packets on \(count) between the client and"
                + " \(whither) were sent again and again without an acknowledgement. Then all"
                + " of them continued.")
        if let silent = view.text(.hostMayHaveStood) {
            words.explanation.add(
                "No other client was served there meanwhile. So either the path between the two was dead, or \(silent) stood still as a"
                    + " whole (a paused virtual machine).")
            words.advice.add(
                "On \(silent), look for suspends and links that went down at \(view.clock(view.finding.first)), then at what lies between"
                    + " the two hosts.")
            words.advice.add(Self.trace(view))
            return words
        }
        words.explanation.add(
            hosts.count > 1
                ? "\(Format.count(hosts.count, "client host")) met this at once, and no broker answered anybody meanwhile. So the network"
                    + " that they share was down, not the brokers."
                : "No broker answered it meanwhile. So its link or the network behind it was down, not the brokers.")
        words.advice.add(
            hosts.count > 1
                ? "Find what all of them share at \(view.clock(view.finding.first)): the switch, router, firewall or link between clients"
                    + " and brokers. Read its log."
                : "Look at that host's link, its switch port and what lies behind it at \(view.clock(view.finding.first))."
        )
        words.advice.add(
            "See also whether the place of the capture itself was cut off.")
        return words
    }

    private static func lossy(_ view: Case) -> Words {
        var words = Words(title: "the path between \(view.client) and \(view.serverShort) loses packets")
        let segments = view.number(.segments) ?? 0
        let again = view.number(.resentSegments) ?? 0
        let share = segments > 0 ? " (\(Format.percent(Double(again) / Double(segments))))" : ""
        words.explanation.add(
            "Of \(Format.count(segments, "data segment")) between the two hosts, \(Format.count(again)) had to be sent"
                + " again\(share).")
        words.explanation.add(view.number(.lateResends)) {
            "\(Format.count($0)) of these came at least 200 ms late"
                + (view.duration(.maxMs).map { ", one \($0)" } ?? "") + ", and requests and responses waited for them."
        }
        words.explanation.add("The network caused that delay, not the broker.")
        words.advice.add(Self.trace(view))
        words.advice.add(
            "Look for drops and errors on both hosts' interfaces (ethtool -S), then on the links and tunnels between them."
        )
        return words
    }
}
