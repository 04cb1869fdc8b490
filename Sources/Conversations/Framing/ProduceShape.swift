/// What every Produce request begins with: the transactional id of its producer, from version 3 on, and how many replicas it
/// wants to wait for. An id is text, and acks is -1, 0 or 1; no other number was ever one.
enum ProduceShape {
    /// - Parameter body: as much of it as is there, behind the request's header.
    static func contradicts(_ body: UnsafeBufferPointer<UInt8>, version: Int) -> Bool {
        guard let (id, acks) = places(body, version) else { return false }
        if body[id.clamped(to: body.indices)].contains(where: { $0 < 0x20 }) { return true }
        return body.count >= acks + 2 && !(-1...1).contains(body.bigEndian16(at: acks))
    }

    /// Where the id stands, and acks behind it; nil where too little is there to tell.
    private static func places(_ body: UnsafeBufferPointer<UInt8>, _ version: Int) -> (id: Range<Int>, acks: Int)? {
        if version < 3 { return (0..<0, 0) }
        if version < 9 {
            guard body.count >= 2 else { return nil }
            let end = 2 + max(0, body.bigEndian16(at: 0))
            return (2..<end, end)
        }
        // An id of more than 126 bytes is not looked behind.
        guard let length = body.first, length < 0x80 else { return nil }
        let end = 1 + max(0, Int(length) - 1)
        return (1..<end, end)
    }
}
