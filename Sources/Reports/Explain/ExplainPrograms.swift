internal import ReportModel

/// Programs that are in each other's, or in their own, way.
extension ExplainPage {
    static let identityConflict = ExplainPage(
        summary: "Two running programs use the same identity and remove each other.",
        wire:
            "A broker accepts an instance id (JoinGroup) or transactional id (InitProducerId) that another running program has. It then"
            + " refuses the other one: FENCED_INSTANCE_ID, PRODUCER_FENCED or INVALID_PRODUCER_EPOCH.",
        mistaken: "A restart, where the older program is gone. A transaction that timed out.",
        clients:
            "Java: FencedInstanceIdException, ProducerFencedException; librdkafka: 'Fatal error: Broker: Static consumer fenced by"
            + " other consumer with same group.instance.id'.",
        steps: "Give each instance its own name: the pod's or host's name, or a number.",
        sections: [
            detail(.groupInstanceId, "Two consumers of a group with one group.instance.id (KIP-345)."),
            detail(
                .transactionalId, "Two producers with one transactional.id. Each one that starts fences the one before."
            ),
        ])

    static let slowSetup = ExplainPage(
        summary: "Connections take a long time to become usable.",
        wire: "One step takes a second or more: the DNS look-up, the TCP handshake, the TLS handshake or the sign-in.",
        mistaken: "A broker that stands still, where requests on older connections wait as well. Packet loss.",
        clients: "Setup timeouts (socket.connection.setup.timeout.ms), or only a slow start.",
        steps: "Look at the slow step, on the host that the other one waits for.",
        sections: [
            detail(.dns, "Looking up the broker's name took a second or more, and five times as long as usual."),
            detail(
                .tcp,
                "On three connections or more, the SYN had to be sent again while the server answered other requests."),
            detail(
                .tls,
                "The server's hello came a second or more after the client's, on at least half of the handshakes."),
            detail(.signIn, "At least three sign-ins, and half of all, took a second or more."),
            cause(.acceptQueueFull, "The listener's queue of connections to accept is probably full."),
            cause(
                .reverseDNS,
                "Meanwhile the broker's host looked up the name of the client's address, and DNS did not answer."),
        ])

    static let clientSettings = ExplainPage(
        summary: "A client's settings contradict each other, as its own requests show.",
        wire:
            "The client abandons Fetches or JoinGroups before their own time limit, sends group requests behind a waiting Fetch, or closes"
            + " on a response.",
        mistaken: "A slow broker, or one that loses requests.",
        clients:
            "Request timeouts on idle topics, and 'heartbeat' warnings and rebalances while there is nothing to read.",
        steps: "Compare the timeouts. A request's timeout must be longer than the longest wait that it asks for.",
        sections: [
            detail(
                .waitOverTimeout,
                "At least three times, after nearly the same wait, the client closed a connection although its Fetch let the broker wait"
                    + " longer, and fetched again. Or its JoinGroup allowed the other members more time."
            ),
            detail(
                .headOfLine,
                "At least three heartbeats, commits or joins waited a second or more behind a Fetch of their own connection."
            ),
            detail(
                .answerTooLarge,
                "Again and again the client closed in the middle of its first response with records, of a megabyte or more. Then it asked for"
                    + " the same again."),
        ])
}
