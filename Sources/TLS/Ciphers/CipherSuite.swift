/// A cipher suite of TLS (IANA's registry), as far as reading its records needs it.
public struct CipherSuite: Sendable {
    /// What protects records.
    enum Protection: Sendable {
        case gcm, chacha
        /// CBC with an HMAC of this digest.
        case cbc(mac: Digest)
        /// Known by name only.
        case unsupported
    }

    /// IANA's number.
    public let id: UInt16
    /// OpenSSL's name.
    public let name: String
    let protection: Protection
    let keyLength: Int
    /// The digest of the key schedule.
    let digest: Digest

    /// Whether records of this suite can be opened with keys.
    public var isSupported: Bool { if case .unsupported = protection { false } else { true } }

    /// The suite with that number; nil where it is not known.
    public static func find(_ id: UInt16) -> CipherSuite? { all.first { $0.id == id } }

    /// `TLS_AES_128_GCM_SHA256`, or the number where the suite is not known.
    public static func name(_ id: UInt16) -> String { find(id)?.name ?? "cipher suite 0x" + hexadecimal(id) }

    private static func hexadecimal(_ id: UInt16) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    private static func suite(_ id: UInt16, _ name: String, _ protection: Protection, _ key: Int, _ digest: Digest)
        -> CipherSuite
    {
        CipherSuite(id: id, name: name, protection: protection, keyLength: key, digest: digest)
    }

    private static let all: [CipherSuite] = modern + counter + chained

    /// TLS 1.3 (RFC 8446, appendix B.4).
    private static let modern = [
        suite(0x1301, "TLS_AES_128_GCM_SHA256", .gcm, 16, .sha256),
        suite(0x1302, "TLS_AES_256_GCM_SHA384", .gcm, 32, .sha384),
        suite(0x1303, "TLS_CHACHA20_POLY1305_SHA256", .chacha, 32, .sha256),
        suite(0x1304, "TLS_AES_128_CCM_SHA256", .unsupported, 16, .sha256),
        suite(0x1305, "TLS_AES_128_CCM_8_SHA256", .unsupported, 16, .sha256),
    ]

    /// TLS 1.2 with AEAD (RFC 5288, RFC 5289, RFC 7905).
    private static let counter = [
        suite(0xC02F, "ECDHE-RSA-AES128-GCM-SHA256", .gcm, 16, .sha256),
        suite(0xC030, "ECDHE-RSA-AES256-GCM-SHA384", .gcm, 32, .sha384),
        suite(0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256", .gcm, 16, .sha256),
        suite(0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384", .gcm, 32, .sha384),
        suite(0x009E, "DHE-RSA-AES128-GCM-SHA256", .gcm, 16, .sha256),
        suite(0x009F, "DHE-RSA-AES256-GCM-SHA384", .gcm, 32, .sha384),
        suite(0x009C, "AES128-GCM-SHA256", .gcm, 16, .sha256),
        suite(0x009D, "AES256-GCM-SHA384", .gcm, 32, .sha384),
        suite(0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305", .chacha, 32, .sha256),
        suite(0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305", .chacha, 32, .sha256),
        suite(0xCCAA, "DHE-RSA-CHACHA20-POLY1305", .chacha, 32, .sha256),
    ]

    /// TLS 1.2 with CBC (RFC 5246, appendix A.5; RFC 4492; RFC 5289).
    private static let chained = [
        suite(0xC013, "ECDHE-RSA-AES128-SHA", .cbc(mac: .sha1), 16, .sha256),
        suite(0xC014, "ECDHE-RSA-AES256-SHA", .cbc(mac: .sha1), 32, .sha256),
        suite(0xC009, "ECDHE-ECDSA-AES128-SHA", .cbc(mac: .sha1), 16, .sha256),
        suite(0xC00A, "ECDHE-ECDSA-AES256-SHA", .cbc(mac: .sha1), 32, .sha256),
        suite(0xC027, "ECDHE-RSA-AES128-SHA256", .cbc(mac: .sha256), 16, .sha256),
        suite(0xC028, "ECDHE-RSA-AES256-SHA384", .cbc(mac: .sha384), 32, .sha384),
        suite(0xC023, "ECDHE-ECDSA-AES128-SHA256", .cbc(mac: .sha256), 16, .sha256),
        suite(0xC024, "ECDHE-ECDSA-AES256-SHA384", .cbc(mac: .sha384), 32, .sha384),
        suite(0x002F, "AES128-SHA", .cbc(mac: .sha1), 16, .sha256),
        suite(0x0035, "AES256-SHA", .cbc(mac: .sha1), 32, .sha256),
        suite(0x003C, "AES128-SHA256", .cbc(mac: .sha256), 16, .sha256),
        suite(0x003D, "AES256-SHA256", .cbc(mac: .sha256), 32, .sha256),
        suite(0x0033, "DHE-RSA-AES128-SHA", .cbc(mac: .sha1), 16, .sha256),
        suite(0x0039, "DHE-RSA-AES256-SHA", .cbc(mac: .sha1), 32, .sha256),
        suite(0x0067, "DHE-RSA-AES128-SHA256", .cbc(mac: .sha256), 16, .sha256),
        suite(0x006B, "DHE-RSA-AES256-SHA256", .cbc(mac: .sha256), 32, .sha256),
    ]
}
