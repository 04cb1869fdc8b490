import TLS
import Vocabulary

/// What of one direction in TLS says nothing about anybody: headers of records, what is encrypted, alerts, and of a handshake in
/// clear the hellos. Certificates, and the names of authorities that a server accepts, are not told.
struct ClearRecords {
    enum Part {
        case shown(Range<Int64>)
        /// A ClientHello, from its record's first byte on.
        case hello(at: Int64, [UInt8])
    }

    /// A header's, then a handshake record's whole.
    private var held: [UInt8] = []
    private var start: Int64 = 0
    private var next: Int64 = -1
    /// Bytes left of a record that is shown as it comes.
    private var left = 0
    /// Bytes left of a message that goes on in the next record.
    private var passing = 0
    private var isSealed = false
    /// Where records begin is not known.
    private var isLost = false

    private static let headerBytes = 5
    private static let messageHeader = 4

    /// Takes bytes in their order.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) -> [Part] {
        if next >= 0, offset != next { (isLost, held, left) = (true, [], 0) }
        next = offset.addingSaturated(Int64(bytes.count))
        // Behind a hole all is encrypted, if it was before.
        if isLost { return isSealed ? [.shown(offset..<next)] : [] }
        var parts: [Part] = []
        var at = 0
        while at < bytes.count {
            let from = offset.addingSaturated(Int64(at))
            if left > 0 {
                let count = min(left, bytes.count - at)
                parts.append(.shown(from..<from.addingSaturated(Int64(count))))
                (left, at) = (left - count, at + count)
                continue
            }
            if held.isEmpty { start = from }
            let count = min(wanted - held.count, bytes.count - at)
            held += bytes[at..<(at + count)]
            at += count
            if held.count == wanted { finish(&parts) }
        }
        return parts
    }

    /// How long what is held is to become.
    private var wanted: Int {
        guard held.count >= Self.headerBytes, held[0] == ContentType.handshake else { return Self.headerBytes }
        return Self.headerBytes + length
    }

    private var length: Int { Int(held[3]) << 8 | Int(held[4]) }

    private mutating func finish(_ parts: inout [Part]) {
        defer { held = [] }
        if held[0] == ContentType.handshake { return readHandshake(&parts) }
        if held[0] == ContentType.changeCipherSpec || held[0] == ContentType.applicationData { isSealed = true }
        show(0..<Self.headerBytes, &parts)
        left = length
    }

    private func show(_ range: Range<Int>, _ parts: inout [Part]) {
        let (from, to) = (Int64(range.lowerBound), Int64(range.upperBound))
        parts.append(.shown(start.addingSaturated(from)..<start.addingSaturated(to)))
    }

    private mutating func readHandshake(_ parts: inout [Part]) {
        if passing == 0, messageEnd(at: Self.headerBytes) == held.count,
            held[Self.headerBytes] == HandshakeType.clientHello
        {
            return parts.append(.hello(at: start, held))
        }
        if isSealed { return show(0..<held.count, &parts) }
        show(0..<Self.headerBytes, &parts)
        var at = Self.headerBytes + min(passing, held.count - Self.headerBytes)
        passing -= at - Self.headerBytes
        while let end = messageEnd(at: at) {
            let isHarmless =
                [HandshakeType.serverHello, HandshakeType.serverHelloDone].contains(held[at]) && end <= held.count
            show(at..<(isHarmless ? end : at + Self.messageHeader), &parts)
            (passing, at) = (max(0, end - held.count), min(end, held.count))
        }
    }

    /// Where a message ends; nil where none begins.
    private func messageEnd(at place: Int) -> Int? {
        guard place + Self.messageHeader <= held.count else { return nil }
        return place + Self.messageHeader + Int(held[place + 1]) << 16 + Int(held[place + 2]) << 8
            + Int(held[place + 3])
    }
}
