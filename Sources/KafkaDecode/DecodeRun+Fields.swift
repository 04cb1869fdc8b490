/// Ops for fields, arrays and structures. Each either does all of its work and moves `pc`, or leaves all as it was.
extension DecodeRun {
    @inline(__always)
    mutating func skipFixed(_ op: Op) -> Bool {
        let size = Int(op.a)
        guard limit - pos >= size else { return hasBytes(size) }
        trace.unread(start + pos, size)
        pc += 1
        return pass(size)
    }

    @inline(__always)
    mutating func number(
        _ op: Op, size: Int, kind: DecodedField.Kind = .integer, _ load: (UnsafePointer<UInt8>) -> Int64
    ) -> Bool {
        guard hasBytes(size) else { return false }
        trace.number(op.tag, start + pos, size)
        emit(op, kind, load(bytes + pos))
        pos += size
        pc += 1
        return true
    }

    @inline(__always)
    mutating func uuid(_ op: Op) -> Bool {
        guard hasBytes(16) else { return false }
        emit(op, .uuid, 0, bytes + pos, 16)
        pos += 16
        pc += 1
        return true
    }

    @inline(__always)
    mutating func skipText(_ op: Op) -> Bool {
        guard let (value, size) = length(op, isWide: op.flags.contains(.wide)) else { return false }
        let whole = size + max(value, 0)
        guard limit - pos >= whole else { return fail(.lengthBeyondBody) }
        trace.unread(start + pos + size, whole - size)
        pc += 1
        return pass(whole)
    }

    @inline(__always)
    mutating func text(_ op: Op) -> Bool {
        guard let (value, size) = length(op, isWide: op.flags.contains(.wide)) else { return false }
        let kind: DecodedField.Kind = op.flags.contains(.bytes) ? .bytes : .string
        guard value >= 0 else {
            emit(op, kind, -1)
            pos += size
            pc += 1
            return true
        }
        guard limit - pos >= size + value else { return fail(.lengthBeyondBody) }
        let kept = min(value, stringBytes)
        guard hasBytes(size + kept) else { return false }
        emit(op, kind, Int64(value), bytes + pos + size, Int32(truncatingIfNeeded: kept))
        pc += 1
        return pass(size + value)
    }

    @inline(__always)
    mutating func array(_ op: Op, _ frames: inout Frames) -> Bool {
        guard let (value, size) = length(op, isWide: true) else { return false }
        let isSelected = op.flags.contains(.selected)
        guard value > 0 else {
            if isSelected {
                emit(op, .array, Int64(value))
                emit(op, .endArray)
            }
            pos += size
            pc = Int(op.a)
            return true
        }
        // Each element has bytes, so a count that passes cannot make the loop run longer than the body.
        guard value <= (limit - pos - size) / Int(op.b) else { return fail(.countBeyondBody) }
        guard depth < frames.count else { return fail(.tooDeep) }
        frames[depth] = MessageDecoder.Frame(limit: limit, remaining: value)
        depth += 1
        if isSelected {
            emit(op, .array, Int64(value))
            if op.flags.contains(.elements) { emit(op, .element) }
        }
        pos += size
        pc += 1
        return true
    }

    @inline(__always)
    mutating func skipArray(_ op: Op) -> Bool {
        guard let (value, size) = length(op, isWide: true) else { return false }
        let width = Int(op.b)
        if value > 0, width > 0, value > (limit - pos - size) / width { return fail(.countBeyondBody) }
        trace.unread(start + pos + size, max(value, 0) * width)
        pc += 1
        return pass(size + max(value, 0) * width)
    }

    @inline(__always)
    mutating func next(_ op: Op, _ frames: inout Frames) -> Bool {
        let isSelected = op.flags.contains(.selected)
        guard depth > 0, depth <= frames.count else { return fail(.tooDeep) }
        frames[depth - 1].remaining -= 1
        if frames[depth - 1].remaining > 0 {
            if isSelected, op.flags.contains(.elements) { emit(op, .element) }
            pc = Int(op.a)
            return true
        }
        depth -= 1
        if isSelected { emit(op, .endArray) }
        pc += 1
        return true
    }

    @inline(__always)
    mutating func structure(_ op: Op) -> Bool {
        let isSelected = op.flags.contains(.selected)
        guard op.flags.contains(.nullable) else {
            emit(op, .structure, 1)
            pc += 1
            return true
        }
        guard hasBytes(1) else { return false }
        let isNull = Int8(bitPattern: bytes[pos]) < 0
        pos += 1
        if isSelected {
            emit(op, .structure, isNull ? -1 : 1)
            if isNull { emit(op, .endStructure) }
        }
        pc = isNull ? Int(op.a) : pc + 1
        return true
    }

    @inline(__always)
    mutating func endStructure(_ op: Op) -> Bool {
        emit(op, .endStructure)
        pc += 1
        return true
    }
}
