public import Vocabulary

/// How a listener is protected.
public enum ListenerProtocol: String, Sendable, CaseIterable {
    case plaintext = "PLAINTEXT"
    case saslPlaintext = "SASL_PLAINTEXT"
    case ssl = "SSL"
    case saslSSL = "SASL_SSL"
    /// TLS that was not opened: whether clients sign in inside it was not seen.
    case tls = "TLS"
}

/// A certificate that a listener showed.
public struct ListenerCertificate: Sendable, Hashable {
    public var subject: String?
    public var issuer: String?
    /// Names and addresses that it is for.
    public var names: [String] = []
    public var notBefore: CaptureTime?
    public var notAfter: CaptureTime?
    public var selfSigned = false
    /// `RSA`, `EC`, …, and its size; 0 where that was not told.
    public var keyType = ""
    public var keyBits = 0
    public init() {}
}

/// An address and port of a broker, and how one gets in: what a security review asks. Needs no messages.
public struct ListenerRow: Sendable {
    public var server = ""
    public var connections = 0
    /// Client hosts.
    public var clients = 0
    public var protocols: [ListenerProtocol] = []
    public var tlsVersions: [String] = []
    public var ciphers: [String] = []
    /// What clients signed in by, or tried to.
    public var mechanisms: [String] = []
    /// What the broker said it takes, where it said so.
    public var mechanismsOffered: [String] = []
    /// Connections that worked without a sign-in and without a certificate of the client.
    public var anonymous = 0
    /// Sign-ins that carried a password readable by anybody on the way.
    public var passwordsInClear = 0
    /// Connections with a client's certificate; nil where none was seen and it could not be told (TLS 1.3 without keys).
    public var clientCertificates: Int?
    /// Connections whose TLS was not opened: who used them, and whether they signed in, was not seen.
    public var notOpened = 0
    /// Server names that clients asked for.
    public var serverNames: [String] = []
    /// What it showed, the last one last; empty where none could be read (TLS 1.3 without keys).
    public var certificates: [ListenerCertificate] = []
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}
