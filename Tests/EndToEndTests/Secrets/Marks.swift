import Foundation

/// Marked texts, one for each place of a capture, and what tells which of them an output shows.
struct Marks {
    /// By number: the place, such as `CreateTopicsRequest.Topics.Name`.
    private(set) var places: [String] = []
    private var numbers: [String: Int] = [:]

    /// Letters around a number that no word and no encoding has by chance.
    private static let head = "zqx"
    private static let tail = "xqz"
    private static let digits = 4
    static let length = head.utf8.count + digits + tail.utf8.count

    /// The mark of a place: always the same.
    mutating func mark(_ place: String) -> String {
        let number = numbers[place] ?? places.count
        if number == places.count {
            places.append(place)
            numbers[place] = number
        }
        var (rest, letters) = (number, [UInt8]())
        for _ in 0..<Self.digits {
            letters.append(UInt8(ascii: "a") + UInt8(rest % 16))
            rest /= 16
        }
        return Self.head + String(decoding: letters, as: UTF8.self) + Self.tail
    }

    /// Places whose marks stand in an output: as they are, and in what is base 64 or hexadecimal there.
    func shown(in output: [UInt8]) -> Set<String> {
        var found = plain(output)
        for core in Self.base64Cores {
            for run in Self.runs(of: core, in: output, Self.isBase64) {
                // Whatever stands before it, one of four places is where a group begins.
                for start in 0..<4 {
                    let group = run.dropFirst(start)
                    let whole = Data(group.prefix(group.count / 4 * 4))
                    if let bytes = Data(base64Encoded: whole) { found.formUnion(plain(Array(bytes))) }
                }
            }
        }
        let digits = Self.head.utf8.map { String($0, radix: 16) }.joined()
        for run in Self.runs(of: digits, in: output, Self.isHex) {
            for start in 0..<2 { found.formUnion(plain(Self.unhex(Array(run.dropFirst(start))))) }
        }
        return found
    }

    private func plain(_ output: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        for start in Self.places(of: Self.head, in: output) {
            let letters = output[(start + Self.head.utf8.count)...].prefix(Self.digits).map { Int($0 | 32) - 97 }
            guard letters.count == Self.digits, letters.allSatisfy((0..<16).contains) else { continue }
            let number = letters.reversed().reduce(0) { $0 * 16 + $1 }
            if number < places.count { found.insert(places[number]) }
        }
        return found
    }

    // MARK: Searching

    /// What base 64 makes of the head for certain, wherever in a group of three it begins.
    private static let base64Cores = ["enF4", "pxe", "6cX"]

    private static func places(of text: String, in output: [UInt8]) -> [Int] {
        let (needle, bytes) = (Data(text.utf8), Data(output))
        var (found, at): ([Int], Int) = ([], 0)
        while let hit = bytes.range(of: needle, in: at..<bytes.count) {
            found.append(hit.lowerBound)
            at = hit.lowerBound + 1
        }
        return found
    }

    /// The letters of an encoding around each place of a text, at most so many to each side as a mark and its field are long.
    private static func runs(of text: String, in output: [UInt8], _ isOf: (UInt8) -> Bool) -> [ArraySlice<UInt8>] {
        places(of: text, in: output).map { place in
            let before = output[..<place].suffix(16).reversed().prefix(while: isOf).count
            let behind = output[place...].prefix(64).prefix(while: isOf).count
            return output[(place - before)..<(place + behind)]
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        return byte < 128 && (character.isLetter || character.isNumber || "+/=".contains(character))
    }

    private static func isHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }

    private static func unhex(_ digits: [UInt8]) -> [UInt8] {
        let values = digits.map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
