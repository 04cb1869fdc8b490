import Vocabulary

/// An address in a log line: a name, an address or both, and mostly a port.
struct Peer: Hashable, Sendable {
    /// In lower case, as the line has them: name first, address behind.
    var hosts: [String]
    var port: Int?
    var nodeId: Int?

    /// `kafka-2.lab:9092`, `kafka-2.lab/10.10.0.12:9092`, `/10.10.0.12:9092`, `ipv4#10.10.0.12:9092`, `[::1]:9092`,
    /// `sasl_ssl://kafka-2.lab:9092/2`, `('10.10.0.12', 9092)`. Anything else is none: it is not shown.
    init?(_ text: ArraySlice<UInt8>) {
        guard (1...300).contains(text.count) else { return nil }
        var rest = Self.trimmed(text)
        (port, nodeId) = (nil, nil)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        if let family = rest.firstIndex(of: UInt8(ascii: "#")), rest.prefix(3).elementsEqual("ipv".utf8) {
            rest = rest[(family + 1)...]
        }
        hosts = []
        if let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
            let behind = rest[(slash + 1)...]
            if behind.elementsEqual("bootstrap".utf8) || Int64(decimal: behind) != nil {
                nodeId = Int64(decimal: behind).map { Int(clamping: $0) }
                rest = rest[..<slash]
            } else if slash > rest.startIndex {
                guard let name = Self.host(rest[..<slash]) else { return nil }
                hosts = [name]
                rest = behind
            } else {
                rest = behind
            }
        }
        guard let (host, port) = Self.endpoint(rest) else { return nil }
        self.port = port
        if !hosts.contains(host) { hosts.append(host) }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, " ('\"".utf8.contains(first) { text = text.dropFirst() }
        while let last = text.last, " )'\".,".utf8.contains(last) { text = text.dropLast() }
        return text
    }

    private static func endpoint(_ text: ArraySlice<UInt8>) -> (host: String, port: Int?)? {
        if let comma = text.firstRange(of: "', "), let port = port(text[comma.upperBound...]) {
            return host(text[..<comma.lowerBound]).map { ($0, port) }
        }
        if text.first == UInt8(ascii: "["), let close = text.lastIndex(of: UInt8(ascii: "]")) {
            let behind = text[(close + 1)...]
            guard behind.isEmpty || behind.first == UInt8(ascii: ":") else { return nil }
            return host(text[(text.startIndex + 1)..<close]).map { ($0, port(behind.dropFirst())) }
        }
        guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else { return host(text).map { ($0, nil) } }
        guard let port = port(text[(colon + 1)...]) else { return nil }
        return host(text[..<colon]).map { ($0, port) }
    }

    private static func port(_ digits: ArraySlice<UInt8>) -> Int? {
        guard let number = Int64(decimal: digits), (1...65_535).contains(number) else { return nil }
        return Int(number)
    }

    /// A host's name or address as such are written; IPv6 in the form in which the report has it.
    private static func host(_ text: ArraySlice<UInt8>) -> String? {
        guard (1...253).contains(text.count) else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            return IPAddress(Substring(decoding: text, as: UTF8.self)).map { "\($0)" }
        }
        guard text.allSatisfy({ $0.isLetter || $0.isDigit || ".-_".utf8.contains($0) }) else { return nil }
        return String(decoding: text.map(\.lowercased), as: UTF8.self)
    }

    var shown: String {
        let end = hosts.last.map { $0.contains(":") ? "[\($0)]" : $0 } ?? ""
        return (hosts.count > 1 ? hosts[0] + "/" : "") + end + (port.map { ":\($0)" } ?? "")
    }
}

extension ArraySlice<UInt8> {
    /// Where these bytes stand first.
    func firstRange(of text: some StringProtocol) -> Range<Int>? { firstRange(of: Array(text.utf8), from: startIndex) }

    func firstRange(of bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard let head = bytes.first, endIndex - start >= bytes.count else { return nil }
        var i = start
        let last = endIndex - bytes.count
        while i <= last {
            if self[i] == head, self[i..<(i + bytes.count)].elementsEqual(bytes) { return i..<(i + bytes.count) }
            i += 1
        }
        return nil
    }
}
