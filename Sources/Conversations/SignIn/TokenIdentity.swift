/// What a sign-in token may show: a name, and a bearer token's issuer, audience and expiry. Never a password, a proof or the
/// token itself.
struct TokenIdentity: Equatable {
    var principal: String?
    var issuer: String?
    var audience: String?
    /// Seconds since 1970.
    var expires: Int64?

    static func read(_ token: [UInt8], mechanism: String) -> TokenIdentity {
        switch mechanism {
        case "PLAIN": plain(token)
        case "SCRAM-SHA-256", "SCRAM-SHA-512": scram(token)
        case "OAUTHBEARER": bearer(token)
        default: TokenIdentity()
        }
    }

    /// RFC 4616: authorization id NUL user NUL password. Only the user is taken.
    private static func plain(_ token: [UInt8]) -> TokenIdentity {
        let parts = token.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        return TokenIdentity(principal: parts.count == 3 ? text(parts[1]) : nil)
    }

    /// RFC 5802, client-first message: `n,,n=user,r=nonce`. Later messages hold no name.
    private static func scram(_ token: [UInt8]) -> TokenIdentity {
        guard let first = token.first, [UInt8(ascii: "n"), UInt8(ascii: "y"), UInt8(ascii: "p")].contains(first) else {
            return TokenIdentity()
        }
        let name = token.split(separator: UInt8(ascii: ",")).dropFirst().first { $0.starts(with: Array("n=".utf8)) }
        return TokenIdentity(principal: name.flatMap { text($0.dropFirst(2)) })
    }

    /// RFC 7628: `n,,^Aauth=Bearer header.claims.signature^A^A`. Of the claims, what names the token is taken.
    private static func bearer(_ token: [UInt8]) -> TokenIdentity {
        let marker = Array("auth=Bearer ".utf8)
        guard let field = token.split(separator: 1).first(where: { $0.starts(with: marker) }) else {
            return TokenIdentity()
        }
        let parts = field.dropFirst(marker.count).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 2, let claims = base64URL(parts[1]) else { return TokenIdentity() }
        return TokenIdentity(
            principal: FlatJSON.string("sub", in: claims), issuer: FlatJSON.string("iss", in: claims),
            audience: FlatJSON.string("aud", in: claims), expires: FlatJSON.integer("exp", in: claims))
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String? {
        bytes.isEmpty || bytes.count > 256 ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 4648, section 5, with or without padding.
    static func base64URL(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var (bits, count) = (UInt32(0), 0)
        var bytes: [UInt8] = []
        for character in text where character != UInt8(ascii: "=") {
            guard let value = base64Value(character) else { return nil }
            (bits, count) = (bits << 6 | value, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func base64Value(_ c: UInt8) -> UInt32? {
        switch c {
        case 65...90: UInt32(c - 65)
        case 97...122: UInt32(c - 71)
        case 48...57: UInt32(c + 4)
        case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
        case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// Reads single members of a JSON object without building it: what a bearer token's claims need.
enum FlatJSON {
    /// A member's string value, or the first string of its list.
    static func string(_ key: String, in json: [UInt8]) -> String? {
        guard var rest = value(of: key, in: json) else { return nil }
        if rest.first == UInt8(ascii: "[") { rest = trimmed(rest.dropFirst()) }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        let body = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return body.count > 256 ? nil : String(decoding: body, as: UTF8.self)
    }

    static func integer(_ key: String, in json: [UInt8]) -> Int64? {
        guard let rest = value(of: key, in: json) else { return nil }
        return Int64(String(decoding: rest.prefix { (48...57).contains($0) }, as: UTF8.self))
    }

    private static func value(of key: String, in json: [UInt8]) -> ArraySlice<UInt8>? {
        let quoted = Array("\"\(key)\"".utf8)
        guard json.count >= quoted.count else { return nil }
        for at in 0...(json.count - quoted.count) where json[at..<(at + quoted.count)].elementsEqual(quoted) {
            let rest = trimmed(json[(at + quoted.count)...])
            if rest.first == UInt8(ascii: ":") { return trimmed(rest.dropFirst()) }
        }
        return nil
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.drop { $0 == 32 || $0 == 10 || $0 == 9 || $0 == 13 }
    }
}
