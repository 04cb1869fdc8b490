import KafkaDecode

/// A frame that was read before, and what it held. Another one that differs only in bytes that do not matter, or in numbers
/// whose places are known, holds the same: it needs no decoding.
struct KnownFrame {
    /// The largest frame kept: what comes often is small.
    static let greatest = 512
    static let runs = 16
    static let places = 8

    struct Run {
        var at: UInt16 = 0
        var count: UInt16 = 0
    }

    struct Place {
        enum Kind: UInt8 {
            case batch, partition, baseOffset, logAppendTime

            @inline(__always) var bytes: Int { self == .batch ? 61 : self == .partition ? 4 : 8 }
        }
        var kind = Kind.batch
        var at: UInt16 = 0
        /// The first batch that it is about.
        var batch: UInt8 = 0
    }

    /// As it was when the frame had been read.
    var reader = MessageReader()
    /// What it was found by.
    var key: UInt64 = 0
    /// The frame behind its length.
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: greatest)
    var runs = InlineArray<16, Run>(repeating: Run())
    var runCount = 0
    var places = InlineArray<8, Place>(repeating: Place())
    var placeCount = 0
    /// Lookups since it last fitted.
    var misses: UInt8 = 0

    /// Whether a frame of the same length is the same wherever it matters.
    @inline(__always)
    func fits(_ frame: UnsafePointer<UInt8>) -> Bool {
        for i in 0..<runCount {
            let (at, count) = (Int(runs[i].at), Int(runs[i].count))
            if !Self.same(frame + at, bytes + at, count) { return false }
        }
        return true
    }

    @inline(__always)
    private static func same(_ a: UnsafePointer<UInt8>, _ b: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool {
        let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var at = 0
        while count - at >= 8 {
            let (x, y) = (
                a.loadUnaligned(fromByteOffset: at, as: UInt64.self),
                b.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            )
            if x != y { return false }
            at += 8
        }
        while at < count {
            if a.load(fromByteOffset: at, as: UInt8.self) != b.load(fromByteOffset: at, as: UInt8.self) { return false }
            at += 1
        }
        return true
    }
}

/// The known frames, found by length, API and version; a few for each. Bounded: where there is no room, one that did not fit
/// for a while makes place.
final class KnownFrames {
    private static let sets = 256
    private static let ways = 4
    /// So often may a frame not fit before another takes its place.
    private static let patience: UInt8 = 16

    let frames = Pool<KnownFrame>()
    private let table: UnsafeMutablePointer<Int32>
    /// Off in tests that compare with what the decoder alone says.
    var isUsed = true

    init() {
        table = .allocate(capacity: Self.sets * Self.ways)
        table.initialize(repeating: -1, count: Self.sets * Self.ways)
    }

    deinit {
        for i in 0..<frames.count { frames[i].bytes.deallocate() }
        table.deallocate()
    }

    @inline(__always)
    static func key(isRequest: Bool, size: Int, api: Int16, version: Int16) -> UInt64 {
        UInt64(UInt16(bitPattern: api)) << 48 | UInt64(UInt16(bitPattern: version)) << 32
            | UInt64(UInt32(truncatingIfNeeded: size)) << 1 | (isRequest ? 1 : 0)
    }

    /// The known frame that this one is like: first the connection's last one is tried. -1: none.
    @inline(__always)
    func find(_ key: UInt64, _ frame: UnsafePointer<UInt8>, last: Int32) -> Int32 {
        if last >= 0 {
            let known = frames.at(Int(last))
            if known.pointee.key == key, known.pointee.fits(frame) { return last }
        }
        return search(key, frame)
    }

    private func search(_ key: UInt64, _ frame: UnsafePointer<UInt8>) -> Int32 {
        let set = table + Self.set(key)
        for way in 0..<Self.ways where set[way] >= 0 {
            let known = frames.at(Int(set[way]))
            if known.pointee.key == key, known.pointee.fits(frame) {
                known.pointee.misses = 0
                return set[way]
            }
            known.pointee.misses = min(known.pointee.misses + 1, Self.patience)
        }
        return -1
    }

    private static func set(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 56) * ways
    }

    /// The place for a frame to be kept in; nil where all of them still do good.
    func room(_ key: UInt64) -> UnsafeMutablePointer<KnownFrame>? {
        let set = table + Self.set(key)
        for way in 0..<Self.ways {
            if set[way] < 0 {
                frames.append(KnownFrame())
                set[way] = Int32(frames.count - 1)
                return frames.at(frames.count - 1)
            }
            if frames[Int(set[way])].misses >= Self.patience { return frames.at(Int(set[way])) }
        }
        return nil
    }
}
