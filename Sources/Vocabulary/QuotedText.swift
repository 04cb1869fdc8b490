/// Text between quotes, as JSON has it.
extension [UInt8] {
    /// Appends a text in quotes.
    public mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        if !appendPlain(text) { appendEach(text) }
        append(UInt8(ascii: "\""))
    }

    /// Appends text of the wire in quotes; what is no UTF-8 is replaced.
    public mutating func append(quoted bytes: ArraySlice<UInt8>) {
        guard bytes.allSatisfy(Self.isPlain) else { return append(quoted: String(decoding: bytes, as: UTF8.self)) }
        append(UInt8(ascii: "\""))
        self += bytes
        append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte <= 0x7E && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "<")
    }

    /// Text of which nothing is to be escaped, which is nearly all, is copied in one piece.
    private mutating func appendPlain(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for byte in bytes where !Self.isPlain(byte) { return false }
            self += bytes
            return true
        }
    }

    private mutating func appendEach(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": self += #"\""#.utf8
            case "\\": self += #"\\"#.utf8
            case _ where Self.mustEscape(scalar): appendEscaped(scalar)
            default: self += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    /// Besides what JSON asks for: `<` and the two line separators, so that the text may stand in a page's script, and what
    /// could turn a terminal's reading direction.
    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: scalar == "<"
        case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// Only for scalars of the basic plane, which is all that `mustEscape` names: never half a pair.
    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        let digits = String(scalar.value, radix: 16)
        self += "\\u".utf8
        self += String(repeating: "0", count: 4 - digits.count).utf8
        self += digits.utf8
    }
}
