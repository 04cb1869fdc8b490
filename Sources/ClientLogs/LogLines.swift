/// Splits the bytes of a log, as they come, into lines. Of a longer line only the beginning is kept.
public struct LogLines: Sendable {
    private var pending: [UInt8] = []
    private static let lineBytes = 8 << 10

    public init() {}

    /// Calls with each line that is whole now, without its end.
    public mutating func take(_ bytes: ArraySlice<UInt8>, each line: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            hold(rest[..<end])
            tell(line)
            rest = rest[(end + 1)...]
        }
        hold(rest)
    }

    /// What stands behind the last line's end, if anything does.
    public mutating func finish(_ line: (ArraySlice<UInt8>) -> Void) {
        if !pending.isEmpty { tell(line) }
    }

    private mutating func hold(_ bytes: ArraySlice<UInt8>) {
        pending += bytes.prefix(max(0, Self.lineBytes - pending.count))
    }

    private mutating func tell(_ line: (ArraySlice<UInt8>) -> Void) {
        line(pending[...])
        pending.removeAll(keepingCapacity: true)
    }
}
