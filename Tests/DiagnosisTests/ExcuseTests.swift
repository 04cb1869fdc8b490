import ReportModel
import TLS
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

extension SmallCase {
    /// A request that waits on an open connection.
    mutating func waits(
        _ record: ConnectionRecord, api: Int16 = Api.metadata, since seconds: Double, allowedMs: Int32? = nil
    ) {
        record.tcp.end = .stillOpen
        record.clientSpoke = .kafka
        record.serverSpoke = .kafka
        record.unanswered.append(
            UnansweredRequest(
                api: api, version: 9, correlationId: 7, clientId: record.kafka.clientId, sent: time(seconds),
                sentWhole: time(seconds), frame: nextFrame(), streamEnd: 100, partial: false, wantsNoAnswer: false,
                acksKnown: true, bodyKnown: true, allowedWaitMs: allowedMs, acks: nil, topics: [], group: .none,
                batches: [], idempotent: false, transactional: false, answeredLate: nil, queuedBehind: 0))
        record.tcp.sides.0.streamEnd = 100
        record.tcp.sides.0.acknowledged = 100
        record.tcp.sides.0.packets = 5
        record.tcp.sides.1.streamEnd = 100
        record.tcp.sides.1.acknowledged = 100
        record.tcp.sides.1.packets = 5
        record.tcp.lastTime = time(seconds)
    }

    /// The server ends it by RST, with that request pending.
    mutating func dies(_ record: ConnectionRecord, at seconds: Double) {
        record.tcp.firstCloser = .responder
        record.tcp.end = .reset
        record.tcp.sides.1.resetFrame = nextFrame()
        record.tcp.sides.1.resetTime = time(seconds)
        record.tcp.lastTime = time(seconds)
    }

    func severities(_ kind: FindingKind, _ capture: CaptureHealth = CaptureHealth()) -> [Severity] {
        findings(capture).filter { $0.kind == kind }.map(\.severity)
    }
}

/// What keeps findings from being told: it holds in its place and time, and not beside it.
@Suite struct ExcuseTests {
    @Test func everyExcuseIsDeclaredOnce() {
        #expect(Excuses.table.map(\.excuse.rawValue).sorted() == Excuse.allCases.map(\.rawValue).sorted())
        #expect(Excuses.table.allSatisfy { !$0.silences.isEmpty && !$0.boundTo.isEmpty })
    }

    @Test func excusesAreCounted() {
        var small = SmallCase()
        for start in [2.0, 40.0] {
            small.refuses(14, Api.offsetCommit, .group("billing"), at: start)
            small.accepts(Api.offsetCommit, .group("billing"), at: start + 0.2)
        }
        let excuses = Diagnosis.judge(small.file).excuses
        #expect(
            excuses.map { "\($0.excuse) \($0.count) \($0.error ?? "")" } == ["healed 2 COORDINATOR_LOAD_IN_PROGRESS"])
    }

    // MARK: Requests that wait

    /// A hole on its own connection may hold the answer; one on another holds nothing of it.
    @Test(arguments: [(true, Severity.info), (false, .warning)])
    func aHoleOnTheSameConnection(_ isOwn: Bool, _ severity: Severity) {
        var small = SmallCase()
        let stuck = small.works(at: SmallCase.brokers[0], from: 0, to: 3)
        small.waits(stuck, since: 4)
        let other = small.works(at: SmallCase.brokers[1], from: 0, to: 3)
        (isOwn ? stuck : other).tcp.sides.0.finNotCaptured = true
        (isOwn ? stuck : other).tcp.lastTime = small.time(5)
        small.ends(at: 9)
        #expect(small.severities(.responseOverdue) == [severity])
    }

    /// A JoinGroup waits for other members; a Metadata beside it for nobody.
    @Test func aRequestThatWaitsLawfullyHidesNoOther() {
        var small = SmallCase()
        let group = small.works(at: SmallCase.brokers[0], from: 0, to: 1)
        small.waits(group, api: Api.joinGroup, since: 1, allowedMs: 300_000)
        let stuck = small.works(at: SmallCase.brokers[0], from: 0, to: 3)
        small.waits(stuck, since: 4)
        small.ends(at: 9)
        #expect(small.severities(.responseOverdue) == [.warning])
    }

    /// A server that answers others is at work: its answer may just take long.
    @Test func aServerThatAnswersOthersIsNotSilent() {
        var small = SmallCase()
        let stuck = small.works(at: SmallCase.brokers[0], from: 0, to: 3)
        small.waits(stuck, since: 4)
        small.works(at: SmallCase.brokers[0], from: 0, to: 8)
        small.ends(at: 9)
        #expect(small.severities(.responseOverdue) == [])
    }

    @Test func aServerThatAnswersNothingForTenSecondsIsAtFault() {
        var small = SmallCase()
        let stuck = small.works(at: SmallCase.brokers[0], from: 0, to: 3)
        small.waits(stuck, since: 4)
        small.ends(at: 15)
        #expect(small.severities(.responseOverdue) == [.error])
    }

    @Test(arguments: [(true, [Severity.error]), (false, [])])
    func aRawTokenThatNobodyAnswers(_ isPending: Bool, _ severities: [Severity]) {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 0, to: 3)
        record.tcp.end = .stillOpen
        record.signIn.stage = .tokens
        record.signIn.handshakeVersion = 0
        record.signIn.clientTokenUnanswered = isPending
        record.signIn.lastStepTime = small.time(3)
        record.signIn.frames = [small.nextFrame()]
        record.tcp.sides.0.packets = 5
        small.ends(at: 60)
        #expect(small.severities(.responseOverdue) == severities)
    }

    // MARK: Ends

    /// Leadership that moved away announces a stop; one that came back does not, nor one that moved long before requests were lost.
    @Test(arguments: [(9, false, Cause.brokerShutdown), (9, true, .brokerCrashed), (6, false, .brokerCrashed)])
    func anAnnouncementThatWasTakenBack(_ moved: Double, _ isServedAgain: Bool, _ cause: Cause) {
        var small = SmallCase()
        for _ in 0..<2 {
            let record = small.works(at: SmallCase.brokers[0], from: 0, to: 9.9)
            small.waits(record, since: 9.95)
            small.dies(record, at: 10)
        }
        small.refuses(6, at: moved)
        small.accepts(at: moved + 0.5, server: SmallCase.brokers[isServedAgain ? 0 : 1])
        small.fails(at: SmallCase.brokers[0], from: 10.5)
        small.ends(at: 20)
        #expect(small.findings().filter { $0.kind == .disconnectBeforeResponse }.map(\.cause) == [cause])
    }

    /// The list of another listener of that host says nothing of this one.
    @Test(arguments: [("10.0.0.1:9092", Cause.unsupportedVersion), ("10.0.0.1:9093", .unknown)])
    func versionsAreThoseOfTheListener(_ listed: String, _ cause: Cause) {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 0, to: 1)
        small.waits(record, api: Api.findCoordinator, since: 2)
        small.dies(record, at: 2.01)
        let other = small.works(at: listed, from: 0, to: 3)
        other.kafka.offered = OfferedVersions(ranges: [Api.metadata: 0...12])
        small.ends(at: 20)
        #expect(small.findings().filter { $0.kind == .disconnectBeforeResponse }.map(\.cause) == [cause])
    }

    /// A broker that closes on ApiVersions is an old one where others work without, and never got a list.
    @Test(arguments: [(false, Cause.unsupportedVersion), (true, .connectionLimit)])
    func aBrokerOlderThanApiVersions(_ isListed: Bool, _ cause: Cause) {
        var small = SmallCase()
        let working = small.works(at: SmallCase.brokers[0], from: 0, to: 9)
        if isListed { working.kafka.offered = OfferedVersions(ranges: [Api.apiVersions: 0...99]) }
        let record = small.works(at: SmallCase.brokers[0], from: 2, to: 2)
        (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (1, 0, 0)
        small.waits(record, api: Api.apiVersions, since: 2)
        small.dies(record, at: 2.01)
        small.ends(at: 20)
        #expect(small.findings().filter { $0.kind == .disconnectBeforeResponse }.map(\.cause) == [cause])
    }

    /// Nothing stands behind a listener where nobody ever got a byte; another listener's silence says nothing of it.
    @Test(arguments: [(false, Cause.noBrokerBehind), (true, .connectionLimit)])
    func aListenerWithNothingBehind(_ isServed: Bool, _ cause: Cause) {
        var small = SmallCase()
        for start in 0..<4 {
            let record = small.works(at: SmallCase.brokers[0], from: Double(start), to: Double(start))
            (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (1, 0, 0)
            small.waits(record, api: Api.apiVersions, since: Double(start))
            small.dies(record, at: Double(start) + 0.01)
        }
        let other = small.works(at: SmallCase.brokers[isServed ? 0 : 1], from: 0, to: 9, client: "10.0.0.101")
        other.tcp.sides.1.payloadBytes = 100
        other.kafka.offered = OfferedVersions(ranges: [Api.apiVersions: 0...99])
        small.ends(at: 20)
        let causes = small.findings().filter { $0.kind == .disconnectBeforeResponse }.map(\.cause)
        #expect(causes == [cause])
    }

    /// A client that waited too long and closed at the capture's end may have gone on, where it lives on.
    @Test(arguments: [(true, 10.5, Severity.error), (false, 10.5, .info), (true, 60, .info)])
    func aClientThatGaveUpAtTheEnd(_ livesOn: Bool, _ end: Double, _ severity: Severity) {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 0, to: 1)
        small.waits(record, api: Api.produce, since: 2, allowedMs: 5000)
        record.tcp.firstCloser = .initiator
        record.tcp.end = .fin
        record.tcp.sides.0.finFrame = small.nextFrame()
        record.tcp.sides.0.finTime = small.time(10)
        if livesOn { small.works(at: SmallCase.brokers[1], from: 0, to: 9) }
        small.ends(at: end)
        let severities = small.findings().filter {
            [.disconnectBeforeResponse, .abandonedByClient].contains($0.kind)
        }.map(\.severity)
        #expect(severities == [severity])
    }

    // MARK: Consequences

    /// A producer's numbering breaks where its batches were lost, of that partition, and where the loss is told.
    @Test(arguments: [(Int32(0), 20.0, Severity.info), (1, 20.0, .warning), (0, 300.0, .warning)])
    func aBrokenNumberingBehindALoss(_ partition: Int32, _ seconds: Double, _ severity: Severity) {
        var small = SmallCase()
        for _ in 0..<2 {
            let record = small.works(at: SmallCase.brokers[0], from: 0, to: 9.9)
            small.waits(record, api: Api.produce, since: 9.95)
            record.unanswered[0].batches = [
                BatchIdentity(
                    topic: small.text("orders"), partition: 0, producerId: 7, epoch: 0, baseSequence: 3, records: 1,
                    crc: 1, bytes: 100, firstRecord: 0, baseTimestamp: 0)
            ]
            small.dies(record, at: 10)
        }
        small.refuses(45, Api.produce, .partition(partition), at: seconds, server: SmallCase.brokers[1])
        small.ends(at: 400)
        #expect(small.findings().filter { $0.error != nil }.map(\.severity) == [severity])
    }

    @Test(arguments: [(true, Severity.info), (false, .warning)])
    func aProducerIdFromAnotherBroker(_ isIdempotent: Bool, _ severity: Severity) {
        var small = SmallCase()
        small.refuses(14, Api.initProducerId, .nothing, at: 2)
        small.file.heal(
            GoodAnswer(
                api: Api.produce, client: small.address(SmallCase.client), clientId: small.text("shop"),
                server: small.endpoint(SmallCase.brokers[1]), group: .none, time: small.time(3), successes: [],
                isComplete: true, isIdempotent: isIdempotent, failsAtTop: false))
        small.ends(at: 100)
        #expect(small.findings().filter { $0.error != nil }.map(\.severity) == [severity])
    }

    /// What others speak, to others: a web client at the broker's metrics port, TLS to a service that is no broker.
    @Test(arguments: [
        ("10.0.0.1:9092", SpokenProtocol.http, 1), ("10.0.0.1:7071", .http, 0), ("203.0.113.20:25", .tls, 0),
        ("10.0.0.9:9093", .tls, 1),
    ])
    func foreignProtocols(_ server: String, _ spoken: SpokenProtocol, _ count: Int) {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 0, to: 9)
        let record = small.works(at: server, from: 1, to: 2)
        (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (0, 0, 0)
        (record.clientSpoke, record.serverSpoke) = (spoken, .silent)
        small.dies(record, at: 2)
        small.ends(at: 20)
        #expect(small.severities(.protocolMismatch).count == count)
    }

    /// What answers HTTP once is a web server, whatever its port; a client that it leaves without an answer met no broker.
    @Test(arguments: [(SpokenProtocol.silent, 2), (.http, 0)])
    func aWebServerAtAUsualPort(_ answer: SpokenProtocol, _ count: Int) {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 0, to: 9)
        for (start, said) in [(1.0, answer), (3.0, .silent)] {
            let record = small.works(at: "10.0.0.9:9093", from: start, to: start + 1)
            (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (0, 0, 0)
            (record.clientSpoke, record.serverSpoke) = (.http, said)
            small.dies(record, at: start + 1)
        }
        small.ends(at: 20)
        let told = small.findings().filter { $0.kind == .protocolMismatch }.map(\.count)
        #expect(told.reduce(0, +) == count)
    }

    // MARK: Hosts that only look

    /// A scanner tries port after port; a client with a wrong port comes back to it.
    @Test(arguments: [(1, [FindingKind.probe]), (4, [.connectFailure])])
    func aHostThatTriesManyPorts(_ times: Int, _ kinds: [FindingKind]) {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 0, to: 9)
        for port in [9091, 9093, 9094, 22, 80] {
            small.fails(at: "10.0.0.1:\(port)", from: 1, times: times, client: "10.0.0.77")
        }
        small.ends(at: 20)
        #expect(Set(small.findings().map(\.kind)) == Set(kinds))
    }

    // MARK: Partitions

    @Test(arguments: [(3.0, 0), (nil, 1)])
    func aPartitionToldWholeAgain(_ wellAt: Double?, _ count: Int) {
        var small = SmallCase()
        let name = PartitionName(topic: small.text("orders"), partition: 3)
        small.file.partitions.add(
            PartitionHealth(
                topic: name.topic, partition: 3, server: small.endpoint(SmallCase.brokers[0]),
                client: small.address(SmallCase.client), leaderless: false, replicas: [1, 2], inSync: [1],
                first: small.time(2), last: small.time(2), count: 1, frames: []))
        small.file.partitions.noteWell([PartitionName(topic: name.topic, partition: 4)], at: small.time(2.5))
        if let wellAt { small.file.partitions.noteWell([name], at: small.time(wellAt)) }
        small.ends(at: 20)
        #expect(small.severities(.underReplicated).count == count)
    }

    // MARK: TLS

    /// A hello that nobody answers, at a port of Kafka's and at another one beside Kafka.
    @Test(arguments: [("10.0.0.9:9093", 1), ("203.0.113.20:443", 0)])
    func otherPeoplesTLS(_ server: String, _ count: Int) {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 0, to: 9)
        let record = small.works(at: server, from: 1, to: 11)
        (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (0, 0, 0)
        (record.tcp.sides.0.streamEnd, record.tcp.sides.0.acknowledged) = (200, 200)
        record.tls.handshake.clientHello = Moment(small.time(1), small.nextFrame())
        record.tcp.firstCloser = .initiator
        record.tcp.sides.0.finFrame = small.nextFrame()
        record.tcp.sides.0.finTime = small.time(11)
        small.ends(at: 20)
        #expect(small.severities(.tlsFailure).count == count)
        #expect(Diagnosis.judge(small.file).excuses.map(\.excuse) == (count == 0 ? [.notKafka] : []))
    }
}
