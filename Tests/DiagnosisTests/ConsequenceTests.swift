import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What follows from a loss elsewhere: waits for a dead follower, and a producer's numbering behind lost batches.
@Suite struct ConsequenceTests {
    private static let leader = "10.0.0.1:9092"
    private static let dead = "10.0.0.2:9092"

    /// A client gave its Produce up at the leader, four seconds after broker 2 had died in the tenth second.
    private func gaveUp(
        _ made: inout SmallCase, api: Int16 = Api.produce, acks: Int = -1, sent: Double = 10.5, answers: [Double] = [12]
    ) -> Finding {
        let record = made.works(at: Self.leader, from: 0, to: 30)
        for second in answers {
            made.file.times.noteAnswering(record.server, to: record.client.address, made.time(second))
        }
        var finding = Finding(
            kind: .disconnectBeforeResponse, severity: .error, confidence: .certain, first: made.time(sent + 4),
            last: made.time(sent + 4))
        (finding.cause, finding.server) = (.requestTimeout, Self.leader)
        var request = LostRequest(
            api: Api.name(api), apiKey: Int(api), version: 9, correlationId: 1, sent: made.time(sent), waitedMs: 4000,
            frame: made.nextFrame())
        request.acks = api == Api.produce ? acks : nil
        finding.requests = [request]
        return finding
    }

    private func isExplained(_ finding: Finding, _ made: SmallCase) throws -> Bool {
        let gone = try #require(IPAddress("10.0.0.2"))
        let view = CaseView(made.file, CaptureHealth())
        return FollowerWaits(view: view, gone: [gone], from: made.time(10), to: made.time(35)).explain(finding)
    }

    @Test func aProduceToAllReplicasWaitsForTheDeadOne() throws {
        var made = SmallCase()
        #expect(try isExplained(gaveUp(&made), made))
    }

    @Test func whatTheLeaderStoresAloneDoesNot() throws {
        var made = SmallCase()
        #expect(try !isExplained(gaveUp(&made, acks: 1), made))
        #expect(try !isExplained(gaveUp(&made, api: Api.metadata), made))
    }

    @Test func aLeaderThatAnswersNothingStandsStillItself() throws {
        var made = SmallCase()
        #expect(try !isExplained(gaveUp(&made, answers: [5, 20]), made))
    }

    @Test func whatWaitedLongBeforeHasAnotherReason() throws {
        var made = SmallCase()
        #expect(try !isExplained(gaveUp(&made, sent: 2, answers: [4]), made))
    }

    /// A producer lost a batch of a partition, and a later one was refused as out of order.
    /// - Parameter isTold: the connection ended with it, which is a finding; else its client's own window holds
    ///   the answer up.
    private func outOfOrder(lostPartition: Int32?, clientId: String = "shop", isTold: Bool = true) -> SmallCase {
        var made = SmallCase()
        let record = made.works(at: Self.dead, from: 0, to: 10)
        if let lostPartition {
            let batch = BatchIdentity(
                topic: made.text("orders"), partition: lostPartition, producerId: 7, epoch: 0, baseSequence: 40,
                records: 3, crc: 1, bytes: 200, firstRecord: 0, baseTimestamp: 0)
            var request = UnansweredRequest.waiting(
                Api.produce, at: made.time(9), made.text(clientId), made.nextFrame())
            (request.batches, request.idempotent, request.acks) = ([batch], true, -1)
            record.unanswered = [request]
            if isTold { made.dies(record, at: 10) } else { record.tcp.sides.0.windowIsClosed = true }
        }
        made.file.add(
            ErrorEvent(
                time: made.time(14), frame: made.nextFrame(), code: 45, api: Api.produce, version: 9,
                client: record.client, server: record.server, clientId: made.text("shop"), topic: made.text("orders"),
                partition: 1, group: .none, message: .none),
            about: [ErrorSubject(topic: made.text("orders"), partition: 1)])
        made.ends(at: 40)
        return made
    }

    private func severity(_ made: SmallCase) -> Severity? {
        made.findings().first { $0.error == "OUT_OF_ORDER_SEQUENCE_NUMBER" }?.severity
    }

    @Test func aGapInTheNumberingFollowsFromALostBatch() {
        let made = outOfOrder(lostPartition: 1)
        #expect(severity(made) == .info)
        #expect(made.findings().first { $0.error != nil }?[.follows] == .list([Self.dead]))
    }

    @Test func withoutOneItIsAFaultOfItsOwn() {
        #expect(severity(outOfOrder(lostPartition: nil)) == .warning)
    }

    @Test func aLossThatNobodyTellsExplainsNothing() {
        #expect(severity(outOfOrder(lostPartition: 1, isTold: false)) == .warning)
    }

    @Test func anotherPartitionsOrProducersLossExplainsNothing() {
        #expect(severity(outOfOrder(lostPartition: 2)) == .warning)
        #expect(severity(outOfOrder(lostPartition: 1, clientId: "till")) == .warning)
    }

    /// Produces on one connection, the later behind the first, all answered at once six seconds later.
    private func pipelined(first api: Int16 = Api.produce) -> SmallCase {
        var made = SmallCase()
        let record = made.works(at: Self.leader, from: 0, to: 30)
        var before = FrameRef.none
        for index in 0..<4 {
            let sent = made.time(10 + Double(index) * 0.1)
            let frame = made.nextFrame()
            made.file.times.slowAnswers.append(
                SlowAnswer(
                    api: index == 0 ? api : Api.produce, client: record.client, clientId: made.text("shop"),
                    server: record.server, sent: sent, waitsSince: sent,
                    aloneSince: index == 0 ? sent : made.time(16), behind: before, firstByte: made.time(16),
                    answered: made.time(16), requestFrame: frame, frame: made.nextFrame(), allowedMs: 0, heldBackFor: 0)
            )
            before = frame
        }
        return made
    }

    @Test func whatWaitsBehindALateAnswerIsLateToo() {
        #expect(pipelined().findings().first { $0.kind == .slowResponse }?.count == 4)
    }

    @Test func butNotBehindWhatTakesItsTimeByNature() {
        #expect(pipelined(first: Api.joinGroup).findings().allSatisfy { $0.kind != .slowResponse })
    }
}

extension UnansweredRequest {
    /// A request with nothing special about it.
    static func waiting(_ api: Int16, at sent: CaptureTime, _ clientId: StringID, _ frame: FrameRef) -> Self {
        UnansweredRequest(
            api: api, version: 9, correlationId: 5, clientId: clientId, sent: sent, sentWhole: sent, frame: frame,
            streamEnd: 0, partial: false, wantsNoAnswer: false, acksKnown: true, bodyKnown: true, allowedWaitMs: nil,
            acks: nil, topics: [], group: .none, batches: [], idempotent: false, transactional: false,
            answeredLate: nil,
            queuedBehind: 0)
    }
}
