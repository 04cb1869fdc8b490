/// What is shown of DNS: all of a message but the contents of records that hold other than addresses and names. What does not read
/// as DNS to its end is not shown at all.
enum ShownNames {
    private static let headerBytes = 12
    /// A message of name servers has fewer; more is something else.
    private static let questions = 8
    private static let records = 256

    /// - Parameter message: places of the message in the packet.
    /// - Returns: places in the packet.
    static func ranges(_ packet: UnsafeRawBufferPointer, _ message: Range<Int>) -> [Range<Int>] {
        var reader = Reader(packet: packet, at: message.lowerBound, start: message.lowerBound, end: message.upperBound)
        return reader.read() ?? []
    }

    private struct Reader {
        let packet: UnsafeRawBufferPointer
        var at: Int
        let start: Int
        let end: Int
        var hidden: [Range<Int>] = []

        mutating func read() -> [Range<Int>]? {
            guard end - start >= headerBytes, end <= packet.count else { return nil }
            let counts = (2..<6).map { number(start + 2 * $0) }
            at = start + headerBytes
            guard counts[0] <= questions, counts[1] + counts[2] + counts[3] <= records else { return nil }
            for _ in 0..<counts[0] {
                guard name(), at + 4 <= end else { return nil }
                at += 4
            }
            for _ in 0..<(counts[1] + counts[2] + counts[3]) {
                guard record() else { return nil }
            }
            return shown()
        }

        private func number(_ place: Int) -> Int { Int(packet[place]) << 8 | Int(packet[place + 1]) }

        /// Passes over labels, to a zero or to a pointer into what was before.
        private mutating func name() -> Bool {
            while at < end {
                let length = Int(packet[at])
                if length == 0 {
                    at += 1
                    return true
                }
                if length >= 0xC0 {
                    guard at + 2 <= end, number(at) & 0x3FFF < at - start else { return false }
                    at += 2
                    return true
                }
                guard length < 64, at + 1 + length < end else { return false }
                at += 1 + length
            }
            return false
        }

        private mutating func record() -> Bool {
            guard name(), at + 10 <= end else { return false }
            let (type, length) = (number(at), number(at + 8))
            let data = at + 10..<at + 10 + length
            guard data.upperBound <= end else { return false }
            at = data.lowerBound
            if !isHarmless(type, data) { hidden.append(data) }
            at = data.upperBound
            return true
        }

        /// Addresses, and names that end where the record does.
        private mutating func isHarmless(_ type: Int, _ data: Range<Int>) -> Bool {
            switch type {
            case 1: return data.count == 4
            case 28: return data.count == 16
            case 2, 5, 12: return name() && at == data.upperBound
            case 33:
                guard data.count > 6 else { return false }
                at += 6
                return name() && at == data.upperBound
            default: return data.isEmpty
            }
        }

        /// What was read and is not hidden.
        private func shown() -> [Range<Int>] {
            var (shown, from): ([Range<Int>], Int) = ([], start)
            for range in hidden {
                shown.append(from..<range.lowerBound)
                from = range.upperBound
            }
            return shown + [from..<at]
        }
    }
}
