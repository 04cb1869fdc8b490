/// A string from the wire, by number: topics, client ids and hosts repeat, so each is kept once.
@frozen public struct StringID: Hashable, Sendable {
    public var raw: UInt32
    @inlinable public init(raw: UInt32) { self.raw = raw }
    /// No string: null on the wire, or unknown.
    public static let none = StringID(raw: 0)
    @inlinable public var isNone: Bool { raw == 0 }
}

/// Strings by number and numbers by string, bounded. The bytes lie one behind the other in one block.
///
/// Looking a string up by its bytes costs no allocation when it is known already, which is nearly always.
struct StringTable {
    private struct Entry {
        var start: Int
        var length: Int
        var hash: UInt32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = [Entry(start: 0, length: 0, hash: 0)]
    /// Open addressing: string numbers by hash, 0 where free. Always a power of two in size.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)
    private let limit: Int
    /// Chosen anew each time, so that nobody can choose strings that collide. What is numbered how does not depend on it.
    private let seed = UInt64.random(in: .min ... .max)
    /// Strings that found no room.
    private(set) var leftOut = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count - 1 }

    subscript(id: StringID) -> String {
        let entry = entries[Int(id.raw)]
        return String(decoding: bytes[entry.start..<(entry.start + entry.length)], as: UTF8.self)
    }

    /// The string's text, or nil for `none`.
    func text(_ id: StringID) -> String? { id.isNone ? nil : self[id] }

    mutating func intern(_ text: String) -> StringID {
        var copy = text
        return copy.withUTF8 { intern($0) }
    }

    /// The number of a string that is there.
    func find(_ text: UnsafeBufferPointer<UInt8>) -> StringID? {
        let hash = hash(text)
        var at = Int(hash) & (slots.count - 1)
        while slots[at] != 0 {
            let id = Int(slots[at])
            if entries[id].hash == hash, isSame(entries[id], text) { return StringID(raw: slots[at]) }
            at = (at + 1) & (slots.count - 1)
        }
        return nil
    }

    mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> StringID {
        let hash = hash(text)
        var at = Int(hash) & (slots.count - 1)
        while slots[at] != 0 {
            let id = Int(slots[at])
            if entries[id].hash == hash, isSame(entries[id], text) { return StringID(raw: slots[at]) }
            at = (at + 1) & (slots.count - 1)
        }
        guard entries.count <= limit else {
            leftOut += 1
            return .none
        }
        slots[at] = UInt32(entries.count)
        entries.append(Entry(start: bytes.count, length: text.count, hash: hash))
        bytes += text
        if entries.count * 2 > slots.count { grow() }
        return StringID(raw: UInt32(entries.count - 1))
    }

    private func isSame(_ entry: Entry, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard entry.length == text.count else { return false }
        return bytes.withUnsafeBufferPointer { all in
            for i in 0..<text.count where all[entry.start + i] != text[i] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for id in 1..<entries.count {
            var at = Int(entries[id].hash) & (slots.count - 1)
            while slots[at] != 0 { at = (at + 1) & (slots.count - 1) }
            slots[at] = UInt32(id)
        }
    }

    /// FNV-1a, its halves folded; short strings make up all of the input.
    private func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
