import KafkaDecode

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
        // Where records come, the length differs from frame to frame; of requests its order of size is told apart.
        let length = isRequest ? (api == Api.produce ? size >> 8 : size) : api == Api.fetch ? 0 : size
        let numbers = UInt64(UInt8(truncatingIfNeeded: api)) << 56 | UInt64(UInt8(truncatingIfNeeded: version)) << 48
        return numbers | UInt64(salt.raw & 0xFFFFF) << 20 | UInt64(length) << 4 | (isRequest ? 3 : 2)
    }

    /// The key of a request, behind its length.
    static func key(ofRequest frame: UnsafeBufferPointer<UInt8>, _ connection: Connection) -> UInt64 {
        key(
            isRequest: true, size: frame.count, api: Int16(truncatingIfNeeded: frame.bigEndian16(at: 0)),
            version: Int16(truncatingIfNeeded: frame.bigEndian16(at: 2)), salt: connection.pointee.kafka.clientId)
    }

    /// The key of an answer to a request, behind its length.
    static func key(ofAnswer frame: UnsafeBufferPointer<UInt8>, _ request: Waiting) -> UInt64 {
        key(
            isRequest: false, size: frame.count, api: request.pointee.api, version: request.pointee.version,
            salt: request.pointee.topics.0)
    }

    /// The known frame that this one is like: first the connection's last one is tried. -1: none.
    @inline(__always)
    func find(_ key: UInt64, _ frame: UnsafePointer<UInt8>, _ size: Int, last: Int32) -> Int32 {
        if last >= 0 {
            let known = frames.at(Int(last))
            if known.pointee.key == key, known.fit(frame, size) >= 0 { return last }
        }
        return search(key, frame, size)
    }

    func search(_ key: UInt64, _ frame: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
        let set = table + Self.set(key)
        for way in 0..<Self.ways where set[way] >= 0 {
            let known = frames.at(Int(set[way]))
            if known.pointee.key == key, known.fit(frame, size) >= 0 {
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
