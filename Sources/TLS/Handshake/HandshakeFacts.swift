public import Vocabulary

/// When and where something was captured.
public struct Moment: Sendable, Hashable {
    public var time: CaptureTime
    public var frame: FrameRef

    public init(_ time: CaptureTime, _ frame: FrameRef) {
        self.time = time
        self.frame = frame
    }
}

/// What a TLS connection's handshake showed, in clear or opened with keys.
public struct HandshakeFacts: Sendable {
    // ClientHello
    /// Versions that the client offered, as on the wire.
    public var offeredVersions: [UInt16] = []
    public var offeredCiphers: [UInt16] = []
    /// Server name that the client asked for (RFC 6066).
    public var serverName: String?
    /// Application protocols that the client offered (RFC 7301).
    public var applicationProtocols: [String] = []
    /// The client offered to go on with an earlier session (a ticket, a session id, or a pre-shared key).
    public var resumptionOffered = false
    /// The client meant to send data with its first flight (0-RTT).
    public var earlyData = false

    // ServerHello
    /// The version agreed on, as on the wire (0x0303 TLS 1.2, 0x0304 TLS 1.3); 0 where unknown.
    public var version: UInt16 = 0
    public var cipher: UInt16 = 0
    /// The server asked for another ClientHello (HelloRetryRequest).
    public var retried = false
    /// The session goes on with an earlier one's secrets; nil where that could not be seen.
    public var resumed: Bool?

    // Certificates
    /// The server's certificates, its own first; empty where they were not readable.
    public var serverCertificates: [CertificateFacts] = []
    public var clientCertificateRequested = false
    /// The client answered with an empty list (true) or with certificates (false); nil where that was not seen.
    public var clientCertificateEmpty: Bool?

    /// Handshake messages read, in order of each side (RFC 8446, section 4).
    public var clientMessages: [UInt8] = []
    public var serverMessages: [UInt8] = []
    /// ChangeCipherSpec seen.
    public var clientChangedCipher = false
    public var serverChangedCipher = false

    public var clientHello: Moment?
    public var serverHello: Moment?
    /// The last message of the handshake as far as it could be told.
    public var finished: Moment?

    /// The first alert that says more than goodbye.
    public var alert: AlertFacts?
    /// close_notify of each side.
    public var clientSaidGoodbye = false
    public var serverSaidGoodbye = false

    /// Records with encrypted content, of both sides: the first of them, and the last.
    public var firstRecords: [RecordNote] = []
    public var lastRecords: [RecordNote] = []
    /// Who waited for whom behind that.
    public var turns = SealedTurns()
    public var clientRecords = 0
    public var serverRecords = 0
    public var clientRecordBytes: Int64 = 0
    public var serverRecordBytes: Int64 = 0

    /// Records opened with keys.
    public var openedRecords = 0
    /// Records that keys did not open.
    public var failedRecords = 0
    /// Why the records cannot be opened although there are keys.
    public var obstacle: String?

    static let notedFirst = 14
    static let notedLast = 6

    public init() {}

    /// Records were opened: what is said of the connection rests on plain text.
    public var isOpened: Bool { openedRecords > 0 }
}

/// A record whose content is not in clear.
public struct RecordNote: Sendable, Hashable {
    public var fromClient: Bool
    /// The type on the outside (23 for everything in TLS 1.3).
    public var type: UInt8
    /// Bytes of the body.
    public var length: UInt16
    public var moment: Moment
}

/// An alert (RFC 8446, section 6).
public struct AlertFacts: Sendable, Hashable {
    /// 1 warning, 2 fatal.
    public var level: UInt8
    public var code: UInt8
    public var fromClient: Bool
    /// It was encrypted, and opened with keys.
    public var wasEncrypted: Bool
    public var moment: Moment
    /// Its name in RFC 8446 or the RFCs before.
    public var name: String { AlertName.of(code) }
}

/// Names of alerts.
public enum AlertName {
    public static let closeNotify: UInt8 = 0
    public static let userCanceled: UInt8 = 90

    /// `unknown_ca` for 48; `alert_99` where there is none.
    public static func of(_ code: UInt8) -> String {
        names[code] ?? "alert_\(code)"
    }

    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
        22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
        42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
        46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
        51: "decrypt_error", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
        80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
        109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable",
        112: "unrecognized_name",
        113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
        116: "certificate_required", 120: "no_application_protocol",
    ]
}

/// What a certificate says (RFC 5280).
public struct CertificateFacts: Sendable, Hashable {
    public var subject: String?
    public var issuer: String?
    public var dnsNames: [String] = []
    public var addresses: [IPAddress] = []
    /// Seconds since 1970.
    public var notBefore: Int64 = 0
    public var notAfter: Int64 = 0
    /// `RSA`, `EC`, `ED25519`, …
    public var keyType = ""
    public var keyBits = 0
    /// Subject and issuer are the same.
    public var selfSigned = false

    /// Whether the certificate is good for a name or an address (RFC 6125, section 6.4; wildcards for one label).
    public func covers(_ name: String) -> Bool {
        if let address = IPAddress(name) { return addresses.contains(address) }
        let wanted = name.lowercased()
        let names = dnsNames.isEmpty ? [subject].compactMap { $0 } : dnsNames
        return names.contains { Self.matches(pattern: $0.lowercased(), wanted) }
    }

    private static func matches(pattern: String, _ name: String) -> Bool {
        guard pattern.hasPrefix("*.") else { return pattern == name }
        guard let dot = name.firstIndex(of: ".") else { return false }
        return name[dot...] == pattern.dropFirst()
    }
}
