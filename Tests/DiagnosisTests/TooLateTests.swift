import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Answers that came too late to count, and requests that did.
@Suite struct TooLateTests {
    private static let broker = SmallCase.brokers[0]

    /// As the broker sees it: a client is silent from the fifth to the twentieth second, then requests arrive of it, and what
    /// they are answered meets a RST.
    private func arrivesLate(nextAt: Double? = 12, clientId: String = "shop", isReset: Bool = true) -> [FindingKind] {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 20)
        small.waits(record, api: Api.produce, since: 20, allowedMs: 4000)
        record.lastQuiet = small.time(5)...small.time(20)
        record.tcp.firstCloser = .initiator
        if isReset {
            record.tcp.end = .reset
            record.tcp.sides.0.resetFrame = small.nextFrame()
            record.tcp.sides.0.resetTime = small.time(20.02)
        } else {
            record.tcp.end = .fin
            record.tcp.sides.0.finFrame = small.nextFrame()
            record.tcp.sides.0.finTime = small.time(20.3)
        }
        if let nextAt {
            let next = small.works(at: Self.broker, from: nextAt, to: 30, clientId: clientId)
            next.tcp.sides.0.lastDataTime = small.time(30)
        }
        small.ends(at: 40)
        return small.findings().filter { [.disconnectBeforeResponse, .abandonedByClient].contains($0.kind) }.map(\.kind)
    }

    @Test func behindTheClientsNextConnectionARequestIsLost() {
        #expect(arrivesLate() == [.disconnectBeforeResponse])
    }

    @Test func withoutOneTheClientJustLeft() {
        #expect(arrivesLate(nextAt: nil) == [.abandonedByClient])
        // Another program's, or one that was there all along.
        #expect(arrivesLate(clientId: "till") == [.abandonedByClient])
        #expect(arrivesLate(nextAt: 1) == [.abandonedByClient])
    }

    @Test func aClientThatClosesInOrderWasThereToClose() {
        #expect(arrivesLate(isReset: false) == [.abandonedByClient])
    }

    // MARK: Outcomes

    private func outcome(idempotent: Bool = false, _ change: (inout RetryFacts) -> Void) -> Outcome? {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 9)
        small.waits(record, api: Api.produce, since: 9)
        record.unanswered[0].idempotent = idempotent
        change(&record.unanswered[0].retry)
        small.dies(record, at: 10)
        small.ends(at: 20)
        return small.findings().first { $0.kind == .disconnectBeforeResponse }?.requests.first?.outcome
    }

    private func resent(_ retry: inout RetryFacts, error: Int16? = 0, offset: Int64 = 70) {
        (retry.resentFrame, retry.error, retry.baseOffset) = (FrameRef(source: 0, number: 90), error, offset)
    }

    @Test func aLateAnswerProvesWhatBecameOfIt() {
        #expect(outcome { $0.firstError = 47 } == .noEffect)
        #expect(outcome { ($0.firstError, $0.firstOffset) = (0, 50) } == .storedOnce)
        #expect(outcome { _ in } == .unknown)
    }

    @Test func aLateAnswerAndAResend() {
        #expect(
            outcome {
                resent(&$0)
                ($0.firstError, $0.firstOffset) = (0, 50)
            } == .storedTwice)
        #expect(
            outcome {
                resent(&$0)
                $0.firstError = 6
            } == .storedOnce)
        // The resend may have been stored.
        #expect(
            outcome {
                resent(&$0, error: nil)
                $0.firstError = 6
            } == .unknown)
        #expect(outcome { resent(&$0) } == .possiblyTwice)
    }

    @Test func aProducerThatNumbersAnewHasGivenUp() {
        #expect(outcome(idempotent: true) { $0.givenUp = true } == .notRetried)
        #expect(outcome(idempotent: true) { resent(&$0) } == .storedOnce)
        #expect(
            outcome(idempotent: true) {
                resent(&$0)
                $0.renumbered = true
            } == .possiblyTwice)
    }

    // MARK: Resends

    private func batch(_ sequence: Int32, epoch: Int16 = 0, at timestamp: Int64) -> BatchIdentity {
        BatchIdentity(
            topic: .none, partition: 1, producerId: 7, epoch: epoch, baseSequence: sequence, records: 2, crc: 9,
            bytes: 100, firstRecord: 0, baseTimestamp: timestamp)
    }

    /// Batch 40, of the hundredth millisecond, is lost; then another one is sent.
    private func facts(after next: BatchIdentity) -> RetryFacts? {
        let sender = RetryTable.Sender(host: IPAddress(v4: 1), clientId: .none)
        var table = RetryTable()
        table.register(
            [batch(40, at: 100)], serial: 1, correlationId: 5, sender: sender, server: IPAddress(v4: 2), ended: true,
            limit: 10)
        let pending = Slab<PendingRequest>()
        let now = CaptureTime(nanoseconds: 5)
        let index = pending.insert(
            PendingRequest(
                correlationId: 1, sent: now, sentWhole: now, frame: .none, streamEnd: 0, api: Api.produce, version: 9,
                clientId: .none))
        table.matchResend(
            index, [next], of: 2, from: sender.host, at: Endpoint(IPAddress(v4: 2), 9092), by: pending, time: now,
            frame: FrameRef(source: 0, number: 3))
        return table.facts(of: 1, 5)
    }

    /// A batch of host 1 is lost at host 2, and may be lost on the way from there to host 3 too; then it goes from one host to
    /// another.
    private func isResent(
        from host: UInt32, to server: UInt32, at lostAt: UInt32 = 2, behindToo: Bool = false
    ) -> [Bool] {
        func sender(_ host: UInt32) -> RetryTable.Sender { .init(host: IPAddress(v4: host), clientId: .none) }
        var table = RetryTable()
        table.register(
            [batch(40, at: 100)], serial: 1, correlationId: 5, sender: sender(1), server: IPAddress(v4: lostAt),
            ended: true, limit: 10)
        if behindToo {
            table.register(
                [batch(40, at: 100)], serial: 2, correlationId: 6, sender: sender(2), server: IPAddress(v4: 3),
                ended: true, limit: 10)
        }
        let pending = Slab<PendingRequest>()
        let now = CaptureTime(nanoseconds: 5)
        let index = pending.insert(
            PendingRequest(
                correlationId: 1, sent: now, sentWhole: now, frame: .none, streamEnd: 0, api: Api.produce, version: 9,
                clientId: .none))
        table.matchResend(
            index, [batch(40, at: 100)], of: 9, from: IPAddress(v4: host), at: Endpoint(IPAddress(v4: server), 9092),
            by: pending, time: now, frame: FrameRef(source: 0, number: 3))
        return [table.isResent(1, 5), table.isResent(2, 6)]
    }

    private static let loopback: UInt32 = 0x7F00_0001

    /// What a gateway, or a sidecar, passes on is the request itself.
    @Test func theCopyOnAGatewaysOtherLegIsNoResend() {
        #expect(isResent(from: 2, to: 3) == [false, false])
        #expect(isResent(from: 1, to: 3, at: Self.loopback) == [false, false])
        // By the client, or from an address of its NAT, it is one.
        #expect(isResent(from: 1, to: 3) == [true, false])
        #expect(isResent(from: 4, to: 2) == [true, false])
    }

    @Test func eachLegHasItsOwnResend() {
        #expect(isResent(from: 1, to: 2, behindToo: true) == [true, false])
        #expect(isResent(from: 2, to: 3, behindToo: true) == [false, true])
    }

    @Test func aBatchIsKnownByItsNumber() {
        #expect(facts(after: batch(40, at: 100))?.resentTo != nil)
        #expect(facts(after: batch(41, at: 130))?.resentTo == nil)
    }

    @Test func aNewEpochWithYoungerRecordsGivesItUp() {
        #expect(facts(after: batch(0, epoch: 1, at: 130))?.givenUp == true)
        // In mid-numbering it may have been sent before; of the old epoch it is the beginning before.
        #expect(facts(after: batch(3, epoch: 1, at: 130))?.givenUp == false)
        #expect(facts(after: batch(0, epoch: 0, at: 130))?.givenUp == false)
    }

    @Test func aNewEpochWithTheSameRecordsSendsThemAgain() {
        let facts = facts(after: batch(0, epoch: 1, at: 100))
        #expect(facts?.resentTo != nil && facts?.renumbered == true && facts?.givenUp == false)
    }

    private func plain(_ records: Int32, at timestamp: Int64, first: UInt32) -> BatchIdentity {
        BatchIdentity(
            topic: .none, partition: 1, producerId: -1, epoch: -1, baseSequence: -1, records: records,
            crc: first * 1000 + UInt32(records), bytes: 100, firstRecord: first, baseTimestamp: timestamp)
    }

    /// Three plain batches of one record are lost on one connection; then a larger one begins with the first's record, and
    /// is stored at offset 500.
    private func offsets(records: Int32) -> [Int64] {
        let sender = RetryTable.Sender(host: IPAddress(v4: 1), clientId: .none)
        var table = RetryTable()
        for index in 0..<3 {
            table.register(
                [plain(1, at: 100 + Int64(index), first: 7 + UInt32(index))], serial: 1, correlationId: Int32(index),
                sender: sender, server: IPAddress(v4: 2), ended: true, limit: 10)
        }
        let pending = Slab<PendingRequest>()
        let now = CaptureTime(nanoseconds: 5)
        let index = pending.insert(
            PendingRequest(
                correlationId: 1, sent: now, sentWhole: now, frame: .none, streamEnd: 0, api: Api.produce, version: 9,
                clientId: .none))
        table.matchResend(
            index, [plain(records, at: 100, first: 7)], of: 2, from: sender.host, at: Endpoint(IPAddress(v4: 2), 9092),
            by: pending, time: now, frame: FrameRef(source: 0, number: 3))
        var response = ResponseContent()
        response.append = ResponseContent.Append(
            topic: .none, partition: 1, error: 0, baseOffset: 500, logAppendTime: -1)
        table.answer(pending[index].resendOf, response, frame: .none)
        return (0..<3).map { table.facts(of: 1, $0)?.baseOffset ?? -2 }
    }

    @Test func whatWasLostBehindTheFirstGoesAlongInALargerBatch() {
        #expect(offsets(records: 20) == [500, 501, 502])
        #expect(offsets(records: 2) == [500, 501, -1])
        #expect(offsets(records: 1) == [500, -1, -1])
    }

    // MARK: Offsets without a hole

    /// Offsets up to 100 are known; a batch of two is lost at the tenth second with its connection; then others are stored.
    private func isProven(sent: Double = 9.9, _ later: [(first: Int64, count: Int32, sent: Double)]) -> Bool {
        let small = SmallCase()
        var table = AppendTable()
        let note = { (table: inout AppendTable, first: Int64, count: Int32, sent: Double) in
            table.note(
                .none, 1, first: first, records: count, sent: small.time(sent), answered: small.time(sent + 0.01))
        }
        for offset in 90..<100 { note(&table, Int64(offset), 1, Double(offset) / 10) }
        table.watch(.none, 1, entry: 4, sent: small.time(sent), closed: small.time(10))
        for append in later { note(&table, append.first, append.count, append.sent) }
        return table.takeProven().contains(4)
    }

    @Test func offsetsThatGoOnLeaveNoRoomForIt() {
        #expect(isProven([(100, 5, 12)]))
        // One that was under way when it ended says nothing yet.
        #expect(!isProven([(100, 1, 9.95)]))
        #expect(isProven([(100, 1, 9.95), (101, 1, 12)]))
        // Answers out of order.
        #expect(isProven([(101, 1, 12.1), (100, 1, 12)]))
    }

    @Test func aHoleLeavesRoom() {
        #expect(!isProven([(102, 5, 12)]))
        #expect(!isProven([(102, 5, 12), (107, 1, 13)]))
        // What was known only since after it was sent.
        #expect(!isProven(sent: 8, [(100, 5, 12)]))
    }

    // MARK: Captures with pauses

    /// What the server does hours later is no sign of life in the part of the capture that shows the request.
    @Test func aRequestThatWaitsInAnEarlierPartIsOverdue() {
        var small = SmallCase()
        let stuck = small.works(at: Self.broker, from: 0, to: 3)
        small.waits(stuck, since: 4)
        stuck.tcp.pausedAt = small.time(9)
        small.works(at: Self.broker, from: 10_000, to: 10_008)
        small.ends(at: 10_009)
        #expect(small.severities(.responseOverdue) == [.warning])
    }

    // MARK: Who closed

    /// One sign-in that was cut off for sure and others of which the closes were not captured.
    private func confidence(inferred: Int) -> Confidence? {
        var small = SmallCase()
        for index in 0...inferred {
            let record = small.works(at: Self.broker, from: Double(index), to: Double(index))
            record.signIn.stage = .handshakeSent
            record.tcp.firstCloser = .responder
            record.tcp.end = .fin
            record.tcp.sides.1.finFrame = small.nextFrame()
            record.tcp.sides.1.finTime = small.time(Double(index) + 0.1)
            record.tcp.sides.1.finNotCaptured = index > 0
        }
        small.ends(at: 20)
        return small.findings().first { $0.kind == .authTerminated }?.confidence
    }

    @Test func whoClosedHalfOfThemIsNoSurerThanTheirSigns() {
        #expect(confidence(inferred: 0) == .certain)
        #expect(confidence(inferred: 1) == .likely)
    }
}
