/// How a SCRAM server says no (RFC 5802, 7): `e=` and one of a list of reasons. What is not on the list is not shown.
enum ScramRefusal {
    private static let reasons = [
        "invalid-encoding", "extensions-not-supported", "invalid-proof", "channel-bindings-dont-match",
        "server-does-support-channel-binding", "channel-binding-not-supported", "unsupported-channel-binding-type",
        "unknown-user", "invalid-username-encoding", "no-resources", "other-error",
    ]

    /// A token that is one of the reasons, and nothing besides.
    static func isPlain(_ token: some Sequence<UInt8>) -> Bool {
        reasons.contains { token.elementsEqual("e=\($0)".utf8) }
    }

    /// - Returns: nil where the token is no refusal.
    static func reason(_ token: [UInt8]) -> String? {
        guard token.starts(with: Array("e=".utf8)) else { return nil }
        let said = String(decoding: token.dropFirst(2).prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        return reasons.contains(said) ? said : "other-error"
    }
}
