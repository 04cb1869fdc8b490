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
        PacketBlanks.clear(copy, payload, but: shown)
        HeaderBlanks.clear(copy, entry, payload, view)
        return list(blanks(payload, but: shown), count)
    }

    /// What no place holds that is shown.
    /// - Parameter shown: ascending.
    static func blanks(_ payload: Range<Int>, but shown: some Sequence<Range<Int>>) -> [Range<Int>] {
        var blanks: [Range<Int>] = []
        var at = payload.lowerBound
        for range in shown {
            guard range.lowerBound < payload.upperBound else { break }
            if range.lowerBound > at { blanks.append(at..<range.lowerBound) }
            at = max(at, range.upperBound)
        }
        if at < payload.upperBound { blanks.append(at..<payload.upperBound) }
        return blanks
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
}

extension HarmlessBytes {
    /// Ascending.
    public var inOrder: [Range<UInt>] { ranges.sorted { $0.lowerBound < $1.lowerBound } }
}
