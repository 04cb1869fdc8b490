/// Ops for record batches. Only their headers are looked at.
extension DecodeRun {
    /// The header of a batch as Kafka has written it since 0.11.
    private static var headerBytes: Int { 61 }
    /// How much of the records behind a request's header is shown with it: what tells records apart.
    private static var shownBytes: Int { 64 }
    /// Offset, size, checksum and format number: what all formats begin with.
    private static var commonBytes: Int { 17 }
    /// What the size does not count: itself and the offset before it.
    private static var sizeEnd: Int { 12 }
    /// The least size of an entry in the old formats: checksum, format, attributes, and lengths of key and value.
    private static var leastOldSize: Int { 14 }

    @inline(__always)
    mutating func records(_ op: Op) -> Bool {
        guard let (value, size) = length(op, isWide: true) else { return false }
        guard limit - pos - size >= value else { return fail(.lengthBeyondBody) }
        trace.records(start + pos, size, value)
        emit(op, .records, Int64(value), bytes + pos + size)
        pos += size
        if value <= 0 || op.flags.contains(.opaque) {
            pc += 2
            return pass(max(value, 0))
        }
        recordsEnd = pos + value
        pc += 1
        return true
    }

    @inline(__always)
    mutating func batch(_ op: Op) -> Bool {
        let left = recordsEnd - pos
        // A Fetch answer is cut at the size that was asked for, so the last batch may be a beginning only.
        guard left >= Self.commonBytes else {
            pc += 1
            return pass(max(left, 0))
        }
        guard hasBytes(Self.commonBytes) else { return false }
        let declared = Int(Int32(bitPattern: Load.u32(bytes + pos + 8)))
        let format = bytes[pos + 16]
        let least = format == 2 ? Self.headerBytes - Self.sizeEnd : Self.leastOldSize
        guard format <= 2, declared >= least else {
            guard op.flags.contains(.lenient) else { return fail(.badBatch) }
            pc += 1
            return pass(left)
        }
        let whole = min(declared + Self.sizeEnd, left)
        let header = min(whole, Self.headerBytes)
        // Waited for where they say what is sent again, so that the end of a segment changes nothing: not in answers.
        let shown = op.flags.contains(.lenient) ? header : min(whole, header + Self.shownBytes)
        guard hasBytes(shown) else { return false }
        trace.batch(op.tag, start + pos, header: header, whole: whole)
        emit(op, .recordBatch, Int64(whole), bytes + pos, Int32(truncatingIfNeeded: shown))
        return pass(whole)
    }
}
