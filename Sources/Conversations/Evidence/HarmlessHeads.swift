import Streams
import Vocabulary

/// What is shown of a message of which not all is: the header, and behind it the numbers and names that say what becomes of it (whether a
/// Produce wants an answer, an error code, how long a client is throttled).
struct HarmlessHeads {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Of the frame, or of what is there of it.
    private let end: Int
    /// A client id, or a transactional id, longer than this is not shown.
    private static let shownName = 256

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) { (self.bytes, self.end) = (bytes, end) }

    /// - Parameters:
    ///   - start: of the frame.
    ///   - api: of a response what was asked; below zero where that is not known.
    func end(_ start: Int, _ api: Int16, _ version: Int16, _ isRequest: Bool) -> Int {
        isRequest ? request(start, api, version) : response(start, api, version)
    }

    private func request(_ start: Int, _ api: Int16, _ version: Int16) -> Int {
        let name = bytes.bigEndian16(at: start + 12)
        let hasName = name < 0x8000
        guard !hasName || name <= Self.shownName else { return min(start + 14, end) }
        let at = start + 14 + (hasName ? name : 0)
        guard at < end else { return end }
        // A zero is the same blanked or not: the number of tags, most often.
        let behind = bytes[at] == 0 ? at + 1 : at
        guard api == Api.produce else { return behind }
        return produce(version >= 9 ? behind : at, version) ?? behind
    }

    /// Transactional id, acks and timeout.
    private func produce(_ start: Int, _ version: Int16) -> Int? {
        var at = start
        if version >= 9 {
            guard at > 0, at < end, bytes[at - 1] == 0, bytes[at] <= 0x7F else { return nil }
            at += max(1, Int(bytes[at]))
        } else if version >= 3 {
            guard at + 2 <= end else { return nil }
            let name = bytes.bigEndian16(at: at)
            guard name == 0xFFFF || name <= Self.shownName else { return nil }
            at += 2 + (name == 0xFFFF ? 0 : name)
        }
        return min(at + 6, end)
    }

    private func response(_ start: Int, _ api: Int16, _ version: Int16) -> Int {
        let at = start + 8
        guard at < end else { return end }
        let behind = bytes[at] == 0 ? at + 1 : at
        switch api {
        // Throttle time; from version 7 on error code and session id behind it. The header has tags from version 12 on.
        case Api.fetch where version >= 12: return bytes[at] == 0 ? min(at + 11, end) : at
        case Api.fetch where version >= 7: return min(at + 10, end)
        case Api.fetch where version >= 1: return min(at + 4, end)
        case Api.saslAuthenticate where version >= 0: return signedIn(start, version)
        default: return behind
        }
    }

    /// The error code; where neither words nor a token follow it, also how long the session may last.
    private func signedIn(_ start: Int, _ version: Int16) -> Int {
        let isCompact = version >= 2
        let at = start + 8 + (isCompact ? 1 : 0)
        guard !isCompact || bytes[at - 1] == 0, at + 2 <= end else { return min(start + 8, end) }
        // No words (null, or an empty text), and an empty token.
        let (words, token) = isCompact ? (1, [1] as [UInt8]) : (2, [0, 0, 0, 0])
        let life = (version >= 1 ? 8 : 0) + (isCompact ? 1 : 0)
        let whole = start + 4 + bytes.bigEndian32(at: start)
        guard whole <= end, whole == at + 2 + words + token.count + life else { return at + 2 }
        let said = isCompact ? Int(bytes[at + 2]) : bytes.bigEndian16(at: at + 2)
        guard said == 0 || said == (isCompact ? 1 : 0xFFFF),
            bytes[(at + 2 + words)..<(at + 2 + words + token.count)].elementsEqual(token)
        else { return at + 2 }
        return whole
    }
}

extension UnsafeBufferPointer<UInt8> {
    func signed16(_ at: Int) -> Int16 { Int16(truncatingIfNeeded: bigEndian16(at: at)) }
}
