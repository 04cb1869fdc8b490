public import Vocabulary

/// A request, with all its fields, and who sent it to whom.
public struct ObservedRequest: Sendable {
    /// Counts the connections up.
    public var connection: UInt64
    /// Counts what is told up.
    public var number: UInt64 = 0
    /// The connection's first frame.
    public var firstFrame = FrameRef.none
    /// Where in its TCP stream it begins; -1 inside TLS.
    public var offset: Int64 = -1
    public var client: Endpoint
    public var server: Endpoint
    public var api: Int16
    public var version: Int16
    public var correlationId: Int32
    public var clientId: String?
    /// Of its first byte.
    public var sent: CaptureTime
    public var frame: FrameRef
    /// Of its last byte.
    public var sentWhole: CaptureTime
    public var lastFrame = FrameRef.none
    /// With the four of its length.
    public var bytes: Int64
    public var body: MessageBody
    /// From its connection's SYN to the answer to that, in nanoseconds; -1 where the capture does not show both.
    public var roundTrip: Int64 = -1
}

/// An answer, with all its fields.
public struct ObservedAnswer: Sendable {
    /// Of its first byte.
    public var began: CaptureTime
    public var frame: FrameRef
    /// Of its last byte.
    public var time: CaptureTime
    public var lastFrame: FrameRef
    public var bytes: Int64
    /// Where in its TCP stream it begins; -1 inside TLS.
    public var offset: Int64 = -1
    /// Of an ApiVersions answer with error 35 it is in the form of version 0.
    public var body: MessageBody
    /// When bytes of its request, or of what was sent before that, were last sent again.
    public var requestResent: CaptureTime?
    /// When its client had no room for what was sent, as far as that is near this answer.
    public var windowClosed: ClosedRange<CaptureTime>?
}

/// Why a request leaves without an answer that counts.
public enum RequestEnd: Sendable {
    /// It wants none.
    case wantsNoAnswer
    /// Its connection is over.
    case connectionEnded
    /// The capture is over, its connection is not.
    case captureEnded
    /// Later ones were answered: its answer fell into a hole of the capture.
    case answerNotSeen
}

/// Is told every message of every connection, in the order in which each was complete. Nothing is told twice: not the copies
/// of a second place, and no guess that was undone.
public protocol MessageObserver: AnyObject {
    /// A request is whole, or over, with what was read of it.
    func took(_ request: ObservedRequest)
    /// It is answered, in time for its client.
    func took(_ answer: ObservedAnswer, to request: ObservedRequest)
    /// An answer came that its client did not hear, or no longer waited for. The request goes on waiting.
    func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest)
    /// It was answered, and its client may not have heard that: from now on a copy of it is a resend.
    /// - Parameter isLost: the client met the answer with a RST.
    func mayBeUnheard(_ answer: ObservedAnswer, to request: ObservedRequest, isLost: Bool)
    /// It will have no answer.
    func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime)

    // MARK: Who shows messages

    /// Bytes are kept, and what is told below.
    var showsMessages: Bool { get }
    /// Answers whose request was not captured are read as what they can be.
    var readsUnseen: Bool { get }
    /// As `ended`, with what became of it.
    func ended(_ request: ObservedRequest, _ end: RequestEnd, _ fate: RequestFate, at time: CaptureTime)
    /// An answer whose request was not captured: of the request there is the connection alone.
    func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest)
    /// A request without an answer belongs to a connection that turned out to be the copy of another.
    func isCopy(_ request: ObservedRequest)
    /// An answer has begun, and its connection is over.
    func cut(_ answer: ObservedAnswer, to request: ObservedRequest)
    /// A raw token of a sign-in begins there in its TCP stream.
    func tookToken(of connection: UInt64, isClients: Bool, offset: Int64)
    /// These bytes tell what a direction of no Kafka speaks, are a PROXY header, or begin a message that goes no further.
    func tookBeginning(of connection: UInt64, isClients: Bool, _ range: Range<Int64>)
    /// An answer that nobody waits for lies there.
    func tookUnasked(of connection: UInt64, offset: Int64, bytes: Int64)
    /// A token of a sign-in was read; these bytes in its place say as much as the analysis takes of it, and hold no secret.
    func tookToken(of connection: UInt64, isClients: Bool, harmless: [UInt8])
    /// Bytes of a direction in TLS, in their order; the server name is the one that the client asked for.
    func tookRecords(
        of connection: UInt64, isClients: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64,
        serverName: String?)
    /// A whole header of the PROXY protocol.
    func tookProxyHeader(of connection: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64)
    /// A connection is over.
    func closed(_ connection: ObservedConnection)
}

/// A connection where it was seen, for who looks at its packets again.
public struct ObservedConnection: Sendable {
    public var number: UInt64
    public var client: Endpoint
    public var server: Endpoint
    public var firstFrame: FrameRef
    /// The sequence numbers of the two streams' first bytes.
    public var clientSequence: UInt32
    public var serverSequence: UInt32
    public var isTLS: Bool
    public var hasProxyHeader: Bool
    /// What its client spoke is known, and no Kafka.
    public var isOther: Bool
    /// What its client spoke is known to be of no protocol that is known.
    public var isUnknown: Bool
}

extension MessageObserver {
    public var showsMessages: Bool { false }
    public var readsUnseen: Bool { false }

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, _ fate: RequestFate, at time: CaptureTime) {
        ended(request, end, at: time)
    }

    public func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest) {}
    public func isCopy(_ request: ObservedRequest) {}
    public func mayBeUnheard(_ answer: ObservedAnswer, to request: ObservedRequest, isLost: Bool) {}
    public func tookToken(of connection: UInt64, isClients: Bool, offset: Int64) {}
    public func tookToken(of connection: UInt64, isClients: Bool, harmless: [UInt8]) {}
    public func tookBeginning(of connection: UInt64, isClients: Bool, _ range: Range<Int64>) {}
    public func tookUnasked(of connection: UInt64, offset: Int64, bytes: Int64) {}
    public func tookRecords(
        of connection: UInt64, isClients: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64,
        serverName: String?
    ) {}
    public func tookProxyHeader(of connection: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) {}
    public func closed(_ connection: ObservedConnection) {}
    public func cut(_ answer: ObservedAnswer, to request: ObservedRequest) {}
}
