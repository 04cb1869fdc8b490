import KafkaDecode

/// A frame that was read before, and what it held. Another one that differs only in bytes that do not matter, or in numbers
/// whose places are known, holds the same: it needs no decoding.
struct KnownFrame {
    /// The largest frame kept: what comes often is small.
    static let greatest = 2048
    static let placeRoom = 8

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
        /// The batch's header ends here.
        var headerEnd = 0
        /// The first byte behind the records.
        var behind = 0
    }

    /// As it was when the frame had been read.
    var reader = MessageReader()
    /// What it was found by.
    var key: UInt64 = 0
    /// The frame behind its length; then, as long, which of its bits must be the same.
    var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    var size = 0
    var isStretching = false
    var stretch = Stretch()
    let places = UnsafeMutablePointer<Place>.allocate(capacity: placeRoom)
    var placeCount = 0
    /// Lookups since it last fitted.
    var misses: UInt8 = 0
    /// What a frame like it adds to the facts, where that is little.
    var brief = Brief.none
    var briefRequest = BriefRequest()
    var briefAnswer = BriefAnswer()

    enum Brief { case none, request, answer }

    func deallocate() {
        bytes.deallocate()
        places.deallocate()
    }
}

// On the address: a method of the struct would be handed a copy of it.
extension UnsafeMutablePointer<KnownFrame> {
    /// Whether a frame is the same wherever it matters.
    @inline(__always)
    func fits(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Bool {
        if pointee.isStretching { return fitsStretched(frame, size) }
        return size == pointee.size && isSame(frame, 0, size, shift: 0)
    }

    /// The records are longer or shorter by what the frame is, and both lengths that tell of them agree.
    @inline(__always)
    private func fitsStretched(_ frame: UnsafePointer<UInt8>, _ size: Int) -> Bool {
        let shift = size &- pointee.size
        let length = pointee.stretch.length &+ shift
        guard length >= 61, isSame(frame, 0, pointee.stretch.headerEnd, shift: 0) else { return false }
        let declared = UnsafeRawPointer(frame + (pointee.stretch.batchAt &+ 8)).loadUnaligned(as: UInt32.self)
        guard Int(UInt32(bigEndian: declared)) == length &- 12, writtenLength(frame) == length else { return false }
        return isSame(frame, pointee.stretch.behind, pointee.size, shift: shift)
    }

    /// The length of the records as written: four bytes, or a varint one above it of as many bytes as it had before.
    @inline(__always)
    private func writtenLength(_ frame: UnsafePointer<UInt8>) -> Int {
        let at = frame + pointee.stretch.lengthAt
        if pointee.stretch.isFixed {
            return Int(UInt32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)))
        }
        var value = 0
        for i in 0..<pointee.stretch.lengthBytes {
            guard (at[i] >= 0x80) == (i &+ 1 < pointee.stretch.lengthBytes) else { return -1 }
            value |= Int(at[i] & 0x7F) &<< (7 &* i)
        }
        return value &- 1
    }

    /// Compares the known bytes from one place up to another, under their mask, with those that lie `shift` further on.
    @inline(__always)
    private func isSame(_ frame: UnsafePointer<UInt8>, _ from: Int, _ end: Int, shift: Int) -> Bool {
        let known = UnsafeRawPointer(pointee.bytes)
        let mask = known + pointee.size
        let frame = UnsafeRawPointer(frame) + shift
        var at = from
        while at &+ 16 <= end {
            if differs(frame, known, mask, at, as: SIMD2<UInt64>.self) != .zero { return false }
            at &+= 16
        }
        guard at < end else { return true }
        if end &- from >= 16 {
            // The last bytes once more, with those before them.
            return differs(frame, known, mask, end &- 16, as: SIMD2<UInt64>.self) == .zero
        }
        while at < end {
            if (frame.load(fromByteOffset: at, as: UInt8.self) ^ known.load(fromByteOffset: at, as: UInt8.self))
                & mask.load(fromByteOffset: at, as: UInt8.self) != 0
            {
                return false
            }
            at &+= 1
        }
        return true
    }

    @inline(__always)
    private func differs(
        _ frame: UnsafeRawPointer, _ known: UnsafeRawPointer, _ mask: UnsafeRawPointer, _ at: Int,
        as type: SIMD2<UInt64>.Type
    ) -> SIMD2<UInt64> {
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
        isStretching = false
        if let records = trace.onlyRecords, trace.places.allSatisfy({ $0.at <= records.batch }) {
            keepStretch(records, headerLength)
        }
        return keep(trace.places, headerLength, isRequest)
    }

    /// These bytes may be any.
    private func free(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<size)
        (bytes + size + range.lowerBound).update(repeating: 0, count: range.count)
    }

    /// The two lengths are compared as numbers.
    private mutating func keepStretch(_ records: BodyTrace.Records, _ headerLength: Int) {
        isStretching = true
        stretch.lengthAt = records.at + headerLength
        stretch.lengthBytes = records.lengthBytes
        stretch.isFixed = records.lengthBytes == 4
        stretch.length = records.length
        stretch.batchAt = records.batch + headerLength
        stretch.headerEnd = stretch.batchAt + 61
        stretch.behind = stretch.lengthAt + stretch.lengthBytes + stretch.length
        free(stretch.lengthAt..<(stretch.lengthAt + stretch.lengthBytes))
        free((stretch.batchAt + 8)..<(stretch.batchAt + 12))
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
            } else {
                place.kind = .logAppendTime
                times += 1
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
