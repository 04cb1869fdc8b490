/// Which fields of messages hold secrets: they are not even kept.
enum SecretFields {
    /// Tokens and proofs of sign-ins, keys of delegation tokens, salted passwords, and whole messages inside an Envelope.
    private static let always: Set = ["AuthBytes", "Hmac", "Salt", "SaltedPassword", "RequestData", "ResponseData"]

    static func isAlways(_ field: String) -> Bool { always.contains(field) }

    /// A setting of a broker, a topic or a client, by its name: Kafka's own of type PASSWORD, and what sounds like one.
    static func isSetting(_ name: ArraySlice<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        return words.contains { name.contains($0) } || name.hasSuffix(".key") || name == "key"
    }

    /// A token that says no, and nothing else: OAUTHBEARER's error and the client's answer to it (RFC 7628, 3.2.2), SCRAM's
    /// error (RFC 5802, 5.1), where it is one of those that are listed there.
    static func tellsRefusal(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
        token.starts(with: Array("{\"status\":".utf8)) || ScramRefusal.isPlain(token)
            || token.count == 1 && token[0] == 1
    }

    private static let words = [
        "password", "passwd", "passphrase", "secret", "jaas", "credential", "token", "private", "user.info",
        "keystore.certificate", "truststore.certificates", "apikey", "api.key", "access.key",
    ]
}
