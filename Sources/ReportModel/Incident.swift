public import Vocabulary

/// A story over several findings.
public struct Incident: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case brokerOutage = "broker-outage"
        case rollingRestart = "rolling-restart"
        case brokerStall = "broker-stall"
        case hostUnreachable = "host-unreachable"
        case signInStorm = "sign-in-storm"
        case addressMismatch = "address-mismatch"
        case pathTrouble = "path-trouble"
        /// Clients are refused because of partitions that Metadata tells as leaderless or under-replicated.
        case partitionsUnwell = "partitions-unwell"
        /// One broker answers an error that speaks of the broker itself.
        case brokerErrors = "broker-errors"
        /// One server ends connections of several hosts, or leaves their requests unanswered, and nothing says why.
        case connectionsLost = "connections-lost"
        /// Another cluster answers at an address from one moment on.
        case switchedOver = "switched-over"
        /// What clients of a gateway meet, and the server behind it that shows the cause.
        case behindGateway = "behind-gateway"
    }

    public struct ClientRecovery: Sendable {
        public var client: String
        public var clientId: String?
        /// From the incident's start to the first answered request to that broker's successor; nil: not in this capture.
        public var recoveredAfterMs: Double?
        public init(client: String, clientId: String?, recoveredAfterMs: Double?) {
            self.client = client
            self.clientId = clientId
            self.recoveredAfterMs = recoveredAfterMs
        }
    }

    public struct Related: Sendable {
        public var error: String
        public var count: Int
        public var server: String?
        public init(error: String, count: Int, server: String?) {
            self.error = error
            self.count = count
            self.server = server
        }
    }

    public var id = ""
    public var kind: Kind
    public var from: CaptureTime
    public var to: CaptureTime
    public var rootServer: String?
    public var nodeId: Int?
    /// The finding that explains the others, where it is none at the root server.
    public var rootFinding: String?
    public var findings: [String] = []
    public var clients: [ClientRecovery] = []
    public var related: [Related] = []
    public var facts: [Fact] = []

    /// The fact of a key, or nil.
    public subscript(key: FactKey) -> FactValue? { facts.first { $0.key == key }?.value }

    /// All brokers that it struck, where they are several.
    public var struck: [String] {
        if case .list(let servers)? = self[.tried] { servers } else { [] }
    }

    public init(kind: Kind, from: CaptureTime, to: CaptureTime) {
        self.kind = kind
        self.from = from
        self.to = to
    }
}
