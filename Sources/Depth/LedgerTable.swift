import Conversations
import ReportModel
import Vocabulary

/// `ledger`: what became of each batch that was lost or sent again, a row for each partition.
struct LedgerTable {
    /// By what a batch is known when it is sent again.
    struct Name: Hashable {
        var client: IPAddress
        /// A sidecar takes by loopback what it sends on from the same host.
        var isByLoopback: Bool
        var place: PartitionRef
        var batch: BatchName

        var byLoopback: Name {
            var name = self
            name.isByLoopback = true
            return name
        }
    }

    /// The same on any leg of a gateway, which may name the topic otherwise.
    private struct Copy: Hashable {
        var partition: Int32
        var batch: BatchName

        init(_ name: Name) { (partition, batch) = (name.place.partition, name.batch) }
    }

    struct Story {
        var client: ClientKey
        var server: Endpoint
        /// Of its last copy.
        var connection: UInt64
        /// A copy came on another connection while one waited: two programs may have one name.
        var mayBeTwo = false
        var sends = 0
        var waiting = 0
        var lost = 0
        /// Of these, answered with an error that leaves open what becomes of the batch.
        var leftOpen = 0
        var isRefused = false
        /// The broker knew it already.
        var isKnown = false
        var offsets: Set<Int64> = []
        var isIdempotent: Bool
        var records: Int64?
        var frames: [FrameRef] = []
        var seen: Seen
    }

    /// A producer with an id, and the partition that it writes to.
    private struct Chain: Hashable {
        var place: PartitionRef
        var producer: Int64
        var epoch: Int16

        init(_ name: Name) {
            (place, producer, epoch) = (name.place, name.batch.producer, name.batch.epoch)
        }
    }

    private var stories: [Name: Story] = [:]
    /// The last sequence of each that a broker took: all before it are stored (KIP-98).
    private var progress: [Chain: Int64] = [:]
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthBatches", limits.depthBatches, beyond: leftOut, "batches that wait for their answers")
    }

    // MARK: Messages

    mutating func took(_ request: ObservedRequest, _ produced: [RecordFlow], resent: [[Bool]]) {
        guard request.body.root.integer("Acks") != 0 else { return }
        for (flow, copies) in zip(produced, resent) {
            for (batch, isResent) in zip(flow.batches, copies) {
                let name = Self.name(batch, flow.place, request)
                if stories[name] == nil, stories.count >= limits.depthBatches {
                    leftOut += 1
                    continue
                }
                // Two records with the same content are two: the second is not followed.
                if stories[name] != nil, !isResent, batch.producerId < 0 { continue }
                var story = stories[name] ?? Story(sent: batch, by: request)
                if story.waiting > 0, story.connection != request.connection { story.mayBeTwo = true }
                story.connection = request.connection
                story.sends += 1
                story.waiting += 1
                story.note(request.frame, request.sentWhole)
                stories[name] = story
            }
        }
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored {
            for batch in outcome.flow.batches {
                let name = Self.name(batch, outcome.flow.place, request)
                noteProgress(name, outcome)
                guard var story = stories[name] else { continue }
                story.waiting = max(0, story.waiting - 1)
                story.take(outcome, isFirst: batch == outcome.flow.batches.first)
                let isDone = story.sends == 1 && story.lost == 0 && outcome.code == 0
                if !isDone { story.note(answer.frame, answer.time) }
                stories[name] = isDone ? nil : story
            }
        }
    }

    /// The client heard nothing of it, but it tells what the broker did.
    mutating func tooLate(_ request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored {
            for batch in outcome.flow.batches {
                stories[Self.name(batch, outcome.flow.place, request)]?.take(
                    outcome, isFirst: batch == outcome.flow.batches.first)
            }
        }
    }

    private mutating func noteProgress(_ name: Name, _ outcome: Stored) {
        guard name.batch.producer >= 0, outcome.code == 0 || outcome.code == Story.duplicate else { return }
        let chain = Chain(name)
        guard let known = progress[chain] else {
            if progress.count < limits.depthBatches { progress[chain] = name.batch.number }
            return
        }
        if Self.reaches(name.batch.number, known) { progress[chain] = name.batch.number }
    }

    private func isStored(_ name: Name) -> Bool {
        guard name.batch.producer >= 0, let last = progress[Chain(name)] else { return false }
        return Self.reaches(last, name.batch.number)
    }

    private static func reaches(_ sequence: Int64, _ other: Int64) -> Bool {
        ProducerProgress.reaches(Int32(truncatingIfNeeded: sequence), Int32(truncatingIfNeeded: other))
    }

    /// It was answered; its client may send it again all the same.
    mutating func mayBeUnheard(_ request: ObservedRequest, _ stored: [Stored], isLost: Bool) {
        for outcome in stored {
            for batch in outcome.flow.batches {
                let name = Self.name(batch, outcome.flow.place, request)
                if stories[name] == nil, stories.count >= limits.depthBatches { continue }
                var story = stories[name] ?? Story(sent: batch, by: request)
                if stories[name] == nil {
                    story.sends = 1
                    story.take(outcome, isFirst: batch == outcome.flow.batches.first)
                    story.note(request.frame, request.sentWhole)
                }
                if isLost { story.lost += 1 }
                stories[name] = story
            }
        }
    }

    /// - Parameter isLost: an answer was due, and none of the capture's holes can have it.
    mutating func ended(_ request: ObservedRequest, _ flows: [RecordFlow], _ end: RequestEnd, isLost: Bool) {
        guard end != .wantsNoAnswer else { return }
        for flow in flows {
            for batch in flow.batches {
                let name = Self.name(batch, flow.place, request)
                guard var story = stories[name], story.waiting > 0 else { continue }
                story.waiting -= 1
                if isLost { story.lost += 1 }
                stories[name] = isLost || story.sends > 1 ? story : nil
            }
        }
    }

    private static func name(_ batch: RecordBatchHeader, _ place: PartitionRef, _ request: ObservedRequest) -> Name {
        Name(
            client: request.client.address, isByLoopback: request.server.address.isLoopback, place: place,
            batch: BatchName(batch))
    }

    // MARK: Rows

    /// Batches that were lost or sent again, in order of time.
    func counted(_ cast: Cast) -> [(name: Name, story: Story)] {
        let counted = stories.filter { $0.value.lost > 0 || $0.value.sends > 1 }
        let inFront = Set(counted.filter { !cast.passesOn($0.value.client) }.keys.map(Copy.init))
        // What a gateway, or a sidecar, sent on is no further batch.
        return counted.filter { name, story in
            (name.isByLoopback || counted[name.byLoopback] == nil)
                && !(cast.passesOn(story.client) && inFront.contains(Copy(name)))
        }.sorted { $0.value.precedes($1.value) }.map { ($0.key, $0.value) }
    }

    func rows(_ cast: Cast) -> [LedgerRow] {
        var rows: [PartitionRef: LedgerRow] = [:]
        for (name, story) in counted(cast) {
            let place = PartitionRef(topic: cast.topics.resolved(name.place.topic), partition: name.place.partition)
            var row = rows[place] ?? LedgerRow(seen: story.seen)
            row.topic = cast.topics.name(place.topic)
            row.partition = Int(place.partition)
            row.seen.add(story.seen)
            row.frames = Array((row.frames + story.frames).prefix(limits.framesPerFinding))
            if story.lost > 0 { row.lost.add(records: story.records) }
            let outcome = story.outcome(isStored: isStored(name))
            row[keyPath: outcome].add(records: story.records)
            if outcome == \.unknown { row.open.append(.init(records: story.records, frames: story.frames)) }
            rows[place] = row
        }
        return rows.sorted {
            ($0.value.topic ?? "", $0.value.partition, $0.key.topic.number) < (
                $1.value.topic ?? "", $1.value.partition, $1.key.topic.number
            )
        }.map(\.value)
    }
}

extension LedgerTable.Story {
    /// Written, and its broker gave up waiting for the others: it may stay or go.
    private static let open: Set<Int64> = [7, 20]
    fileprivate static let duplicate: Int64 = 46

    fileprivate init(sent batch: RecordBatchHeader, by request: ObservedRequest) {
        self.init(
            client: ClientKey(request), server: request.server, connection: request.connection,
            isIdempotent: batch.producerId >= 0, records: batch.records.map { Int64($0) },
            seen: Seen(first: request.sent, last: request.sentWhole))
    }

    /// In order of time; those of one instant by their frames, for a table of hashes has no order of its own.
    fileprivate func precedes(_ other: Self) -> Bool {
        seen.first == other.seen.first ? frames.lexicographicallyPrecedes(other.frames) : seen.first < other.seen.first
    }

    fileprivate mutating func note(_ frame: FrameRef, _ time: CaptureTime) {
        seen.add(time)
        if frames.count < 8, !frame.isNone { frames.append(frame) }
    }

    fileprivate mutating func take(_ outcome: Stored, isFirst: Bool) {
        guard let code = outcome.code else { return }
        switch code {
        case 0:
            isKnown = true
            if isFirst, let offset = outcome.offset { offsets.insert(offset) }
        case Self.duplicate: isKnown = true
        case _ where Self.open.contains(code):
            lost += 1
            leftOpen += 1
        default: isRefused = true
        }
    }

    /// A plain producer's lost copy may be stored beside one that was: only two offsets, or none, are sure.
    /// - Parameter isStored: a later batch of its producer's was taken.
    fileprivate func outcome(isStored: Bool) -> WritableKeyPath<LedgerRow, BatchSum> {
        if offsets.count > 1 { return \.storedTwice }
        if isStored { return \.storedOnce }
        let mayBeElsewhere = lost > 0 || waiting > 0
        if isKnown { return isIdempotent || !mayBeElsewhere ? \.storedOnce : \.unknown }
        return mayBeElsewhere || !isRefused ? \.unknown : \.notStored
    }
}
