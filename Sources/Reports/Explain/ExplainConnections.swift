internal import ReportModel

/// Ends of connections.
extension ExplainPage {
    static let disconnectBeforeResponse = ExplainPage(
        summary: "A connection ended, or the client gave up on it, before the response to a request came.",
        wire:
            "A request without a response of its correlation id, then FIN, RST or lasting silence. Sequence and acknowledgement numbers"
            + " show who closed first: its FIN does not acknowledge the other side's.",
        mistaken:
            "Produce with acks=0 (never answered), a consumer that stops while a Fetch waits, a gap in the capture, and requests sent"
            + " just before the capture ended. None of these is reported here.",
        clients: "Java: 'Node N disconnected.' or 'Disconnecting from node N due to request timeout.'; librdkafka:"
            + " 'Disconnected' or 'N request(s) timed out'; Go clients: EOF.",
        steps:
            "Read the cause first, then the outcome of each Produce; unknown is not the same as lost. Idempotent producers may resend"
            + " without harm.",
        sections: [
            cause(
                .brokerCrashed,
                "All connections of the broker end within milliseconds without an error response, and new connections are refused. The"
                    + " process was killed or crashed. Look at the kernel log, memory limits and crash files."
            ),
            cause(
                .brokerShutdown,
                "Waiting requests are answered with NOT_LEADER_OR_FOLLOWER or NOT_COORDINATOR, then all"
                    + " connections are closed. That is a planned stop. Give clients enough retries to survive it."),
            cause(
                .hostUnreachable,
                "Retransmissions are never acknowledged, and neither side closes: power, network card, hypervisor or path."
            ),
            cause(
                .requestTimeout,
                "The client closed after its own timeout. If the broker's kernel acknowledged the request, the process was slow or stood"
                    + " still. If not, the request never arrived."),
            cause(
                .idleTimeout,
                "The first packet after a long pause gets a reset or a close. The broker or something on the path had dropped the idle"
                    + " connection. Make the client's idle limit the shortest. Keepalive helps against a device on the path, not"
                    + " against a broker's own limit."
            ),
            cause(
                .middleboxReset,
                "A reset amid busy traffic does not fit the host's other packets (time to live, numbers), so a device on the path sent"
                    + " it."),
            cause(
                .unsupportedVersion,
                "The request's version is outside of what ApiVersions offered, and brokers close without a response. Old clients do this"
                    + " after an upgrade to Kafka 4.0."),
            cause(
                .oversizedRequest,
                "The request is longer than the broker accepts, so it closes in mid-request."),
            cause(
                .unparsableRequest,
                "The broker closed at once on a request that it could not parse. A proxy or custom client code is at fault."
            ),
            cause(
                .connectionLimit,
                "New connections are closed at once while older ones stay open: a limit per address or listener."),
            cause(
                .noBrokerBehind,
                "The server accepts every connection and closes it without a byte: a proxy without a live backend, or no Kafka at all."
            ),
            cause(
                .unknown,
                "No pattern fits. The broker's log at that time, or a capture on its host, would show the reason."),
        ])

    static let responseOverdue = ExplainPage(
        summary: "A request has gone unanswered for longer than it should, and its connection is still open.",
        wire:
            "No response within the request's own limits, or for far longer than that broker took before while all its connections are"
            + " silent.",
        mistaken: "Long polls (Fetch up to max_wait_ms), JoinGroup waiting for other members, throttling.",
        clients: "Nothing yet, and a timeout later.",
        steps:
            "If the request was acknowledged, look at the broker process (garbage collection, disks). If not, look at the network."
    )

    static let sessionExpired = ExplainPage(
        summary: "A signed-in session expired, and the broker closed its connection (KIP-368).",
        wire:
            "SaslAuthenticate granted a lifetime, and the broker answers a request after its end with FIN within milliseconds.",
        mistaken: "A crash. But only this connection ends, and at a fixed age.",
        clients: "Java: 'Node N disconnected.' Libraries that renew in time never get here.",
        steps: "Use a client that renews its sign-in, or raise connections.max.reauth.ms for old ones.")

    static let idleClose = ExplainPage(
        summary: "A connection was closed after a long silence with nothing pending, which is normal housekeeping.",
        wire: "FIN after 9 to 10 minutes without a byte (broker 600 s, Java client 540 s), with no request pending.",
        mistaken: "A disconnect that loses requests. Here none was waiting.",
        clients: "Nothing, or a debug line.",
        steps: "Nothing. If reconnecting is a problem, compare connections.max.idle.ms on both sides.")

    static let abandonedByClient = ExplainPage(
        summary: "The client closed with requests in flight, without a sign that it had waited too long.",
        wire: "FIN or RST from the client first, typically with a recent Fetch or Metadata that has no response.",
        mistaken: "A timeout. Then the wait would fit a limit, and the client would continue elsewhere.",
        clients: "Nothing. A normal stop looks like this.",
        steps: "Check that the program was meant to stop. Producers should flush before they exit.")

    static let connectionChurn = ExplainPage(
        summary:
            "Connections are opened and dropped so often that this costs more than their work, or ended by what stands in front.",
        wire:
            "Many short connections from one host with few requests each; or connections at work that all end at one age or one moment.",
        mistaken: "Health checks without a byte, and clients that open several connections by design.",
        clients: "Repeated connect lines.",
        steps:
            "Share one client object for the life of the program, and raise reconnect.backoff.ms. Where the server's side ends them, look for a limit on their age in a load balancer or proxy."
    )

    static let captureIncomplete = ExplainPage(
        summary: "The capture is incomplete, so some conclusions are weaker or held back.",
        wire:
            "Acknowledged bytes that are not in the file, packets cut by a snap length, one direction only, a damaged file.",
        mistaken: "Loss on the network. There the receiver would not have acknowledged.",
        clients: "Nothing. Only the capture is affected.",
        steps: "Capture on an end host with -s 0 and a large buffer (-B), from before the connections open.")
}
