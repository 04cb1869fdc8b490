internal import ReportModel

/// Ends of connections.
extension ExplainPage {
    static let disconnectBeforeResponse = ExplainPage(
        summary: "A request was sent, and its connection ended, or the client gave up on it, before the answer came.",
        wire:
            "A request without an answer of its correlation id, then FIN, RST or lasting silence. Who closed first is read from"
            + " sequence and acknowledgement numbers: the FIN that does not acknowledge the other side's.",
        mistaken:
            "Produce with acks=0 (never answered), a consumer that stops while a Fetch waits, a gap in the capture, and"
            + " requests still young when the capture ended. None of these is reported here.",
        clients: "Java: 'Node N disconnected.' or 'Disconnecting from node N due to request timeout.'; librdkafka:"
            + " 'Disconnected' or 'N request(s) timed out'; Go clients: EOF.",
        steps:
            "Read the cause first, then look at the outcome of each Produce: unknown is not the same as lost. Idempotent"
            + " producers may resend without harm.",
        sections: [
            cause(
                .brokerCrashed,
                "All connections of the node end within milliseconds, no error answers precede, and new"
                    + " connections are refused. The process was killed or died: kernel log, memory limits, crash files."
            ),
            cause(
                .brokerShutdown,
                "Waiting requests are answered with NOT_LEADER_OR_FOLLOWER or NOT_COORDINATOR, then all"
                    + " connections are closed. A planned stop; give clients enough retries to live through it."),
            cause(
                .hostUnreachable,
                "Repeats are never acknowledged and nobody closes: power, network card, hypervisor or path."),
            cause(
                .requestTimeout,
                "The client closed after its own waiting time. If the broker's kernel acknowledged the request,"
                    + " the process was slow or stood still; else the request never arrived."),
            cause(
                .idleTimeout,
                "The first packet after a long pause meets a reset or a close. Something on the path, or the"
                    + " broker, had dropped the idle connection: let the client's idle limit be the shortest, or use keepalive."
            ),
            cause(
                .middleboxReset,
                "A reset in busy traffic that does not fit the host's other packets (time to live, numbers):"
                    + " forged by a device on the path."),
            cause(
                .unsupportedVersion,
                "The version of the request lies outside of what ApiVersions offered; brokers close without"
                    + " an answer. Usual with old clients after an upgrade to Kafka 4.0."),
            cause(
                .oversizedRequest,
                "The request's own length exceeds what the broker reads, and it closes in mid-request."),
            cause(
                .unparsableRequest,
                "The broker closed at once on a body that it could not read: a proxy or own code at fault."),
            cause(
                .connectionLimit,
                "Fresh connections are ended at once while older ones live: a limit per address or listener."),
            cause(
                .noBrokerBehind,
                "The server accepts and closes without a byte, on every connection that anybody had there: a proxy without a"
                    + " living backend, or no Kafka at all."),
            cause(.unknown, "No pattern fits. The broker's log at that time, or a capture on its side, would decide."),
        ])

    static let responseOverdue = ExplainPage(
        summary: "A request has gone unanswered for longer than it should, and its connection is still open.",
        wire:
            "No answer within the request's own limits, or far beyond what that broker took before while all its connections"
            + " are silent.",
        mistaken: "Long polls (Fetch up to max_wait_ms), JoinGroup waiting for other members, throttling.",
        clients: "Nothing yet; a timeout later.",
        steps:
            "If the request was acknowledged, look at the broker process (garbage collection, disks); if not, at the network."
    )

    static let sessionExpired = ExplainPage(
        summary: "The lifetime of a signed-in session ran out and the broker closed (KIP-368).",
        wire: "SaslAuthenticate granted a lifetime; a request after its end is met by FIN within milliseconds.",
        mistaken: "A crash: but only this connection ends, and at a fixed age.",
        clients: "Java: 'Node N disconnected.'; libraries that renew in time never get here.",
        steps: "Use a client that signs in again by itself, or raise connections.max.reauth.ms for old ones.")

    static let idleClose = ExplainPage(
        summary: "A connection was closed after a long silence with nothing pending: housekeeping.",
        wire: "FIN after 9 to 10 minutes without a byte (broker 600 s, Java client 540 s), nothing outstanding.",
        mistaken: "A disconnect that loses requests; here none was waiting.",
        clients: "Nothing, or a debug line.",
        steps: "Nothing. If reconnects hurt, compare connections.max.idle.ms on both sides.")

    static let abandonedByClient = ExplainPage(
        summary: "The client closed while requests were in flight, without a sign that it had waited too long.",
        wire: "FIN or RST from the client first; typically a young Fetch or Metadata without an answer.",
        mistaken: "A timeout: then the wait would fit a limit, and the client would go on elsewhere.",
        clients: "Nothing: a normal stop looks like that.",
        steps: "Check that the program was meant to stop; producers should flush before they end.")

    static let connectionChurn = ExplainPage(
        summary: "Connections are made and dropped at a rate that costs more than their work.",
        wire: "Many short connections from one host with few requests each.",
        mistaken: "Health checks without a byte, and clients that open several connections by design.",
        clients: "Repeated connect lines.",
        steps: "Share one client object for the life of the program; raise reconnect.backoff.ms.")

    static let captureIncomplete = ExplainPage(
        summary: "The capture lacks something, so that some conclusions are weaker or held back.",
        wire:
            "Acknowledged bytes that are not in the file, packets cut by a snap length, one direction only, a damaged file.",
        mistaken: "Loss on the network: there the receiver would not have acknowledged.",
        clients: "Nothing; it is the capture that lacks.",
        steps: "Capture on an end host with -s 0 and a large buffer (-B), from before the connections open.")
}
