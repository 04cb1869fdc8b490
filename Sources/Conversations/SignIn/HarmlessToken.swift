/// A token as a facts file has it: as long as it was, with the little that the analysis takes of it, and filler.
enum HarmlessToken {
    static func of(_ token: [UInt8], mechanism: String, isClients: Bool) -> [UInt8] {
        // No request, and no name, begins like that.
        let filler = [UInt8](repeating: 0xFF, count: token.count)
        // A status as JSON, and SCRAM's error, are for the one who was refused.
        if token.withUnsafeBufferPointer(SecretFields.tellsRefusal) { return token }
        guard isClients else {
            return token.starts(with: verifier) ? verifier + filler.dropFirst(verifier.count) : filler
        }
        let identity = TokenIdentity.read(token, mechanism: mechanism)
        guard let told = written(identity, mechanism, token.first), told.count <= token.count else { return filler }
        let harmless = told + filler.dropFirst(told.count)
        return TokenIdentity.read(harmless, mechanism: mechanism) == identity ? harmless : filler
    }

    /// That a SCRAM server knows the secret too ends a sign-in.
    private static let verifier = Array("v=".utf8)

    private static func written(_ identity: TokenIdentity, _ mechanism: String, _ first: UInt8?) -> [UInt8]? {
        switch mechanism {
        case "PLAIN": return identity.principal.map { [0] + $0.utf8 + [0] }
        case "SCRAM-SHA-256", "SCRAM-SHA-512":
            return identity.principal.map { [first ?? 0] + ",,n=".utf8 + $0.utf8 + ",".utf8 }
        case "OAUTHBEARER":
            if identity == TokenIdentity() { return nil }
            return Array("n,,\u{1}auth=Bearer .".utf8) + base64URL(claims(identity)) + ".".utf8 + [1]
        default: return nil
        }
    }

    /// Those of a bearer token that the analysis reads, and no other.
    private static func claims(_ identity: TokenIdentity) -> [UInt8] {
        var members: [String] = []
        for (key, value) in [("sub", identity.principal), ("iss", identity.issuer), ("aud", identity.audience)] {
            if let value { members.append("\"\(key)\":\"\(value)\"") }
        }
        if let expires = identity.expires { members.append("\"exp\":\(expires)") }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// RFC 4648, section 5, without padding.
    private static func base64URL(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
        }
        return text
    }
}
