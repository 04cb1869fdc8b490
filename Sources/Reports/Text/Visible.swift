internal import Vocabulary

/// Text from the wire, made safe to show: nothing in it can move the cursor, hide, or turn the reading direction.
enum Visible {
    static func escaped(_ text: String, asciiOnly: Bool = false) -> String {
        SafeText.escaped(text, asciiOnly: asciiOnly)
    }

    /// Columns that a terminal gives to the text: 2 for wide East Asian characters and emoji, 0 for combining marks.
    static func width(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return isWide(scalar.value) ? 2 : 1
        }
    }

    /// The blocks that Unicode's EastAsianWidth calls wide or full-width, coarsely and never too few.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23FA, 0x2600...0x27BF, 0x2B1B...0x2B55, 0x2E80...0x303E,
            0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// Cuts in the middle, so that both ends stay; a port at the end is never cut.
    static func cutMiddle(_ text: String, to limit: Int, mark: String = "...") -> String {
        if width(text) <= limit { return text }
        let port = portSuffix(of: text)
        let room = limit - width(mark)
        guard room > port.utf8.count else { return String(text.suffix(max(1, limit))) }
        let tail = max(port.utf8.count, room / 2)
        return prefix(text, columns: room - tail) + mark + suffix(text, columns: tail)
    }

    private static func prefix(_ text: String, columns: Int) -> String {
        var (used, result) = (0, String.UnicodeScalarView())
        for scalar in text.unicodeScalars {
            used += width(scalar)
            if used > columns { break }
            result.append(scalar)
        }
        return String(result)
    }

    private static func suffix(_ text: String, columns: Int) -> String {
        var (used, result) = (0, [Unicode.Scalar]())
        for scalar in text.unicodeScalars.reversed() {
            used += width(scalar)
            if used > columns { break }
            result.append(scalar)
        }
        return String(String.UnicodeScalarView(result.reversed()))
    }

    /// `:9092` at the end, with what punctuation follows it; else empty.
    static func portSuffix(of text: some StringProtocol) -> Substring {
        let text = String(text)
        guard let colon = text.lastIndex(of: ":") else { return "" }
        let digits = text[text.index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
        let rest = text[digits.endIndex...]
        guard (1...5).contains(digits.count), rest.count <= 2 else { return "" }
        return text[colon...]
    }
}
