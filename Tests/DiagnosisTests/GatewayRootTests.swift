import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Both legs of a gateway are one story, and its root is furthest behind.
@Suite struct GatewayRootTests {
    private static let gate = "10.0.0.30"
    private static let broker = SmallCase.brokers[0]

    /// A connection to a gateway, and the one that it makes for it a moment later.
    private func legs(
        _ made: inout SmallCase, at start: Double, front: String = "10.0.0.30:9193", behind: String = broker,
        relay: String = gate
    ) -> (front: ConnectionRecord, behind: ConnectionRecord) {
        let pair = (
            made.works(at: front, from: start, to: start + 5),
            made.works(at: behind, from: start + 0.01, to: start + 5, client: relay)
        )
        for (record, late) in [(pair.0, 0.0), (pair.1, 0.02)] {
            record.kafka.firstRequestTime = made.time(start + late)
            record.kafka.lastRequestTime = made.time(start + 4 + late)
        }
        return pair
    }

    // MARK: One incident

    /// A sign-in that the broker refuses, and the gateway with it.
    private func refused(behindToo: Bool = true, ends: Double = 5) -> (incidents: [Incident], findings: [Finding]) {
        var made = SmallCase()
        for start in [1.0, 20, 40] {
            let pair = legs(&made, at: start)
            for record in behindToo ? [pair.front, pair.behind] : [pair.front] {
                (record.signIn.stage, record.signIn.mechanism) = (.refused, made.text("PLAIN"))
                record.signIn.lastStepTime = made.time(start + 4)
                record.signIn.frames = [made.nextFrame()]
                made.dies(record, at: start + ends)
            }
        }
        made.ends(at: 60)
        let judged = Diagnosis.judge(made.file)
        return (judged.incidents, judged.findings.filter { $0.kind == .authTerminated })
    }

    @Test func theRootIsFurthestBehind() throws {
        let told = refused()
        let incident = try #require(told.incidents.first)
        #expect(told.incidents.count == 1 && incident.kind == .behindGateway && incident.rootServer == Self.broker)
        #expect(Set(incident.findings) == Set(told.findings.map(\.id)) && told.findings.count == 2)
        #expect(told.findings.first { $0.id == incident.rootFinding }?.server == Self.broker)
        #expect(incident.clients.map(\.client) == [SmallCase.client])
    }

    /// What the gateway refuses by itself is no broker's word.
    @Test func aRefusalAtTheGatewayIsItsOwn() {
        let told = refused(behindToo: false)
        #expect(told.incidents.isEmpty && told.findings.map(\.nodeId) == [nil])
    }

    // MARK: Sidecars

    private func sidecar(client: String = SmallCase.client) -> GatewayLegs {
        var made = SmallCase()
        for start in [1.0, 20] { _ = legs(&made, at: start, front: "127.0.0.1:15001", relay: client) }
        return GatewayLegs(made.file.connections.records.inOrder, made.file)
    }

    @Test func aSidecarAsksOnFromItsClientsHost() {
        let found = sidecar()
        #expect(found.pairs.mapValues(\.count) == [SmallCase().address("127.0.0.1"): 2] && found.behind.count == 2)
        #expect(sidecar(client: "10.0.0.101").pairs.isEmpty)
    }

    // MARK: Swapped ports

    /// The gateway's ports of nodes 2 and 3 lead to each other's brokers, or to their own.
    private func swapped(_ isSwapped: Bool) -> [String] {
        var made = SmallCase()
        let ports = ["10.0.0.30:9193", "10.0.0.30:9194", "10.0.0.30:9195"]
        made.told(ports, by: ports[0], leads: [1, 1, 1])
        made.told(leads: [1, 1, 1], client: Self.gate)
        let brokers =
            [SmallCase.brokers[0]]
            + (isSwapped ? [SmallCase.brokers[2], SmallCase.brokers[1]] : Array(SmallCase.brokers[1...]))
        for (index, port) in ports.enumerated() {
            for start in [1.0, 20] {
                _ = legs(&made, at: start + Double(index) / 10, front: port, behind: brokers[index])
            }
        }
        for second in 1...15 {
            for index in [1, 2] {
                for partition in [Int32(index) * 10, Int32(index) * 10 + 1] {
                    let time = Double(second)
                    made.refuses(6, 0, .partition(partition), at: time, server: ports[index])
                    made.refuses(6, 0, .partition(partition), at: time, server: brokers[index], client: Self.gate)
                }
            }
        }
        made.ends(at: 60)
        return made.findings().filter { $0.detail == .wrongNode }.map { "\($0.server ?? "?") \($0.nodeId ?? 0)" }
            .sorted()
    }

    @Test func aPortThatLeadsWrongIsTheGateways() {
        #expect(swapped(true) == ["10.0.0.30:9194 2", "10.0.0.30:9195 3"])
        // Where the gateway asks whom its clients mean, the brokers themselves are swapped.
        #expect(swapped(false).count == 4)
    }
}

/// Ends that look like a broker's death and are none.
@Suite struct NoDeathTests {
    private static let port = "10.0.0.30:9193"

    private func busy(_ made: inout SmallCase, client: String = SmallCase.client, ends: Double = 10) -> ConnectionRecord
    {
        let record = made.works(at: Self.port, from: 0, to: ends - 0.2, client: client)
        (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
        record.tcp.sides.0.packets = 9
        record.unanswered = [.lost(made.time(ends - 0.2), made.text("shop"), made.nextFrame())]
        made.dies(record, at: ends)
        return record
    }

    /// Two connections end at once, and the next are accepted, set up, and closed on their first work.
    private func closesAgain(_ later: Int, answersWork: Bool = false) -> [Cause?] {
        var made = SmallCase()
        for _ in 0..<2 { _ = busy(&made) }
        for attempt in 0..<later {
            let record = busy(&made, ends: 12 + Double(attempt))
            record.tcp.firstTime = made.time(11.7 + Double(attempt))
            record.unanswered[0].api = Api.produce
            (record.kafka.responses, record.kafka.workAnswered) = answersWork ? (9, 8) : (1, 0)
        }
        made.ends(at: 60)
        return made.findings().filter { $0.kind == .disconnectBeforeResponse }.map(\.cause)
    }

    @Test func whoGoesOnClosingIsNotDead() {
        #expect(closesAgain(2) == [.unknown])
        #expect(closesAgain(0) == [.brokerCrashed])
        #expect(closesAgain(2, answersWork: true).contains(.brokerCrashed))
    }

    // MARK: Another cluster

    /// Two connections end at once; attempts may be refused, then another cluster, or the same, answers.
    private func switched(to cluster: String, refused: Bool = false) -> [Incident] {
        var made = SmallCase()
        for client in ["10.0.0.100", "10.0.0.101"] { _ = busy(&made, client: client) }
        if refused {
            for client in ["10.0.0.100", "10.0.0.101"] { made.fails(at: Self.port, from: 10.1, client: client) }
        }
        made.works(at: Self.port, from: 14, to: 40)
        for (id, from, to) in [("one", 1.0, 9.0), (cluster, 14.5, 40)] {
            for time in [from, to] {
                made.file.clusters.add(
                    made.text(id), server: made.endpoint(Self.port), client: made.address(SmallCase.client),
                    time: made.time(time), frame: made.nextFrame())
            }
        }
        made.refuses(25, 12, .group("billing"), at: 15, server: Self.port)
        made.ends(at: 60)
        return Diagnosis.judge(made.file).incidents
    }

    @Test func aSwitchIsTheRootOfWhatItCosts() throws {
        for refused in [false, true] {
            let told = switched(to: "two", refused: refused)
            let incident = try #require(told.first)
            #expect(told.count == 1 && incident.kind == .switchedOver && incident.rootServer == Self.port)
            #expect(incident.rootFinding?.hasPrefix("cluster-changed") == true)
            #expect(incident.findings.contains { $0.hasPrefix("disconnect-before-response") })
            #expect(incident.findings.contains { $0.hasPrefix("broker-unavailable") } == refused)
        }
        #expect(switched(to: "one", refused: true).map(\.kind) == [.brokerOutage])
    }

    // MARK: A path that forgot its flows

    /// Resets that are not the server's meet three connections, one of them behind a pause.
    private func reset(busyToo: Bool) -> [String] {
        var made = SmallCase()
        let pauses: [Double] = busyToo ? [0.1, 0.2, 4] : [4, 4, 4]
        for (index, pause) in pauses.enumerated() {
            let end = 20 + Double(index) / 10
            let record = made.works(
                at: "10.0.0.30:\(9193 + index)", from: 1, to: end - pause, client: "10.0.0.\(100 + index)")
            (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
            record.tcp.sides.0.packets = 9
            record.unanswered = [.lost(made.time(end - 0.01), made.text("shop"), made.nextFrame())]
            made.dies(record, at: end)
            (record.tcp.sides.1.ttlLow, record.tcp.sides.1.ttlHigh, record.tcp.sides.1.resetTTL) = (64, 64, 250)
        }
        made.ends(at: 60)
        let judged = Diagnosis.judge(made.file)
        let causes = judged.findings.filter { $0.kind == .disconnectBeforeResponse }.map { $0.cause?.rawValue ?? "?" }
        return causes.sorted() + judged.incidents.map { "\($0.kind.rawValue) \($0.struck.count)" }
    }

    @Test func whatHitsBusyAndIdleAlikeIsNoIdleLimit() {
        #expect(reset(busyToo: true) == ["middlebox-reset", "middlebox-reset", "middlebox-reset", "path-trouble 3"])
        #expect(reset(busyToo: false) == ["idle-timeout", "idle-timeout", "idle-timeout"])
    }
}

/// What the leg behind shows of a batch whose answer the client never got.
@Suite struct AnsweredBehindTests {
    private static let gate = "10.0.0.30"

    /// A gateway asks on and is answered 2 ms later, or never; the client gives up after ten seconds and sends again (offset 12).
    private func lost(storedAt: Int64?, isAnswered: Bool = true, tables: Bool = true, isProven: Bool = false)
        -> Finding?
    {
        var made = SmallCase()
        var waits = DepthTables()
        for start in [1.0, 20] {
            let front = made.works(at: "10.0.0.30:9193", from: start, to: start + 5)
            let behind = made.works(at: SmallCase.brokers[0], from: start + 0.01, to: start + 5, client: Self.gate)
            (front.serial, behind.serial) = (UInt64(start), UInt64(start) + 100)
            for (record, late) in [(front, 0.0), (behind, 0.02)] {
                record.kafka.firstRequestTime = made.time(start + late)
                record.kafka.lastRequestTime = made.time(start + 4 + late)
                (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
                record.tcp.sides.0.packets = 9
            }
            guard start > 1 else { continue }
            var request = UnansweredRequest.lost(
                made.time(24), made.text("shop"), made.nextFrame(), Api.produce)
            (request.retry.resentTime, request.retry.resentFrame) = (made.time(34.1), made.nextFrame())
            (request.retry.error, request.retry.baseOffset, request.retry.nothingStored) = (0, 12, isProven)
            front.unanswered = [request]
            (front.tcp.firstCloser, front.tcp.end, front.tcp.lastTime) = (.initiator, .fin, made.time(34))
            (front.tcp.sides.0.finFrame, front.tcp.sides.0.finTime) = (made.nextFrame(), made.time(34))
            let wait = LegWait(api: 0, sent: made.time(24.001), answered: made.time(24.003), storedAt: storedAt)
            if isAnswered { waits.waits[behind.serial] = [wait] }
        }
        made.works(at: "10.0.0.30:9193", from: 34.05, to: 40)
        made.ends(at: 60)
        return made.findings(tables: tables ? waits : nil).first { $0.kind == .disconnectBeforeResponse }
    }

    @Test func theGatewayKeptTheAnswer() {
        #expect(lost(storedAt: 10)?[.answeredBehind] == .text(SmallCase.brokers[0]))
        #expect(lost(storedAt: 10)?.requests.map(\.outcome) == [.storedTwice])
        #expect(lost(storedAt: nil)?.requests.map(\.outcome) == [.possiblyTwice])
        #expect(lost(storedAt: 10, isAnswered: false)?[.answeredBehind] == nil)
    }

    /// Offsets without a hole are no proof where one of them is the lost batch's own, told to the gateway.
    @Test func aRunOfOffsetsMayHoldItsOwn() {
        #expect(lost(storedAt: nil, isProven: true)?.requests.map(\.outcome) == [.possiblyTwice])
        #expect(lost(storedAt: nil, tables: false, isProven: true)?.requests.map(\.outcome) == [.possiblyTwice])
    }
}
