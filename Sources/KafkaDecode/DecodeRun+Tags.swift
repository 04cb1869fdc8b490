/// Ops for tagged fields. A section counts its fields; each has a tag, a size, and that many bytes.
extension DecodeRun {
    @inline(__always)
    mutating func tags(_ op: Op, _ frames: inout Frames) -> Bool {
        guard let (count, size) = varint() else { return false }
        if count == 0 {
            pos += size
            pc = Int(op.a)
            return true
        }
        // A tagged field has at least a tag and a size.
        guard count <= (limit - pos - size) / 2 else { return fail(.countBeyondBody) }
        guard depth < frames.count else { return fail(.tooDeep) }
        frames[depth] = MessageDecoder.Frame(limit: limit, remaining: count)
        depth += 1
        pos += size
        pc += 1
        return true
    }

    @inline(__always)
    mutating func tagItem(_ op: Op, _ frames: inout Frames, tellsUnknown: Bool = false) -> Bool {
        guard depth > 0, depth <= frames.count else { return fail(.tooDeep) }
        guard frames[depth - 1].remaining > 0 else {
            depth -= 1
            pc = Int(op.a)
            return true
        }
        guard let (tag, tagSize) = varint(), let (size, sizeSize) = varint(ahead: tagSize) else { return false }
        let head = tagSize + sizeSize
        guard size <= limit - pos - head else { return fail(.lengthBeyondBody) }
        frames[depth - 1].remaining -= 1
        for index in 0..<Int(op.b) where Int(ops[pc + 1 + index].a) == tag {
            pos += head
            // The frame outlives this piece, so what it holds is counted from the body's start.
            frames[depth - 1].limit = limit + start
            narrow(to: pos + size)
            pc = Int(ops[pc + 1 + index].b)
            return true
        }
        if tellsUnknown { emit(op, .unknownTag, Int64(tag), bytes + pos + head, Int32(clamping: size)) }
        return pass(head + size)
    }

    @inline(__always)
    mutating func tagEnd(_ op: Op, _ frames: inout Frames) -> Bool {
        guard depth > 0, depth <= frames.count else { return fail(.tooDeep) }
        // A newer writer may have put more into the field than is known.
        let unread = max(limit - pos, 0)
        narrow(to: frames[depth - 1].limit - start)
        pc = Int(op.a)
        return pass(unread)
    }

    @inline(__always)
    private mutating func narrow(to end: Int) {
        limit = end
        ready = min(count, end)
    }
}
