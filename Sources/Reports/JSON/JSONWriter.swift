internal import Vocabulary

/// Writes JSON text piece by piece, in the order in which it is told. Nothing of the document is kept.
struct JSONWriter {
    private let sink: any ByteSink
    private let pretty: Bool
    private var buffer: [UInt8] = []
    private var depth = 0
    private var needsComma = false
    private var afterKey = false
    private static let blockBytes = 16 << 10

    init(sink: any ByteSink, pretty: Bool = false) {
        self.sink = sink
        self.pretty = pretty
    }

    /// Ends the document with a line feed and hands it on.
    mutating func finish() {
        buffer.append(UInt8(ascii: "\n"))
        sink.write(buffer)
        sink.flush()
        buffer.removeAll()
    }

    /// Ends one of several documents, each in a line of its own.
    mutating func endLine() {
        buffer.append(UInt8(ascii: "\n"))
        needsComma = false
        passOn()
    }

    /// Hands on what is held of whole lines; the sink keeps it as long as it likes.
    mutating func handOn() {
        sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func beginObject() { begin(UInt8(ascii: "{")) }
    mutating func endObject() { end(UInt8(ascii: "}")) }
    mutating func beginArray() { begin(UInt8(ascii: "[")) }
    mutating func endArray() { end(UInt8(ascii: "]")) }

    /// A key known to the compiler, of which nothing is to be escaped.
    mutating func key(_ name: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { buffer += $0 }
        buffer.append(UInt8(ascii: "\""))
        endKey()
    }

    mutating func key(named name: String) {
        separate()
        quote(name)
        endKey()
    }

    private mutating func endKey() {
        buffer.append(UInt8(ascii: ":"))
        if pretty { buffer.append(UInt8(ascii: " ")) }
        afterKey = true
    }

    mutating func value(_ text: String?) {
        guard let text else { return raw("null") }
        separate()
        quote(text)
        needsComma = true
        passOn()
    }

    mutating func value(_ number: Int?) { value(number.map { Int64($0) }) }

    mutating func value(_ number: Int64?) {
        guard let number else { return raw("null") }
        separate()
        buffer.append(decimal: number)
        needsComma = true
        passOn()
    }

    mutating func value(_ flag: Bool?) { raw(flag.map { $0 ? "true" : "false" } ?? "null") }

    mutating func value(_ time: CaptureTime?) {
        guard let time else { return raw("null") }
        separate()
        buffer.append(UInt8(ascii: "\""))
        CalendarTime(time).write(to: &buffer)
        buffer.append(UInt8(ascii: "\""))
        needsComma = true
        passOn()
    }

    /// Six digits behind the point: nanoseconds of a number in milliseconds. What is no number is unknown.
    mutating func value(_ number: Double?) {
        guard let number, number.isFinite else { return raw("null") }
        let rounded = abs(number) < 1e9 ? (number * 1e6).rounded() / 1e6 : number
        if rounded == rounded.rounded(), abs(rounded) < 1e15 { return value(Int64(rounded)) }
        raw("\(rounded)")
    }

    private mutating func raw(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { buffer += $0 }
        needsComma = true
        passOn()
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        buffer.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        depth -= 1
        if needsComma { lineBreak() }
        buffer.append(bracket)
        needsComma = true
        afterKey = false
        passOn()
    }

    private mutating func separate() {
        if afterKey {
            afterKey = false
            return
        }
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        if depth > 0 { lineBreak() }
        needsComma = false
    }

    private mutating func lineBreak() {
        guard pretty else { return }
        buffer.append(UInt8(ascii: "\n"))
        buffer += [UInt8](repeating: UInt8(ascii: " "), count: depth * 2)
    }

    private mutating func passOn() {
        guard buffer.count >= Self.blockBytes else { return }
        sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func quote(_ text: String) { buffer.append(quoted: text) }
}

extension JSONWriter {
    mutating func field(_ name: StaticString, _ text: String?) { key(name); value(text) }
    mutating func field(_ name: StaticString, _ number: Int?) { key(name); value(number) }
    mutating func field(_ name: StaticString, _ number: Int64?) { key(name); value(number) }
    mutating func field(_ name: StaticString, _ number: Double?) { key(name); value(number) }
    mutating func field(_ name: StaticString, _ flag: Bool?) { key(name); value(flag) }
    mutating func field(_ name: StaticString, _ time: CaptureTime?) { key(name); value(time) }

    mutating func field(_ name: StaticString, _ texts: [String]) {
        array(name, texts) { writer, text in writer.value(text) }
    }

    /// A key with an object, filled by `body`.
    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    /// An object, filled by `body`.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// A key with an array; `body` writes one value an item.
    mutating func array<Item>(_ name: StaticString, _ items: [Item], _ body: (inout JSONWriter, Item) -> Void) {
        key(name)
        beginArray()
        for item in items { body(&self, item) }
        endArray()
    }

    /// A key with an array of objects.
    mutating func objects<Item>(_ name: StaticString, _ items: [Item], _ body: (inout JSONWriter, Item) -> Void) {
        array(name, items) { writer, item in writer.object { body(&$0, item) } }
    }
}
