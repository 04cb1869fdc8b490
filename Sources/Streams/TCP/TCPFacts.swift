public import Vocabulary

/// What TCP alone says about a connection, copied out of the flow table when somebody asks.
public struct TCPFacts: Sendable {
    public var initiator = Endpoint(IPAddress(v4: 0), 0)
    public var responder = Endpoint(IPAddress(v4: 0), 0)

    public var firstTime = CaptureTime(nanoseconds: 0)
    public var lastTime = CaptureTime(nanoseconds: 0)
    public var firstFrame = FrameRef.none
    public var lastFrame = FrameRef.none

    /// Frames of the handshake; `.none` where not captured.
    public var synFrame = FrameRef.none
    public var synAckFrame = FrameRef.none
    public var synAckTime = CaptureTime(nanoseconds: 0)
    /// The responder got past SYN+ACK: the initiator acknowledged it, or either side sent data.
    public var established = false
    /// SYNs sent, repeats included.
    public var synCount = 0
    /// Time of the last SYN.
    public var lastSynTime = CaptureTime(nanoseconds: 0)

    /// Facts of each side's own sending: `sides.0` the initiator's, `sides.1` the responder's.
    public var sides = (SideFacts(), SideFacts())

    /// The side whose FIN or RST came first, by sequence and acknowledgement numbers (the FIN that does not acknowledge
    /// the other's came first), by order of capture only where these do not tell. Nil while both are open.
    public var firstCloser: Side?
    /// The capture paused for hours behind its last packet: what became of it then was not captured.
    public var pausedAt: CaptureTime?
    /// Why the flow left the table.
    public var end = End.stillOpen
    /// An ICMP error that quoted a packet of this flow: type, code, who sent it, when. Type 255 where there was none.
    public var icmpType: UInt8 = 255
    public var icmpCode: UInt8 = 0
    public var icmpSender = IPAddress(v4: 0)
    public var icmpTime = CaptureTime(nanoseconds: 0)
    public var icmpFrame = FrameRef.none
    /// The flow whose packets this one repeats under other addresses (the other leg of a NAT), and its endpoints.
    public var twinOf: TwinFlow?

    public init() {}

    public subscript(side: Side) -> SideFacts {
        get { side == .initiator ? sides.0 : sides.1 }
        set { if side == .initiator { sides.0 = newValue } else { sides.1 = newValue } }
    }

    public enum End: UInt8, Sendable {
        /// The capture ended first, or never showed it again before its ports were used anew.
        case stillOpen
        /// FIN from both sides, or from one and then quiet.
        case fin
        /// RST after the connection was established.
        case reset
        /// RST in answer to the SYN.
        case refused
        /// ICMP error in answer to the SYN.
        case rejected
        /// No answer to the SYN in this capture.
        case noAnswer
        /// Left for want of room, or quiet for too long.
        case evicted
    }
}

/// The addresses of the other leg of a connection that was captured on both sides of a NAT.
public struct TwinFlow: Sendable, Hashable {
    public var initiator: Endpoint
    public var responder: Endpoint

    public init(initiator: Endpoint, responder: Endpoint) {
        self.initiator = initiator
        self.responder = responder
    }
}

/// What one side of a connection sent.
public struct SideFacts: Sendable {
    /// Payload bytes captured, each counted once.
    public var payloadBytes: Int64 = 0
    /// The offset behind the last byte known to have been sent.
    public var streamEnd: Int64 = 0
    /// The offset up to which the other side's TCP acknowledged; -1 where no acknowledgement was seen.
    public var acknowledged: Int64 = -1
    public var packets: Int64 = 0
    public var dataSegments: Int64 = 0
    /// Data segments sent again by TCP.
    public var retransmissions: Int64 = 0
    /// Retransmissions since the other side was last heard from: a sign of silence.
    public var retransmissionsUnanswered: Int64 = 0
    /// How often its last data was sent again to the end, at growing intervals: at least three times, which prove that nobody
    /// acknowledged it, or 0. And when it had been sent first.
    public var resentInVain: Int64 = 0
    public var inVainSince = CaptureTime.distantPast
    /// Data segments that TCP surely sent again: neither copies in the capture nor such as came out of order.
    public var resends: Int64 = 0
    /// Of these, those that came at least 200 ms behind the first copy, or behind the hole that they
    /// fill, and how late the latest was (nanoseconds).
    public var lateResends: Int64 = 0
    public var longestResend: Int64 = 0
    /// The longest times in which it sent again without an acknowledgement, a second at least, in order.
    public var unacknowledged: [UnacknowledgedSpan] = []
    /// Its first packet that another source shows than the one that saw the connection begin; none where one saw all.
    public var otherView = FrameRef.none
    /// SYN+ACKs sent again though the capture shows the other side's answer to the first.
    public var synAckRepeats: Int64 = 0
    /// Packets that the capture holds twice.
    public var duplicatePackets: Int64 = 0
    public var outOfOrder: Int64 = 0
    public var keepAlives: Int64 = 0
    /// Bytes missing, by reason: not captured or lost, and cut by the snap length.
    public var gapBytes: Int64 = 0
    public var cutBytes: Int64 = 0
    /// Bytes that its own empty packets are beyond all that the capture has of it: they were sent, and did not get here; and
    /// since when.
    public var sentAhead: Int64 = 0
    public var sentAheadSince = CaptureTime.distantPast
    /// When bytes last came that lie before the first that were told of it, and were left out.
    public var beforeStart: CaptureTime?
    /// Times this side announced a window of 0, and for how long in all (nanoseconds).
    public var zeroWindows: Int64 = 0
    public var zeroWindowNanoseconds: Int64 = 0
    /// This side's window is 0 as of its last packet.
    public var windowIsClosed = false
    /// Since when; of use where it is closed.
    public var windowClosedSince = CaptureTime.distantPast

    public var firstTime = CaptureTime(nanoseconds: 0)
    public var lastTime = CaptureTime(nanoseconds: 0)
    public var lastDataTime = CaptureTime(nanoseconds: 0)
    public var lastDataFrame = FrameRef.none

    /// The FIN, where there was one; where it was not captured itself, the packet that acknowledged it.
    public var finFrame = FrameRef.none
    public var finNotCaptured = false
    public var finTime = CaptureTime(nanoseconds: 0)
    /// The other side's stream offset that this side's FIN acknowledged.
    public var finAcknowledged: Int64 = -1

    /// The first RST, where there was one.
    public var resetFrame = FrameRef.none
    public var resetTime = CaptureTime(nanoseconds: 0)
    /// The RST's TTL, IP id, window, and whether it had TCP options: an active reset of a live Linux socket has a window,
    /// an IP id and options; one made by a kernel without such a socket has none of them.
    public var resetTTL: UInt8 = 0
    public var resetIPID: Int32 = -1
    public var resetWindow: UInt16 = 0
    public var resetHasOptions = false
    /// The RST's sequence number less the one expected next; 0 where it fits.
    public var resetSequenceOffset: Int32 = 0
    /// Packets that came from this side after its own RST: proof that it did not send the RST.
    public var packetsAfterReset: Int64 = 0

    /// Least and greatest TTL of this side's packets other than RST (0 where none).
    public var ttlLow: UInt8 = 0
    public var ttlHigh: UInt8 = 0
    /// The stream began before the capture did.
    public var startsMidway = false

    public var finSeen: Bool { !finFrame.isNone }
    public var resetSeen: Bool { !resetFrame.isNone }

    public init() {}
}
