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
    /// Where, from `bytes` on, it is listed what was blanked of the packet before it was written; 0 where nothing was.
    public var blanks: UInt32 = 0

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

/// Which bytes of a packet were blanked before it was written: places in the packet, ascending and apart. In memory and in files they
/// lie behind the packet as an option of pcapng does: code, length of the list, then beginning and end of each place.
@frozen public struct BlankedBytes {
    /// A code for local use (the highest bit is set).
    public static let optionCode: UInt16 = 0xC254
    public static let headBytes = 4
    public static let placeBytes = 8
    /// What is listed of one packet; what is shown behind the last place counts as blanked then.
    public static let most = 4000

    @usableFromInline let list: UnsafeRawPointer
    /// The packet that they are places in.
    public let packet: UnsafePointer<UInt8>
    public let count: Int

    @usableFromInline init(list: UnsafeRawPointer, packet: UnsafePointer<UInt8>, bytes: Int) {
        (self.list, self.packet, count) = (list, packet, bytes / Self.placeBytes)
    }

    @inlinable public subscript(_ index: Int) -> Range<Int> {
        let place = list + index * Self.placeBytes
        let start = UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
        let end = UInt32(littleEndian: place.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        return Int(start)..<max(Int(start), Int(end))
    }

    /// The first place that ends behind `place`; `count` where none does.
    public func first(endingBehind place: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].upperBound > place { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The list as it lies behind a packet.
    public static func option(_ places: [Range<Int>], packetBytes: Int) -> [UInt8] {
        var places = places
        if places.count > most {
            let first = places[most - 1].lowerBound
            places.removeSubrange((most - 1)...)
            places.append(first..<packetBytes)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headBytes + places.count * placeBytes)
        func append(_ value: UInt32, _ count: Int) {
            for i in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
        }
        append(UInt32(optionCode), 2)
        append(UInt32(places.count * placeBytes), 2)
        for place in places {
            append(UInt32(clamping: place.lowerBound), 4)
            append(UInt32(clamping: place.upperBound), 4)
        }
        return bytes
    }
}

extension PacketEntry {
    /// What was blanked; nil where nothing was.
    public var blanked: BlankedBytes? {
        guard blanks > 0 else { return nil }
        let head = UnsafeRawPointer(bytes) + Int(blanks)
        let count = UInt16(littleEndian: head.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        return BlankedBytes(list: head + BlankedBytes.headBytes, packet: bytes, bytes: Int(count))
    }

    /// Captured bytes less an end that was blanked: as if a snap length had cut it.
    public var shownLength: UInt32 {
        guard let blanked, blanked.count > 0 else { return capturedLength }
        let last = blanked[blanked.count - 1]
        return last.upperBound >= Int(capturedLength)
            ? min(capturedLength, UInt32(clamping: last.lowerBound)) : capturedLength
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
