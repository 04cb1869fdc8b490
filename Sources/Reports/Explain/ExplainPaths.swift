internal import ReportModel

/// The network between two hosts.
extension ExplainPage {
    static let networkPath = ExplainPage(
        summary: "Packets get lost between two hosts, and the capture proves it.",
        wire:
            "TCP sends segments again: many of them, or all for seconds without an acknowledgement, or all that a client sends"
            + " behind its handshake.",
        mistaken:
            "A broker that stands still: its host's TCP goes on acknowledging. A host that is gone: it serves nobody else"
            + " meanwhile, sends nothing, and has forgotten its connections when it comes back.",
        clients: "Timeouts and disconnects, as if the broker were slow or down; nothing that names the network.",
        steps: "mtr over TCP between the two, drop counters of both hosts, firewalls and lines between them.",
        sections: [
            detail(
                .oneWay,
                "The server repeats its SYN+ACK, and nothing that the client sends behind it is acknowledged: one of the two ways"
                    + " is closed. At least two connections, none of which got anything through. Or two captures of the same connections,"
                    + " of which one shows packets leaving again and again that the other never shows arriving."),
            detail(
                .interrupted,
                "For at least 3 s nothing that one host sent was acknowledged by the other, on all their connections, while others"
                    + " were served or the silent host was heard sending; then both went on. Requests lost meanwhile are told as"
                    + " disconnect-before-response. A client host that was silent to all its brokers at once is one finding, without a"
                    + " server: it was suspended, or cut off."),
            detail(
                .mtuBlackHole,
                "Segments of at least 1000 bytes are sent again and never acknowledged, while other connections between the two"
                    + " hosts are opened and answered, and none of them ever got so large a segment through."),
            detail(
                .lossy,
                "At least 50 data segments between the two, and 3 of a hundred, had to be sent again, and some came 200 ms late"
                    + " or more. Copies in the capture and packets out of order do not count."),
        ])
}
