/// One captured packet inside a batch. Trivially copyable; what a capture source fills and the packet layer reads.
@frozen public struct PacketEntry {
    /// The captured bytes, beginning with the link layer's header. Valid until the source is asked for its next batch.
    public var bytes: UnsafePointer<UInt8>
    /// How many bytes were captured.
    public var capturedLength: UInt32
    /// How long the packet was on the wire; more than `capturedLength` where a snap length cut it.
    public var wireLength: UInt32
    public var time: CaptureTime
    public var frame: FrameRef
    /// The LINKTYPE_ value of the interface that saw it (tcpdump.org/linktypes.html).
    public var linkType: UInt16
    /// The interface's index within its source.
    public var interface: UInt16

    @inlinable public init(
        bytes: UnsafePointer<UInt8>, capturedLength: UInt32, wireLength: UInt32,
        time: CaptureTime, frame: FrameRef, linkType: UInt16, interface: UInt16
    ) {
        self.bytes = bytes
        self.capturedLength = capturedLength
        self.wireLength = wireLength
        self.time = time
        self.frame = frame
        self.linkType = linkType
        self.interface = interface
    }
}

/// Places in a batch's memory that hold nothing secret.
public struct HarmlessBytes {
    /// By address, in no order.
    public private(set) var ranges: [Range<UInt>] = []

    public init() {}

    public var isEmpty: Bool { ranges.isEmpty }

    public mutating func add(_ others: HarmlessBytes) { ranges += others.ranges }

    public mutating func add(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        guard count > 0 else { return }
        let start = UInt(bitPattern: bytes)
        if let last = ranges.last, last.upperBound == start {
            ranges[ranges.count - 1] = last.lowerBound..<(start + UInt(count))
        } else {
            ranges.append(start..<(start + UInt(count)))
        }
    }
}

/// Somebody who gets every packet of a live run: a recorder, a ring.
public protocol PacketTaker: AnyObject {
    /// Whether it wants to know which bytes hold no secrets.
    var wantsMarks: Bool { get }
    /// - Parameter harmless: where bytes lie that may be shown; only where `wantsMarks`.
    func take(_ batch: UnsafeBufferPointer<PacketEntry>, harmless: HarmlessBytes)
}
