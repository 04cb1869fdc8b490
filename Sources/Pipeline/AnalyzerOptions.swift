public import Vocabulary

/// What to analyse, and within which bounds.
public struct AnalyzerOptions: Sendable {
    public var limits = Limits()
    /// A BPF filter.
    public var filter: String?
    public var from: TimeBound?
    public var to: TimeBound?
    /// Hosts or client ids; empty means all.
    public var clients: [String] = []
    /// Hosts, `host:port` or node ids; empty means all.
    public var brokers: [String] = []
    /// Names of addresses that the user gave.
    public var hosts: [IPAddress: String] = [:]
    /// Keep requests one by one, up to `Limits.loggedRequests`, for an output that draws them.
    public var keepsRequests = false
    /// Of each of them where its time went too, as far as the depth tables know it.
    public var keepsRequestParts = false
    /// Whether every message is read, for the depth tables; nil: where the input is small enough.
    public var makesTables: Bool?
    /// Key logs of TLS (`SSLKEYLOGFILE`'s form), read as far as they go.
    public var keylog: [String] = []
    /// Whether secrets are used at all, those inside captures included.
    public var usesKeys = true
    /// Logs of clients and brokers, to be read beside the packets.
    public var clientLogs: [String] = []
    /// Timestamped lines of anything, for the timeline.
    public var events: [String] = []
    /// What a time among these without a zone is read in.
    public var eventsZone = TimeZoneRule.fixed(offsetSeconds: 0)
    /// Threads at most. The report does not depend on it. The second reads ahead; each further one unpacks a packed file.
    public var threads = AnalyzerOptions.usualThreads
    /// A facts file to be written of what is read; it may be one of the inputs, which it then replaces.
    public var factsOutput: String?
    /// A file among the inputs that is still being written.
    public var followed: String?
    /// Waits for more of it; false where no more is to be waited for.
    public var waitsForMore: @Sendable () -> Bool = { false }
    public init() {}

    /// The machine's cores, up to what has something to do: two threads share the analysis,
    /// and seldom is more than one packed file read at a time.
    public static let usualThreads = min(4, max(1, ProcessorCount.usable))
}

/// How far reading has come.
public struct AnalysisProgress: Sendable {
    public var bytesRead: Int64
    public var totalBytes: Int64?
    public var packets: Int64

    public init(bytesRead: Int64, totalBytes: Int64?, packets: Int64) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
        self.packets = packets
    }
}
