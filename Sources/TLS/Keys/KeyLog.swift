public import Vocabulary

/// Secrets by client random, from key logs in the NSS form: `LABEL <client random> <secret>`, hexadecimal, a line each.
///
/// Text may come in any pieces and at any time; `generation` tells connections that wait for keys when to look again.
public final class KeyLog {
    /// The secrets of one connection.
    struct Entry {
        /// TLS 1.2 and before: the master secret.
        var master: Secret?
        var clientHandshake: Secret?
        var serverHandshake: Secret?
        var clientTraffic: Secret?
        var serverTraffic: Secret?
    }

    /// Counts up with every secret learned.
    public private(set) var generation = 0
    /// Secrets that found no room.
    public private(set) var leftOut = 0
    /// Lines that are no secret and no comment.
    public private(set) var junkLines = 0
    /// Connections whose secrets are known.
    public var count: Int { entries.count }

    private var entries: [ClientRandom: Entry] = [:]
    private var line: [UInt8] = []
    private var lineIsTooLong = false
    private let limit: Int

    /// The longest line that can be a secret: a label, 64 digits, 128 digits, and some room.
    private static let longestLine = 512
    private static let longestSecret = 64

    public init(limits: Limits) { limit = limits.keyLogConnections }

    /// Reads the next bytes of a key log. A line cut at their end is finished by the next.
    public func read(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                finishLine()
            } else if line.count < Self.longestLine {
                line.append(byte)
            } else {
                lineIsTooLong = true
            }
        }
    }

    /// The text has ended: what stands behind the last line's end is a line too.
    public func finishLine() {
        if lineIsTooLong { junkLines += 1 } else if !line.isEmpty { take(line) }
        for i in line.indices { line[i] = 0 }
        line.removeAll(keepingCapacity: true)
        lineIsTooLong = false
    }

    func entry(_ random: ClientRandom) -> Entry? { entries[random] }

    private func take(_ line: [UInt8]) {
        let words = line.split { $0 == 32 || $0 == 9 || $0 == 13 }
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
        guard words.count == 3, let random = Hex.bytes(words[1]).flatMap(ClientRandom.init),
            var secret = Hex.bytes(words[2]),
            (32...Self.longestSecret).contains(secret.count)
        else {
            junkLines += 1
            return
        }
        store(label: String(decoding: first, as: UTF8.self), random, Secret(secret))
        for i in secret.indices { secret[i] = 0 }
    }

    private func store(label: String, _ random: ClientRandom, _ secret: Secret) {
        let place: WritableKeyPath<Entry, Secret?>
        switch label {
        case "CLIENT_RANDOM": place = \.master
        case "CLIENT_HANDSHAKE_TRAFFIC_SECRET": place = \.clientHandshake
        case "SERVER_HANDSHAKE_TRAFFIC_SECRET": place = \.serverHandshake
        case "CLIENT_TRAFFIC_SECRET_0": place = \.clientTraffic
        case "SERVER_TRAFFIC_SECRET_0": place = \.serverTraffic
        default: return
        }
        guard entries[random] != nil || entries.count < limit else {
            leftOut += 1
            return
        }
        entries[random, default: Entry()][keyPath: place] = secret
        generation += 1
    }
}

/// The 32 random bytes of a ClientHello, which name its connection.
struct ClientRandom: Hashable {
    private let words: SIMD4<UInt64>

    /// Nil where the bytes are not 32.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        var words = SIMD4<UInt64>()
        for i in 0..<32 { words[i / 8] = words[i / 8] << 8 | UInt64(bytes[i]) }
        self.words = words
    }
}

/// Hexadecimal digits.
enum Hex {
    /// Nil where a character is no digit, or one is left over.
    static func bytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(digits.count / 2)
        var at = digits.startIndex
        while at < digits.endIndex {
            guard let high = value(digits[at]), let low = value(digits[at + 1]) else { return nil }
            result.append(high << 4 | low)
            at += 2
        }
        return result
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
