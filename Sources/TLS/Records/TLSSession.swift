public import Vocabulary

/// A TLS connection: reads its records, follows the handshake, and opens what is encrypted where there are keys.
///
/// Bytes come in stream order, a direction at a time, in pieces of any size. Nothing is kept of a connection without
/// keys but its facts; with keys, at most one record and one handshake message a direction.
public final class TLSSession {
    /// What the handshake showed so far.
    public internal(set) var facts = HandshakeFacts()
    /// The direction that sent the ClientHello: the stream's first (true) or second; nil where none was seen.
    public internal(set) var firstIsClient: Bool?

    let keyLog: KeyLog
    let limits: Limits
    let scratch: TLSScratch
    let first = RecordLane(isFirst: true)
    let second = RecordLane(isFirst: false)
    /// What the key schedule needs of the hellos.
    var hellos = Hellos()

    struct Hellos {
        var random: ClientRandom?
        var clientRandom: [UInt8] = []
        var serverRandom: [UInt8] = []
        var clientSession: [UInt8] = []
        var encryptThenMAC = false
        var suite: CipherSuite?
    }

    /// Who is the client where no ClientHello was seen.
    private let assumedFirstIsClient: Bool

    /// - Parameter firstIsClient: whether the stream's first direction is taken for the client's.
    public init(keyLog: KeyLog, limits: Limits, scratch: TLSScratch, firstIsClient: Bool) {
        self.keyLog = keyLog
        self.limits = limits
        self.scratch = scratch
        assumedFirstIsClient = firstIsClient
    }

    func isClient(_ lane: RecordLane) -> Bool { lane.isFirst == (firstIsClient ?? assumedFirstIsClient) }
    func lane(_ isFirst: Bool) -> RecordLane { isFirst ? first : second }
    var isTLS13: Bool { facts.version == 0x0304 }

    /// Takes the next bytes of a direction, up to the end of one record.
    public func take(first isFirst: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at moment: Moment) -> TLSStep {
        let lane = lane(isFirst)
        if lane.isSeeking { return seek(lane, bytes) }
        if lane.skipping > 0 { return skip(lane, bytes) }
        if !lane.partial.isEmpty || bytes.count < RecordHeader.length { return gather(lane, bytes, moment) }
        guard let header = RecordHeader(bytes) else {
            startSeeking(lane)
            return TLSStep(used: 0)
        }
        guard wants(lane, header) else { return pass(lane, header, bytes, moment) }
        guard bytes.count >= header.recordLength else { return gather(lane, bytes, moment) }
        return finish(lane, header, UnsafeBufferPointer(rebasing: bytes[..<header.recordLength]), moment)
    }

    /// `length` bytes of a direction are missing.
    /// - Returns: how many bytes before them are of no use now.
    public func lose(first isFirst: Bool, bytes length: Int64) -> Int {
        let lane = lane(isFirst)
        lane.messages.lose()
        if !isClient(lane) { facts.turns.lose() }
        if lane.skipping > 0, length <= Int64(lane.skipping) {
            lane.skipping -= Int(length)
            return 0
        }
        let abandoned = lane.partial.count
        if let rest = restOfPartial(lane), length <= Int64(rest) {
            loseInside(lane, length, rest: rest)
        } else {
            // A record is 22 bytes at least with TLS 1.3; more of them cannot hide in the hole. One more may be cut by
            // each of its ends.
            let records = Int(min(length / 22, 1 << 20)) + 2
            lane.lose(
                bytes: Int64(abandoned) + length - Int64(lane.skipping), records: records, limit: limits.tlsRecordSearch
            )
            lane.skipping = 0
            startSeeking(lane)
        }
        lane.partial = []
        return abandoned
    }

    /// Bytes that the gathered record still lacks; nil where its header is not complete, or nothing is gathered.
    private func restOfPartial(_ lane: RecordLane) -> Int? {
        guard let header = lane.partial.withUnsafeBufferPointer(RecordHeader.init) else { return nil }
        return header.recordLength - lane.partial.count
    }

    /// The hole lies inside a record: that one is lost, and the next one's place is known.
    private func loseInside(_ lane: RecordLane, _ length: Int64, rest: Int) {
        lane.lose(bytes: Int64(lane.partial.count + rest), records: 1, limit: limits.tlsRecordSearch)
        lane.skipping = rest - Int(length)
    }

    /// Bytes of a record that never ended: nothing else tells of them.
    public var unreadBytes: Int { first.partial.count + second.partial.count }

    // MARK: Parts of records

    private func skip(_ lane: RecordLane, _ bytes: UnsafeBufferPointer<UInt8>) -> TLSStep {
        let n = min(lane.skipping, bytes.count)
        lane.skipping -= n
        var step = TLSStep(used: n)
        step.sealedBytes = n
        return step
    }

    /// A record that cannot be read: only its length is looked at.
    private func pass(
        _ lane: RecordLane, _ header: RecordHeader, _ bytes: UnsafeBufferPointer<UInt8>, _ moment: Moment
    ) -> TLSStep {
        note(lane, header, moment)
        lane.lose(bytes: Int64(header.recordLength), records: 1, limit: limits.tlsRecordSearch)
        lane.skipping = header.recordLength
        return skip(lane, bytes)
    }

    /// Keeps bytes until a record is complete.
    private func gather(_ lane: RecordLane, _ bytes: UnsafeBufferPointer<UInt8>, _ moment: Moment) -> TLSStep {
        let target = restOfPartial(lane) ?? (RecordHeader.length - lane.partial.count)
        let n = min(target, bytes.count)
        lane.partial.append(contentsOf: bytes[..<n])
        var step = TLSStep(used: n)
        guard lane.partial.count >= RecordHeader.length else { return step }
        guard let header = lane.partial.withUnsafeBufferPointer(RecordHeader.init) else {
            step.unknownBytes = lane.partial.count
            lane.lose(bytes: Int64(lane.partial.count), records: 1, limit: limits.tlsRecordSearch)
            lane.partial = []
            startSeeking(lane)
            return step
        }
        if lane.partial.count == header.recordLength { return finishGathered(lane, header, moment, used: n) }
        if lane.partial.count == RecordHeader.length {
            if wants(lane, header) {
                lane.partial.reserveCapacity(header.recordLength)
            } else {
                lane.partial = []
                step = pass(lane, header, UnsafeBufferPointer(rebasing: bytes[..<0]), moment)
                (step.used, step.sealedBytes) = (n, RecordHeader.length)
                lane.skipping = header.bodyLength
            }
        }
        return step
    }

    private func finishGathered(_ lane: RecordLane, _ header: RecordHeader, _ moment: Moment, used: Int) -> TLSStep {
        var record = lane.partial
        lane.partial = []
        var step = record.withUnsafeBufferPointer { finish(lane, header, $0, moment) }
        step.used = used
        // The room is used again for the next record, unless it is much.
        if record.capacity <= 4096, lane.partial.isEmpty {
            record.removeAll(keepingCapacity: true)
            lane.partial = record
        }
        return step
    }

    // MARK: Seeking

    private func startSeeking(_ lane: RecordLane) {
        lane.isSeeking = true
        lane.messages.lose()
        lane.window = max(lane.window, 1)
    }

    /// Looks for a record's beginning: a header whose record ends where the next begins, or with or beyond the piece.
    private func seek(_ lane: RecordLane, _ bytes: UnsafeBufferPointer<UInt8>) -> TLSStep {
        var at = 0
        while at < bytes.count, !begins(UnsafeBufferPointer(rebasing: bytes[at...])) { at += 1 }
        if at < bytes.count { lane.isSeeking = false }
        lane.lostBytes += Int64(at)
        var step = TLSStep(used: at)
        step.sealedBytes = at
        return step
    }

    private func begins(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // In the middle of a stream records are of one version, and application data but for a few.
        guard RecordHeader.mayBegin(bytes), bytes.count < 3 || bytes[2] == 3 || facts.version == 0 else { return false }
        guard bytes.count >= RecordHeader.length else { return bytes.count >= 3 || bytes[0] == 23 }
        guard let header = RecordHeader(bytes), header.bodyLength > 0 else { return false }
        if header.recordLength >= bytes.count { return true }
        return RecordHeader.mayBegin(UnsafeBufferPointer(rebasing: bytes[header.recordLength...]))
    }
}
