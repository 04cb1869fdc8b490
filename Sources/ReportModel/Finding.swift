public import Vocabulary

/// What is wrong, or worth knowing. The raw values are the report contract's.
public enum FindingKind: String, Sendable, CaseIterable {
    case disconnectBeforeResponse = "disconnect-before-response"
    case responseOverdue = "response-overdue"
    case authTerminated = "auth-terminated"
    case advertisedAddressMismatch = "advertised-address-mismatch"
    case brokerUnavailable = "broker-unavailable"
    case connectFailure = "connect-failure"
    case networkPath = "network-path"
    case tlsFailure = "tls-failure"
    case probe
    case protocolMismatch = "protocol-mismatch"
    case protocolViolation = "protocol-violation"
    case sessionExpired = "session-expired"
    case idleClose = "idle-close"
    case abandonedByClient = "abandoned-by-client"
    case notLeader = "not-leader"
    case errorResponse = "error-response"
    case throttled
    case unsupportedVersion = "unsupported-version"
    case slowResponse = "slow-response"
    case identityConflict = "identity-conflict"
    case acknowledgedLost = "acknowledged-lost"
    case committedOffsetLost = "committed-offset-lost"
    case slowSetup = "slow-setup"
    case clientSettings = "client-settings"
    case clusterChanged = "cluster-changed"
    case highWatermarkStuck = "high-watermark-stuck"
    case underReplicated = "under-replicated"
    case leaderless
    case connectionChurn = "connection-churn"
    case credentialsInClear = "credentials-in-clear"
    case riskyProducer = "risky-producer"
    case singleBootstrap = "single-bootstrap"
    case certificateNotice = "certificate-notice"
    case consumerStalled = "consumer-stalled"
    case consumerFallsBehind = "consumer-falls-behind"
    case rebalance
    case captureIncomplete = "capture-incomplete"
}

public enum Severity: String, Sendable, CaseIterable, Comparable {
    case info, warning, error
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

public enum Confidence: String, Sendable, CaseIterable, Comparable {
    case possible, likely, certain
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (a: Confidence, b: Confidence) -> Bool { a.rank < b.rank }
}

/// Whether a fault heals by itself (`transient`) or comes back until a setting is changed (`structural`).
public enum Nature: String, Sendable, CaseIterable { case transient, structural }

public enum Closer: String, Sendable, CaseIterable { case broker, client, middlebox, unknown }

/// Where a finding is in its life. A report made at the end has only final ones; a live one has all.
public enum FindingState: String, Sendable, CaseIterable { case open, changed, withdrawn, final }

/// Why a finding of any kind came about, by kind:
/// lost responses, sign-ins, and TLS handshakes share the one list, so that a name means one thing.
public enum Cause: String, Sendable, CaseIterable {
    // disconnect-before-response
    case brokerCrashed = "broker-crashed"
    case brokerShutdown = "broker-shutdown"
    case hostUnreachable = "host-unreachable"
    case requestTimeout = "request-timeout"
    case idleTimeout = "idle-timeout"
    case middleboxReset = "middlebox-reset"
    case unsupportedVersion = "unsupported-version"
    case oversizedRequest = "oversized-request"
    case unparsableRequest = "unparsable-request"
    case connectionLimit = "connection-limit"
    case noBrokerBehind = "no-broker-behind"
    case unknown
    // auth-terminated
    case refused
    case unsupportedMechanism = "unsupported-mechanism"
    case clientWithoutSasl = "client-without-sasl"
    case listenerWithoutSasl = "listener-without-sasl"
    case closedMidway = "closed-midway"
    case clientGaveUp = "client-gave-up"
    case reauthentication
    // tls-failure
    case unknownCA = "unknown-ca"
    case wrongName = "wrong-name"
    case certificateExpired = "certificate-expired"
    case certificateNotYetValid = "certificate-not-yet-valid"
    case clientCertificateMissing = "client-certificate-missing"
    case clientCertificateRefused = "client-certificate-refused"
    case certificateRevoked = "certificate-revoked"
    case handshakeNotAnswered = "handshake-not-answered"
    case noCommonVersion = "no-common-version"
    case noCommonCipher = "no-common-cipher"
    case handshakeCut = "handshake-cut"
    // slow-setup
    case acceptQueueFull = "accept-queue-full"
    case reverseDNS = "reverse-dns"
    // Consumers
    case notFetching = "not-fetching"
    case openTransaction = "open-transaction"
}

/// What exactly is wrong with an address or a protocol.
public enum Detail: String, Sendable, CaseIterable {
    // addresses, in the order in which the first that fits wins
    case unresolvable, unspecified, loopback, stale, `protocol`, certificate, refused, rejected
    case noAnswer = "no-answer"
    case sameEndpoint = "same-endpoint"
    case wrongNode = "wrong-node"
    case `private`
    // protocol-mismatch
    case tlsToPlaintext = "tls-to-plaintext"
    case plaintextToTLS = "plaintext-to-tls"
    case http
    case proxyProtocol = "proxy-protocol"
    case otherProtocol = "other-protocol"
    // protocol-violation
    case malformedResponse = "malformed-response"
    case unknownCorrelationId = "unknown-correlation-id"
    case answersOutOfOrder = "answers-out-of-order"
    // network-path
    case oneWay = "one-way"
    case interrupted, lossy
    case mtuBlackHole = "mtu-black-hole"
    case lostAttempts = "lost-attempts"
    case forgedResets = "forged-resets"
    // slow-setup
    case dns, tcp, tls
    case signIn = "sign-in"
    // client-settings
    case waitOverTimeout = "wait-over-timeout"
    case headOfLine = "head-of-line"
    case answerTooLarge = "answer-too-large"
    // identity-conflict
    case groupInstanceId = "group-instance-id"
    case transactionalId = "transactional-id"
    // cluster-changed
    case sameAddress = "same-address"
    case sameName = "same-name"
    // certificate-notice
    case selfSigned = "self-signed"
    case expiresSoon = "expires-soon"
    case nameNotCovered = "name-not-covered"
}

/// What became of a request that got no answer.
public enum Outcome: String, Sendable, CaseIterable {
    case unknown
    case notRetried = "not-retried"
    case storedOnce = "stored-once"
    case storedTwice = "stored-twice"
    case possiblyTwice = "possibly-twice"
    case noEffect = "no-effect"
}

/// One finding: values and evidence, no words. `Narration` (module Reports) words it.
public struct Finding: Sendable {
    /// `KIND-FRAME`, with `sN.` before the frame where there are several sources, and `.2`, `.3` … for further findings
    /// of that kind with the same first frame. From the evidence alone, so the same from run to run.
    public var id = ""
    public var kind: FindingKind
    public var severity: Severity
    public var confidence: Confidence
    public var nature: Nature?
    public var state = FindingState.final
    public var revision = 1

    public var first: CaptureTime
    public var last: CaptureTime
    /// The times in which it was seen, in order; what lies more than minutes apart is apart. Empty: all of its span.
    public var episodes: [ClosedRange<CaptureTime>] = []
    /// Connections, or responses where the kind speaks of responses, or attempts for addresses.
    public var count = 1
    /// Of late answers, the APIs that were late themselves, and not only behind others of their connection.
    public var ownApis: Set<String> = []

    /// `address` of the client's host (one finding is for one client host), or `address:port` where it is one connection.
    public var client: String?
    public var clientId: String?
    /// All client ids that share the finding, `clientId` first.
    public var clientIds: [String] = []
    /// `address:port` connected to, or `name:port` as given out where nothing could be tried.
    public var server: String?
    public var nodeId: Int?
    /// Several nodes behind one endpoint (`same-endpoint`).
    public var nodeIds: [Int] = []
    /// Who gave the address out.
    public var advertisedBy: [String] = []

    public var detail: Detail?
    /// TLS alerts by their RFC 8446 name stand where `detail` would.
    public var alert: String?
    public var cause: Cause?
    public var closedBy: Closer?
    /// Kafka's name of the error code.
    public var error: String?
    /// Why the confidence is not higher: what the capture lacks.
    public var doubt: [Doubt] = []

    public var requests: [LostRequest] = []
    /// Requests beyond `Limits.requestsPerFinding`.
    public var requestsLeftOut = 0
    /// How many of them all were lost on connections that nobody closed.
    public var requestsOnOpenConnections = 0
    public var evidence = Evidence()
    /// Further values that the words need, in the order in which they matter.
    public var facts: [Fact] = []
    /// The libraries seen at the client's end, for the words of their logs.
    public var clientSoftware: [String] = []

    public init(
        kind: FindingKind, severity: Severity, confidence: Confidence, nature: Nature? = nil,
        first: CaptureTime, last: CaptureTime
    ) {
        self.kind = kind
        self.severity = severity
        self.confidence = confidence
        self.nature = nature
        self.first = first
        self.last = last
    }

    /// The value of the first fact of that name.
    /// What was lost had reached its server when its client had given up on it already: something had kept it on the way.
    public var reachedLate: Bool {
        kind == .disconnectBeforeResponse && cause == .requestTimeout && !requests.isEmpty && requestsLeftOut == 0
            && requests.allSatisfy { $0.waitedMs < 1000 }
    }

    /// Connections were slow to begin with, at a server that answered others all the while.
    public var isSlowStart: Bool { kind == .slowResponse && self[.firstOnConnection] == .flag(true) }

    /// Responses to requests from before the capture, which waited since its beginning at least.
    public var isFromBefore: Bool { kind == .slowResponse && self[.sentBeforeCapture] == .flag(true) }

    /// Responses that came late because the network took the time.
    public var isSlowWay: Bool { kind == .slowResponse && self[.wayTookMs] != nil }

    public subscript(key: FactKey) -> FactValue? { facts.first { $0.key == key }?.value }
}

/// Reasons for doubt, worded by the writers.
public enum Doubt: String, Sendable, CaseIterable {
    case gapInAnswers = "gap-in-answers"
    case gapInRequests = "gap-in-requests"
    case startsMidway = "starts-midway"
    case packetsCut = "packets-cut"
    case packetsDropped = "packets-dropped"
    case oneDirection = "one-direction"
    case encrypted
    case captureEnds = "capture-ends"
    case attemptNotSeen = "attempt-not-seen"
    case nameNotLookedUp = "name-not-looked-up"
    case damagedCapture = "damaged-capture"
}

/// A request that left and was not answered.
public struct LostRequest: Sendable {
    public var api: String
    public var apiKey: Int
    public var version: Int
    public var correlationId: Int
    public var clientId: String?
    public var sent: CaptureTime
    public var waitedMs: Double
    /// Whether the peer's TCP acknowledged all of it; nil where that cannot be seen.
    public var acknowledged: Bool?
    public var topics: [String] = []
    /// Where all that it carries is for one partition of one topic.
    public var partition: Int?
    /// All that it carries is one batch.
    public var hasOneBatch = false
    public var acks: Int?
    public var idempotent: Bool?
    public var transactional: Bool?
    public var outcome = Outcome.unknown
    public var frame: FrameRef
    /// The resend and its answer, where they were found.
    public var resentFrame: FrameRef?
    public var resentTime: CaptureTime?
    public var resentAnswerFrame: FrameRef?
    public var resentOffset: Int?
    /// Where the resend went.
    public var resentTo: String?
    /// Bytes seen of a request that was not sent to its end.
    public var partial = false

    public init(
        api: String, apiKey: Int, version: Int, correlationId: Int, sent: CaptureTime, waitedMs: Double, frame: FrameRef
    ) {
        self.api = api
        self.apiKey = apiKey
        self.version = version
        self.correlationId = correlationId
        self.sent = sent
        self.waitedMs = waitedMs
        self.frame = frame
    }
}

/// The frames that prove a finding, and the connections they belong to.
public struct Evidence: Sendable {
    /// In order, without repetition, at most `Limits.framesPerFinding`.
    public var frames: [FrameRef] = []
    /// Ids of connections in the report.
    public var connections: [String] = []
    public init() {}
}
