import Vocabulary

/// Host names by their parts.
enum HostLabels {
    static let dot = UInt8(ascii: ".")

    static func lowercased(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    static func parts(_ name: [UInt8]) -> [ArraySlice<UInt8>] {
        name.split(separator: dot, omittingEmptySubsequences: false)
    }

    /// An address as text; nil where it is none.
    static func address(_ text: [UInt8]) -> IPAddress? {
        guard (2...45).contains(text.count), text.contains(dot) || text.contains(UInt8(ascii: ":")) else { return nil }
        return IPAddress(String(decoding: text, as: UTF8.self))
    }

    /// Says nothing about anybody, and a finding may be about just that: `localhost`, `svc.cluster.local`. Labels of services begin
    /// with a low line (RFC 6763).
    static func isCommonplace(_ label: [UInt8]) -> Bool {
        commonplace.contains(label)
            || BrokerWords.first(in: String(decoding: label, as: UTF8.self))?.utf8.count == label.count
            || label.first == UInt8(ascii: "_") || label == [UInt8(ascii: "*")]
    }

    private static let commonplace = Set(
        [
            "localhost", "localdomain", "local", "svc", "cluster", "internal", "lan", "com", "net", "org", "in-addr",
            "ip6", "arpa",
        ].map { Array($0.utf8) })
}
