internal import ReportModel

/// Programs that are in each other's, or in their own, way.
extension ExplainPage {
    static let identityConflict = ExplainPage(
        summary: "Two living programs use one identity and throw each other out.",
        wire:
            "A broker lets one in (JoinGroup with an instance id, InitProducerId with a transactional id) that another has, and the"
            + " other, still alive, is refused: FENCED_INSTANCE_ID, PRODUCER_FENCED, INVALID_PRODUCER_EPOCH.",
        mistaken: "A restart: the older one is dead, and is refused nothing. A transaction that ran into its timeout.",
        clients:
            "Java: FencedInstanceIdException, ProducerFencedException; librdkafka: 'Fatal error: Broker: Static consumer fenced by"
            + " other consumer with same group.instance.id'.",
        steps: "Give each instance a name of its own: the pod's or host's name, or a number.",
        sections: [
            detail(.groupInstanceId, "Two consumers of a group with one group.instance.id (KIP-345)."),
            detail(.transactionalId, "Two producers with one transactional.id: each start fences the one before."),
        ])

    static let slowSetup = ExplainPage(
        summary: "Connections take long to be usable.",
        wire: "A second or more in one step: the name's look-up, the TCP handshake, the TLS handshake, the sign-in.",
        mistaken: "A broker that stands still: then requests on older connections wait as well. Packets that are lost.",
        clients: "Setup timeouts (socket.connection.setup.timeout.ms), or only a slow start.",
        steps: "Look at the step that takes long, at the host that the other one waits for.",
        sections: [
            detail(.dns, "Looking the broker's name up took a second or more, and five times the usual."),
            detail(
                .tcp,
                "Three connections or more whose SYN had to be sent again while the server answered others' requests."),
            detail(
                .tls,
                "The server's hello came a second or more behind the client's, on half of the handshakes at least."),
            detail(.signIn, "Three sign-ins or more took a second or more, half of them at least."),
            cause(.acceptQueueFull, "The listener's queue of connections to accept is probably full."),
            cause(
                .reverseDNS,
                "The broker's host asked for the name of the client's address meanwhile, and DNS did not answer."),
        ])

    static let clientSettings = ExplainPage(
        summary: "A client's settings contradict each other, as its own requests show.",
        wire:
            "Fetches or JoinGroups given up before their own time; requests of a group sent behind a waiting Fetch; answers that the"
            + " client closes on.",
        mistaken: "A slow broker, or one that loses requests.",
        clients: "Request timeouts on idle topics; 'heartbeat' warnings and rebalances while nothing is to be read.",
        steps: "Compare the timeouts: a request's must be longer than the longest wait that it asks for.",
        sections: [
            detail(
                .waitOverTimeout,
                "At least three times, after nearly the same wait, the client closed a connection on a Fetch that allowed the broker"
                    + " to wait longer, and went on fetching. Or on a JoinGroup that allowed the other members more time."
            ),
            detail(
                .headOfLine,
                "At least three heartbeats, commits or joins waited a second or more behind a Fetch of their own connection."
            ),
            detail(
                .answerTooLarge,
                "Again and again the client closed in the midst of the first answer with records, of a megabyte or more, and asked"
                    + " for the same once more."),
        ])
}
