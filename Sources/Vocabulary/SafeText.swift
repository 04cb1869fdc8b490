/// Text from the wire, made safe to show: nothing in it can move the cursor, hide, or turn the reading direction.
public enum SafeText {
    /// Control, format, private and unassigned characters, line separators and replaced bytes become `\u{..}`;
    /// so does everything beyond ASCII where the terminal cannot show it.
    public static func escaped(_ text: String, asciiOnly: Bool = false) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isPlain(scalar) && (!asciiOnly || scalar.isASCII) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        if scalar.value == 0xFFFD { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
