/// Escaping, one function a context. Whatever stands in the page passed through one of these or is a literal of ours.
enum HTMLText {
    /// For text between tags: visible (no control, format or bidirectional characters), with markup's characters as references.
    static func content(_ text: String) -> String { references(Visible.escaped(text)) }

    /// For a value between double quotes.
    static func attribute(_ text: String) -> String { references(Visible.escaped(text)) }

    /// For the fragment of a link and the id that it leads to: letters, digits, `-`, `.` and `_`; all else as its code.
    static func identifier(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "_\(String(byte, radix: 16))"
            }
        }
        return result
    }

    private static func references(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += "&amp;".utf8
            case UInt8(ascii: "<"): result += "&lt;".utf8
            case UInt8(ascii: ">"): result += "&gt;".utf8
            case UInt8(ascii: "\""): result += "&quot;".utf8
            case UInt8(ascii: "'"): result += "&#39;".utf8
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Markup being written. `raw` takes literals of ours only; texts go through `text` or an attribute.
struct HTMLPage {
    let sink: any ByteSink

    init(sink: any ByteSink) { self.sink = sink }

    func raw(_ markup: StaticString) { sink.write(markup.withUTF8Buffer { [UInt8]($0) }) }
    func text(_ text: String) { sink.write(HTMLText.content(text)) }
    func number(_ value: some BinaryInteger) { sink.write(String(value)) }

    /// A start tag.
    func open(_ tag: StaticString, _ attributes: [(StaticString, String)] = []) {
        var result = "<\(tag)"
        for (name, value) in attributes { result += " \(name)=\"\(HTMLText.attribute(value))\"" }
        sink.write(result + ">")
    }

    func close(_ tag: StaticString) { sink.write("</\(tag)>\n") }

    /// A whole element around a text.
    func element(_ tag: StaticString, _ content: String, _ attributes: [(StaticString, String)] = []) {
        open(tag, attributes)
        text(content)
        sink.write("</\(tag)>")
    }

    func line() { raw("\n") }
}
