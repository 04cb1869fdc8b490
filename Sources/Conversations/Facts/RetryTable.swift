import Vocabulary

/// Lost Produce batches, and what was seen of their being sent again on another connection.
///
/// Batches are registered when their connection begins to end, for a client sends again at once, or when they wait for long.
/// Idempotent batches are known by producer id, epoch and sequence. A plain batch is sent again by the host that sent it: as
/// it was, with the same checksum (KIP-98), or with its records at the head of a larger batch. Two programs with a library's
/// client id may well write in one millisecond, so the same time is no proof without the same record. What the same connection
/// lost behind that batch is in the larger one too, as far as there is room: producers put records back in order.
struct RetryTable {
    struct Entry {
        var serial: UInt64
        var correlationId: Int32
        /// Between whom it was lost.
        var way: Way
        var facts = RetryFacts()
        /// The same batch was lost on a gateway's other leg too: that loss; -1 where it was not.
        var otherLeg: Int32 = -1
        /// It was sent again inside the batch that began with another lost one, so many records behind that; -1: it was not.
        var leader: Int32 = -1
        var behind: Int64 = 0
        /// The same batch was lost again on a later connection: that loss; -1 where it was not.
        var lostAgain: Int32 = -1
    }

    /// A client's host and the server's.
    struct Way {
        var client: IPAddress
        var server: IPAddress

        /// What goes this way was taken from the other one, by the host between: a gateway passes it on, or a sidecar that its
        /// own host's programs reach by loopback.
        func continues(_ other: Way) -> Bool {
            client == other.server && server != other.client
                || other.server.isLoopback && client == other.client && !server.isLoopback
        }
        func isOtherLeg(of other: Way) -> Bool { continues(other) || other.continues(self) }
    }

    private enum Key: Hashable {
        case idempotent(topic: StringID, partition: Int32, producer: Int64, epoch: Int16, sequence: Int32)
        case plain(topic: StringID, partition: Int32, host: IPAddress, crc: UInt32, bytes: Int32)
        /// The lost records at the head of a larger batch: same producer, same time stamp and content of the first record;
        /// a content of 0 is any.
        case rebatched(topic: StringID, partition: Int32, sender: Sender, baseTimestamp: Int64, firstRecord: UInt32)
        /// The lost records of a producer that numbers them anew (KIP-360): the broker cannot know them again.
        case renumbered(
            topic: StringID, partition: Int32, producer: Int64, baseTimestamp: Int64, records: Int32, bytes: Int32)

        init(_ batch: BatchIdentity, of sender: Sender) {
            self =
                batch.producerId >= 0
                ? .idempotent(
                    topic: batch.topic, partition: batch.partition, producer: batch.producerId, epoch: batch.epoch,
                    sequence: batch.baseSequence)
                : .plain(
                    topic: batch.topic, partition: batch.partition, host: sender.host, crc: batch.crc,
                    bytes: batch.bytes)
        }

        init(renumbered batch: BatchIdentity) {
            self = .renumbered(
                topic: batch.topic, partition: batch.partition, producer: batch.producerId,
                baseTimestamp: batch.baseTimestamp, records: batch.records, bytes: batch.bytes)
        }

        init?(rebatched batch: BatchIdentity, of sender: Sender, firstRecord: UInt32) {
            guard batch.producerId < 0, batch.baseTimestamp > 0 else { return nil }
            self = .rebatched(
                topic: batch.topic, partition: batch.partition, sender: sender, baseTimestamp: batch.baseTimestamp,
                firstRecord: firstRecord)
        }
    }

    /// What a producer with an id sends to a partition.
    private struct Numbering: Hashable {
        var topic: StringID
        var partition: Int32
        var producer: Int64

        init(_ batch: BatchIdentity) { (topic, partition, producer) = (batch.topic, batch.partition, batch.producerId) }
    }

    /// A lost batch of such a numbering.
    private struct Numbered {
        var entry: Int32
        var epoch: Int16
        var baseTimestamp: Int64
    }

    /// What one connection lost of a partition without a producer id.
    private struct Line: Hashable {
        var serial: UInt64
        var topic: StringID
        var partition: Int32
    }

    /// A lost batch of a line, whose places in the table grow.
    private struct Plain {
        var entry: Int32
        var records: Int32
        var baseTimestamp: Int64
    }

    /// Who sends a batch: a producer's host and client id.
    struct Sender: Hashable {
        var host: IPAddress
        var clientId: StringID
    }

    /// A lost batch in the table.
    private struct Place {
        var entry: Int32
        var records: Int32
        var firstRecord: UInt32
    }

    private struct RequestKey: Hashable {
        var serial: UInt64
        var correlationId: Int32
    }

    private(set) var entries: [Entry] = []
    /// Nothing was lost so far.
    var isEmpty: Bool { byBatch.isEmpty }
    private var byBatch: [Key: Place] = [:]
    private var byRequest: [RequestKey: Int32] = [:]
    private var numbered: [Numbering: [Numbered]] = [:]
    private var lines: [Line: [Plain]] = [:]
    private var marks = BatchMarks()

    /// Registers the batches of a request that is being lost.
    /// - Parameter ended: its connection ends, so that whatever is like them is probably them. While it only waits, it takes
    ///   the same bytes.
    mutating func register(
        _ batches: [BatchIdentity], serial: UInt64, correlationId: Int32, sender: Sender, server: IPAddress,
        ended: Bool, limit: Int
    ) {
        guard !batches.isEmpty else { return }
        let key = RequestKey(serial: serial, correlationId: correlationId)
        let isKnown = byRequest[key] != nil
        let way = Way(client: sender.host, server: server)
        guard let index = byRequest[key] ?? newEntry(key, way, limit: limit) else { return }
        for batch in batches {
            let place = Place(entry: index, records: batch.records, firstRecord: batch.firstRecord)
            if !isKnown {
                marks.add(batch)
                let name = Key(batch, of: sender)
                if let before = byBatch[name]?.entry, before != index {
                    if entries[Int(before)].way.isOtherLeg(of: way) {
                        entries[Int(index)].otherLeg = before
                    } else {
                        entries[Int(before)].lostAgain = index
                    }
                }
                byBatch[name] = place
                if batch.producerId >= 0 { addNumbered(batch, place) } else { addPlain(batch, serial, place) }
            }
            if !isKnown, batch.firstRecord != 0 { addRebatched(batch, sender, batch.firstRecord, place) }
            if ended { addRebatched(batch, sender, 0, place) }
        }
    }

    private mutating func addNumbered(_ batch: BatchIdentity, _ place: Place) {
        byBatch[Key(renumbered: batch)] = place
        numbered[Numbering(batch), default: []].append(
            Numbered(entry: place.entry, epoch: batch.epoch, baseTimestamp: batch.baseTimestamp))
    }

    private mutating func addPlain(_ batch: BatchIdentity, _ serial: UInt64, _ place: Place) {
        lines[Line(serial: serial, topic: batch.topic, partition: batch.partition), default: []].append(
            Plain(entry: place.entry, records: batch.records, baseTimestamp: batch.baseTimestamp))
    }

    private mutating func newEntry(_ key: RequestKey, _ way: Way, limit: Int) -> Int32? {
        guard entries.count < limit else { return nil }
        let index = Int32(entries.count)
        entries.append(Entry(serial: key.serial, correlationId: key.correlationId, way: way))
        byRequest[key] = index
        return index
    }

    private mutating func addRebatched(
        _ batch: BatchIdentity, _ sender: Sender, _ firstRecord: UInt32, _ place: Place
    ) {
        if let key = Key(rebatched: batch, of: sender, firstRecord: firstRecord) { byBatch[key] = place }
    }

    /// The lost batch that this one is, or has at its head.
    private func find(_ batch: BatchIdentity, of sender: Sender) -> Int32? {
        if let same = byBatch[Key(batch, of: sender)] { return same.entry }
        if let place = findByContent(batch, of: sender) { return place }
        // Contents that cannot be compared: packed.
        guard let key = Key(rebatched: batch, of: sender, firstRecord: 0), let place = byBatch[key],
            place.firstRecord == 0 || batch.firstRecord == 0, batch.records > place.records
        else { return nil }
        return place.entry
    }

    private func findByContent(_ batch: BatchIdentity, of sender: Sender) -> Int32? {
        guard batch.firstRecord != 0, let key = Key(rebatched: batch, of: sender, firstRecord: batch.firstRecord),
            let place = byBatch[key]
        else { return nil }
        return place.entry
    }

    /// The copy of a request on a gateway's other leg is no resend of it: the loss that one on this way is a resend of.
    private func onThisLeg(_ entry: Int32, _ way: Way) -> Int32? {
        guard way.isOtherLeg(of: entries[Int(entry)].way) else { return entry }
        let other = entries[Int(entry)].otherLeg
        return other >= 0 && !way.isOtherLeg(of: entries[Int(other)].way) ? other : nil
    }

    /// False where a batch is surely none that was lost.
    @inline(__always)
    func mayHold(_ batch: borrowing BatchIdentity) -> Bool { marks.mayHold(batch) }

    /// A Produce is about to be waited for: does it hold a batch that was lost?
    mutating func matchResend(
        _ index: Int32, _ batches: [BatchIdentity], of serial: UInt64, from host: IPAddress, at server: Endpoint,
        by pending: Slab<PendingRequest>,
        time: CaptureTime, frame: FrameRef
    ) {
        guard !byBatch.isEmpty else { return }
        let sender = Sender(host: host, clientId: pending[index].clientId)
        let way = Way(client: host, server: server.address)
        for batch in batches where marks.mayHold(batch) {
            let same = find(batch, of: sender).flatMap { onThisLeg($0, way) }
            if let at = same ?? findRenumbered(batch).flatMap({ onThisLeg($0, way) }), entries[Int(at)].serial != serial
            {
                // A resend that was answered stands; one that was lost in its turn makes room for the next.
                guard entries[Int(at)].facts.error == nil else { continue }
                pending[index].resendOf = at
                entries[Int(at)].facts.resentTime = time
                entries[Int(at)].facts.resentFrame = frame
                entries[Int(at)].facts.resentTo = server
                entries[Int(at)].facts.renumbered = same == nil
                entries[Int(at)].facts.knownByContent =
                    byBatch[Key(batch, of: sender)] == nil && findByContent(batch, of: sender) != nil
                (entries[Int(at)].leader, entries[Int(at)].behind) = (-1, 0)
                if batch.producerId < 0 { carry(behind: at, in: batch) }
            }
            noteGivenUp(before: batch)
        }
    }

    /// What was lost behind a batch that is sent again at the head of a larger one goes along with it.
    private mutating func carry(behind leader: Int32, in batch: BatchIdentity) {
        let line = Line(serial: entries[Int(leader)].serial, topic: batch.topic, partition: batch.partition)
        guard let lost = lines[line], var at = Self.place(of: leader, in: lost) else { return }
        let (first, facts) = (lost[at].baseTimestamp, entries[Int(leader)].facts)
        var behind = Int64(lost[at].records)
        at += 1
        while at < lost.count, behind + Int64(lost[at].records) <= Int64(batch.records),
            lost[at].baseTimestamp >= first
        {
            let entry = Int(lost[at].entry)
            if entries[entry].facts.error == nil {
                (entries[entry].leader, entries[entry].behind) = (leader, behind)
                entries[entry].facts.resentTime = facts.resentTime
                entries[entry].facts.resentFrame = facts.resentFrame
                entries[entry].facts.resentTo = facts.resentTo
            }
            behind += Int64(lost[at].records)
            at += 1
        }
    }

    private static func place(of entry: Int32, in lost: [Plain]) -> Int? {
        let place = lost.partitionPoint(where: { $0.entry >= entry })
        return place < lost.count && lost[place].entry == entry ? place : nil
    }

    private func findRenumbered(_ batch: BatchIdentity) -> Int32? {
        batch.producerId >= 0 ? byBatch[Key(renumbered: batch)]?.entry : nil
    }

    /// A producer that begins its numbering of a partition anew, with younger records, has given up what it lost before.
    private mutating func noteGivenUp(before batch: BatchIdentity) {
        guard batch.producerId >= 0, batch.baseSequence == 0, let lost = numbered[Numbering(batch)] else { return }
        for one in lost where one.epoch < batch.epoch && one.baseTimestamp < batch.baseTimestamp {
            if entries[Int(one.entry)].facts.resentFrame.isNone { entries[Int(one.entry)].facts.givenUp = true }
        }
        // The next of that epoch is no beginning: each loss is looked at once.
        numbered[Numbering(batch)] = lost.filter { $0.epoch >= batch.epoch }
    }

    mutating func answer(_ index: Int32, _ response: ResponseContent, frame: FrameRef) {
        guard let append = response.append else { return }
        entries[Int(index)].facts.answerFrame = frame
        entries[Int(index)].facts.error = append.error
        entries[Int(index)].facts.baseOffset = append.baseOffset
        entries[Int(index)].facts.logAppendTime = append.logAppendTime
    }

    /// The lost request's own answer came, too late to count.
    mutating func lateAnswer(of serial: UInt64, _ correlationId: Int32, error: Int16, offset: Int64 = -1) {
        guard let at = byRequest[RequestKey(serial: serial, correlationId: correlationId)] else { return }
        entries[Int(at)].facts.firstError = error
        if error == 0 { entries[Int(at)].facts.firstOffset = offset }
    }

    /// A batch of that request was sent again elsewhere.
    func isResent(_ serial: UInt64, _ correlationId: Int32) -> Bool {
        byRequest[RequestKey(serial: serial, correlationId: correlationId)].map {
            !entries[Int($0)].facts.resentFrame.isNone
        } ?? false
    }

    /// The place of a request in the table.
    func place(of serial: UInt64, _ correlationId: Int32) -> Int32? {
        byRequest[RequestKey(serial: serial, correlationId: correlationId)]
    }

    mutating func noteNothingStored(_ entry: Int32) {
        if entries.indices.contains(Int(entry)) { entries[Int(entry)].facts.nothingStored = true }
    }

    private static let copiesFollowed = 8

    /// What the answers to later copies, which were lost in their turn, tell of the first.
    private func takeCopies(of entry: Int32, _ facts: inout RetryFacts) {
        var (at, left) = (entries[Int(entry)].lostAgain, Self.copiesFollowed)
        while at >= 0, left > 0, facts.error == nil {
            let copy = entries[Int(at)].facts
            if copy.error == 0 {
                (facts.error, facts.baseOffset, facts.answerFrame) = (0, copy.baseOffset, copy.answerFrame)
            } else if copy.firstError == 0, copy.firstOffset >= 0 {
                (facts.error, facts.baseOffset) = (0, copy.firstOffset)
            }
            (at, left) = (entries[Int(at)].lostAgain, left - 1)
        }
    }

    func facts(of serial: UInt64, _ correlationId: Int32) -> RetryFacts? {
        guard let at = place(of: serial, correlationId) else { return nil }
        var facts = entries[Int(at)].facts
        takeCopies(of: at, &facts)
        guard entries[Int(at)].leader >= 0 else { return facts }
        let leader = entries[Int(entries[Int(at)].leader)].facts
        (facts.error, facts.answerFrame, facts.logAppendTime) = (leader.error, leader.answerFrame, leader.logAppendTime)
        facts.baseOffset = leader.baseOffset < 0 ? -1 : leader.baseOffset.addingSaturated(entries[Int(at)].behind)
        return facts
    }
}
