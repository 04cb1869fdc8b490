/// The frames of one direction: four bytes of length, then as many bytes (Kafka's protocol guide, "Protocol Primitives").
///
/// One value owns everything that says where the direction stands among its frames, and only this file writes it. It is given
/// pieces, or gaps of a known length, and says what each means. What a frame holds is others' business.
struct Framing {
    /// How well it is known where a frame begins.
    enum Alignment: UInt8 {
        /// Not at all: a beginning is looked for (`Search`).
        case none
        /// Something that looks like a frame was found in mid-stream; it may prove wrong.
        case guessed
        case sure
    }

    /// What the frames hold.
    enum Content: UInt8 {
        case messages
        /// Sign-in tokens without Kafka headers (after SaslHandshake version 0).
        case tokens
    }

    enum Step: Equatable {
        /// A length is complete: a frame of `size` bytes follows the piece's first `used`. One of size 0 is over with that.
        case begins(size: Int, used: Int)
        /// The piece's first bytes belong to the frame, the last of which ends it or not.
        case bytes(Int, ends: Bool)
        /// The whole piece is the beginning of a length.
        case needsMore
        /// What stands at a frame's place is no length. Its first `kept` bytes came in pieces before, none of this one is used.
        case misaligned(size: Int, kept: Int)
    }

    /// What a gap does to the frames.
    enum Pass: Equatable {
        /// So many of the missing bytes belong to the frame, the last of which ends it or not; none is left.
        case inside(Int64, ends: Bool)
        /// So many end the frame. The others go over beginnings that nobody can tell.
        case over(Int64)
    }

    static let lengthBytes = 4
    /// Frames that must follow one another before a guess counts as sure.
    private static let sureAfterFrames: UInt8 = 3

    /// Bytes of the current frame still to come; 0 between frames.
    private(set) var remaining: Int64 = 0
    /// Bytes taken since a guess was made: understood only when it has proved right.
    private(set) var tentativeBytes: Int64 = 0
    /// As much of a length as has come.
    private var length: UInt32 = 0
    private var lengthCount: UInt8 = 0
    /// Frames since a guess was made.
    private var framesSeen: UInt8 = 0
    private var oddities: Oddities = []

    /// What is out of the ordinary, in one byte, for it is asked of each segment.
    private struct Oddities: OptionSet {
        let rawValue: UInt8
        static let unaligned = Oddities(rawValue: 1)
        static let guessed = Oddities(rawValue: 2)
        static let tokens = Oddities(rawValue: 4)
        static let inLength = Oddities(rawValue: 8)
    }

    var alignment: Alignment {
        oddities.contains(.unaligned) ? .none : oddities.contains(.guessed) ? .guessed : .sure
    }
    var content: Content { oddities.contains(.tokens) ? .tokens : .messages }
    /// Surely between two messages.
    @inline(__always) var awaitsMessage: Bool { remaining == 0 && oddities.isEmpty }
    /// Neither in a frame nor in a length.
    @inline(__always) var isBetween: Bool { remaining == 0 && !oddities.contains(.inLength) }
    @inline(__always) var isInSureFrame: Bool {
        remaining > 0 && oddities.isDisjoint(with: [.unaligned, .guessed])
    }
    /// So many bytes of a length have come, and not all.
    var keptBytes: Int { Int(lengthCount) }

    // MARK: Bytes

    /// The length that stands at the beginning of bytes, of which there are four at least.
    @inline(__always)
    static func size(_ bytes: UnsafePointer<UInt8>) -> Int {
        Int(Int32(bigEndian: UnsafeRawPointer(bytes).loadUnaligned(as: Int32.self)))
    }

    /// - Parameter sizes: how large a frame may be.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, sizes: ClosedRange<Int>) -> Step {
        if remaining > 0 {
            let taken = advance(bytes.count)
            return .bytes(taken, ends: remaining == 0)
        }
        if lengthCount == 0, bytes.count >= Self.lengthBytes, let start = bytes.baseAddress {
            return begin(size: Self.size(start), kept: 0, used: Self.lengthBytes, sizes)
        }
        return takeLength(bytes, sizes)
    }

    /// Takes bytes of the current frame.
    /// - Returns: how many of them belong to it.
    @inline(__always)
    mutating func advance(_ count: Int) -> Int {
        let taken = min(remaining, Int64(count))
        remaining &-= taken
        return Int(taken)
    }

    /// A frame begins whose length was looked at already, and fits.
    @inline(__always)
    mutating func enter(size: Int) { remaining = Int64(size) }

    private mutating func takeLength(_ bytes: UnsafeBufferPointer<UInt8>, _ sizes: ClosedRange<Int>) -> Step {
        let kept = Int(lengthCount)
        let used = min(Self.lengthBytes - kept, bytes.count)
        for byte in bytes.prefix(used) { length = length << 8 | UInt32(byte) }
        lengthCount += UInt8(used)
        if lengthCount < Self.lengthBytes {
            oddities.insert(.inLength)
            return .needsMore
        }
        let size = Int(Int32(bitPattern: length))
        dropLength()
        return begin(size: size, kept: kept, used: used, sizes)
    }

    private mutating func begin(size: Int, kept: Int, used: Int, _ sizes: ClosedRange<Int>) -> Step {
        guard sizes.contains(size) else { return .misaligned(size: size, kept: kept) }
        // Where any number is taken for a length, one that is negative is a large one without a sign.
        let unsigned = Int(UInt32(truncatingIfNeeded: size))
        remaining = Int64(unsigned)
        return .begins(size: unsigned, used: used)
    }

    /// Missing bytes.
    mutating func pass(_ missing: Int64) -> Pass {
        let inside = min(missing, remaining)
        guard inside == missing else {
            remaining = 0
            dropLength()
            return .over(inside)
        }
        remaining -= inside
        return .inside(inside, ends: remaining == 0)
    }

    private mutating func dropLength() {
        (length, lengthCount) = (0, 0)
        oddities.remove(.inLength)
    }

    // MARK: Alignment

    /// A frame begins with the next byte.
    mutating func align(isSure: Bool) {
        self = Framing()
        if !isSure { oddities = .guessed }
    }

    /// Nobody knows any more where a frame begins.
    /// - Returns: bytes that were taken for a guess, and of which nothing is known now.
    mutating func lose() -> Int64 {
        let taken = tentativeBytes
        self = Framing()
        oddities = .unaligned
        return taken
    }

    /// Counts bytes of a frame.
    /// - Returns: how many are understood now: none before the guess has proved right.
    @inline(__always)
    mutating func understood(_ count: Int) -> Int {
        if oddities.isDisjoint(with: [.unaligned, .guessed]) { return count }
        tentativeBytes += Int64(count)
        return 0
    }

    /// A frame has begun where the one before it ended, as one of its kind does.
    /// - Parameter isWitnessed: it was read to its last byte.
    /// - Returns: bytes that are understood now, because that makes the guess sure.
    mutating func confirm(isWitnessed: Bool) -> Int64 {
        guard alignment == .guessed else { return 0 }
        framesSeen += 1
        return isWitnessed || framesSeen >= Self.sureAfterFrames ? settle() : 0
    }

    /// A guess that nothing contradicted stands.
    /// - Returns: bytes that are understood now.
    mutating func settle() -> Int64 {
        guard alignment == .guessed else { return 0 }
        oddities.remove(.guessed)
        defer { tentativeBytes = 0 }
        return tentativeBytes
    }

    // MARK: Content

    mutating func expect(_ content: Content) {
        if content == .tokens { oddities.insert(.tokens) } else { oddities.remove(.tokens) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The length of the frame that would begin here, for a look ahead. There are four bytes at least.
    var frameSize: Int { bigEndian32(at: 0) }
}
