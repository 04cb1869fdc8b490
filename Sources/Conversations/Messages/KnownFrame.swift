import KafkaDecode

/// A frame that was read before, and what it held. Another one that differs only in bytes that do not matter, or in numbers
/// whose places are known, holds the same: it needs no decoding.
struct KnownFrame {
    /// The largest frame kept: what comes often is small.
    static let greatest = 2048
    static let placeRoom = 8
    static let recordsRoom = 8
    /// The header of a record batch (KIP-98).
    static let batchHeader = 61
    /// What is read of a batch: its header, and the beginning of its records.
    static let batchShown = batchHeader + 64

    struct Place {
        enum Kind: UInt8 {
            case batch, partition, baseOffset, logAppendTime

            @inline(__always) var bytes: Int { self == .batch ? KnownFrame.batchShown : self == .partition ? 4 : 8 }
        }
        var kind = Kind.batch
        var at: UInt16 = 0
        /// The first batch that it is about.
        var batch: UInt8 = 0
    }

    /// A records field, whose length may be another in each frame: what is behind it then lies that much further on.
    struct Records {
        /// The field's length and the bytes in which it is written.
        var lengthAt = 0
        var lengthBytes = 0
        var length = 0
        /// The first byte behind the records.
        var behind = 0

        /// Written in four bytes; a varint of so many would be beyond any known frame.
        var isFixed: Bool { lengthBytes == 4 }
    }

    /// As it was when the frame had been read.
    var reader = MessageReader()
    /// What it was found by.
    var key: UInt64 = 0
    /// The frame behind its length; then, as long, which of its bits must be the same.
    var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    var size = 0
    /// Records fields: of a request one with one batch or none at all, of an answer all.
    let records = UnsafeMutablePointer<Records>.allocate(capacity: recordsRoom)
    var recordsCount = 0
    let places = UnsafeMutablePointer<Place>.allocate(capacity: placeRoom)
    var placeCount = 0
    /// Lookups since it last fitted.
    var misses: UInt8 = 0
    /// What a frame like it adds to the facts, where that is little.
    var brief = Brief.none
    var briefRequest = BriefRequest()
    /// Where a brief answer to a Produce has the offset of its first batch; -1: nowhere.
    var offsetAt = -1
    /// The request as it waits, described; correlation id, times and places are each one's own.
    let template = UnsafeMutablePointer<PendingRequest>.allocate(capacity: 1)
    let templateBatch = UnsafeMutablePointer<BatchIdentity>.allocate(capacity: 1)

    enum Brief { case none, request, answer }

    func deallocate() {
        bytes.deallocate()
        places.deallocate()
        records.deallocate()
        template.deallocate()
        templateBatch.deallocate()
    }
}

// On the address: a method of the struct would be handed a copy of it.
extension UnsafeMutablePointer<KnownFrame> {
    /// Whether a frame is the same wherever it matters.
    /// - Returns: how many bytes of records are in it; -1 where it is another.
    @inline(__always)
    func fit(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Int {
        if pointee.recordsCount == 0 { return size == pointee.size && isSame(frame, 0, size, shift: 0) ? 0 : -1 }
        return pointee.reader.isRequest ? fitRequest(frame, size) : fitAnswer(frame, size)
    }

    /// The one batch is longer or shorter by what the frame is, and both lengths that tell of it agree.
    @inline(__always)
    private func fitRequest(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Int {
        let (shift, records) = (size &- pointee.size, pointee.records[0])
        let (length, batchAt) = (records.length &+ shift, records.lengthAt &+ records.lengthBytes)
        guard length >= KnownFrame.batchHeader, isSame(frame, 0, batchAt &+ KnownFrame.batchHeader, shift: 0),
            batchSize(frame + batchAt) == length &- 12
        else { return -1 }
        let written = writtenLength(frame + records.lengthAt, records.isFixed, room: records.lengthBytes)
        guard written.length == length, written.bytes == records.lengthBytes,
            isSame(frame, records.behind, pointee.size, shift: shift)
        else { return -1 }
        return length
    }

    /// Each records field may be of any length, and hold any batches.
    private func fitAnswer(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Int {
        var (shift, from, total) = (0, 0, 0)
        for i in 0..<pointee.recordsCount {
            let records = pointee.records[i]
            let lengthAt = records.lengthAt &+ shift
            guard lengthAt < size, isSame(frame, from, records.lengthAt, shift: shift) else { return -1 }
            let written = writtenLength(frame + lengthAt, records.isFixed, room: size &- lengthAt)
            let (start, length) = (lengthAt &+ written.bytes, max(0, written.length))
            guard written.bytes > 0, written.length >= min(0, records.length), length <= size &- start,
                holdsBatches(frame + start, length)
            else { return -1 }
            total &+= length
            from = records.behind
            shift = start &+ length &- from
        }
        return pointee.size &+ shift == size && isSame(frame, from, pointee.size, shift: shift) ? total : -1
    }

    /// Batches of format 2 that fill the length, the last of which may be cut.
    @inline(__always)
    private func holdsBatches(_ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var at = 0
        while length &- at >= 17 {
            let size = batchSize(start + at)
            guard size >= KnownFrame.batchHeader &- 12, start[at &+ 16] == 2 else { return false }
            at &+= size &+ 12
        }
        return true
    }

    /// What a batch says of its length, which leaves out the first 12 bytes (KIP-98).
    @inline(__always)
    private func batchSize(_ batch: UnsafePointer<UInt8>) -> Int {
        Int(Int32(bigEndian: UnsafeRawPointer(batch + 8).loadUnaligned(as: Int32.self)))
    }

    /// The length of records as written: four bytes, or a varint one above it. No bytes where there is no room for it.
    @inline(__always)
    private func writtenLength(_ at: UnsafePointer<UInt8>, _ isFixed: Bool, room: Int) -> (length: Int, bytes: Int) {
        if isFixed {
            guard room >= 4 else { return (0, 0) }
            return (Int(Int32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: Int32.self))), 4)
        }
        var (value, bytes) = (0, 0)
        while bytes < min(room, 3) {
            value |= Int(at[bytes] & 0x7F) &<< (7 &* bytes)
            bytes &+= 1
            if at[bytes &- 1] < 0x80 { return (value &- 1, bytes) }
        }
        return (0, 0)
    }

    /// Compares the known bytes from one place up to another, under their mask, with those that lie `shift` further on. These
    /// are in the frame where its end is not before the known one's, shifted.
    @inline(__always)
    private func isSame(_ frame: UnsafePointer<UInt8>, _ from: Int, _ end: Int, shift: Int) -> Bool {
        let known = UnsafeRawPointer(pointee.bytes)
        let mask = known + pointee.size
        let frame = UnsafeRawPointer(frame) + shift
        var at = from
        while at &+ 32 <= end {
            if differs(frame, known, mask, at) { return false }
            at &+= 32
        }
        while at &+ 8 <= end {
            if differs(frame, known, mask, at, as: UInt64.self) != 0 { return false }
            at &+= 8
        }
        // The last bytes once more, with those before them.
        if at < end, end &- from >= 8 { return differs(frame, known, mask, end &- 8, as: UInt64.self) == 0 }
        while at < end {
            if differs(frame, known, mask, at, as: UInt8.self) != 0 { return false }
            at &+= 1
        }
        return true
    }

    /// Of 32 bytes at once.
    @inline(__always)
    private func differs(
        _ frame: UnsafeRawPointer, _ known: UnsafeRawPointer, _ mask: UnsafeRawPointer, _ at: Int
    ) -> Bool {
        let seen = frame.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
        let differences =
            (seen ^ known.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self))
            & mask.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
        return differences != .zero
    }

    @inline(__always)
    private func differs<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ frame: UnsafeRawPointer, _ known: UnsafeRawPointer, _ mask: UnsafeRawPointer, _ at: Int,
        as type: Integer.Type
    ) -> Integer {
        (frame.loadUnaligned(fromByteOffset: at, as: type) ^ known.loadUnaligned(fromByteOffset: at, as: type))
            & mask.loadUnaligned(fromByteOffset: at, as: type)
    }
}

extension KnownFrame {
    /// Takes over a frame's bytes and what was learned of them; false where that finds no room.
    mutating func keep(
        _ trace: BodyTrace, _ headerLength: Int, _ isRequest: Bool, _ start: UnsafePointer<UInt8>, _ size: Int
    ) -> Bool {
        bytes.deallocate()
        bytes = .allocate(capacity: 2 * size)
        bytes.update(from: start, count: size)
        (bytes + size).update(repeating: 0xFF, count: size)
        self.size = size
        // The correlation id: bytes 4 to 7 of a request, the first four of an answer.
        free(isRequest ? 4..<8 : 0..<4)
        for range in trace.free { free(range.lowerBound + headerLength..<range.upperBound + headerLength) }
        recordsCount = 0
        if !isRequest {
            keepRecords(trace.allRecords, headerLength)
        } else if let only = trace.onlyRecords, trace.places.allSatisfy({ $0.at <= only.batch }) {
            keepRecords([only], headerLength)
            free((only.batch + headerLength + 8)..<(only.batch + headerLength + 12))
        }
        return keep(trace.places, headerLength, isRequest)
    }

    /// These bytes may be any.
    private func free(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<size)
        (bytes + size + range.lowerBound).update(repeating: 0, count: range.count)
    }

    /// Their lengths are compared as numbers, or not at all. Where they are too many, a frame must be the same all over.
    private mutating func keepRecords(_ found: [BodyTrace.Records], _ headerLength: Int) {
        guard found.count <= Self.recordsRoom else { return }
        for field in found {
            var kept = Records(
                lengthAt: field.at + headerLength, lengthBytes: field.lengthBytes, length: field.length)
            kept.behind = kept.lengthAt + kept.lengthBytes + max(0, kept.length)
            free(kept.lengthAt..<(kept.lengthAt + kept.lengthBytes))
            (records + recordsCount).initialize(to: kept)
            recordsCount += 1
        }
    }

    private mutating func keep(_ found: [BodyTrace.Place], _ headerLength: Int, _ isRequest: Bool) -> Bool {
        placeCount = 0
        var (batches, offsets, times) = (0, 0, 0)
        for spot in found where isRequest || !spot.isBatch {
            var place = Place(kind: .batch, at: UInt16(spot.at + headerLength), batch: UInt8(clamping: batches))
            if isRequest {
                if spot.isBatch { batches += 1 } else { place.kind = .partition }
            } else if spot.tag == ResponseTag.baseOffset.rawValue {
                place.kind = .baseOffset
                offsets += 1
            } else if spot.tag == ResponseTag.logAppendTime.rawValue {
                place.kind = .logAppendTime
                times += 1
            } else {
                continue
            }
            // Of an answer only the first partition's are asked for.
            if offsets > 1 || times > 1 { continue }
            guard placeCount < Self.placeRoom else { return false }
            places[placeCount] = place
            placeCount += 1
        }
        return true
    }
}
