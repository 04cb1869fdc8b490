public import Vocabulary

/// An address behind which several nodes are, or that passes Kafka on.
public struct GatewayRow: Sendable {
    public enum Routing: String, Sendable, CaseIterable {
        case byPort = "by-port"
        case byName = "by-name"
        /// A forwarder that rewrites nothing.
        case none
    }

    public enum SignIn: String, Sendable, CaseIterable {
        case atGateway = "at-gateway"
        case passedOn = "passed-on"
    }

    public struct Node: Sendable {
        /// Nil where only a name in a ClientHello tells of it.
        public var nodeId: Int?
        public var host = ""
        public var port = 0
        public init(nodeId: Int?, host: String, port: Int) {
            (self.nodeId, self.host, self.port) = (nodeId, host, port)
        }
    }

    /// What the gateway puts before the clients' names for the brokers behind it.
    public struct Renames: Sendable {
        public var topicPrefix: String?
        public var groupPrefix: String?
        public init(topicPrefix: String?, groupPrefix: String?) {
            (self.topicPrefix, self.groupPrefix) = (topicPrefix, groupPrefix)
        }
    }

    /// The client's leg less the broker's, request by request.
    public struct Added: Sendable {
        public var p50Ms: Double
        public var p99Ms: Double
        public init(p50Ms: Double, p99Ms: Double) { (self.p50Ms, self.p99Ms) = (p50Ms, p99Ms) }
    }

    /// A connection to the gateway and the one behind that it was passed on to. For drawings; not in the JSON report.
    public struct Leg: Sendable, Hashable {
        /// The gateway's own port, and the name asked for there (TLS).
        public var port: Int
        public var name: String?
        /// `address:port` behind it.
        public var server: String
        public init(port: Int, name: String?, server: String) {
            (self.port, self.name, self.server) = (port, name, server)
        }
    }

    public var address = ""
    public var confidence = Confidence.possible
    /// Nil: the capture does not show it, as of those below.
    public var routing: Routing?
    public var nodes: [Node] = []
    public var clusterIds: [String] = []
    public var signIn: SignIn?
    public var renames: Renames?
    public var added: Added?
    /// Whom its PROXY headers name: the hosts that its connections to brokers are for. Each once, and how many more there are.
    public var clients: [String] = []
    public var clientsLeftOut = 0
    /// Each once.
    public var legs: [Leg] = []
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }
}

/// When one request was sent and answered, to compare it with its copy on a gateway's other leg.
public struct LegWait: Sendable {
    public var api: Int16
    public var sent: CaptureTime
    public var answered: CaptureTime
    /// Where a Produce of one partition was stored; nil where it was none, or refused.
    public var storedAt: Int64?
    public init(api: Int16, sent: CaptureTime, answered: CaptureTime, storedAt: Int64? = nil) {
        (self.api, self.sent, self.answered, self.storedAt) = (api, sent, answered, storedAt)
    }
}
