public import Vocabulary

/// The whole report, as facts. Writers (module Reports) turn it into JSON, terminal text and HTML.
public struct Report: Sendable {
    public static let schema = "brokertap.report/1"

    public var tool = ToolInfo()
    /// Of a live run that goes on: what is open may still change.
    public var isInterim = false
    public var capture = CaptureInfo()
    public var summary = Summary()
    /// Nil: the report is of all that was captured.
    public var view: ViewInfo?
    public var brokers: [BrokerRow] = []
    public var clients: [ClientRow] = []
    public var connections: [ConnectionRow] = []
    public var connectionGroups: [ConnectionGroupRow] = []
    public var latency: [LatencyRow] = []
    /// Nil in a narrowed report: these are counted over the whole.
    public var apis: [ApiRow]?
    public var incidents: [Incident] = []
    /// Worst first: by severity, then by count of what they cost, then by first evidence.
    public var findings: [Finding] = []
    public var timeline: [TimelineEvent] = []
    /// Events beyond `Limits.timelineEvents`, by kind.
    public var timelineFolded: [(kind: TimelineEvent.Kind, count: Int)] = []
    public var limits: [LimitTrip] = []
    /// What needs every message read; nil where that was not done, and `tablesState` says why.
    public var tables: DepthTables?
    public var tablesState = DepthState.notAsked
    public var setup: [SetupRow] = []
    public var listeners: [ListenerRow] = []
    public var gateways: [GatewayRow] = []
    /// Lines of clients' logs beside the packets; nil where none were given.
    public var clientLog: [ClientLogRow]?
    public var clientLogFiles: [ClientLogFile] = []
    /// What was not told, or as information only, because it is normal where it stands.
    public var excuses: [ExcuseCount] = []
    /// Who was told which address, and what became of it. Like the next two for outputs that draw; not in the JSON report.
    public var addresses: [AddressRow] = []
    public var errorCounts: [ErrorCountRow] = []
    /// Nil unless `AnalyzerOptions.keepsRequests` was set.
    public var requestLog: RequestColumns?
    /// Names of addresses, from DNS answers, name resolution blocks and `--hosts`, for the writers.
    public var names: [IPAddress: String] = [:]

    public init() {}
}

public struct ToolInfo: Sendable {
    public var name = "brokertap"
    public var version = ""
    public var arguments: [String] = []
    public var filter: String?
    public var keysUsed = false
    /// A key log was given, whether or not it opened anything.
    public var keysGiven = false
    /// It was a live run: its sources cannot be read again.
    public var isLive = false
    /// Where a live run wrote its packets.
    public var recorded: [String] = []
    public init() {}
}

/// One file or interface.
public struct SourceInfo: Sendable {
    public var name = ""
    /// `pcap`, `pcapng`; with `+gzip` or `+zstd` where packed.
    public var format = ""
    public var linkTypes: [String] = []
    public var packets: Int64 = 0
    public var bytes: Int64 = 0
    public var first: CaptureTime?
    public var last: CaptureTime?
    /// The least snap length that cut packets; nil where none was cut.
    public var cutPackets: Int64 = 0
    public var truncated = false
    /// What may be secret was blanked before the packets were written.
    public var isBlanked = false
    /// Why and where reading stopped before the end, for a reader: names file and offset.
    public var fault: String?
    public var faultOffset: Int64?
    public init() {}
}

public struct CaptureInfo: Sendable {
    public var sources: [SourceInfo] = []
    public var dropped: Int64 = 0
    /// Reading was stopped by the user before the end.
    public var partial = false
    public var coverage = Coverage()
    /// Packets by outcome of the packet layer (`tcp`, `udp`, `malformed` …), zero counts left out.
    public var packetOutcomes: [(name: String, count: Int64)] = []
    /// Steps of the capturing host's clock; all times of the report are told without them.
    public var clockSteps: [ClockStepInfo] = []
    /// Of each source but the first.
    public var clockOffsets: [ClockOffsetInfo] = []
    public init() {}
}

/// The capturing host's clock was set while it captured.
public struct ClockStepInfo: Sendable {
    /// The first packet behind it, and the time that the capture gives that one.
    public var frame: FrameRef
    public var time: CaptureTime
    /// How far it was set; negative where it was set back.
    public var byMs: Double

    public init(frame: FrameRef, time: CaptureTime, byMs: Double) {
        (self.frame, self.time, self.byMs) = (frame, time, byMs)
    }
}

/// How far a source's clock stands from the first one's.
public struct ClockOffsetInfo: Sendable {
    /// The file's base name.
    public var source = ""
    /// Its clock less the first one's; nil where the two have no packets in common.
    public var offsetMs: Double?
    public var lowMs: Double?
    public var highMs: Double?
    /// The source's times were put right by it.
    public var corrected = false
    public init() {}
}

/// How much of the capture was understood.
public struct Coverage: Sendable {
    public var tcpPayloadBytes: Int64 = 0
    public var understoodBytes: Int64 = 0
    public var encryptedBytes: Int64 = 0
    public var gapBytes: Int64 = 0
    public var unknownBytes: Int64 = 0
    public var otherProtocolBytes: Int64 = 0
    /// Messages decoded to their last byte / only paired (unknown API or version) / cut by gap or snap length / malformed.
    public var messagesDecoded: Int64 = 0
    public var messagesPairedOnly: Int64 = 0
    /// Answers among these to requests that are known: whether they refuse was not read.
    public var answersUnread: Int64 = 0
    public var messagesCut: Int64 = 0
    public var messagesMalformed: Int64 = 0
    public var messagesWithBytesLeftOver: Int64 = 0
    /// Connections seen in one direction only, and connections that began before the capture.
    public var oneDirectionConnections = 0
    /// Most of the connections that carried data were seen in one direction: answers, or requests, are not in the capture.
    public var isMostlyOneSided = false
    /// Of the connections that speak Kafka, those seen in one direction only.
    public var oneDirectionKafkaConnections = 0
    public var midStreamConnections = 0
    /// Other protocols seen, by name, with their bytes.
    public var otherProtocols: [(name: String, bytes: Int64)] = []
    /// Why it is not all: sentences for a reader, most important first.
    public var reasons: [String] = []

    public init() {}

    /// How many bytes captured or missing are neither understood, encrypted nor unknown; never below 0 in a report.
    public var bytesToSpare: Int64 { tcpPayloadBytes + gapBytes - understoodBytes - encryptedBytes - unknownBytes }

    /// Understood share of the payload, 0 to 1; nil where there was no payload.
    public var understoodShare: Double? {
        guard tcpPayloadBytes > 0 else { return nil }
        // What is missing from the capture could not be read either.
        return min(1, Double(understoodBytes) / (Double(tcpPayloadBytes) + Double(max(0, gapBytes))))
    }
}

public struct Summary: Sendable {
    public var status = Status.cannotJudge
    /// What keeps silence from meaning health; said of `cannotJudge`, and beside findings.
    public var unjudged: [Unjudged] = [.noPackets]
    /// What the headline speaks of: an incident's id, or else a finding's.
    public var rootIncident: String?
    public var rootFinding: String?
    /// Connections that were established or had data; refused attempts are counted apart.
    public var connections = 0
    public var connectionsRefused = 0
    /// Each request is exactly one of five: answered, lost, given up, still waiting, or without a wish for an answer.
    public var requests: Int64 { answered + lost + givenUp + stillWaiting + wantNoAnswer }
    /// Also those whose answer fell into a hole of the capture.
    public var answered: Int64 = 0
    /// Their connection ended, or their server fell silent for good, before the answer.
    public var lost: Int64 = 0
    /// Their client closed by itself, as programs do when they end.
    public var givenUp: Int64 = 0
    /// Unanswered when the capture ended, their connection open.
    public var stillWaiting: Int64 = 0
    /// Requests that want no answer (acks=0), and those of which that cannot be told.
    public var wantNoAnswer: Int64 = 0
    /// Of these, those of which it cannot be told.
    public var mayWantNoAnswer: Int64 = 0
    public var responses: Int64 = 0
    /// Requests that want a response and got none, less those still young when the capture ended.
    public var unanswered: Int64 = 0
    public var errors = 0
    public var warnings = 0
    public var infos = 0
    public init() {}
}

public struct BrokerRow: Sendable {
    /// Addresses (`address:port`) at which it was reached.
    public var addresses: [String] = []
    public var nodeIds: [Int] = []
    /// `host:port` as it was given out.
    public var advertised: [String] = []
    public var rack: String?
    public var clusterIds: [String] = []
    public var connections = 0
    public var requests: Int64 = 0
    public var errors: Int64 = 0
    public init() {}
}

public struct ClientRow: Sendable {
    public var address = ""
    public var clientIds: [String] = []
    /// `name version` (KIP-511).
    public var software: [String] = []
    public var mechanisms: [String] = []
    public var connections = 0
    public var requests: Int64 = 0
    public init() {}
}

/// Refused connections and the rest beyond the limit, folded by client host and server.
public struct ConnectionGroupRow: Sendable {
    public var client = ""
    public var server = ""
    public var connections = 0
    public var requests: Int64 = 0
    public var bytes: Int64 = 0
    public init() {}
}

public struct ConnectionRow: Sendable {
    /// `c` and the connection's place by first frame: `c1`, `c2` …
    public var id = ""
    public var client = ""
    public var server = ""
    public var clientName: String?
    public var serverName: String?
    public var opened: CaptureTime
    public var ended: CaptureTime?
    public var last: CaptureTime
    public var firstFrame: FrameRef
    public var lastFrame: FrameRef
    public var clientBytes: Int64 = 0
    public var serverBytes: Int64 = 0

    // TCP
    /// `seen`, `refused`, `rejected`, `no-answer`, `before-capture`.
    public var handshake = ""
    /// From SYN to SYN+ACK.
    public var handshakeMs: Double?
    /// The look-up before it, TLS's handshake, and the sign-in; for outputs that draw them.
    public var dnsMs: Double?
    public var tlsMs: Double?
    public var signInMs: Double?
    public var retransmissions: Int64 = 0
    public var zeroWindowMs: Double = 0
    public var gapBytes: Int64 = 0
    /// `fin`, `reset`, `open`, `refused`, `rejected`, `no-answer`, `evicted`.
    public var end = ""
    public var closedBy: Closer?

    // TLS
    public var tlsVersion: String?
    public var tlsServerName: String?
    public var tlsCipher: String?

    /// Base names of the sources that saw it.
    public var views: [String] = []

    // Kafka
    public var `protocol` = ""
    public var securityProtocol: String?
    public var mechanism: String?
    public var principal: String?
    public var clientId: String?
    public var software: String?
    public var nodeId: Int?
    public var requests: Int64 = 0
    public var responses: Int64 = 0
    public var unanswered: Int64 = 0
    public var errors: Int64 = 0

    public init(opened: CaptureTime, last: CaptureTime, firstFrame: FrameRef, lastFrame: FrameRef) {
        self.opened = opened
        self.last = last
        self.firstFrame = firstFrame
        self.lastFrame = lastFrame
    }
}

/// Response times of one API with one broker, or with one client.
public struct LatencyRow: Sendable {
    public var api = ""
    /// `address:port`; nil in a row by client.
    public var broker: String?
    /// Client id, or the client's address; nil in a row by broker.
    public var client: String?
    /// A Fetch that waited because there was nothing to read: no latency of the broker.
    public var longPoll = false
    public var count: Int64 = 0
    public var p50Ms = 0.0
    public var p90Ms = 0.0
    public var p99Ms = 0.0
    public var p999Ms = 0.0
    public var maxMs = 0.0
    /// Answers by time: entry n counts those from 2^n to 2^(n+1) microseconds, the first all that were faster than 2.
    public var octaves: [Int64] = []
    public init() {}
}

/// One event of the timeline.
public struct TimelineEvent: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case connectionOpened = "connection-opened"
        case connectionEnded = "connection-ended"
        case connectFailed = "connect-failed"
        case tls
        case signIn = "sign-in"
        case addresses
        case error
        case gap
        case drop
        case lostRequest = "lost-request"
        case dns
        /// A line of a log that was given beside the capture.
        case clientLog = "client-log"
        /// What the user says happened.
        case userEvent = "event"
    }

    public var time: CaptureTime
    public var frame: FrameRef
    /// Id of a connection in the report; nil where it belongs to none.
    public var connection: String?
    public var kind: Kind
    public var client: String?
    public var server: String?
    /// Short text of facts: names and numbers only, no advice.
    public var text: String
    /// Hosts that the text names, as it names them.
    public var hosts: [String] = []
    /// Ids of findings that name this event.
    public var findings: [String] = []

    public init(time: CaptureTime, frame: FrameRef, connection: String?, kind: Kind, text: String) {
        self.time = time
        self.frame = frame
        self.connection = connection
        self.kind = kind
        self.text = text
    }
}
