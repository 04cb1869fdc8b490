import Streams
public import Vocabulary

/// What few messages add to a connection's sums. Of all others it is enough to count them (`KafkaFacts`).
struct RareCounts: Startable {
    var encryptedBytes: Int64 = 0
    /// Bytes of TLS records that were opened, and of clear ones beside them.
    var recordBytes: Int64 = 0
    var otherBytes: [SpokenProtocol: Int64] = [:]
    var pairedOnly: Int64 = 0
    /// Answers among `pairedOnly` whose requests are known: their API, or its version, is newer than the schema.
    var answersUnread: Int64 = 0
    var cut: Int64 = 0
    var malformed: Int64 = 0
    var leftOver: Int64 = 0
    /// Sign-in tokens without Kafka headers, which are neither requests nor responses; those not captured whole are among `cut`.
    var tokens: Int64 = 0

    /// Answers among `malformed`, the API of the first of them, and where some of them are.
    var malformedAnswers = 0
    var malformedApi: Int16 = -1
    var malformedFrames: [FrameRef] = []
    /// Where the furthest request ends that was answered before an older one; answers that came behind that of a younger request.
    var overtakenUpTo: Int64 = -1
    var outOfOrder = 0
    var outOfOrderFrames: [FrameRef] = []
    /// The connection's first response, where its request was not captured.
    var firstUnmatched = FrameRef.none
    var firstUnmatchedTime = CaptureTime.distantPast

    static let untouched = RareCounts()
}

extension KafkaFacts {
    /// Answers whose bytes contradict the schema, the API of the first, and where some of them are.
    public var malformedAnswers: Int { rare.value.malformedAnswers }
    public var malformedApi: Int16 { rare.value.malformedApi }
    public var malformedFrames: [FrameRef] { rare.value.malformedFrames }

    /// Answers that came behind that of a younger request, and where some of them are.
    public var answersOutOfOrder: Int { rare.value.outOfOrder }
    public var outOfOrderFrames: [FrameRef] { rare.value.outOfOrderFrames }

    /// The connection's first response, and when its first byte came, where its request was not captured; else nil.
    public var firstUnmatched: (frame: FrameRef, time: CaptureTime)? {
        guard rare.isSet, !rare.value.firstUnmatched.isNone else { return nil }
        return (rare.value.firstUnmatched, rare.value.firstUnmatchedTime)
    }

    /// A younger request than the one that ends there was answered. Answers come in order, so that one's never will.
    public func wasPassedOver(_ end: Int64) -> Bool { end < rare.value.overtakenUpTo }

    /// Of the request that ends there the answer came.
    /// - Parameter isOldest: no older one waits.
    mutating func noteOrder(_ end: Int64, isOldest: Bool, _ frame: FrameRef) {
        if !isOldest { rare.value.overtakenUpTo = max(rare.value.overtakenUpTo, end) }
        guard rare.isSet, end < rare.value.overtakenUpTo else { return }
        rare.value.outOfOrder += 1
        if rare.value.outOfOrderFrames.count < CaseFile.framesPerFact { rare.value.outOfOrderFrames.append(frame) }
    }

    mutating func noteMalformed(_ api: Int16, _ frame: FrameRef) {
        if rare.value.malformedAnswers == 0 { rare.value.malformedApi = api }
        rare.value.malformedAnswers += 1
        if rare.value.malformedFrames.count < CaseFile.framesPerFact { rare.value.malformedFrames.append(frame) }
    }
}

extension CaseFile.Totals {
    /// What one connection adds to the sums.
    init(of record: ConnectionRecord) {
        let (kafka, rare) = (record.kafka, record.kafka.rare.value)
        if record.isFailedAttempt { refusedAttempts = 1 } else { connections = 1 }
        midStream = record.startsMidway ? 1 : 0
        oneDirection = record.isOneSided ? 1 : 0
        requests = Int64(kafka.requests)
        responses = Int64(kafka.responses)
        wantNoAnswer = Int64(kafka.wantNoAnswer)
        payloadBytes = record.fromClient.payloadBytes + record.fromServer.payloadBytes
        gapBytes = record.fromClient.gapBytes + record.fromServer.gapBytes
        understoodBytes = kafka.understoodBytes + rare.recordBytes
        unknownBytes = kafka.unknownBytes
        encryptedBytes = rare.encryptedBytes
        otherBytes = rare.otherBytes
        (pairedOnly, cut, malformed, leftOver) = (rare.pairedOnly, rare.cut, rare.malformed, rare.leftOver)
        answersUnread = rare.answersUnread
        // Nearly all messages are read to their end, so those are not counted one by one for each connection.
        decoded = max(0, requests + responses + rare.tokens - pairedOnly - cut - malformed)
        unmatchedAnswers = Int64(kafka.unmatchedAnswers)
    }

    static func += (sum: inout Self, other: Self) {
        sum.connections += other.connections
        sum.refusedAttempts += other.refusedAttempts
        sum.requests += other.requests
        sum.responses += other.responses
        sum.wantNoAnswer += other.wantNoAnswer
        sum.foldedFates += other.foldedFates
        sum.understoodBytes += other.understoodBytes
        sum.encryptedBytes += other.encryptedBytes
        sum.unknownBytes += other.unknownBytes
        sum.otherBytes.merge(other.otherBytes, uniquingKeysWith: +)
        sum.gapBytes += other.gapBytes
        sum.payloadBytes += other.payloadBytes
        sum.decoded += other.decoded
        sum.pairedOnly += other.pairedOnly
        sum.answersUnread += other.answersUnread
        sum.cut += other.cut
        sum.malformed += other.malformed
        sum.leftOver += other.leftOver
        sum.unmatchedAnswers += other.unmatchedAnswers
        sum.oneDirection += other.oneDirection
        sum.midStream += other.midStream
    }
}
