internal import ReportModel
internal import Vocabulary

/// What each cause of a lost answer means, and what to do about it.
enum LostResponseCauses {
    static func explain(_ view: Case, _ words: inout Words) {
        if let upstream = view.list(.upstream).first {
            passedOn(to: view.context.broker(upstream, nodeId: nil), view, &words)
            if view.finding.cause == .unknown { return }
        }
        switch view.finding.cause {
        case .brokerCrashed: crashed(view, &words)
        case .brokerShutdown: shutdown(view, &words)
        case .hostUnreachable: unreachable(view, &words)
        case .requestTimeout: timeout(view, &words)
        case .idleTimeout: idle(view, &words)
        case .middleboxReset: reset(view, &words)
        case .unsupportedVersion: version(view, &words)
        case .oversizedRequest: oversized(view, &words)
        case .unparsableRequest: unparsable(view, &words)
        case .connectionLimit: limit(view, &words)
        case .noBrokerBehind: nothingBehind(view, &words)
        default: unknown(view, &words)
        }
    }

    private static func passedOn(to upstream: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "\(view.server) is a gateway: it had asked \(upstream) the same, and had no answer there either.")
        words.advice.add("See to \(upstream) first: the leg behind the gateway is at fault.")
    }

    private static func crashed(_ view: Case, _ words: inout Words) {
        if let turnedAway = view.number(.turnedAway) { return goneBehindGateway(turnedAway, view, &words) }
        words.explanation.add(view.number(.connectionsEnded)) {
            let within = view.duration(.endedWithin).map { " within \($0)" } ?? " at the same moment"
            return "All \(Format.count($0, "connection")) of that node ended\(within), with no error answers before: "
                + "the process died (killed, out of memory, crash) and its kernel closed for it."
        }
        words.explanation.add(
            if: view.number(.connectionsEnded) == nil,
            "No error answers came before the end, as a clean stop would send: the process died.")
        words.explanation.add(view.number(.refusedAfterwards).flatMap { $0 > 0 ? $0 : nil }) {
            "Afterwards \(Format.count($0, "attempt")) to connect \($0 == 1 ? "was" : "were") refused."
        }
        words.explanation.add(view.duration(.outageMs)) { "It took \($0) until it accepted a connection again." }
        words.advice.add(
            "On the host of \(view.server): dmesg -T | grep -i -E 'oom|killed process', then the service manager's log or"
                + " `kubectl describe pod`, and hs_err_pid*.log beside the broker.")
        words.advice.add(
            "See whether partitions lack replicas now: kafka-topics.sh --bootstrap-server \(view.workingBootstrap)"
                + " --describe --under-replicated-partitions.")
    }

    private static func goneBehindGateway(_ turnedAway: Int, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "From that moment on \(Format.count(turnedAway, "connection")) to it \(turnedAway == 1 ? "was" : "were") accepted and"
                + " closed without a byte, while other ports of that host served: it is a gateway, and the broker behind this port"
                + " is gone.")
        words.advice.add(
            "Look at the broker behind \(view.server): its process and its host's log at \(view.clock(view.finding.first)); then at the"
                + " gateway's own log, which names the address that it could not reach.")
    }

    private static func shutdown(_ view: Case, _ words: inout Words) {
        let before = view.text(.errorBefore).map { " (\($0))" } ?? ""
        words.explanation.add(
            "Waiting requests were answered with errors that announce a move\(before) before the broker closed all its"
                + " connections: an orderly stop, as in a rolling restart.")
        words.explanation.add(view.duration(.outageMs)) { "It was back after \($0)." }
        words.advice.add(
            "If nobody stopped \(view.server) on purpose, look for who did: journalctl -u kafka, deployments, or the pod's"
                + " termination reason. If it was planned, give retries and delivery.timeout.ms room for it, and restart the"
                + " next node only when no partition is under-replicated.")
    }

    private static func unreachable(_ view: Case, _ words: inout Words) {
        if view.finding.closedBy == .broker, let silent = view.duration(.unacknowledgedMs) {
            return restarted(view, silent, &words)
        }
        let served = view.list(.servedMeanwhile)
        if !served.isEmpty { return cutOff(view, served, &words) }
        words.explanation.add(
            "From then on no byte and no acknowledgement came back: repeats went unanswered"
                + (view.text(.icmp).map { " or met ICMP \($0)" } ?? "")
                + ". A dead process would have closed; so the host, its network card or the path is gone.")
        words.explanation.add(view.duration(.outageMs)) { "It was silent for \($0)." }
        checkHost(view, &words)
    }

    /// The broker answered others meanwhile.
    private static func cutOff(_ view: Case, _ served: [String], _ words: inout Words) {
        let reached = view.list(.reachedMeanwhile)
        words.explanation.add(
            "\(Format.list(served)) \(served.count == 1 ? "was" : "were") served meanwhile, so the brokers run. "
                + (reached.isEmpty
                    ? "Nothing from any server reached \(view.client) meanwhile: its own host, or the way from it, is cut off."
                    : "\(Format.list(reached)) answered \(view.client) meanwhile: it is the way between these two, and neither host.")
        )
        words.advice.add(
            "Look at the client's host first (its links, a virtual machine that is paused or moved), then at what lies between it and"
                + " \(view.server) at \(view.clock(view.finding.first)): switch ports, firewall and security rules, routes."
        )
        words.advice.add(
            "From the client's host: ping -c 3 \(view.host); nc -vz \(view.host) \(view.port); ip neigh show.")
    }

    /// The host came back without its connections.
    private static func restarted(_ view: Case, _ silent: String, _ words: inout Words) {
        words.explanation.add(
            "For \(silent) before that the host acknowledged nothing, though it was sent again and again; then it answered with a reset, as"
                + " a kernel does that knows nothing of the connection: the machine was restarted, and the outage began when it"
                + " fell silent.")
        words.explanation.add(view.duration(.outageMs)) { "It served again \($0) after it had fallen silent." }
        words.advice.add(
            "On the host of \(view.server): who -b or uptime -s, journalctl -b -1 -e and last -x reboot tell when it was restarted and the last"
                + " that it logged before; then the hypervisor's or cloud's event log (power, panic, live migration).")
    }

    private static func checkHost(_ view: Case, _ words: inout Words) {
        words.advice.add(
            "From the client's host: ping -c 3 \(view.host); nc -vz \(view.host) \(view.port); ip neigh show.")
        words.advice.add("Check the machine (power, hypervisor, node status) and firewall changes at that time.")
    }

    private static func timeout(_ view: Case, _ words: inout Words) {
        let limit = view.text(.knownLimit).map { ", which fits \($0)" } ?? ""
        let waited = view.duration(.waitedMs).map { " after waiting \($0)\(limit)" } ?? limit
        words.explanation.add("The client closed first\(waited): its own timeout ended the wait, not the broker.")
        acknowledgement(view, &words)
        if FollowerWords.add(view, &words) { return }
        if view.standstill?.kind == .hostUnreachable || view.ms(.unacknowledgedMs) != nil {
            return checkHost(view, &words)
        }
        words.advice.add(
            "Find what held \(view.server) at \(view.clock(view.finding.first)): garbage-collection log, iostat -x 1,"
                + " request-queue and RequestHandlerAvgIdlePercent metrics.")
        words.advice.add(
            "Raise request.timeout.ms (or socket.timeout.ms) only if such a wait is legitimate for this API.")
    }

    private static func acknowledgement(_ view: Case, _ words: inout Words) {
        if let silent = view.duration(.unacknowledgedMs) {
            return words.explanation.add(
                "For \(silent) nothing that was sent was acknowledged, though TCP sent it again and again: the packets or their"
                    + " acknowledgements were lost on the way, or the host was gone.")
        }
        switch view.flag(.tcpAcknowledged) {
        case true?:
            // Of a host that an incident tells as gone, nothing is said to be up.
            guard view.standstill?.kind != .hostUnreachable || view.follower != nil else { return }
            words.explanation.add(
                "The broker's kernel had acknowledged the request, so the host was up"
                    + (view.follower == nil ? " and its process was slow or stood still." : "."))
        case false?: words.explanation.add("The request was never acknowledged: it did not reach the broker's host.")
        case nil: break
        }
    }

    private static func idle(_ view: Case, _ words: inout Words) {
        let gap = view.duration(.idleMs).map { "It had been idle for \($0)" } ?? "It had been idle"
        let passed = view.text(.passedLimits).map { "; known limits that it had passed are \($0)" } ?? ""
        let known = view.text(.knownLimit).map { "; \($0) is a known limit near that" } ?? passed
        let later = sentLater(view).map { "closed it, and \($0) later the client sent on it once more" }
        let forgotten = "whatever tracks connections on the path had forgotten it, and "
        let by =
            view.finding.closedBy == .broker
            ? "\(view.gateway.map { "the gateway at \($0)" } ?? "the broker (or the load balancer that is its address)") "
                + (later ?? "closed it just as the client sent again")
            : forgotten
                + (view.duration(.unacknowledgedMs).map {
                    "what was sent after the pause was not acknowledged for \($0), while other connections of the two went on"
                } ?? "the first packet after the pause met a reset")
        words.explanation.add("\(gap)\(known): \(by).")
        EndingWords.habit(view, &words)
        ttl(view, &words)
        words.advice.add(
            "Make the client close first: connections.max.idle.ms (librdkafka: connections.max.idle.ms too) below"
                + " \(view.text(.knownLimit) ?? view.duration(.idleMs) ?? "the limit of the path"), or switch on TCP keepalive"
                + " with a shorter interval.")
        words.advice.add(
            view.finding.closedBy == .broker
                ? view.gateway.map {
                    "Or raise the idle timeout of the gateway at \($0): the brokers' own limit is not in force there."
                }
                    ?? "Or raise connections.max.idle.ms on \(view.server), or the idle timeout of the load balancer that is its address."
                : "Or raise the idle timeout of the device in front of \(view.server).")
    }

    /// How long after the close the client first sent, where that is no race.
    private static func sentLater(_ view: Case) -> String? {
        guard let sent = view.finding.requests.map(\.sent).min() else { return nil }
        let ms = sent.milliseconds(since: view.finding.first)
        return ms >= 100 ? Format.duration(ms: ms) : nil
    }

    private static func reset(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "The reset was not sent by the broker's own TCP: it cut busy traffic and does not fit that host's other packets."
        )
        ttl(view, &words)
        words.advice.add(
            "Capture on the broker's host at the same time: if the reset is not among the packets that it sends, look at"
                + " firewalls, intrusion prevention and proxies between the two, and exempt port \(view.port).")
    }

    private static func ttl(_ view: Case, _ words: inout Words) {
        guard let reset = view.text(.ttlOfReset), let seen = view.text(.ttlSeen) else { return }
        words.explanation.add(
            reset == seen
                ? "Its time to live is the broker's own (\(seen))."
                : "The reset's time to live is \(reset), the broker's packets have \(seen): another machine sent it.")
    }

    private static func version(_ view: Case, _ words: inout Words) {
        if view.flag(.controllerPort) == true { return ErrorWords.controllerPort(view, &words) }
        let api = view.text(.apiName) ?? view.finding.requests.first.map(\.api)
        let used = view.text(.apiVersion) ?? view.finding.requests.first.map { String($0.version) }
        let what = [api, used.map { "version \($0)" }].compactMap(\.self).joined(separator: " ")
        let offered = view.text(.offeredVersions).map { "it offers \($0)" } ?? "it does not offer that"
        words.explanation.add(
            "The request was \(what.isEmpty ? "of a version out of range" : what); \(offered). Brokers close without a word then."
        )
        words.advice.add("See what is offered: kafka-broker-api-versions.sh --bootstrap-server \(view.endpoint).")
        words.advice.add(
            "Upgrade the client, or stop pinning versions (api.version.request=false, broker.version.fallback, version settings);"
                + " Kafka 4.0 dropped the oldest versions (KIP-896).")
    }

    private static func oversized(_ view: Case, _ words: inout Words) {
        if let bytes = view.number(.requestBytes), bytes < 0 {
            words.explanation.add(
                "The request begins with a length of \(bytes), which no message has: what wrote it counts wrongly, or mixed two messages up. The broker closed on it."
            )
            return words.advice.add(
                "Look at what writes this client's frames on \(view.client): own protocol code, a proxy, two threads on one socket."
            )
        }
        let size = view.number(.requestBytes).map { "of \(Format.bytes(Int64($0)))" } ?? "by its own length field"
        let limit = view.text(.knownLimit).map { " (\($0))" } ?? ""
        words.explanation.add(
            "The request \(size) is larger than what the broker reads\(limit), so it closed in mid-request.")
        words.advice.add(
            "Lower batch.size and max.request.size on \(view.client), or raise socket.request.max.bytes on \(view.server);"
                + " managed services have fixed limits.")
    }

    private static func unparsable(_ view: Case, _ words: inout Words) {
        words.explanation.add("The broker closed right after this request, as it does for a body that it cannot read.")
        words.advice.add(
            "Look for InvalidRequestException or 'Closing socket' in the log of \(view.server), and at what rewrites traffic on"
                + " the way (proxy, own client code).")
    }

    private static func limit(_ view: Case, _ words: inout Words) {
        words.explanation.add(view.number(.livingAtServer)) { all in
            let own = view.number(.livingConnections) ?? 0
            let connections = Format.count(all, "connection")
            let lived =
                switch own {
                case all: "\(connections) of this client host lived at that moment"
                case 0: "\(connections) of other client hosts lived at that moment"
                default: "\(connections) lived at that moment, \(Format.count(own)) of them this client host's"
                }
            return "\(lived), and each further one was ended at once."
        }
        words.explanation.add(
            if: view.number(.livingAtServer) == nil,
            "Fresh connections were ended at once while older ones lived on.")
        words.advice.add(
            "Search the log of \(view.server) for 'already has the configured maximum', and count: ss -tn dst \(view.host)"
                + " | wc -l on the client's host.")
        words.advice.add(
            "Find the leak (a client made per request?), or raise max.connections.per.ip / max.connections on the listener."
        )
    }

    private static func nothingBehind(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "On no connection to it did a byte of an answer come: a proxy or load balancer whose backend is gone, another service than"
                + " Kafka, or a broker so old that it closes on ApiVersions (before 0.10).")
        words.advice.add(
            "Look at what listens there (ss -ltnp 'sport = :\(view.port)' on its host), and at the proxy's health checks of its backends."
        )
    }

    private static func unknown(_ view: Case, _ words: inout Words) {
        if let count = view.number(.connectionsEnded) {
            words.explanation.add(
                "\(Format.count(count, "connection")) to it \(count == 1 ? "was" : "were") accepted and ended within a second,"
                    + " before a first answer. A listener does so at a limit of connections; but none of this client is seen at"
                    + " work there meanwhile, so which limit it is, or whether another reason, cannot be told.")
            words.advice.add(
                "Search the log of \(view.server) for 'already has the configured maximum' (max.connections.per.ip,"
                    + " max.connections).")
        } else {
            let alone = view.finding.count == 1 ? ": it was one connection alone, and no known limit fits." : "."
            words.explanation.add("Nothing in the capture says why\(alone)")
        }
        words.explanation.add(view.duration(.connectionAgeMs)) { "The connection was \($0) old." }
        EndingWords.habit(view, &words)
        words.advice.add(
            if: view.duration(.alikeAgeMs) != nil,
            "Look for a lifetime limit: connections.max.reauth.ms on the broker, the longest duration of a connection on proxies and"
                + " load balancers in front of \(view.server).")
        words.advice.add(
            "Compare the log of \(view.server) at \(view.clock(view.finding.first)) with this; a second capture on the broker's"
                + " host would show who really closed.")
    }
}
