internal import ReportModel

/// Addresses.
extension ExplainPage {
    static let advertisedAddressMismatch = ExplainPage(
        summary:
            "A broker gave out an address that this client cannot use. Bootstrap works, and everything after it fails.",
        wire:
            "Metadata or FindCoordinator names host and port. The look-up or the connection fails, or something else answers there.",
        mistaken:
            "A broker that is down. An address that works at another time in the same capture is an outage, not a mismatch.",
        clients: "Java: 'Connection to node N (...) could not be established'; librdkafka: 'Connect to ... failed'.",
        steps:
            "Set advertised.listeners to an address that clients can reach. Use separate listeners for internal and external clients.",
        sections: addressDetails)

    static let connectFailure = ExplainPage(
        summary: "A bootstrap address, which no broker gave out, cannot be used.",
        wire:
            "A failed look-up, a refused or unanswered SYN, or another protocol at the address from the client's settings.",
        mistaken: "An outage of a known broker, and attempts of other programs on the host.",
        clients: "Java: 'Bootstrap broker ... disconnected'; librdkafka: '1/1 brokers are down'.",
        steps: "Compare bootstrap.servers with the brokers' listeners, and test them with getent hosts and nc -vz.",
        sections: addressDetails)

    static let brokerUnavailable = ExplainPage(
        summary: "A broker that clients knew accepted no connections for a while.",
        wire:
            "Connection attempts refused, rejected or unanswered at an address that works at another time of the capture.",
        mistaken:
            "An address that never worked for this client (advertised-address-mismatch), or a path that is blocked for one host"
            + " while the broker serves others.",
        clients: "Java: 'Connection to node N (...) could not be established'; librdkafka: 'Connect to ... failed'.",
        steps:
            "Look at the broker's log, its restarts and its host's kernel log at that time.",
        sections: addressDetails)

    private static let addressDetails = [
        detail(
            .unresolvable,
            "The client cannot resolve the name, which is known only inside a container network or a private zone."),
        detail(.unspecified, "0.0.0.0 or :: says where a broker listens, and cannot be connected to from elsewhere."),
        detail(
            .loopback,
            "localhost, 127.0.0.0/8 or ::1 leads the client to itself. On the broker's own host that is not a fault."),
        detail(
            .stale,
            "The address worked before and is dead now. Its broker has moved and still advertises it: a pod or host with a new address and"
                + " an old setting."),
        detail(.protocol, "Something answers there, but in another protocol or on another kind of listener."),
        detail(.certificate, "The certificate shown there does not cover the name."),
        detail(.refused, "The host answers with a reset, because nothing listens on that port."),
        detail(.rejected, "A router or firewall answers with ICMP that the address is unreachable or forbidden."),
        detail(.noAnswer, "Nothing answers: a firewall drops the packets, or the address leads nowhere."),
        detail(.sameEndpoint, "Several brokers share one host and port, and a plain load balancer picks any of them."),
        detail(
            .wrongNode,
            "Another node or cluster answers there: stale DNS, or swapped or reused addresses. The node id that the client named proves"
                + " it; without one it is likely where two brokers do not lead what metadata says they lead."),
        detail(.private, "A private address given to a client outside."),
    ]

    static let singleBootstrap = ExplainPage(
        summary: "A client knows only one bootstrap server.",
        wire: "The client tries only one address before its first Metadata.",
        mistaken: "A name that resolves to several addresses, or a load balancer in front of several brokers.",
        clients: "Nothing, until that broker is down when the client starts.",
        steps: "List two or three brokers in bootstrap.servers.")
}
