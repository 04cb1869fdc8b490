import Vocabulary

/// Names and addresses in a message of name servers (RFC 1035), learned or put in place of.
public enum NameMessage {
    public static func learn(_ message: [UInt8], by mask: NameMask) {
        for part in parts(of: message) {
            switch part {
            case .name(let places): learn(places.map { Array(message[$0]) }, by: mask)
            case .address(let place): mask.learn(IPAddress(bytes: message[place]))
            }
        }
    }

    private static func learn(_ labels: [[UInt8]], by mask: NameMask) {
        if let address = reversed(labels) { return mask.learn(address) }
        mask.learn(host: labels.joined(separator: [HostLabels.dot]))
    }

    public static func replace(in message: inout [UInt8], by mask: NameMask) {
        for part in parts(of: message) {
            switch part {
            case .name(let places):
                let labels = places.map { Array(message[$0]) }
                for (place, alias) in zip(places, aliases(of: labels, mask)) {
                    message.replaceSubrange(place, with: alias)
                }
            case .address(let place):
                message.replaceSubrange(place, with: mask.alias(IPAddress(bytes: message[place])).bytes)
            }
        }
    }

    private static func parts(of message: [UInt8]) -> [Part] {
        var walk = Walk(message)
        walk.run()
        return walk.parts
    }

    private static func aliases(of labels: [[UInt8]], _ mask: NameMask) -> [[UInt8]] {
        guard let address = reversed(labels) else { return labels.map(mask.label) }
        let aliases = mask.alias(address).reversedLabels
        return zip(labels, aliases).map { $0.count == $1.count ? $1 : AliasList.hidden($0.count) }
            + labels[min(labels.count, aliases.count)...]
    }

    private static func reversed(_ labels: [[UInt8]]) -> IPAddress? {
        IPAddress(
            reverseName: String(decoding: Array(labels.joined(separator: [HostLabels.dot])), as: UTF8.self).lowercased()
        )
    }

    /// What of a message is about somebody.
    private enum Part {
        /// The places of a name's labels, as far as they stand here and not where a pointer leads.
        case name([Range<Int>])
        case address(Range<Int>)
    }

    /// Goes over a message as far as it reads as one.
    private struct Walk {
        private let message: [UInt8]
        private var at = 12
        private(set) var parts: [Part] = []

        init(_ message: [UInt8]) { self.message = message }

        mutating func run() {
            guard message.count >= at else { return }
            let counts = (2..<6).map { number(2 * $0) }
            for _ in 0..<counts[0] {
                guard name(), at + 4 <= message.count else { return }
                at += 4
            }
            for _ in 0..<(counts[1] + counts[2] + counts[3]) { guard record() else { return } }
        }

        private func number(_ place: Int) -> Int { Int(message[place]) << 8 | Int(message[place + 1]) }

        private mutating func name() -> Bool {
            var labels: [Range<Int>] = []
            while at < message.count {
                let length = Int(message[at])
                if length == 0 || length >= 0xC0 {
                    if !labels.isEmpty { parts.append(.name(labels)) }
                    at += length == 0 ? 1 : 2
                    return at <= message.count
                }
                guard length < 64, at + 1 + length < message.count else { return false }
                labels.append(at + 1..<at + 1 + length)
                at += 1 + length
            }
            return false
        }

        private mutating func record() -> Bool {
            guard name(), at + 10 <= message.count else { return false }
            let (type, length) = (number(at), number(at + 8))
            at += 10
            let end = at + length
            guard end <= message.count else { return false }
            switch (type, length) {
            case (1, 4), (28, 16): parts.append(.address(at..<end))
            // NS, CNAME and PTR; SRV behind priority, weight and port.
            case (2, _), (5, _), (12, _): _ = name()
            case (33, 7...):
                at += 6
                _ = name()
            default: break
            }
            at = end
            return true
        }
    }
}
