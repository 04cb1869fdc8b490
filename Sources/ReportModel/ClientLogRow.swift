public import Vocabulary

/// What a line of a client's or a broker's log speaks of.
public enum LogTopic: String, Sendable, CaseIterable {
    case connected, disconnected
    case connectFailed = "connect-failed"
    case timedOut = "timed-out"
    case signInFailed = "sign-in-failed"
    case tlsFailed = "tls-failed"
    case errorAnswer = "error-answer"
    case metadata, group, broker

    /// Something ended or was refused: the packets should show why.
    public var asksWhy: Bool {
        switch self {
        case .disconnected, .connectFailed, .timedOut, .signInFailed, .tlsFailed: true
        case .connected, .errorAnswer, .metadata, .group, .broker: false
        }
    }
}

/// A line of a log that was placed beside the packets.
public struct ClientLogRow: Sendable {
    /// The file's base name.
    public var source = ""
    public var line = 0
    /// In the capture's clock.
    public var time: CaptureTime
    /// What was taken off the line's own time: zone and clock together.
    public var offsetMs: Double
    public var topic: LogTopic
    public var level: String?
    /// The known words of the line; other parts are left out.
    public var text = ""
    /// Hosts in the text, as it has them.
    public var hosts: [String] = []
    public var clientId: String?
    public var connection: String?
    public var finding: String?
    /// It tells of an end or a refusal, and nothing in the capture does.
    public var unexplained = false

    public init(time: CaptureTime, offsetMs: Double, topic: LogTopic) {
        (self.time, self.offsetMs, self.topic) = (time, offsetMs, topic)
    }
}

/// A log as a whole: what was read of it.
public struct ClientLogFile: Sendable {
    public var source = ""
    public var lines = 0
    /// Their message is known, and says something of a connection, a request or a group.
    public var understood = 0
    /// A time was read, and the message is none that is known.
    public var ordinary = 0
    /// They carry a message on, such as the frames of an exception.
    public var continued = 0
    /// Neither: counted, and these are the first.
    public var unknown = 0
    public var unknownLines: [Int] = []
    public var placed = 0
    public var unexplained = 0
    /// Outside the capture's time: nothing can be said of them.
    public var outside = 0
    /// Its clock, as its lines are read, less the capture's; nil where the two tell nothing in common.
    public var offsetMs: Double?
    public var lowMs: Double?
    public var highMs: Double?
    /// Lines that told the offset; 0 where its times were taken as they stand.
    public var offsetFrom = 0
    public init() {}
}
