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
    public static func blank(
        _ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ view: PacketInspector.View, _ harmless: [Range<UInt>]
    ) {
        guard view.outcome == .tcp, let payload = view.payload else {
            return PacketBlanks.blank(copy, entry, view)
        }
        let base = UInt(bitPattern: entry.bytes)
        let first = harmless.partitionPoint(where: { $0.upperBound > base + UInt(payload.lowerBound) })
        func place(_ address: UInt) -> Int { Int(clamping: Int64(address) - Int64(base)) }
        let shown = harmless[first...].lazy.map { place($0.lowerBound)..<place($0.upperBound) }
        PacketBlanks.clear(copy, payload, but: shown)
        HeaderBlanks.clear(copy, entry, payload, view)
    }
}

extension HarmlessBytes {
    /// Ascending.
    public var inOrder: [Range<UInt>] { ranges.sorted { $0.lowerBound < $1.lowerBound } }
}
