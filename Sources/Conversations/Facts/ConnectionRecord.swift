public import Streams
public import Vocabulary

/// A connection as the rules see it: what TCP, TLS and Kafka each say about it. Made when it has ended, or when the
/// capture has. A class: rules and tables hand records on a dozen times each, and a copy is a kilobyte and six lists.
public final class ConnectionRecord {
    @exclusivity(unchecked) public var tcp: TCPFacts
    /// Which end is the client.
    @exclusivity(unchecked) public var clientSide: Side
    /// How that is known.
    @exclusivity(unchecked) public var roleBasis: RoleBasis

    /// What each end spoke, by its first bytes.
    @exclusivity(unchecked) public var clientSpoke = SpokenProtocol.silent
    @exclusivity(unchecked) public var serverSpoke = SpokenProtocol.silent
    /// A PROXY protocol header came before what the client spoke.
    @exclusivity(unchecked) public var proxyHeader = false
    /// The client that this header speaks of: a proxy's connection for somebody.
    @exclusivity(unchecked) public var proxiedFor: IPAddress?
    /// The first four bytes of the client's stream, as a broker reads them: a frame length. Nil where fewer were seen.
    @exclusivity(unchecked) public var firstLength: Int?

    @exclusivity(unchecked) public var kafka = KafkaFacts()
    public var signIn: SignInFacts {
        @inlinable @inline(__always) _read { yield rareSignIn.value }
        _modify { yield &rareSignIn.value }
    }
    public var tls: TLSFacts {
        @inlinable @inline(__always) _read { yield rareTLS.value }
        _modify { yield &rareTLS.value }
    }
    @exclusivity(unchecked) @usableFromInline var rareSignIn = Rare<SignInFacts>()
    @exclusivity(unchecked) @usableFromInline var rareTLS = Rare<TLSFacts>()

    /// The engine's number of the connection, to find its resends by.
    @exclusivity(unchecked) public internal(set) var serial: UInt64 = 0

    /// Requests without an answer, in the order sent: at the connection's end, or at the capture's.
    @exclusivity(unchecked) public var unanswered: [UnansweredRequest] = []
    /// How many more there were than are listed.
    @exclusivity(unchecked) public var unansweredLeftOut = 0
    /// Beyond the list: of which nobody can tell whether they want an answer.
    @exclusivity(unchecked) var unsureLeftOut = 0

    /// When bytes of the answers, or of the requests, were last found missing.
    @exclusivity(unchecked) public var lastAnswerGap: CaptureTime?
    @exclusivity(unchecked) public var lastRequestGap: CaptureTime?

    /// Bytes of an answer are missing at which the client's own acknowledgements stop: the path lost them, not the capture.
    @exclusivity(unchecked) public var answerLostOnWay = false

    /// The client's last pause of more than a second between two requests.
    @exclusivity(unchecked) public var lastQuiet: ClosedRange<CaptureTime>?
    /// The longest such pause before that, behind which requests were answered; nanoseconds.
    @exclusivity(unchecked) public var outlivedQuiet: Int64 = 0
    /// The longest of all such pauses.
    @exclusivity(unchecked) public var longestQuiet: ClosedRange<CaptureTime>?

    public enum RoleBasis: UInt8, Sendable { case handshake, content, guess }

    public init(tcp: TCPFacts, clientSide: Side, roleBasis: RoleBasis) {
        self.tcp = tcp
        self.clientSide = clientSide
        self.roleBasis = roleBasis
    }

    public var client: Endpoint { clientSide == .initiator ? tcp.initiator : tcp.responder }
    public var server: Endpoint { clientSide == .initiator ? tcp.responder : tcp.initiator }
    /// TCP facts of what the client sent, and the server.
    public var fromClient: SideFacts {
        @inlinable @inline(__always) _read {
            if clientSide == .initiator { yield tcp.sides.0 } else { yield tcp.sides.1 }
        }
    }
    public var fromServer: SideFacts {
        @inlinable @inline(__always) _read {
            if clientSide == .initiator { yield tcp.sides.1 } else { yield tcp.sides.0 }
        }
    }
    /// Whether the client closed first; nil while open or unknown.
    public var clientClosedFirst: Bool? { tcp.firstCloser.map { $0 == clientSide } }
    /// Time and frame of the first FIN or RST; nil while open.
    public var firstClose: (time: CaptureTime, frame: FrameRef, reset: Bool)? {
        guard let side = tcp.firstCloser else { return nil }
        let facts = tcp[side]
        // Frames of several files have an order in time only.
        let finFirst =
            facts.finSeen
            && (!facts.resetSeen || (facts.finTime, facts.finFrame) <= (facts.resetTime, facts.resetFrame))
        if finFirst { return (facts.finTime, facts.finFrame, false) }
        return facts.resetSeen ? (facts.resetTime, facts.resetFrame, true) : nil
    }
    public var wasEstablished: Bool {
        tcp.established || !tcp.synAckFrame.isNone || fromClient.payloadBytes + fromServer.payloadBytes > 0
            || (startsMidway && !isFailedAttempt)
    }
    public var isOpen: Bool { tcp.end == .stillOpen && tcp.firstCloser == nil }
    public var startsMidway: Bool { tcp.synFrame.isNone && tcp.synAckFrame.isNone }
    /// TCP sent bytes again, or the capture has packets twice: of some bytes it may hold two copies.
    public var hasCopies: Bool {
        [tcp.sides.0, tcp.sides.1].contains { $0.retransmissions > 0 || $0.duplicatePackets > 0 }
    }
    /// Frames do not fit together, though nothing is missing: bytes may have been damaged on the way.
    public var looksDamaged: Bool {
        let sides = [tcp.sides.0, tcp.sides.1]
        // Whose beginning is not captured has responses to requests before it.
        guard !startsMidway, sides.allSatisfy({ $0.gapBytes == 0 && $0.cutBytes == 0 }) else { return false }
        // A frame that the capture's end cuts is no sign.
        return kafka.rare.value.malformed > 0 || kafka.unknownBytes > 0 || kafka.unmatchedAnswers > 0
            || unanswered.contains { kafka.wasPassedOver($0.streamEnd) }
            || !isOpen && (kafka.answerCutSize != nil || unanswered.contains(where: \.partial))
    }
    public var speaksKafka: Bool { kafka.requests + kafka.responses > 0 || clientSpoke == .kafka }
}

/// What the Kafka layer says of a connection.
public struct KafkaFacts: Sendable {
    // What nearly every message changes, first (`LiveConnection`).
    public var requests = 0
    public var responses = 0
    public var firstRequestTime = CaptureTime(nanoseconds: 0)
    public var lastRequestTime = CaptureTime(nanoseconds: 0)
    public var lastResponseTime = CaptureTime(nanoseconds: 0)
    public var lastRequestFrame = FrameRef.none
    public var lastResponseFrame = FrameRef.none
    /// Requests other than ApiVersions and sign-in that were answered.
    public var workAnswered = 0
    /// When the first of these was answered that did more than ask the way, without an error; `distantPast` before.
    public var firstWorkTime = CaptureTime.distantPast
    public var understoodBytes: Int64 = 0
    public var clientId = StringID.none
    /// API key and version of the last request; -1 before the first.
    public var lastApi: Int16 = -1
    public var lastVersion: Int16 = -1
    public var leastAcks: Int16 = 127
    /// Sent Produce requests, and what they asked for.
    public var produced = false
    public var producedWithoutIdempotence = false
    /// A Fetch was answered, with records or without.
    public var fetched = false
    /// A Produce was answered on this connection.
    public var produceAnswered = false

    /// The bytes up to here.
    static let hotBytes = 96

    // What few messages change.
    public var softwareName = StringID.none
    public var softwareVersion = StringID.none
    /// Group of the last group request.
    public var group = StringID.none
    public var transactionalId = StringID.none
    public var clusterId = StringID.none
    /// The node that the client said it means (KIP-1242); -1 for any.
    public var expectedNode: Int32 = -1
    /// The client said goodbye to its group.
    public var leftGroup = false
    /// How long a response says that it is in which the stream ended, without its length field; nil where there is none, or
    /// that was not seen.
    public var answerCutSize: Int64?
    /// ApiVersions was answered, but the answer could not be read to its end.
    public var offerCut = false
    /// What ApiVersions answered, or nil.
    public var offered: OfferedVersions?
    /// Answers that carried an error code other than 0 anywhere.
    public var errorResponses = 0
    /// Answers whose request was not seen.
    public var unmatchedAnswers = 0
    /// Produce requests with acks=0.
    public var wantNoAnswer = 0
    /// A direction lost frames or its place in them to a gap.
    public var requestGaps = 0
    public var answerGaps = 0
    /// Bytes of the stream that no layer understood.
    public var unknownBytes: Int64 = 0
    var rare = Rare<RareCounts>()
    /// The last throttle time that a response announced, when, and until when that muted the connection.
    public var throttledUntil = CaptureTime(nanoseconds: 0)
    /// A frame length that no broker accepts; the request it announced.
    public var oversized: Int?

    public init() {}
}

/// The API versions a broker offered on a connection.
public final class OfferedVersions: Sendable {
    /// By API key; least and greatest version.
    public let ranges: [Int16: ClosedRange<Int16>]
    public init(ranges: [Int16: ClosedRange<Int16>]) { self.ranges = ranges }

    public func offers(api: Int16, version: Int16) -> Bool { ranges[api]?.contains(version) ?? false }
    /// Only a KRaft controller answers without Metadata among its APIs (KIP-919).
    public var isController: Bool { !ranges.isEmpty && ranges[3] == nil && ranges[52] != nil }
}

/// A request that has no answer.
public struct UnansweredRequest: Sendable {
    public var api: Int16
    public var version: Int16
    public var correlationId: Int32
    public var clientId: StringID
    /// When its first byte was captured, and its last (equal where one segment held it).
    public var sent: CaptureTime
    public var sentWhole: CaptureTime
    public var frame: FrameRef
    /// Stream offset behind its last byte; beyond what was sent where only part of it was.
    public var streamEnd: Int64
    /// Part of it was never sent (or not captured).
    public var partial: Bool
    /// No answer is due: acks=0.
    public var wantsNoAnswer: Bool
    /// Whether acks could be read; where not, it may want no answer.
    public var acksKnown: Bool
    /// Its body was read; where not (cut, unknown version), what it lets the broker wait is unknown.
    public var bodyKnown: Bool
    /// How long its own fields let the broker wait; nil where it has no such field.
    public var allowedWaitMs: Int32?
    public var acks: Int16?
    public var topics: [StringID]
    public var group: StringID
    public var batches: [BatchIdentity]
    public var idempotent: Bool
    public var transactional: Bool
    /// An answer came that the client did not get, mostly after it had closed: when, and in which frame.
    public var answeredLate: (time: CaptureTime, frame: FrameRef)?
    /// What is sent so long before a close has arrived by then if it ever does.
    static let arrivesWithin = Span.seconds(1)
    /// The server had answered well before the client closed, and the client's TCP had not got it by then.
    public func answerNeverArrived(by closed: CaptureTime) -> Bool {
        answeredLate.map { closed.since($0.time) >= Self.arrivesWithin } ?? false
    }
    /// The previous answer of this connection came later than this request: it waited behind another one.
    public var queuedBehind: Int32
    public var retry = RetryFacts()
}

/// What names one record batch, so that it is known again when it is sent again.
public struct BatchIdentity: Sendable, Hashable {
    public var topic: StringID
    public var partition: Int32
    /// -1 for a plain producer.
    public var producerId: Int64
    public var epoch: Int16
    public var baseSequence: Int32
    public var records: Int32
    public var crc: UInt32
    public var bytes: Int32
    /// A number made of the first record's key and value, which a producer that puts lost records into a larger batch keeps
    /// too; 0 where they are packed.
    public var firstRecord: UInt32
    /// Time stamp of the first record, milliseconds since 1970; a producer that puts lost records into a larger batch keeps it.
    public var baseTimestamp: Int64
}

/// What was seen of a lost Produce being sent again.
public struct RetryFacts: Sendable {
    public var resentTime: CaptureTime?
    public var resentFrame = FrameRef.none
    public var resentTo: Endpoint?
    public var answerFrame = FrameRef.none
    /// Error code of the resend's answer; nil while unanswered.
    public var error: Int16?
    public var baseOffset: Int64 = -1
    /// The answer's log append time: with a topic that keeps the producer's time it is -1 for a new batch and a time for
    /// one that the broker recognised as stored before.
    public var logAppendTime: Int64 = -1
    /// The first copy's own answer, where it came too late to count: its error code, and where the records were stored.
    public var firstError: Int16?
    public var firstOffset: Int64 = -1
    /// The offsets around it have no hole that it could have been stored in.
    public var nothingStored = false
    /// It was sent again under another number, so that the broker could not know it again.
    public var renumbered = false
    /// Only the content of its records showed it again, inside a larger batch.
    public var knownByContent = false
    /// The producer went on with younger records under a new numbering and never sent it again.
    public var givenUp = false

    public init() {}
}
