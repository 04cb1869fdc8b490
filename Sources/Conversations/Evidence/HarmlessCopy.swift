public import Streams
public import Vocabulary

/// Blanks copies of a live run's packets: what is not told harmless becomes zeros.
public struct HarmlessCopy {
    private var inspector = PacketInspector()

    public init() {}

    public mutating func look(at entry: PacketEntry) -> PacketInspector.View { inspector.look(at: entry) }

    /// - Parameters:
    ///   - copy: of the packet's captured bytes.
    ///   - harmless: places in memory, ascending.
    /// - Returns: the list of what was blanked, as it is to lie behind the packet; empty where nothing was.
    public static func blank(
        _ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ view: PacketInspector.View, _ harmless: [Range<UInt>]
    ) -> [UInt8] {
        let count = Int(entry.capturedLength)
        guard view.outcome == .tcp, let payload = view.payload else {
            PacketBlanks.blank(copy, entry, view)
            // Of DNS single stretches are shown, and what is zero in it is read as such.
            return view.outcome == .udp ? [] : list(tailOf(copy, entry), count)
        }
        let base = UInt(bitPattern: entry.bytes)
        let first = harmless.partitionPoint(where: { $0.upperBound > base + UInt(payload.lowerBound) })
        func place(_ address: UInt) -> Int { Int(clamping: Int64(address) - Int64(base)) }
        let shown = harmless[first...].lazy.map { place($0.lowerBound)..<place($0.upperBound) }
        let blanks = PacketBlanks.clear(copy, payload, but: shown)
        HeaderBlanks.clear(copy, entry, payload, view)
        return list(blanks, count)
    }

    /// Of a packet that is no TCP: from its first changed byte on.
    private static func tailOf(_ copy: UnsafeMutableRawPointer, _ entry: PacketEntry) -> [Range<Int>] {
        let count = Int(entry.capturedLength)
        let bytes = UnsafeRawBufferPointer(start: copy, count: count)
        guard let first = bytes.indices.first(where: { bytes[$0] != entry.bytes[$0] }) else { return [] }
        return [first..<count]
    }

    private static func list(_ places: [Range<Int>], _ count: Int) -> [UInt8] {
        places.isEmpty ? [] : BlankedBytes.option(places, packetBytes: count)
    }

    /// Where a list lies behind a packet of so many bytes.
    public static func placeOfList(_ count: Int) -> Int { (count + 3) & ~3 }

    /// The longest list.
    public static let listBytes = BlankedBytes.headBytes + BlankedBytes.most * BlankedBytes.placeBytes

    /// Puts a list behind the copy of a packet of so many bytes.
    /// - Returns: where it lies from the copy's beginning on, as an entry tells it; 0 where there is none.
    public static func put(_ list: [UInt8], behind count: Int, of copy: UnsafeMutableRawPointer) -> UInt32 {
        if list.isEmpty { return 0 }
        let place = placeOfList(count)
        list.withUnsafeBytes {
            if let base = $0.baseAddress { (copy + place).copyMemory(from: base, byteCount: $0.count) }
        }
        return UInt32(place)
    }
}

extension HarmlessBytes {
    /// Ascending.
    public var inOrder: [Range<UInt>] { ranges.sorted { $0.lowerBound < $1.lowerBound } }
}
