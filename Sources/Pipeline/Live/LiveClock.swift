import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Capture time while no packet comes: that of the last packet, and what has passed since. So a stream from a machine whose
/// clock is wrong, or of another day, is no different from an interface.
struct LiveClock {
    private(set) var lastPacket: CaptureTime?
    private var heard: Int64 = 0
    let began = MonotonicClock.now

    /// Where it stands while nothing can be seen.
    private(set) var held: CaptureTime?
    private var heldSince: Int64 = 0
    /// The kernel hands on what it has captured so late at most.
    private static let handedOnWithin = Span.milliseconds(300)

    /// Packets came.
    /// - Returns: where the clock stood, and for how long, if these show that it goes on.
    mutating func note(packets first: CaptureTime, _ last: CaptureTime) -> ClosedRange<CaptureTime>? {
        (lastPacket, heard) = (last, MonotonicClock.now)
        guard let from = held else { return nil }
        if heard - heldSince <= Self.handedOnWithin {
            held = max(from, last)
            return nil
        }
        held = nil
        return from...max(from, first)
    }

    /// Nothing can be seen any more, and could be until a moment.
    mutating func hold(at time: CaptureTime) { (held, heldSince) = (time, MonotonicClock.now) }

    /// Packets may come again.
    /// - Returns: where the clock stood, and for how long, if it did.
    mutating func release() -> ClosedRange<CaptureTime>? {
        guard let from = held else { return nil }
        held = nil
        return from...max(from, now ?? from)
    }

    /// Nil before the first packet.
    var now: CaptureTime? { held ?? lastPacket.map { $0.adding(nanoseconds: MonotonicClock.now - heard) } }

    /// The memory that the process has, in bytes; 0 where the system does not tell.
    static func residentBytes() -> Int64 {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { _ = close(file) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = read(file, &text, text.count)
        guard count > 0 else { return 0 }
        let words = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int64(words[1]) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
