internal import ReportModel
internal import Vocabulary

/// What each cause of a lost answer means, and what to do about it.
enum LostResponseCauses {
    static func explain(_ view: Case, _ words: inout Words) {
        if view.finding.cause == .unknown, let cluster = view.text(.clusterId) {
            return switchedOver(to: cluster, view, &words)
        }
        if let upstream = view.list(.upstream).first {
            passedOn(to: view.context.broker(upstream, nodeId: nil), view, &words)
            if toldByUpstream.contains(view.finding.cause ?? .unknown) { return }
        } else if let behind = view.list(.endedByGateway).first {
            gatewaysOwn(view.context.broker(behind, nodeId: nil), view, &words)
            if view.finding.cause == .unknown { return }
        }
        if view.flag(.flowForgotten) == true { return forgotten(view, &words) }
        switch view.finding.cause {
        case .brokerCrashed: crashed(view, &words)
        case .brokerShutdown: shutdown(view, &words)
        case .hostUnreachable: unreachable(view, &words)
        case .requestTimeout: timeout(view, &words)
        case .idleTimeout: idle(view, &words)
        case .middleboxReset: reset(view, &words)
        case .unsupportedVersion: VersionCloseWords.explain(view, &words)
        case .oversizedRequest: oversized(view, &words)
        case .unparsableRequest: unparsable(view, &words)
        case .connectionLimit: limit(view, &words)
        case .noBrokerBehind: nothingBehind(view, &words)
        default: unknown(view, &words)
        }
    }

    private static func forgotten(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "A new connection between the same two hosts was served meanwhile, so both hosts and the network work.")
        words.explanation.add(
            "Something on the way lost its record of the open connections: a NAT or firewall that was restarted, failed over or ran"
                + " out of room. Or of several links between the two (ECMP, LAG), the one that carries this connection is dead."
        )
        words.advice.add(
            "Look at what lies between \(view.client) and \(view.server) at \(view.clock(view.finding.first)): NAT gateways, firewalls and"
                + " load balancers, their restarts and the size of their connection tables.")
    }

    /// What is to be said of these is said of the server behind.
    private static let toldByUpstream: Set<Cause> = [
        .unknown, .brokerCrashed, .brokerShutdown, .connectionLimit, .unsupportedVersion, .oversizedRequest,
        .noBrokerBehind,
    ]

    private static func passedOn(to upstream: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "\(view.server) is a gateway. It passed the request on to \(upstream) and got no response there either.")
        words.advice.add("Look at \(upstream) first: the fault is behind the gateway.")
    }

    private static func switchedOver(to cluster: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "Since then another cluster (\(cluster)) answers at this address. So the address was switched over, and no broker"
                + " died.")
        words.advice.add(
            "Find out who switched the gateway, the balancer or the name over at \(view.clock(view.finding.last)).")
    }

    private static func gatewaysOwn(_ behind: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "\(view.server) is a gateway, and it closed its own connection to \(behind) too. That broker ended nothing."
        )
        words.advice.add(
            "Look at the gateway first: its log of \(view.clock(view.finding.last)), its restarts, and its timeouts for idle"
                + " connections and for answers.")
    }

    private static func crashed(_ view: Case, _ words: inout Words) {
        if let turnedAway = view.number(.turnedAway) { return goneBehindGateway(turnedAway, view, &words) }
        if let other = view.list(.nodeServesAt).first { return EndingWords.listenerGone(other, view, &words) }
        words.explanation.add(view.number(.connectionsEnded)) {
            let within = view.duration(.endedWithin).map { " within \($0)" } ?? " at the same moment"
            let all =
                $0 == 1
                ? "The only connection to that broker ended"
                : "All \(Format.count($0, "connection")) to that broker ended\(within)"
            return
                "\(all), and no error response came before. So the process died (killed, out of memory or crashed), and its"
                + " kernel closed them."
        }
        words.explanation.add(
            if: view.number(.connectionsEnded) == nil,
            "A clean stop sends error responses first, and none came, so the process died.")
        words.explanation.add(view.number(.refusedAfterwards).flatMap { $0 > 0 ? $0 : nil }) {
            "Afterwards, \(Format.count($0, "connection attempt")) \($0 == 1 ? "was" : "were") refused."
        }
        words.explanation.add(view.duration(.outageMs)) { "After \($0) it accepted connections again." }
        if view.duration(.outageMs) == nil {
            words.advice.run(
                "See whether \(view.server) is up again, and start it if it is not", "nc -vz \(view.host) \(view.port)")
        }
        words.advice.run(
            "On the host of \(view.server), look for the kernel's out-of-memory killer",
            "dmesg -T | grep -i -E 'oom|killed process'")
        words.advice.add(
            "Then read the service manager's log or the pod's status, and any hs_err_pid*.log of the broker.")
        words.advice.run(
            "See whether partitions lack replicas now",
            view.kafka("kafka-topics", "--describe --under-replicated-partitions"))
    }

    private static func goneBehindGateway(_ turnedAway: Int, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "From then on, \(Format.count(turnedAway, "connection")) to it \(turnedAway == 1 ? "was" : "were") accepted and"
                + " closed without a byte, while other ports of that host worked. So it is a gateway, and the broker behind this"
                + " port is gone.")
        words.advice.add(
            "Look at the broker behind \(view.server): its process, and its host's log at \(view.clock(view.finding.first))."
        )
        words.advice.add("The gateway's own log names the address that it could not reach.")
    }

    private static func shutdown(_ view: Case, _ words: inout Words) {
        let before = view.text(.errorBefore).map { " (\($0))" } ?? ""
        words.explanation.add(
            "The broker answered waiting requests with errors that announce a move\(before), then closed all its connections. That is"
                + " an orderly stop, as in a rolling restart.")
        words.explanation.add(view.duration(.outageMs)) { "It was back after \($0)." }
        words.advice.add(
            "If the stop was not planned, find out who stopped \(view.server): the service's journal, a deployment, or the pod's"
                + " termination reason.")
        words.advice.add(
            "If it was planned, allow for it in delivery.timeout.ms, and restart the next broker only when no partition is"
                + " under-replicated.")
    }

    private static func unreachable(_ view: Case, _ words: inout Words) {
        if view.finding.closedBy == .broker, let silent = view.duration(.unacknowledgedMs) {
            return restarted(view, silent, &words)
        }
        if let icmp = view.text(.icmp) { return OnTheWireWords.rejected(view, icmp, &words) }
        let served = view.list(.servedMeanwhile)
        if !served.isEmpty { return cutOff(view, served, &words) }
        words.explanation.add(
            "From then on, no byte and no acknowledgement came back, and TCP's retransmissions went unanswered. If only the process had"
                + " died, its kernel would have closed. So the host, its network card or the path is down.")
        words.explanation.add(view.duration(.outageMs)) { "It was silent for \($0)." }
        checkHost(view, &words)
    }

    /// The broker answered others meanwhile.
    private static func cutOff(_ view: Case, _ served: [String], _ words: inout Words) {
        let reached = view.list(.reachedMeanwhile)
        words.explanation.add(
            "\(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile, so the broker runs. "
                + (reached.isEmpty
                    ? "Nothing from any server reached \(view.client) meanwhile, so its own host or its network is cut off."
                    : "\(Format.list(reached)) answered \(view.client) meanwhile, so it is the path between these two.")
        )
        words.advice.add(
            "Look at the client's host first: its links, and whether it is a virtual machine that was paused or moved.")
        words.advice.add(
            "Then look at what lies between it and \(view.server) at \(view.clock(view.finding.first)): switch ports, firewalls, routes."
        )
        words.advice.run("From the client's host, try the port", "nc -vz \(view.host) \(view.port)")
    }

    /// The host came back without its connections.
    private static func restarted(_ view: Case, _ silent: String, _ words: inout Words) {
        words.explanation.add(
            "For \(silent) before that, the host acknowledged nothing, although TCP sent it again and again. Then it answered with a reset,"
                + " because its kernel no longer knew the connection. So the machine was restarted, and the outage began when it"
                + " fell silent.")
        words.explanation.add(view.duration(.outageMs)) { "It worked again \($0) after it had fallen silent." }
        words.advice.run(
            "On the host of \(view.server), see when it was restarted, and what it logged last",
            "last -x reboot; journalctl -b -1 -e")
        words.advice.add("Then read the event log of the hypervisor or cloud (power, panic, live migration).")
    }

    private static func checkHost(_ view: Case, _ words: inout Words) {
        words.advice.run(
            "From the client's host, see whether it can be reached now",
            "ping -c 3 \(view.host); nc -vz \(view.host) \(view.port)")
        words.advice.add("Check the machine (power, hypervisor, node status) and firewall changes at that time.")
    }

    private static func timeout(_ view: Case, _ words: inout Words) {
        let isSealed = view.finding.requests.isEmpty && view.finding.doubt.contains(.encrypted)
        let waited = view.duration(.waitedMs).flatMap { isSealed ? nil : " after waiting \($0)" } ?? ""
        words.explanation.add("The client closed first\(waited), so its own timeout ended the wait, not the broker.")
        words.explanation.add(view.text(.knownLimit)) { "The wait fits \($0)." }
        if let behind = view.list(.answeredBehind).first { return keptByGateway(behind, view, &words) }
        if let closed = view.duration(.clientWindowClosedMs) { return OnTheWireWords.unread(closed, view, &words) }
        if let bytes = view.number(.answerArriving) { return OnTheWireWords.arriving(bytes, view, &words) }
        if view.finding.reachedLate { return OnTheWireWords.late(view, &words) }
        if view.flag(.answerLostOnWay) == true { return OnTheWireWords.holed(view, &words) }
        if view.flag(.answerUnheard) == true { return OnTheWireWords.unheard(view, &words) }
        if let throttle = view.duration(.throttleMsMax) { return QuotaWords.heldBack(throttle, view, &words) }
        acknowledgement(view, &words)
        if FollowerWords.add(view, &words) { return }
        if view.standstill?.kind == .hostUnreachable || view.ms(.unacknowledgedMs) != nil {
            return checkHost(view, &words)
        }
        words.advice.add(
            "Find what held up \(view.server) at \(view.clock(view.finding.first)): garbage collection, disks, its request queue and"
                + " RequestHandlerAvgIdlePercent metrics.")
        words.advice.add(
            "Raise request.timeout.ms (librdkafka: socket.timeout.ms) only if such a wait is normal for this API.")
    }

    private static func keptByGateway(_ behind: String, _ view: Case, _ words: inout Words) {
        let soon = view.duration(.answeredBehindMs).map { " after \($0)" } ?? ""
        words.explanation.add(
            "\(view.endpoint) is a gateway. It passed the request on to \(view.context.named(behind)), which answered\(soon). The gateway"
                + " did not hand that response on.")
        words.advice.add(
            "Look at the gateway first: its log at \(view.clock(view.finding.requests.first?.sent ?? view.finding.first)), and what"
                + " it does with responses.")
    }

    private static func acknowledgement(_ view: Case, _ words: inout Words) {
        if let silent = view.duration(.unacknowledgedMs) {
            return words.explanation.add(
                "For \(silent) nothing was acknowledged, although TCP sent it again and again. The packets or their acknowledgements were"
                    + " lost on the way, or the host was down.")
        }
        switch view.flag(.tcpAcknowledged) {
        case true?:
            // Of a host that an incident tells as gone, nothing is said to be up.
            guard view.standstill?.kind != .hostUnreachable || view.follower != nil else { return }
            words.explanation.add(
                "The broker's kernel had acknowledged the request, so the host was up"
                    + (view.follower == nil ? " but its process was slow or stood still." : "."))
        case false?: words.explanation.add("The request was never acknowledged, so it did not reach the broker's host.")
        case nil: break
        }
    }

    private static func idle(_ view: Case, _ words: inout Words) {
        if view.flag(.waitedOnPurpose) == true { return OnTheWireWords.silent(view, &words) }
        words.explanation.add("The connection had been idle\(view.duration(.idleMs).map { " for \($0)" } ?? "").")
        if let known = view.text(.knownLimit) {
            words.explanation.add("A known limit near that is \(known).")
        } else {
            words.explanation.add(view.text(.passedLimits)) { "It had passed these known limits: \($0)." }
        }
        words.explanation.add(view.finding.closedBy == .broker ? idleAtBroker(view) : idleOnPath(view))
        EndingWords.habit(view, &words)
        ttl(view, &words)
        words.advice.add(
            "Make the client close first: set its connections.max.idle.ms (franz-go: ConnIdleTimeout) below"
                + " \(view.text(.knownLimit) ?? view.duration(.idleMs) ?? "the limit of the path").")
        words.advice.add(
            view.finding.closedBy == .broker
                ? "TCP keepalive does not help against the limit of a broker or proxy: they count requests, not probes."
                : "Or switch on TCP keepalive with a shorter interval.")
        words.advice.add(
            view.finding.closedBy == .broker
                ? view.gateway.map {
                    "Or raise the idle timeout of the gateway at \($0); the brokers' own limit does not apply there."
                }
                    ?? "Or raise connections.max.idle.ms on \(view.server), or the idle timeout of its load balancer."
                : "Or raise the idle timeout of the device in front of \(view.server).")
    }

    private static func idleAtBroker(_ view: Case) -> String {
        let who = view.gateway.map { "The gateway at \($0)" } ?? "The broker, or the load balancer at its address,"
        return sentLater(view).map { "\(who) closed it, and the client sent on it \($0) later." }
            ?? "\(who) closed it just as the client sent again."
    }

    private static func idleOnPath(_ view: Case) -> String {
        let forgot = "Something on the path that tracks connections had forgotten it"
        return view.duration(.unacknowledgedMs).map {
            "\(forgot). After the pause nothing was acknowledged for \($0), while other connections between the two worked."
        } ?? "\(forgot), and the first packet after the pause got a reset."
    }

    /// How long after the close the client first sent, where that is no race.
    private static func sentLater(_ view: Case) -> String? {
        guard let sent = view.finding.requests.map(\.sent).min() else { return nil }
        let ms = sent.milliseconds(since: view.finding.first)
        return ms >= 100 ? Format.duration(ms: ms) : nil
    }

    private static func reset(_ view: Case, _ words: inout Words) {
        if let name = view.text(.resetInNameOf) { return resetInClientsName(name, view, &words) }
        if view.flag(.flowsFlushed) == true { return EndingWords.flushed(view, &words) }
        words.explanation.add(
            "The broker's own TCP did not send the reset: it came amid busy traffic and does not fit that host's other packets."
        )
        ttl(view, &words)
        words.advice.add(
            "Capture on the broker's host at the same time. If it does not send that reset, look at firewalls, intrusion prevention"
                + " and proxies on the path, and exempt port \(view.port).")
    }

    private static func resetInClientsName(_ name: String, _ view: Case, _ words: inout Words) {
        words.explanation.add("The reset carries the address of \(name), but that client did not send it.")
        if let reset = view.text(.ttlOfReset), let seen = view.text(.ttlSeen) {
            words.explanation.add(
                "It has an IP time to live of \(reset), and the client's other packets have \(seen), so another machine sent it."
            )
        }
        words.advice.add(
            "Capture on \(name) at the same time. If it does not send that reset, look at firewalls, intrusion prevention and"
                + " proxies on the path, and exempt port \(view.port).")
    }

    private static func ttl(_ view: Case, _ words: inout Words) {
        guard let reset = view.text(.ttlOfReset), let seen = view.text(.ttlSeen) else { return }
        words.explanation.add(
            reset == seen
                ? "Its IP time to live is the same as the broker's (\(seen))."
                : "The reset has an IP time to live of \(reset), but the broker's packets have \(seen), so another machine sent it."
        )
    }

    private static func oversized(_ view: Case, _ words: inout Words) {
        if let bytes = view.number(.requestBytes), bytes < 0 {
            words.explanation.add(
                "The request begins with a length of \(bytes), which no message can have. Its writer miscounted or mixed two messages up, and the broker closed."
            )
            return words.advice.add(
                "Look at what writes the requests of \(view.client): its own protocol code, a proxy, or two threads on one socket."
            )
        }
        let size = view.number(.requestBytes).map { "of \(Format.bytes(Int64($0)))" } ?? "by its own length field"
        let limit = view.text(.knownLimit).map { " (\($0))" } ?? ""
        words.explanation.add(
            "The request \(size) is larger than the broker accepts\(limit), so it closed in mid-request.")
        words.advice.add(
            "Lower batch.size and max.request.size on \(view.client), or raise socket.request.max.bytes on \(view.server). Managed"
                + " services have fixed limits.")
    }

    private static func unparsable(_ view: Case, _ words: inout Words) {
        words.explanation.add("The broker closed right after this request, as it does when it cannot parse one.")
        words.advice.add(
            "Look for InvalidRequestException or 'Closing socket' in the log of \(view.server), and for a proxy or client code that"
                + " rewrites requests.")
    }

    private static func limit(_ view: Case, _ words: inout Words) {
        words.explanation.add(view.number(.livingAtServer)) { all in
            let own = view.number(.livingConnections) ?? 0
            let connections = Format.count(all, "connection")
            let open =
                switch own {
                case all: "This client host had \(connections) open at that moment"
                case 0: "Other client hosts had \(connections) open at that moment"
                default: "\(connections) were open at that moment, \(Format.count(own)) of them this client host's"
                }
            return "\(open), and each further one was closed at once."
        }
        words.explanation.add(
            if: view.number(.livingAtServer) == nil,
            "New connections were closed at once while older ones stayed open.")
        words.advice.add(
            "Search the log of \(view.server) for 'already has the configured maximum'.")
        words.advice.run("On the client's host, count its connections", "ss -tn dst \(view.host) | wc -l")
        words.advice.add(
            "Find the leak (perhaps one client per request), or raise max.connections.per.ip or max.connections on the listener."
        )
    }

    private static func nothingBehind(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "No connection to it got a single byte back. It may be a proxy or load balancer whose backend is gone, a service other than"
                + " Kafka, or a broker older than 0.10.")
        words.advice.run("On its host, see what listens there", "ss -ltnp 'sport = :\(view.port)'")
        words.advice.add("If it is a proxy, look at the health checks of its backends.")
    }

    private static func unknown(_ view: Case, _ words: inout Words) {
        if let count = view.number(.connectionsEnded) {
            words.explanation.add(
                "\(Format.count(count, "connection")) to it \(count == 1 ? "was" : "were") accepted and closed within a second,"
                    + " before a first response. A listener does that at its connection limit. But this client has no other"
                    + " connection at work there, so the reason may be another one.")
            words.advice.add(
                "Search the log of \(view.server) for 'already has the configured maximum' (max.connections.per.ip,"
                    + " max.connections).")
        } else {
            words.explanation.add("Nothing in the capture says why.")
            words.explanation.add(
                if: view.finding.count == 1, "It was a single connection, and no known limit fits.")
        }
        words.explanation.add(view.duration(.connectionAgeMs)) { "The connection was \($0) old." }
        EndingWords.habit(view, &words)
        words.advice.add(
            if: view.duration(.alikeAgeMs) != nil,
            "Look for a lifetime limit: connections.max.reauth.ms on the broker, or a maximum connection age on proxies in front of"
                + " \(view.server).")
        words.advice.add(
            "Read the log of \(view.server) at \(view.clock(view.finding.first)). A second capture on the broker's host would show"
                + " who really closed.")
    }
}
