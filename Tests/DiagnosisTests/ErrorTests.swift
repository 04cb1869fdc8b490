import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

extension SmallCase {
    static let produce: Int16 = 0
    static let notEnoughReplicas: Int16 = 19

    /// What an answer in these tests is about.
    struct About {
        var topic: String?
        var partition: Int32 = -1
        var group: String?
        var owner: String?
        var member: String?

        static func transaction(_ id: String) -> About { About(owner: id) }
        static func member(_ id: String?) -> About { About(group: "billing", member: id) }
        static func partition(_ number: Int32, of topic: String = "orders") -> About {
            About(topic: topic, partition: number)
        }
        static func topic(_ topic: String) -> About { About(topic: topic) }
        static func group(_ group: String) -> About { About(group: group) }
        static let nothing = About()
    }

    /// An answer with an error code.
    mutating func refuses(
        _ code: Int16, _ api: Int16 = produce, _ about: About = .partition(0), at seconds: Double,
        server: String = brokers[0], client: String = client, clientId: String = "shop", port: UInt16 = 40_000
    ) {
        let subject = ErrorSubject(
            topic: about.topic.map(text) ?? .none, partition: about.partition, group: about.group.map(text) ?? .none,
            owner: about.owner.map(text) ?? .none, member: about.member.map(text) ?? .none)
        let event = ErrorEvent(
            time: time(seconds), frame: nextFrame(), code: code, api: api, version: 9,
            client: Endpoint(address(client), port), server: endpoint(server), clientId: text(clientId),
            topic: subject.topic, partition: subject.partition, group: subject.group, message: .none)
        file.add(event, about: [subject])
        file.lastTime = max(file.lastTime, event.time)
    }

    /// An answer without one.
    mutating func accepts(
        _ api: Int16 = produce, _ about: About = .partition(0), at seconds: Double, client: String = client,
        clientId: String = "shop", server: String = brokers[0], port: UInt16 = 40_000
    ) {
        let success = ResponseContent.Success(topic: about.topic.map(text) ?? .none, partition: about.partition)
        file.heal(
            GoodAnswer(
                api: api, client: address(client), end: Endpoint(address(client), port), clientId: text(clientId),
                server: endpoint(server),
                group: about.group.map(text) ?? .none, owner: about.owner.map(text) ?? .none,
                member: about.member.map(text) ?? .none, time: time(seconds),
                successes: about.topic == nil ? [] : [success], isComplete: true,
                failsAtTop: false))
        file.lastTime = max(file.lastTime, time(seconds))
    }

    /// Findings about error codes: `NAME severity`.
    func errorFindings(_ capture: CaptureHealth = CaptureHealth()) -> [String] {
        findings(capture).filter { $0.error != nil }.map { "\($0.error ?? "") \($0.severity)" }.sorted()
    }
}

/// What makes an error code normal: each reason holds, and does not for its neighbour.
@Suite struct ErrorTests {
    /// Programs of one host are told apart where the same code is a fault for one, and normal for the other.
    @Test func whatIsNormalForOneProgramIsNotCountedForAnother() {
        var made = SmallCase()
        for second in 0..<4 {
            made.refuses(
                SmallCase.notEnoughReplicas, SmallCase.produce, .partition(0), at: Double(20 * second),
                clientId: "stuck")
        }
        made.refuses(SmallCase.notEnoughReplicas, SmallCase.produce, .partition(1), at: 5, clientId: "fine")
        made.accepts(SmallCase.produce, .partition(1), at: 6, clientId: "fine")
        made.ends(at: 100)
        let found = made.findings().filter { $0.error != nil }.map { "\($0.clientIds) \($0.severity) \($0.count)" }
        #expect(found.sorted() == [#"["fine"] info 1"#, #"["stuck"] warning 4"#])
    }

    /// Whichever partition is looked at first.
    @Test func whatGoesOnMakesItASetting() {
        for _ in 0..<8 {
            var made = SmallCase()
            made.refuses(SmallCase.notEnoughReplicas, SmallCase.produce, .partition(9), at: 1)
            made.accepts(SmallCase.produce, .partition(9), at: 30)
            for second in 0..<5 {
                made.refuses(SmallCase.notEnoughReplicas, SmallCase.produce, .partition(1), at: Double(10 * second))
            }
            made.ends(at: 100)
            #expect(made.findings().filter { $0.error != nil }.map(\.nature) == [.structural])
        }
    }

    @Test(arguments: [
        ("its own partition", SmallCase.About.partition(0), 3.0, Severity.info),
        ("another partition", .partition(1), 3.0, .warning),
        ("another topic", .partition(0, of: "invoices"), 3.0, .warning),
        ("a minute later", .partition(0), 62.0, .warning),
    ])
    func aSuccessHealsItsOwnPartition(
        _ name: String, _ about: SmallCase.About, _ seconds: Double, _ severity: Severity
    ) {
        var small = SmallCase()
        small.refuses(SmallCase.notEnoughReplicas, at: 2)
        small.accepts(SmallCase.produce, about, at: seconds)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_ENOUGH_REPLICAS \(severity)"], "healed by \(name)")
    }

    @Test func aSuccessHealsItsOwnClientAndGroup() {
        var small = SmallCase()
        small.refuses(16, Api.offsetCommit, .group("billing"), at: 2)
        small.accepts(Api.offsetCommit, .group("audit"), at: 3)
        small.accepts(Api.offsetCommit, .group("billing"), at: 3, clientId: "other")
        small.accepts(Api.offsetCommit, .group("billing"), at: 3, client: "10.0.0.101")
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_COORDINATOR warning"])
        small.accepts(Api.offsetCommit, .group("billing"), at: 4)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_COORDINATOR info"])
    }

    private static let endTxn: Int16 = 26
    private static let concurrentTransactions: Int16 = 51

    @Test(arguments: [("tx-a", Severity.info), ("tx-b", .warning)])
    func aSuccessHealsItsOwnTransaction(_ id: String, _ severity: Severity) {
        var small = SmallCase()
        small.refuses(Self.concurrentTransactions, Self.endTxn, .transaction("tx-a"), at: 2)
        small.accepts(Self.endTxn, .transaction(id), at: 3)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["CONCURRENT_TRANSACTIONS \(severity)"])
    }

    /// Another member's heartbeat says nothing of this one; its own rejoin does, and a join without an id may be its own.
    @Test(arguments: [("m-1" as String?, Severity.info), ("m-2", .warning), (nil, .info)])
    func aSuccessHealsItsOwnMember(_ member: String?, _ severity: Severity) {
        var small = SmallCase()
        small.refuses(27, Api.heartbeat, .member("m-1"), at: 2)
        small.accepts(Api.heartbeat, .member(member), at: 3)
        for second in 4...24 { small.accepts(Api.heartbeat, .member("m-2"), at: Double(second)) }
        small.refuses(27, Api.heartbeat, .member("m-1"), at: 20)
        small.accepts(Api.joinGroup, .member("m-1"), at: 21)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["REBALANCE_IN_PROGRESS \(severity)"])
    }

    /// Two clusters have a topic of one name: what one of them takes says nothing of the other.
    @Test(arguments: [(true, Severity.info), (false, .warning)])
    func aSuccessHealsItsOwnCluster(_ isOne: Bool, _ severity: Severity) {
        var small = SmallCase()
        for (server, id) in [
            (SmallCase.brokers[0], "one"), (SmallCase.brokers[1], isOne ? "one" : "two"), ("10.9.9.9:9092", "three"),
        ] {
            small.file.clusters.add(
                small.text(id), server: small.endpoint(server), client: small.address(SmallCase.client),
                time: small.time(1),
                frame: small.nextFrame())
        }
        small.refuses(SmallCase.notEnoughReplicas, at: 2)
        small.accepts(at: 3, server: SmallCase.brokers[1])
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_ENOUGH_REPLICAS \(severity)"])
    }

    /// MEMBER_ID_REQUIRED greets each newcomer; a program that is started again and again meets it each time, and its group may let
    /// it wait for others. Who is sent away more often than he is let in does something wrong.
    @Test(arguments: [(0.01, 50, Severity.info), (3, 50, .info), (3, 40, .warning)])
    func whatHealsAtOnceIsNoHabit(_ after: Double, _ answers: Int, _ severity: Severity) {
        var small = SmallCase()
        for run in 0..<25 {
            small.refuses(79, Api.joinGroup, .group("console-\(run)"), at: Double(run) * 4)
            small.accepts(Api.joinGroup, .group("console-\(run)"), at: Double(run) * 4 + after)
        }
        small.ends(at: 200)
        let all = small.file.times.histogram(
            LatencyKey(
                api: Api.joinGroup, longPoll: false, server: nil, clientId: small.text("shop"),
                client: small.address(SmallCase.client)))
        for _ in 0..<answers { small.file.times.histograms.at(Int(all)).pointee.add(nanoseconds: Span.milliseconds(5)) }
        #expect(small.errorFindings() == ["MEMBER_ID_REQUIRED \(severity)"])
    }

    /// What was read first need not have come first.
    @Test func healingGoesByTime() {
        var course = ErrorCourse(at: CaptureTime(nanoseconds: 5))
        course.add(at: CaptureTime(nanoseconds: 5))
        let early = course.heal(at: CaptureTime(nanoseconds: 4))
        #expect(!early)
        #expect(course.failingSince != nil)
        let late = course.heal(at: CaptureTime(nanoseconds: 8))
        #expect(late)
        course.add(at: CaptureTime(nanoseconds: 7))
        #expect(course.healedAt == CaptureTime(nanoseconds: 8) && course.count == 2)
        course.add(at: CaptureTime(nanoseconds: 9))
        #expect(course.healedAt == nil)
    }

    /// What was left open when the capture paused for hours is judged as it stood then; where it did not pause, the client had
    /// hours to go on.
    @Test(arguments: [(true, Severity.info), (false, .warning)])
    func hoursLaterIsAnotherMoment(_ paused: Bool, _ severity: Severity) {
        var small = SmallCase()
        small.refuses(SmallCase.notEnoughReplicas, at: 2)
        small.refuses(SmallCase.notEnoughReplicas, at: 10_002)
        small.accepts(at: 10_003)
        small.ends(at: 10_100)
        var capture = CaptureHealth()
        if paused { capture.pauses = CapturePauses([small.time(4)]) }
        #expect(small.errorFindings(capture) == ["NOT_ENOUGH_REPLICAS \(severity)"])
    }

    /// Each time it comes it heals at once: however far apart.
    @Test func healedTwiceIsHealed() {
        var small = SmallCase()
        for start in [2.0, 40.0] {
            small.refuses(14, Api.offsetCommit, .group("billing"), at: start)
            small.accepts(Api.offsetCommit, .group("billing"), at: start + 0.2)
        }
        small.ends(at: 100)
        #expect(small.errorFindings() == ["COORDINATOR_LOAD_IN_PROGRESS info"])
    }

    @Test(arguments: [(3, Severity.info), (12, Severity.warning)])
    func whatAsksForTheNextStepMayNotGoOn(_ times: Int, _ severity: Severity) {
        var small = SmallCase()
        for second in 0..<times { small.refuses(70, Api.fetch, .nothing, at: 2 + Double(second)) }
        small.ends(at: 100)
        #expect(small.errorFindings() == ["FETCH_SESSION_ID_NOT_FOUND \(severity)"])
    }

    @Test func heartbeatsAreHealedByTheMembersJoin() {
        var small = SmallCase()
        small.refuses(16, Api.heartbeat, .group("billing"), at: 2)
        small.accepts(Api.joinGroup, .group("billing"), at: 4)
        small.refuses(16, Api.heartbeat, .group("audit"), at: 2, clientId: "audit")
        small.accepts(Api.joinGroup, .group("billing"), at: 4, clientId: "audit")
        small.ends(at: 100)
        let severities = small.findings().filter { $0.error != nil }.map { "\($0.clientIds) \($0.severity)" }
        #expect(severities.sorted() == [#"["audit"] warning"#, #"["shop"] info"#])
    }

    @Test(arguments: [(true, "info"), (false, "warning")])
    func aGroupAskedForByAnotherTypeFirst(_ isFound: Bool, _ severity: String) {
        var small = SmallCase()
        small.refuses(69, 69, .nothing, at: 2)
        if isFound { small.accepts(15, .nothing, at: 2.1) }
        small.ends(at: 100)
        #expect(small.errorFindings() == ["GROUP_ID_NOT_FOUND \(severity)"])
    }

    /// A broker that does not know the newer types of groups is asked in the old way.
    @Test(arguments: [(Int16(15), "info"), (3, "warning")])
    func aDescribeThatTheBrokerDoesNotKnow(_ answered: Int16, _ severity: String) {
        var small = SmallCase()
        small.refuses(35, 69, .nothing, at: 2)
        small.accepts(answered, .nothing, at: 2.1)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["UNSUPPORTED_VERSION \(severity)"])
    }

    /// A few tries at the capture's end may be a beginning; a row of them is none.
    @Test(arguments: [(2, "info"), (20, "warning")])
    func aRowOfErrorsAtTheEnd(_ times: Int, _ severity: String) {
        var small = SmallCase()
        for second in 0..<times { small.refuses(SmallCase.notEnoughReplicas, at: 2 + Double(second) / 10) }
        small.ends(at: 6)
        #expect(small.errorFindings() == ["NOT_ENOUGH_REPLICAS \(severity)"])
    }

    @Test(arguments: [("adm", "info"), ("other", "warning")])
    func aTopicLookedForAndThenMade(_ made: String, _ severity: String) {
        var small = SmallCase()
        small.refuses(3, 75, .topic("adm"), at: 2)
        small.accepts(19, .topic(made), at: 3.3)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["UNKNOWN_TOPIC_OR_PARTITION \(severity)"])
    }

    /// The same code is a fact to one API and a fault to another.
    @Test(arguments: [(Int16(36), Int16(19), "info"), (36, 37, "warning"), (54, 29, "info"), (54, 30, "warning")])
    func codesThatStateAFact(_ code: Int16, _ api: Int16, _ severity: String) {
        var small = SmallCase()
        small.refuses(code, api, .topic("orders"), at: 2)
        small.ends(at: 100)
        #expect(small.errorFindings().allSatisfy { $0.hasSuffix(severity) } && small.errorFindings().count == 1)
    }

    @Test func aCommitBehindItsJoin() {
        var small = SmallCase()
        small.file.groupEvents.append(
            GroupEvent(
                api: Api.joinGroup, group: small.text("billing"), client: Endpoint(IPAddress(v4: 0x0A00_0064), 40_000),
                clientId: small.text("shop"), server: Endpoint(IPAddress(v4: 0x0A00_0001), 9092), sent: small.time(1),
                answered: small.time(3), frame: .none, answerFrame: .none, failed: false))
        small.refuses(22, Api.offsetCommit, .group("billing"), at: 2)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["ILLEGAL_GENERATION info"])
        small.refuses(22, Api.offsetCommit, .group("billing"), at: 8)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["ILLEGAL_GENERATION warning"])
    }

    /// A hole excuses what it may hide: on the same client's connections, and not before the error.
    @Test(arguments: [
        ("10.0.0.100", 3.0, "info"), ("10.0.0.101", 3.0, "warning"), ("10.0.0.100", 1.0, "warning"),
        ("10.0.0.100", 70.0, "warning"),
    ])
    func aHoleHidesASuccessOfItsOwnClient(_ client: String, _ seconds: Double, _ severity: String) {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[1], from: 0.5, to: 4, client: client)
        record.lastAnswerGap = small.time(seconds)
        for second in 0..<4 { small.refuses(SmallCase.notEnoughReplicas, at: 2 + Double(second) / 10) }
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_ENOUGH_REPLICAS \(severity)"])
    }

    /// Where that client's answers are cut, the code of the success may be among what is missing.
    @Test(arguments: [("10.0.0.100", "info"), ("10.0.0.101", "warning")])
    func aCutHidesASuccessOfItsOwnClient(_ client: String, _ severity: String) {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[1], from: 0.5, to: 4, client: client)
        record.tcp.sides.1.cutBytes = 100
        small.refuses(SmallCase.notEnoughReplicas, at: 2)
        small.ends(at: 100)
        #expect(small.errorFindings() == ["NOT_ENOUGH_REPLICAS \(severity)"])
    }

    @Test func oneDroppedPacketHidesNoRowOfSuccesses() {
        var capture = CaptureHealth()
        capture.dropped = 1
        var small = SmallCase()
        for second in 0..<6 { small.refuses(SmallCase.notEnoughReplicas, at: 2 + Double(second) / 10) }
        small.ends(at: 100)
        #expect(small.errorFindings(capture) == ["NOT_ENOUGH_REPLICAS warning"])
    }

    @Test(arguments: [(5.0, "info"), (50.0, "warning")])
    func anErrorAtTheCapturesEndHadNoTimeToHeal(_ end: Double, _ severity: String) {
        var small = SmallCase()
        small.refuses(15, Api.findCoordinator, .nothing, at: 2)
        small.ends(at: end)
        #expect(small.errorFindings() == ["COORDINATOR_NOT_AVAILABLE \(severity)"])
    }
}
