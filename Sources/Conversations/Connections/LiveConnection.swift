import Streams
import Vocabulary

/// A connection while it is in the flow table: one struct a slot, no memory of its own beyond a few small lists.
///
/// With thousands of connections each message finds its own outside the cache, so what a message touches stands together
/// at the beginning (`hotBytes`), and the rest behind it.
struct LiveConnection {
    /// First, so that a direction is found by pointer arithmetic.
    var directions = (DirectionState(), DirectionState())

    /// Counts the connections up, so that a slot used again is not taken for the one before.
    var serial: UInt64 = 0
    /// Its place in the flow table.
    var slot: FlowSlot = 0
    /// Requests waiting for an answer, oldest first, linked through the slab.
    var pendingHead: Int32 = -1
    var pendingTail: Int32 = -1
    var pendingCount: Int32 = 0
    var lastCorrelationId: Int32 = 0
    /// The correlation id of the first request seen: answers with a smaller one belong to requests before the capture.
    var firstCorrelationId: Int32?
    var isOpen = false
    var clientSide = Side.initiator
    var roleBasis = ConnectionRecord.RoleBasis.guess
    /// Answers captured before their requests, which a late or reordered capture causes.
    var earlyAnswers: [EarlyAnswer] = []
    var rareSignIn = Rare<SignInFacts>()
    /// Records and what is inside, where the connection speaks TLS.
    var tls: TLSLayer?

    /// Where the last answer's time was added, for the next is mostly of the same kind.
    var lastTimes = LatencyPlaces()
    var stagedTimes = StagedTimes()
    /// When this connection last told that its server answers.
    var answersNoted = CaptureTime(nanoseconds: 0)
    /// Time of the first FIN or RST of the client: what is answered behind it comes too late.
    var clientClosed: CaptureTime?
    /// The offset of the server's stream up to which the client's FIN acknowledges.
    var clientHeard: Int64 = -1
    /// When a gap in the answers was passed last: requests sent before it may have been answered inside it.
    var lastAnswerGap: CaptureTime?
    /// Hot at its beginning.
    var kafka = KafkaFacts()

    /// A copy of another connection: the other leg of a NAT.
    var isTwin = false
    /// A SYN or SYN+ACK of it was captured.
    var handshakeSeen = false
    var proxyHeader = false
    /// The client that the header speaks of.
    var proxiedFor: IPAddress?
    /// The last answered request: until the client's TCP acknowledges the answer, it may never have come. -1: none.
    var lastAnswered: Int32 = -1
    /// Answered requests before that one whose answers were not acknowledged either. A list linked through the slab.
    var unheardHead: Int32 = -1
    var unheardTail: Int32 = -1
    var unheardCount: Int32 = 0
    /// The client's last pause of more than a second between two requests.
    var lastQuiet: (from: CaptureTime, to: CaptureTime)?
    /// The longest such pause before that, behind which requests were answered; nanoseconds.
    var outlivedQuiet: Int64 = 0
    /// The longest of all such pauses.
    var longestQuiet: (from: CaptureTime, to: CaptureTime)?
    /// The last answer that came late: its request, since when that waited, and when it came.
    var lastSlow = (request: FrameRef.none, since: CaptureTime.distantPast, answered: CaptureTime.distantPast)
    /// The last Fetch that waited for long, until then others of the connection waited behind it.
    var longFetch = LongFetch()
    /// How long a rebalance may last, by the last JoinGroup that was sent here.
    var rebalanceMs: Int32?
    /// Answers to Produces that wanted none.
    var unaskedAnswers = 0
    /// The number of the last answer without a request, and whether such numbers speak against answers to requests before the
    /// capture.
    var lastUnmatched: Int32?
    var answersAtOdds = false
    var firstLength: Int?
    var initiator = Endpoint(IPAddress(v4: 0), 0)
    var responder = Endpoint(IPAddress(v4: 0), 0)
    var lastRequestGap: CaptureTime?
    var firstFrame = FrameRef.none
    /// Of the handshake; -1: not known.
    var roundTrip: Int64 = -1
    /// What its TCP had trouble with.
    var trouble = Rare<PathTrouble>()

    /// What an ordinary message reads or writes lies before this.
    static let hotBytes = (MemoryLayout<LiveConnection>.offset(of: \.kafka) ?? 0) + KafkaFacts.hotBytes

    var signIn: SignInFacts {
        @inline(__always) _read { yield rareSignIn.value }
        @inline(__always) _modify { yield &rareSignIn.value }
    }
}

/// A connection where it lies. Functions are given its address: looking it up for each field was a third of a message's cost.
typealias Connection = UnsafeMutablePointer<LiveConnection>
/// A frame's reader where it lies.
typealias Reader = UnsafeMutablePointer<MessageReader>
/// A request that waits for its answer, where it lies.
typealias Waiting = UnsafeMutablePointer<PendingRequest>

extension UnsafeMutablePointer<LiveConnection> {
    subscript(side: Side) -> DirectionState {
        @inline(__always) unsafeAddress { UnsafePointer(direction(side)) }
        @inline(__always) nonmutating unsafeMutableAddress { direction(side) }
    }

    // On the address, so that the connection is never copied to read one field.
    @inline(__always) var client: Endpoint { pointee.clientSide == .initiator ? pointee.initiator : pointee.responder }
    @inline(__always) var server: Endpoint { pointee.clientSide == .initiator ? pointee.responder : pointee.initiator }
}

/// The histograms that an answer's time went to, and what that depends on besides the connection's ends.
struct LatencyPlaces {
    var api: Int16 = -1
    var longPoll = false
    var clientSide = Side.initiator
    var clientId = StringID.none
    var ofServer: Int32 = -1
    var ofClient: Int32 = -1

    @inline(__always)
    func isOf(_ api: Int16, _ longPoll: Bool, _ clientSide: Side, _ clientId: StringID) -> Bool {
        self.api == api && self.longPoll == longPoll && self.clientSide == clientSide && self.clientId == clientId
    }
}

/// A request waiting for its answer. Fixed size; what only some have goes to slabs of its own.
struct PendingRequest {
    /// The next one of its list.
    var next: Int32 = -1
    var correlationId: Int32
    /// The connection's number.
    var serial: UInt64 = 0
    var sent: CaptureTime
    var sentWhole: CaptureTime
    var frame: FrameRef
    /// Stream offset behind its last byte.
    var streamEnd: Int64
    var api: Int16
    var version: Int16
    var clientId: StringID
    /// With its length field.
    var bytes: UInt32 = 0
    var group = StringID.none
    /// What else it is about: a transactional id, or the name whose coordinator is asked for.
    var owner = StringID.none
    var member = StringID.none
    /// What no two living programs may use: a transactional id, or a static member's instance id.
    var identity = StringID.none
    var topics = (StringID.none, StringID.none)
    /// Index of its record batch; -1: none.
    var batch: Int32 = -1
    /// Index of all its topics and batches, where there are more; -1: none.
    var overflow: Int32 = -1
    /// This request sends again what an earlier one lost: index in the retry table; -1: it does not.
    var resendOf: Int32 = -1
    var allowedWaitMs: Int32?
    var isWhole = false
    var wantsNoAnswer = false
    var acksKnown = true
    var acks: Int16?
    var bodyKnown = false
    var idempotent = false
    var transactional = false
    /// InitProducerId of a producer that had an id before.
    var hasOwnProducerId = false
    /// Its batches are in the retry table.
    var isRegistered = false
    // Of an answer that came after the client had closed, or so late that the client may have: when (`distantPast`: none
    // came), where its first byte was captured, and the stream offset behind its last.
    var answered = CaptureTime.distantPast
    var answerFrame = FrameRef.none
    var answerEnd: Int64 = 0
    /// Error code of that answer for the first partition of a Produce.
    var answerError: Int16 = 0

    var answeredLate: (time: CaptureTime, frame: FrameRef)? {
        answered == .distantPast ? nil : (answered, answerFrame)
    }
}

/// What found no room in a `PendingRequest`.
struct PendingOverflow {
    var topics: [StringID]
    var batches: [BatchIdentity]
}
