import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Depth

/// Parts of the depth tables, by themselves.
@Suite struct DepthRowTests {
    private func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: Int64(seconds * 1e9)) }

    private func growth(
        _ lags: [(Double, Int64)], readUntil end: Double = .infinity, fetchEach seconds: Double = 0.5
    ) -> Int64? {
        var growth = LagGrowth()
        for (second, lag) in lags {
            let fetched = (min(second, end) / seconds).rounded(.down) * seconds
            growth.add(lag, at: time(second), lastRead: time(min(second, end)), fetched: time(fetched))
        }
        growth.close()
        return growth.greatest?.records
    }

    @Test func aLagThatGrowsOnAndOn() {
        #expect(growth((0..<20).map { (Double($0), Int64($0) * 20) }) ?? 0 >= 200)
    }

    /// What comes in behind the last reader's end is no falling behind.
    @Test func aLagThatNobodyReads() {
        #expect(growth((0..<60).map { (Double($0), Int64($0) * 20) }, readUntil: 1) == nil)
        #expect(growth((0..<60).map { (Double($0), Int64($0) * 20) }, readUntil: 30) ?? 0 >= 200)
    }

    /// How much of a growing lag fell to a time without a Fetch.
    private func unasked(fetches: [ClosedRange<Double>]) -> Double? {
        var growth = LagGrowth()
        for second in stride(from: 0.0, to: 60, by: 1) {
            let fetched =
                fetches.map { min(second, $0.upperBound) }.enumerated()
                .filter { fetches[$0.offset].lowerBound <= second }.map(\.element).max() ?? 0
            growth.add(Int64(second) * 20, at: time(second), lastRead: time(second), fetched: time(fetched))
        }
        growth.close()
        return growth.greatest?.unaskedMs
    }

    @Test func aLagOfAPausedPartition() {
        #expect(unasked(fetches: [0...10, 45...60]) ?? 0 >= 30_000)
        #expect(unasked(fetches: [0...60]) ?? .infinity <= 1_000)
        #expect(unasked(fetches: [0...10, 15...60]) ?? .infinity <= 5_000)
    }

    /// A member whose requests go on behind a rebalance, and are refused, was as silent before as one that is gone.
    @Test func aMemberThatIsRefusedWasSilentAllTheSame() {
        var member = GroupMember("m-1", request(1, 1, at: 10))
        member.row.sessionTimeoutMs = 10_000
        member.lastTaken = time(12)
        member.lastSign = time(12)
        #expect(member.wasSilent(until: time(22)) && !member.wasSilent(until: time(20)))
        // It asks again at 25 s, and is refused.
        member.lastSign = time(25)
        #expect(member.wasSilent(until: time(22)) && !member.wasSilent(until: time(20)))
        // It asked in between and was answered.
        (member.lastSign, member.lastTaken) = (time(18), time(18))
        #expect(!member.wasSilent(until: time(22)))
    }

    /// A batch every 25 s that takes all there is: what comes in meanwhile is no falling behind.
    @Test func aLagBetweenTwoFetches() {
        #expect(growth((0..<120).map { (Double($0), Int64($0 % 25) * 20) }, fetchEach: 25) == nil)
        #expect(growth((0..<120).map { (Double($0), Int64($0) * 20) }, fetchEach: 25) ?? 0 >= 200)
    }

    /// Commits every four seconds, a burst that is worked off, and growth too small or too short.
    @Test func whatOnlyLooksLikeGrowth() {
        #expect(growth((0..<60).map { (Double($0), Int64($0 % 4) * 500) }) == nil)
        #expect(growth((0..<40).map { (Double($0), max(0, 10_000 - Int64($0) * 300)) }) == nil)
        #expect(growth((0..<30).map { (Double($0), Int64($0) * 2) }) == nil)
        #expect(growth((0..<8).map { (Double($0), Int64($0) * 500) }) == nil)
    }

    @Test func aUUIDAsKafkaPrintsIt() {
        #expect(TopicUUID(high: 0, low: 1).text == "AAAAAAAAAAAAAAAAAAAAAQ")
        #expect(TopicUUID(high: .max, low: .max).text == "_____________________w")
    }

    private func header(_ bytes: [UInt8], held: Int64) -> RecordBatchHeader? {
        bytes.withUnsafeBufferPointer { RecordBatchHeader($0, held: held) }
    }

    /// A batch that an answer cuts is not whole; a message of an old set is one record, or nobody knows how many.
    @Test func headersOfBatches() {
        var batch = [UInt8](repeating: 0, count: 61)
        (batch[11], batch[16], batch[22], batch[60]) = (88, 2, 0x24, 3)
        #expect(header(batch, held: 100)?.isWhole == true)
        #expect(header(batch, held: 99)?.isWhole == false)
        #expect(header(batch, held: 100)?.isControl == true)
        #expect(header(batch, held: 100)?.records == 3 && header(batch, held: 100)?.codec == 4)
        var message = [UInt8](repeating: 0, count: 40)
        (message[11], message[16]) = (28, 1)
        #expect(header(message, held: 40)?.records == 1)
        message[17] = 2
        #expect(header(message, held: 40)?.records == nil)
        #expect(header(Array(batch.prefix(16)), held: 16) == nil)
    }

    /// Two records with one content on one connection are two; behind a refusal, or on another connection, one is a resend.
    @Test func plainBatchesAreResentOnlyBehindALoss() {
        var resends = Resends(limit: 10)
        var shown = [UInt8](repeating: 0, count: 61)
        (shown[11], shown[16]) = (88, 2)
        for place in 43..<57 { shown[place] = 0xFF }
        guard let batch = header(shown, held: 100) else { return #expect(Bool(false)) }
        let place = PartitionRef(topic: TopicRef(number: 0), partition: 0)
        let flows = [RecordFlow(place: place, batches: [batch])]
        #expect(resends.find(in: flows, of: request(1, 1)) == [[false]])
        #expect(resends.find(in: flows, of: request(1, 2)) == [[false]])
        #expect(resends.find(in: flows, of: request(2, 1)) == [[true]])
        resends.answered(request(2, 1), [Stored(flow: flows[0], code: 0)])
        #expect(resends.find(in: flows, of: request(2, 2)) == [[false]])
        resends.answered(request(2, 2), [Stored(flow: flows[0], code: 7)])
        #expect(resends.find(in: flows, of: request(2, 3)) == [[true]])
    }

    /// - Parameters:
    ///   - stamped: when its records were made; the same bytes but for that.
    ///   - sent: in order of time, on one connection; none is answered.
    private func copies(stamped: [Int64], sent: [Double]) -> [Bool] {
        var resends = Resends(limit: 10)
        let place = PartitionRef(topic: TopicRef(number: 0), partition: 0)
        return zip(stamped, sent).enumerated().compactMap { number, copy in
            var shown = [UInt8](repeating: 0, count: 61)
            (shown[11], shown[16]) = (88, 2)
            for byte in 0..<8 {
                let part = UInt8(truncatingIfNeeded: copy.0 >> (56 - 8 * Int64(byte)))
                (shown[27 + byte], shown[35 + byte]) = (part, part)
            }
            // A checksum is of the time too.
            shown[20] = UInt8(truncatingIfNeeded: copy.0 / 100)
            for place in 43..<57 { shown[place] = 0xFF }
            guard let batch = header(shown, held: 100) else { return nil }
            let flows = [RecordFlow(place: place, batches: [batch])]
            return resends.find(in: flows, of: request(1, Int32(number), at: copy.1)) == [[true]]
        }
    }

    /// Clients that repeat without closing: the same bytes, made at the same moment, sent again while the first wait.
    @Test func theSameMomentSentAgainIsAResend() {
        #expect(copies(stamped: [900, 2_000, 2_000], sent: [1, 2.1, 4.1]) == [false, false, true])
        #expect(copies(stamped: [900, 2_000, 2_000, 2_000], sent: [1, 2.1, 4.1, 14.1]) == [false, false, true, true])
        // At once: two records of one millisecond.
        #expect(copies(stamped: [900, 2_000, 2_000], sent: [1, 2.1, 2.15]) == [false, false, false])
        // Content that is always the same, made anew each time; or with a time that says nothing.
        #expect(copies(stamped: [900, 2_000, 4_000], sent: [1, 2.1, 4.1]) == [false, false, false])
        #expect(copies(stamped: [900, 0, 0], sent: [1, 2.1, 4.1]) == [false, false, false])
        #expect(copies(stamped: [900, 900, 900], sent: [1, 3, 5]) == [false, false, false])
        #expect(copies(stamped: [60_000, 700, 700], sent: [60, 63, 66]) == [false, false, false])
    }

    private func request(_ connection: UInt64, _ correlationId: Int32, at second: Double = 1, port: UInt16 = 9092)
        -> ObservedRequest
    {
        let end = Endpoint(IPAddress(v4: 1), port)
        return ObservedRequest(
            connection: connection, client: Endpoint(IPAddress(v4: 1), 9092), server: end, api: 0, version: 9,
            correlationId: correlationId, clientId: "shop", sent: time(second), frame: .none, sentWhole: time(second),
            bytes: 0, body: MessageBody(definitions: [], nodes: [], text: [], batches: [], reading: .whole))
    }

    /// One producer that is refused again and again while others of its batches go their way: all are counted, and no limit is reached.
    @Test func refusalsWithoutEndReachNoLimit() {
        var refused = RefusedBatches(limits: Limits())
        let place = PartitionRef(topic: TopicRef(number: 0), partition: 0)
        for number in 0..<600 {
            var shown = [UInt8](repeating: 0, count: 61)
            (shown[11], shown[16]) = (88, 2)
            (shown[33], shown[34]) = (UInt8(1 + number / 256), UInt8(number % 256))
            (shown[41], shown[42]) = (shown[33], shown[34])
            for place in 43..<57 { shown[place] = 0xFF }
            guard let batch = header(shown, held: 100) else { return #expect(Bool(false)) }
            let flow = RecordFlow(place: place, batches: [batch])
            let sent = request(1, Int32(number), at: Double(number) / 4)
            refused.took(sent, [flow])
            refused.took(
                ObservedAnswer(
                    began: sent.sent, frame: .none, time: sent.sent, lastFrame: .none, bytes: 0,
                    body: MessageBody(definitions: [], nodes: [], text: [], batches: [], reading: .whole)),
                to: sent, [Stored(flow: flow, code: 56)])
        }
        #expect(refused.trip == nil)
    }

    /// A program that writes the same to two clusters at once sends nothing again.
    @Test func theSameToTwoServersAtOnceIsNoResend() {
        var shown = [UInt8](repeating: 0, count: 61)
        (shown[11], shown[16]) = (88, 2)
        for place in 43..<57 { shown[place] = 0xFF }
        guard let batch = header(shown, held: 100) else { return #expect(Bool(false)) }
        let flows = [RecordFlow(place: PartitionRef(topic: TopicRef(number: 0), partition: 0), batches: [batch])]
        var resends = Resends(limit: 10)
        #expect(resends.find(in: flows, of: request(1, 1)) == [[false]])
        #expect(resends.find(in: flows, of: request(2, 1, at: 1.01, port: 9093)) == [[false]])
        #expect(resends.find(in: flows, of: request(3, 1, at: 3, port: 9094)) == [[true]])
        var lost = Resends(limit: 10)
        #expect(lost.find(in: flows, of: request(1, 1)) == [[false]])
        lost.ended(request(1, 1), flows, .connectionEnded)
        #expect(lost.find(in: flows, of: request(2, 1, at: 1.01, port: 9093)) == [[true]])
    }
}

extension DepthRowTests {
    private func host(_ number: UInt32) -> IPAddress { IPAddress(v4: number) }

    /// A topic id means the same topic to whoever was told no name, told before or not; the full table counts.
    @Test func idsWithoutANameAreOneTopic() {
        var names = TopicNames(limit: 2)
        let id = TopicUUID(high: 1, low: 2)
        let one = names.identified(id, in: TopicScope(client: host(1), cluster: 0))
        #expect(names.identified(id, in: TopicScope(client: host(2), cluster: 0)) == one && names.name(one) == nil)
        #expect(names.named("orders", in: TopicScope(client: host(1), cluster: 0)) != one && names.trip == nil)
        #expect(names.isFolded(names.named("audit", in: TopicScope(client: host(1), cluster: 0))) && names.trip != nil)
    }
}
