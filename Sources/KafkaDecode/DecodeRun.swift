/// One `feed`: the decoder's state with all offsets counted from the piece's first byte.
///
/// Every read goes through `hasBytes`, which checks both the piece and the body; only then are bytes loaded unchecked.
struct DecodeRun<Trace: DecodeTrace> {
    typealias Frames = InlineArray<12, MessageDecoder.Frame>

    let ops: UnsafePointer<Op>
    let bytes: UnsafePointer<UInt8>
    let count: Int
    /// The piece's first byte in the body.
    let start: Int
    let stringBytes: Int
    let bodyEnd: Int
    let fields: UnsafeMutablePointer<DecodedField>
    var fieldCount: Int
    var pc: Int
    var pos = 0
    var limit: Int
    /// What may be read without another thought: the end of the piece or of the body, whichever is first.
    var ready: Int
    var recordsEnd: Int
    var depth: Int
    /// Told which bytes matter to nobody; nothing at all in a run that only decodes.
    var trace: Trace
    /// Why the run ends, once an op has said that it does.
    var stop = DecodeStep.needMore(kept: 0)

    @inline(__always)
    init(
        ops: UnsafePointer<Op>, bytes: UnsafePointer<UInt8>?, count: Int, decoder: borrowing MessageDecoder,
        fields: UnsafeMutablePointer<DecodedField>, fieldCount: Int, trace: Trace
    ) {
        self.ops = ops
        self.trace = trace
        // Without bytes nothing is ever loaded; any address does.
        self.bytes = bytes ?? UnsafePointer(UnsafeRawPointer(ops).assumingMemoryBound(to: UInt8.self))
        self.count = bytes == nil ? 0 : count
        start = decoder.offset
        stringBytes = decoder.stringBytes
        bodyEnd = decoder.bodyLength - decoder.offset
        self.fields = fields
        self.fieldCount = fieldCount
        pc = decoder.pc
        limit = decoder.limit - decoder.offset
        ready = min(self.count, limit)
        recordsEnd = decoder.recordsEnd - decoder.offset
        depth = decoder.depth
    }

    /// Runs ops until one of them says to stop.
    @inline(__always)
    mutating func go(lastFieldCount: Int, frames: inout Frames) -> DecodeStep {
        while true {
            if fieldCount > lastFieldCount { return .bufferFull(consumed: pos) }
            let op = ops[pc]
            let goesOn: Bool
            switch op.code {
            case .end: return .complete(leftOver: Int64(bodyEnd - pos))
            case .skip: goesOn = skipFixed(op)
            case .bool: goesOn = number(op, size: 1) { $0[0] == 0 ? 0 : 1 }
            case .int8: goesOn = number(op, size: 1) { Int64(Int8(bitPattern: $0[0])) }
            case .int16: goesOn = number(op, size: 2) { Int64(Int16(bitPattern: Load.u16($0))) }
            case .uint16: goesOn = number(op, size: 2) { Int64(Load.u16($0)) }
            case .int32: goesOn = number(op, size: 4) { Int64(Int32(bitPattern: Load.u32($0))) }
            case .uint32: goesOn = number(op, size: 4) { Int64(Load.u32($0)) }
            case .int64: goesOn = number(op, size: 8) { Int64(bitPattern: Load.u64($0)) }
            case .float64: goesOn = number(op, size: 8, kind: .float64) { Int64(bitPattern: Load.u64($0)) }
            case .uuid: goesOn = uuid(op)
            case .skipText: goesOn = skipText(op)
            case .text: goesOn = text(op)
            case .array: goesOn = array(op, &frames)
            case .skipArray: goesOn = skipArray(op)
            case .next: goesOn = next(op, &frames)
            case .records: goesOn = records(op)
            case .batch: goesOn = batch(op)
            case .structure: goesOn = structure(op)
            case .endStructure: goesOn = endStructure(op)
            case .tags: goesOn = tags(op, &frames)
            case .tagItem: goesOn = tagItem(op, &frames)
            case .tagItemTold: goesOn = tagItem(op, &frames, tellsUnknown: true)
            case .tagEnd: goesOn = tagEnd(op, &frames)
            case .tagEntry: goesOn = fail(.tooDeep)
            }
            if !goesOn { return stop }
        }
    }

    // MARK: - Bytes

    /// Whether `size` bytes can be read `ahead` of the current one; if not, says why and ends the run.
    @inline(__always)
    mutating func hasBytes(_ size: Int, ahead: Int = 0) -> Bool {
        if ready - pos >= ahead + size { return true }
        if limit - pos < ahead + size { return fail(limit == bodyEnd ? .bodyTooShort : .lengthBeyondBody) }
        stop = .needMore(kept: count - pos)
        return false
    }

    @inline(__always)
    mutating func fail(_ fault: DecodeStep.Fault) -> Bool {
        stop = .malformed(at: Int64(start + pos), fault)
        return false
    }

    /// Passes over bytes that the caller found to be in the body, if need be beyond the piece.
    @inline(__always)
    mutating func pass(_ size: Int) -> Bool {
        pos += size
        if pos <= count { return true }
        stop = .skip(bytes: Int64(pos - count))
        return false
    }

    @inline(__always)
    mutating func emit(
        _ op: Op, _ kind: DecodedField.Kind, _ integer: Int64 = 0, _ pointer: UnsafePointer<UInt8>? = nil,
        _ length: Int32 = 0
    ) {
        (fields + fieldCount).initialize(
            to: DecodedField(tag: op.tag, kind: kind, integer: integer, pointer: pointer, length: length))
        fieldCount += 1
    }

    /// Reads an unsigned varint `ahead` of the current byte; nil ends the run.
    @inline(__always)
    mutating func varint(ahead: Int = 0) -> (value: Int, size: Int)? {
        guard hasBytes(1, ahead: ahead) else { return nil }
        let first = bytes[pos + ahead]
        if first < 0x80 { return (Int(first), 1) }
        let read = Self.longVarint(bytes + pos + ahead, available: ready - pos - ahead)
        if read.size > 0 { return read }
        // Cut by the piece or the body, or too long to be one.
        if ready - pos - ahead < 5 {
            _ = hasBytes(ready - pos - ahead + 1, ahead: ahead)
        } else {
            _ = fail(.varintTooLong)
        }
        return nil
    }

    /// A varint of two bytes or more; size 0 where it does not end. Takes values instead of being a method, so that the run's
    /// state can stay in registers.
    @inline(never)
    private static func longVarint(_ at: UnsafePointer<UInt8>, available: Int) -> (value: Int, size: Int) {
        var value = 0
        for index in 0..<max(min(available, 5), 0) {
            let byte = Int(at[index])
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80 { return (value, index + 1) }
        }
        return (0, 0)
    }

    /// Reads a length or count; -1 is null. Nil ends the run.
    @inline(__always)
    mutating func length(_ op: Op, isWide: Bool) -> (value: Int, size: Int)? {
        var value: Int
        let size: Int
        if op.flags.contains(.compact) {
            guard let read = varint() else { return nil }
            (value, size) = (read.value - 1, read.size)
        } else if isWide {
            guard hasBytes(4) else { return nil }
            (value, size) = (Int(Int32(bitPattern: Load.u32(bytes + pos))), 4)
        } else {
            guard hasBytes(2) else { return nil }
            (value, size) = (Int(Int16(bitPattern: Load.u16(bytes + pos))), 2)
        }
        if value < 0, value < -1 || !op.flags.contains(.nullable) {
            _ = fail(.negativeLength)
            return nil
        }
        return (value, size)
    }
}

/// Big-endian loads from any address. Sound where the bytes are there, which the callers check first.
enum Load {
    @inline(__always)
    static func u16(_ at: UnsafePointer<UInt8>) -> UInt16 {
        UInt16(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt16.self))
    }

    @inline(__always)
    static func u32(_ at: UnsafePointer<UInt8>) -> UInt32 {
        UInt32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    static func u64(_ at: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self))
    }
}
