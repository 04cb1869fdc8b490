/// Puts handshake messages together, which may span records (RFC 8446, section 5.1). Messages beyond the bound are passed
/// over by their length.
struct MessageAssembler {
    private var held: [UInt8] = []
    /// Bytes left of a message that is passed over.
    private var passing = 0
    /// A hole: where the next message begins is not known.
    private(set) var isLost = false
    private static let headerLength = 4

    /// Takes a record's content; calls with the type and body of each message that is complete.
    mutating func take(
        _ content: UnsafeBufferPointer<UInt8>, limit: Int, _ found: (UInt8, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard !isLost else { return }
        if held.isEmpty {
            let used = readMessages(content, limit: limit, found)
            if used < content.count { held.append(contentsOf: content[used...]) }
        } else {
            held.append(contentsOf: content)
            // Looked at again only when the first message is complete: hostile records of one byte stay cheap.
            if let needed = neededBytes(limit: limit), held.count < needed { return }
            var messages = held
            held = []
            let used = messages.withUnsafeBufferPointer { readMessages($0, limit: limit, found) }
            messages.removeFirst(used)
            held = messages
        }
    }

    /// How long the message is that the held bytes begin; nil where it is to be passed over.
    private func neededBytes(limit: Int) -> Int? {
        guard held.count >= Self.headerLength else { return Self.headerLength }
        let length = Int(held[1]) << 16 | Int(held[2]) << 8 | Int(held[3])
        return length > limit ? nil : Self.headerLength + length
    }

    /// Returns how many bytes were used up.
    private mutating func readMessages(
        _ bytes: UnsafeBufferPointer<UInt8>, limit: Int, _ found: (UInt8, UnsafeBufferPointer<UInt8>) -> Void
    ) -> Int {
        var at = 0
        while at < bytes.count {
            if passing > 0 {
                let n = min(passing, bytes.count - at)
                (passing, at) = (passing - n, at + n)
                continue
            }
            guard bytes.count - at >= Self.headerLength else { return at }
            let length = Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            if length > limit {
                found(bytes[at], UnsafeBufferPointer(start: nil, count: 0))
                (passing, at) = (length, at + Self.headerLength)
                continue
            }
            guard bytes.count - at - Self.headerLength >= length else { return at }
            let start = at + Self.headerLength
            at = start + length
            found(bytes[start - Self.headerLength], UnsafeBufferPointer(rebasing: bytes[start..<at]))
        }
        return at
    }

    /// Bytes are missing.
    mutating func lose() {
        isLost = true
        held = []
        passing = 0
    }

    /// New keys: messages begin at a record's start again.
    mutating func reset() { self = MessageAssembler() }
}
