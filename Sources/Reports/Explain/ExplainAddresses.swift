internal import ReportModel

/// Addresses.
extension ExplainPage {
    static let advertisedAddressMismatch = ExplainPage(
        summary:
            "A broker gave out an address that this client cannot use: bootstrap works, everything after it fails.",
        wire:
            "Metadata (or FindCoordinator) names host and port; the look-up, the connection or what answers there fails.",
        mistaken:
            "A broker that is down: an address also seen in use in the same capture is an outage, not a mismatch.",
        clients: "Java: 'Connection to node N (...) could not be established'; librdkafka: 'Connect to ... failed'.",
        steps: "Set advertised.listeners to what clients reach; one listener for inside, one for outside.",
        sections: addressDetails)

    static let connectFailure = ExplainPage(
        summary: "A bootstrap address, which no broker gave out, cannot be used.",
        wire:
            "A look-up without result, a refused or unanswered SYN, or another protocol at the address of the client's settings.",
        mistaken: "An outage of a known broker, and attempts of other programs on the host.",
        clients: "Java: 'Bootstrap broker ... disconnected'; librdkafka: '1/1 brokers are down'.",
        steps: "Compare bootstrap.servers with the brokers' listeners; test with getent hosts and nc -vz.",
        sections: addressDetails)

    static let brokerUnavailable = ExplainPage(
        summary: "A broker that clients knew accepted nobody for a while.",
        wire:
            "Connection attempts refused, rejected or unanswered at an address that works at another time of the capture.",
        mistaken:
            "An address that never worked for this client (advertised-address-mismatch), and a path that is closed to one host"
            + " while the broker serves others.",
        clients: "Java: 'Connection to node N (...) could not be established'; librdkafka: 'Connect to ... failed'.",
        steps:
            "Look at the broker's process and host at that time: its log, systemd or the container's restarts, dmesg.",
        sections: addressDetails)

    private static let addressDetails = [
        detail(
            .unresolvable,
            "The name does not resolve at the client: it is known only inside a container network or a zone."),
        detail(.unspecified, "0.0.0.0 or :: says where a broker listens, and is no place to connect to."),
        detail(.loopback, "localhost, 127.0.0.0/8 or ::1 leads the client to itself. On the same host it is no fault."),
        detail(
            .stale,
            "The address worked and is dead now, and its node, which answers elsewhere, gives it out all the same: a pod or host with"
                + " a new address and an old setting."),
        detail(.protocol, "Something answers there, but in another protocol or on another kind of listener."),
        detail(.certificate, "The certificate shown there does not hold the name."),
        detail(.refused, "The host answers with a reset: nothing listens on that port."),
        detail(.rejected, "ICMP says that it is unreachable or forbidden: a router or a firewall."),
        detail(.noAnswer, "Silence: a firewall that drops, or an address that leads nowhere."),
        detail(.sameEndpoint, "Several nodes under one host and port: a plain load balancer picks one at random."),
        detail(
            .wrongNode,
            "Another node or cluster answers there: stale DNS, swapped or reused addresses. Proved by the node that the client named,"
                + " or likely where two nodes lead nothing that they are told to lead."),
        detail(.private, "A private address given to a client outside."),
    ]

    static let singleBootstrap = ExplainPage(
        summary: "A client knows only one bootstrap server.",
        wire: "Only one address is ever tried before the first Metadata.",
        mistaken: "A name that resolves to several addresses, or a load balancer in front of several brokers.",
        clients: "Nothing, until that broker is down at the client's start.",
        steps: "List two or three brokers in bootstrap.servers.")
}
