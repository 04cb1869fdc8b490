import KafkaDecode

/// A frame that was read before, and what it held. Another one that differs only in bytes that do not matter, or in numbers
/// whose places are known, holds the same: it needs no decoding.
struct KnownFrame {
    /// The largest frame kept: what comes often is small, and lies in one segment.
    static let greatest = 2048
    static let runRoom = 16
    static let placeRoom = 8

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

    /// The one batch of records in the frame. Its length may be another: what is behind it then lies that much further on.
    struct Stretch {
        /// The field's length and the bytes in which it is written.
        var lengthAt = 0
        var lengthBytes = 0
        var length = 0
        /// Written in four bytes, not as a varint.
        var isFixed = true
        var batchAt = 0
        /// Runs from this on are behind the records.
        var firstRunBehind = 0
    }

    /// As it was when the frame had been read.
    var reader = MessageReader()
    /// What it was found by.
    var key: UInt64 = 0
    /// The frame behind its length.
    var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    var size = 0
    var isStretching = false
    var stretch = Stretch()
    let runs = UnsafeMutablePointer<Run>.allocate(capacity: runRoom)
    var runCount = 0
    let places = UnsafeMutablePointer<Place>.allocate(capacity: placeRoom)
    var placeCount = 0
    /// Lookups since it last fitted.
    var misses: UInt8 = 0

    func deallocate() {
        bytes.deallocate()
        runs.deallocate()
        places.deallocate()
    }
}

// On the address: a method of the struct would be handed a copy of it.
extension UnsafeMutablePointer<KnownFrame> {
    /// Whether a frame is the same wherever it matters.
    @inline(__always)
    func fits(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Bool {
        if pointee.isStretching { return fitsStretched(frame, size) }
        return size == pointee.size && same(frame, 0..<pointee.runCount, shift: 0)
    }

    @inline(__always)
    private func same(_ frame: UnsafePointer<UInt8>, _ range: Range<Int>, shift: Int) -> Bool {
        let (runs, bytes) = (pointee.runs, pointee.bytes)
        for i in range {
            let (at, count) = (Int(runs[i].at), Int(runs[i].count))
            if !sameBytes(frame + at + shift, bytes + at, count) { return false }
        }
        return true
    }

    /// The records are longer or shorter by what the frame is, and both lengths that tell of them agree.
    private func fitsStretched(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Bool {
        let shift = size - pointee.size
        let length = pointee.stretch.length + shift
        guard length >= 61, same(frame, 0..<pointee.stretch.firstRunBehind, shift: 0) else { return false }
        let declared = UnsafeRawPointer(frame + pointee.stretch.batchAt + 8).loadUnaligned(as: UInt32.self)
        guard Int(UInt32(bigEndian: declared)) == length - 12, writtenLength(frame) == length else { return false }
        return same(frame, pointee.stretch.firstRunBehind..<pointee.runCount, shift: shift)
    }

    /// The length of the records as written: four bytes, or a varint one above it of as many bytes as it had before.
    private func writtenLength(_ frame: UnsafePointer<UInt8>) -> Int {
        let at = frame + pointee.stretch.lengthAt
        if pointee.stretch.isFixed {
            return Int(UInt32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)))
        }
        var value = 0
        for i in 0..<pointee.stretch.lengthBytes {
            guard (at[i] >= 0x80) == (i + 1 < pointee.stretch.lengthBytes) else { return -1 }
            value |= Int(at[i] & 0x7F) << (7 * i)
        }
        return value - 1
    }
}

/// Eight bytes at a time, the last eight once more where they are no whole eight.
@inline(__always)
private func sameBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool {
    let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    guard count >= 8 else {
        for at in 0..<count
        where a.load(fromByteOffset: at, as: UInt8.self) != b.load(fromByteOffset: at, as: UInt8.self) {
            return false
        }
        return true
    }
    var at = 0
    while true {
        let x = a.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if x != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
        if at == count - 8 { return true }
        at = min(at + 8, count - 8)
    }
}

/// The known frames, found by length, API and version; a few for each. Bounded: where there is no room, one that did not fit
/// for a while makes place.
final class KnownFrames {
    private static let sets = 1024
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
        for i in 0..<frames.count { frames[i].deallocate() }
        table.deallocate()
    }

    @inline(__always)
    static func key(isRequest: Bool, size: Int, api: Int16, version: Int16, salt: StringID) -> UInt64 {
        // Where records come, the length differs from frame to frame.
        let hasRecords = isRequest ? api == Api.produce : api == Api.fetch
        let numbers = UInt64(UInt8(truncatingIfNeeded: api)) << 56 | UInt64(UInt8(truncatingIfNeeded: version)) << 48
        return numbers | UInt64(salt.raw & 0xFFFFF) << 20 | UInt64(hasRecords ? 0 : size) << 4 | (isRequest ? 3 : 2)
    }

    /// The known frame that this one is like: first the connection's last one is tried. -1: none.
    @inline(__always)
    func find(_ key: UInt64, _ frame: UnsafePointer<UInt8>, _ size: Int, last: Int32) -> Int32 {
        if last >= 0 {
            let known = frames.at(Int(last))
            if known.pointee.key == key, known.fits(frame, size) { return last }
        }
        return search(key, frame, size)
    }

    private func search(_ key: UInt64, _ frame: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
        let set = table + Self.set(key)
        for way in 0..<Self.ways where set[way] >= 0 {
            let known = frames.at(Int(set[way]))
            if known.pointee.key == key, known.fits(frame, size) {
                known.pointee.misses = 0
                return set[way]
            }
            known.pointee.misses = min(known.pointee.misses + 1, Self.patience)
        }
        return -1
    }

    private static func set(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 54) * ways
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
