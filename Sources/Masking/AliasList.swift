import Vocabulary

/// Other names, as many bytes long as those that they stand for: `orders-7` is `host0001`. Numbered in the order in which names
/// were learned, so the same captures give the same aliases.
struct AliasList {
    private let word: [UInt8]
    private let keepsBrokers: Bool
    private let limit: Int
    private var names: [[UInt8]] = []
    private var aliases: [[UInt8]: [UInt8]] = [:]
    /// Names for which there was no room.
    private(set) var refused = 0

    /// - Parameter word: what its aliases begin with, where there is room.
    init(word: String, keepsBrokers: Bool = false, limit: Int) {
        self.word = Array(word.utf8)
        self.keepsBrokers = keepsBrokers
        self.limit = limit
    }

    mutating func learn(_ name: [UInt8]) {
        guard !name.isEmpty, aliases[name] == nil else { return }
        guard names.count < limit else {
            refused = refused.addingReportingOverflow(1).partialValue
            return
        }
        names.append(name)
        aliases[name] = name
    }

    /// All names are known: each has an alias from now on, which is no name's own.
    mutating func settle() {
        var numbers: [Int: Int] = [:]
        let all = Set(names)
        for name in names {
            var number = numbers[name.count, default: 1]
            let word = self.word(of: name)
            var alias = Self.alias(name.count, number, word)
            // A capture may have been made anonymous before, or has such names of its own.
            while let taken = alias, all.contains(taken) {
                number += 1
                alias = Self.alias(name.count, number, word)
            }
            numbers[name.count] = number + 1
            aliases[name] = alias ?? Self.hidden(name.count)
        }
    }

    /// Nil where the name was not learned.
    subscript(name: [UInt8]) -> [UInt8]? { aliases[name] }

    /// What says nothing but how long it is.
    static func hidden(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "x"), count: count) }

    /// That a name sounds like a broker's is what findings go by: its alias does too.
    private func word(of name: [UInt8]) -> [UInt8] {
        keepsBrokers
            ? BrokerWords.first(in: String(decoding: name, as: UTF8.self)).map { Array($0.utf8) } ?? word : word
    }

    /// The name of a number; nil where it has too many digits.
    private static func alias(_ count: Int, _ number: Int, _ word: [UInt8]) -> [UInt8]? {
        var digits = Array(String(number).utf8)
        if digits.count > count { digits = Array(String(number, radix: 36).utf8) }
        guard digits.count <= count else { return nil }
        let room = count - digits.count
        let head = room >= word.count + 1 || room == word.count ? word : Array(word.prefix(min(1, room)))
        return head + [UInt8](repeating: UInt8(ascii: "0"), count: room - head.count) + digits
    }
}
