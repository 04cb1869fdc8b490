internal import ReportModel

/// The network between two hosts.
extension ExplainPage {
    static let networkPath = ExplainPage(
        summary: "Packets get lost between two hosts, and the capture proves it.",
        wire:
            "TCP sends segments again: many of them, or all of them for seconds without an acknowledgement, or all that a client sends"
            + " after its handshake.",
        mistaken:
            "A broker that stands still, whose host's TCP keeps acknowledging. A host that is down, which serves no other client, sends"
            + " nothing, and has forgotten its connections when it comes back.",
        clients: "Timeouts and disconnects, as if the broker were slow or down. Nothing names the network.",
        steps:
            "Run mtr over TCP between the two hosts. Check their drop counters, and the firewalls and links between them.",
        sections: [
            detail(
                .oneWay,
                "The server repeats its SYN+ACK, and nothing that the client sends after it is acknowledged, on at least two connections:"
                    + " one direction is blocked. Or two captures of the same connections differ: one shows packets leaving again and"
                    + " again, and the other never shows them arriving."),
            detail(
                .interrupted,
                "For at least 3 s nothing that one host sent was acknowledged, on all connections of the two. Others were served"
                    + " meanwhile, or the silent host still sent; then both continued. Or no other client was served: then the"
                    + " network failed where several servers were silent at once, and it or the host where one was. Requests lost are findings of"
                    + " disconnect-before-response. A client host that was silent to all its brokers at once is one finding,"
                    + " without a server: it was suspended, or cut off."),
            detail(
                .mtuBlackHole,
                "Segments of at least 1000 bytes are sent again and never acknowledged, while other connections between the two hosts"
                    + " work. None of those ever got such a large segment through."),
            detail(
                .lossy,
                "At least 50 data segments between the two, and 3 of 100, had to be sent again, and some came at least 200 ms late."
                    + " Copies in the capture and reordered packets do not count."),
            detail(
                .lostAttempts,
                "At least three connection attempts sent their SYN three times or more, for 3 s, and got no answer. Other connections of"
                    + " the same hosts to the same port were accepted at once meanwhile."),
            detail(
                .forgedResets,
                "At two moments or more, connections at work were reset by packets whose IP time to live is not the broker's. No request"
                    + " was pending."),
        ])
}
