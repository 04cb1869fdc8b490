/// A string from the wire, by number: topics, client ids and hosts repeat, so each is kept once.
@frozen public struct StringID: Hashable, Sendable {
    public var raw: UInt32
    @inlinable public init(raw: UInt32) { self.raw = raw }
    /// No string: null on the wire, or unknown.
    public static let none = StringID(raw: 0)
    @inlinable public var isNone: Bool { raw == 0 }
}

/// Strings by number and numbers by string, bounded.
///
/// Looking a string up by its bytes costs no allocation when it is known already, which is nearly always.
struct StringTable {
    private var texts: [String] = [""]
    /// Open addressing: string numbers by hash, 0 where free. Always a power of two in size.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)
    private var hashes: [UInt32] = [0]
    private let limit: Int
    /// Strings that found no room.
    private(set) var leftOut = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { texts.count - 1 }

    subscript(id: StringID) -> String { texts[Int(id.raw)] }

    /// The string's text, or nil for `none`.
    func text(_ id: StringID) -> String? { id.isNone ? nil : texts[Int(id.raw)] }

    mutating func intern(_ text: String) -> StringID {
        var copy = text
        return copy.withUTF8 { intern($0) }
    }

    mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) -> StringID {
        let hash = Self.hash(bytes)
        var at = Int(hash) & (slots.count - 1)
        while slots[at] != 0 {
            let id = Int(slots[at])
            if hashes[id] == hash, texts[id].hasSameBytes(as: bytes) { return StringID(raw: slots[at]) }
            at = (at + 1) & (slots.count - 1)
        }
        guard texts.count <= limit else {
            leftOut += 1
            return .none
        }
        slots[at] = UInt32(texts.count)
        texts.append(String(decoding: bytes, as: UTF8.self))
        hashes.append(hash)
        if texts.count * 2 > slots.count { grow() }
        return StringID(raw: UInt32(texts.count - 1))
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for id in 1..<texts.count {
            var at = Int(hashes[id]) & (slots.count - 1)
            while slots[at] != 0 { at = (at + 1) & (slots.count - 1) }
            slots[at] = UInt32(id)
        }
    }

    /// FNV-1a, its bits folded; short strings make up all of the input.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}

extension String {
    /// Equal byte by byte. Invalid UTF-8 was repaired when the text was kept and so never compares equal: it is then kept
    /// again, which the table's limit bounds.
    fileprivate func hasSameBytes(as bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count == bytes.count else { return false }
        return utf8.elementsEqual(bytes)
    }
}
