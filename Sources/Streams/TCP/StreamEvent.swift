public import Vocabulary

/// The two ends of a TCP connection. The initiator sent the SYN; where no SYN was captured it is the end that received
/// the SYN+ACK, else the end that spoke first, and the Kafka layer finds out who is the client.
@frozen public enum Side: UInt8, Sendable {
    case initiator = 0
    case responder = 1
    @inlinable public var other: Side { self == .initiator ? .responder : .initiator }
    @inlinable public var index: Int { Int(rawValue) }
}

/// A slot in the flow table. Used again behind the flow's `closed` event: who keeps to the order of events sees one flow a time.
public typealias FlowSlot = UInt32

/// Why bytes of a stream are missing.
@frozen public enum GapReason: UInt8, Sendable {
    /// The receiver acknowledged bytes that this capture never showed.
    case notCaptured
    /// Neither seen nor acknowledged, and given up after a time or for want of room.
    case lost
    /// The snap length cut the packet.
    case cutBySnapLength
}

/// One thing that happened to a TCP connection, in stream order. The packet layer hands these on a batch at a time,
/// so that module borders are crossed once a batch and not once a packet. An event carries all that its reader may ask: where a
/// batch ends decides nothing, and the flow itself may be further on by the time the event is read.
@frozen public struct StreamEvent {
    @frozen public enum Kind: UInt8, Sendable {
        /// A new connection (first packet of any kind, or a SYN that reuses the ports of an ended one). `offset` indexes
        /// `StreamBatch.beginnings`.
        case opened
        /// The first bytes, or the first gap, of a side follow. `offset` indexes `StreamBatch.beginnings`.
        case began
        /// A SYN or SYN+ACK was captured behind bytes of its connection, or behind its first packet. `offset` indexes `StreamBatch.beginnings`.
        case handshake
        /// `length` bytes in order at `bytes`, at stream offset `offset`.
        case data
        /// `length` bytes at `offset` are missing, for `gapReason`; what follows is used.
        case gap
        /// The sender's FIN, all bytes before it delivered. `offset` is the stream's end, `length` how much
        /// of the other side's stream it acknowledged; -1 where that is not known.
        case fin
        /// A RST from `side`. Facts about it are in `TCPFacts`.
        case reset
        /// Data from `offset` on was sent again.
        case resent
        /// The other side spoke again behind what was sent again: `acknowledged` is new.
        case heard
        /// The other side acknowledged data of `side` from `offset` on, up to `acknowledged`, half a second or more behind its last bytes.
        case acknowledgedLate
        /// `side` has no room for data, since `time`: moments in which a little came up are none.
        case windowClosed
        /// It has room again.
        case windowOpened
        /// An ICMP error about a packet that `side` had sent. Type and code are in `TCPFacts`.
        case unreachable
        /// The last event of a flow: ended and quiet, evicted, its ports used anew, or the capture ended. `offset` indexes
        /// `StreamBatch.ends`.
        case closed
        /// A UDP datagram that may be DNS (port 53 or 5353 on one end), or a KDC's answer (from port 88), or a question for a
        /// neighbour's hardware address: not of a flow; `slot` indexes `StreamBatch.datagrams`.
        case datagram
    }

    public var kind: Kind
    public var side: Side
    public var gapReason: GapReason
    public var slot: FlowSlot
    /// The offset in the side's byte stream, 0 being the first byte after the SYN, or the first byte seen.
    public var offset: Int64
    /// Bytes of data, or of a gap.
    public var length: Int64
    /// The offset in the side's stream up to which the other side's TCP has acknowledged, a FIN counted as a byte; -1: nothing
    /// yet. Of a RST: how much of the other side's stream its sender had acknowledged. Of use in `data`, `reset`, `resent`, `heard`, `acknowledgedLate`.
    public var acknowledged: Int64
    /// The data. Valid as long as its batch.
    public var bytes: UnsafePointer<UInt8>?
    public var time: CaptureTime
    /// The frame that carried the data (not the one that let it be delivered).
    public var frame: FrameRef

    @inlinable public init(
        kind: Kind, side: Side, slot: FlowSlot, offset: Int64, length: Int64,
        acknowledged: Int64 = -1, bytes: UnsafePointer<UInt8>?, time: CaptureTime, frame: FrameRef,
        gapReason: GapReason = .lost
    ) {
        self.kind = kind
        self.side = side
        self.gapReason = gapReason
        self.slot = slot
        self.offset = offset
        self.length = length
        self.acknowledged = acknowledged
        self.bytes = bytes
        self.time = time
        self.frame = frame
    }
}

/// A UDP datagram of a batch, for the DNS reader, or ARP and its like, which have no ports and no bytes.
@frozen public struct Datagram {
    public var source: Endpoint
    public var destination: Endpoint
    public var bytes: UnsafePointer<UInt8>
    public var captured: Int
    public var time: CaptureTime
    public var frame: FrameRef
    public var neighbour: NeighbourMessage

    @inlinable public init(
        source: Endpoint, destination: Endpoint, bytes: UnsafePointer<UInt8>, captured: Int,
        time: CaptureTime, frame: FrameRef, neighbour: NeighbourMessage = .none
    ) {
        self.source = source
        self.destination = destination
        self.bytes = bytes
        self.captured = captured
        self.time = time
        self.frame = frame
        self.neighbour = neighbour
    }
}
