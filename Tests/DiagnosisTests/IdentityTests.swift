import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Two programs under one name, and what only looks so.
@Suite struct IdentityTests {
    private static let coordinator = SmallCase.brokers[0]
    private static let fencedInstance: Int16 = 82
    private static let unreleased: Int16 = 111
    private static let fencedProducer: Int16 = 90

    /// A case in which one program after the other works under a name.
    private struct Story {
        var made = SmallCase()
        var kind = Identity.Kind.groupInstance

        var identity: Identity {
            Identity(kind, made.text("gw-0"), group: kind == .groupInstance ? made.text("gw") : .none)
        }

        mutating func program(_ clientId: String, host: String, from: Double, to: Double) -> IdentityUse.Key {
            let record = made.works(at: coordinator, from: from, to: to, client: host, clientId: clientId)
            return IdentityUse.Key(
                identity: identity, client: record.client, clientId: made.text(clientId), server: record.server)
        }

        mutating func letIn(_ key: IdentityUse.Key, at seconds: Double, goesOn: Bool = false) {
            made.file.identities.admit(
                key,
                IdentityUse.Admission(
                    asked: made.time(seconds), answered: made.time(seconds + 0.1), frame: made.nextFrame(),
                    goesOn: goesOn))
        }

        mutating func refuse(_ key: IdentityUse.Key, at seconds: Double, code: Int16) {
            made.file.identities.refuse(
                IdentityRefusal(
                    key: key, code: code, api: kind == .groupInstance ? 12 : 26, sent: made.time(seconds - 0.1),
                    answered: made.time(seconds), requestFrame: made.nextFrame(), frame: made.nextFrame()))
        }

        func told() -> [String] {
            made.findings().filter { $0.kind == .identityConflict }.map {
                "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.clientId ?? "?") \($0.server ?? "?") \($0.severity) \($0.confidence) \($0.count)"
            }
        }
    }

    /// The older one is let in at the start, the newer one after 5 s; the older one is refused at 8 s.
    private func twins(
        _ kind: Identity.Kind, code: Int16, ids: (String, String) = ("shop-a", "shop-b"),
        hosts: (String, String) = ("10.0.0.100", "10.0.0.101"), olderEnds: Double = 20
    ) -> Story {
        var story = Story(kind: kind)
        let older = story.program(ids.0, host: hosts.0, from: 0, to: olderEnds)
        let newer = story.program(ids.1, host: hosts.1, from: 4, to: 20)
        story.letIn(older, at: 1)
        story.letIn(newer, at: 5)
        story.refuse(older, at: 8, code: code)
        return story
    }

    @Test func aStaticMemberIsThrownOutByItsTwin() {
        #expect(
            twins(.groupInstance, code: Self.fencedInstance).told()
                == ["group-instance-id 10.0.0.100 shop-a \(Self.coordinator) error certain 1"])
    }

    @Test func aProducerIsFencedByItsTwin() {
        #expect(
            twins(.transactional, code: Self.fencedProducer).told()
                == ["transactional-id 10.0.0.100 shop-a \(Self.coordinator) error certain 1"])
    }

    @Test func twoPodsWithOneClientId() {
        #expect(twins(.groupInstance, code: Self.fencedInstance, ids: ("shop", "shop")).told().count == 1)
    }

    @Test func twoProgramsWithOneClientIdOnOneHost() {
        let one = twins(
            .groupInstance, code: Self.fencedInstance, ids: ("shop", "shop"), hosts: ("10.0.0.100", "10.0.0.100"))
        #expect(one.told().count == 1)
    }

    /// The older one's admission was before the capture.
    @Test func theOlderOneWasThereBeforeTheCapture() {
        var story = Story()
        let older = story.program("shop-a", host: "10.0.0.100", from: 0, to: 20)
        let newer = story.program("shop-b", host: "10.0.0.101", from: 4, to: 20)
        story.letIn(newer, at: 5)
        story.refuse(older, at: 8, code: Self.fencedInstance)
        #expect(story.told().count == 1)
    }

    @Test func aRestartIsNoConflict() {
        var story = Story()
        let before = story.program("shop", host: "10.0.0.100", from: 0, to: 4)
        let after = story.program("shop", host: "10.0.0.100", from: 5, to: 20)
        story.letIn(before, at: 1)
        story.letIn(after, at: 6)
        #expect(story.told().isEmpty)
    }

    /// The newer one is seen to be let in only afterwards; its first question may be missing, or is not.
    @Test func theNewerOneAskedInAHole() {
        for (isHoled, isLate) in [(true, false), (false, true), (false, false)] {
            var story = Story(kind: .transactional)
            let older = story.program("shop-a", host: "10.0.0.100", from: 0, to: 20)
            let newer = story.program("shop-b", host: "10.0.0.101", from: 4, to: 20)
            let record = story.made.file.connections.records[1]
            if isHoled { record.lastRequestGap = story.made.time(5) }
            if isLate { (record.tcp.synFrame, record.tcp.synAckFrame) = (FrameRef.none, FrameRef.none) }
            story.letIn(older, at: 1)
            story.refuse(older, at: 5.5, code: 47)
            story.letIn(newer, at: 6)
            let expected = "transactional-id 10.0.0.100 shop-a \(Self.coordinator) error likely 1"
            #expect(story.told() == (isHoled || isLate ? [expected] : []))
        }
    }

    /// Its transaction ran into its timeout: nobody else asked for the name since.
    @Test func aFencedProducerWithoutATwinIsNone() {
        var story = Story(kind: .transactional)
        let before = story.program("shop-a", host: "10.0.0.100", from: 0, to: 4)
        let after = story.program("shop-b", host: "10.0.0.101", from: 5, to: 20)
        story.letIn(before, at: 1)
        story.letIn(after, at: 6)
        story.refuse(after, at: 12, code: 47)
        #expect(story.told().isEmpty)
    }

    @Test func aProducerThatAsksForItsNextEpochIsItself() {
        var story = Story(kind: .transactional)
        let first = story.program("shop", host: "10.0.0.100", from: 0, to: 20)
        let second = story.program("shop", host: "10.0.0.100", from: 4, to: 20)
        story.letIn(first, at: 1)
        story.letIn(second, at: 5, goesOn: true)
        story.refuse(first, at: 8, code: 47)
        #expect(story.told().isEmpty)
    }

    /// KIP-848: the newer one is not let in while the older one lives.
    @Test func aNameThatItsHolderKeeps() {
        var story = Story()
        let older = story.program("shop-a", host: "10.0.0.100", from: 0, to: 20)
        let newer = story.program("shop-b", host: "10.0.0.101", from: 4, to: 20)
        story.refuse(newer, at: 5, code: Self.unreleased)
        story.made.file.identities.noteAlive(older, at: story.made.time(3))
        #expect(story.told().isEmpty)
        story.made.file.identities.noteAlive(older, at: story.made.time(9))
        #expect(story.told().count == 1)
    }

    @Test func itsErrorIsToldWithTheConflict() {
        let story = twins(.groupInstance, code: Self.fencedInstance)
        guard let refusal = story.made.file.identities.refusals.first else { return }
        story.made.file.add(
            ErrorEvent(
                time: refusal.answered, frame: refusal.frame, code: refusal.code, api: refusal.api, version: 4,
                client: refusal.key.client, server: refusal.key.server, clientId: refusal.key.clientId, topic: .none,
                partition: -1, group: refusal.key.identity.group, message: .none), about: [ErrorSubject()])
        let error = story.made.findings().first { $0.kind == .errorResponse }
        #expect(error?.severity == .info)
        #expect(error?[.takenOverBy] == .list(["shop-b"]))
    }

    @Test func namesAreBounded() {
        var story = Story()
        let limit = story.made.file.limits.identities
        for index in 0...limit {
            let key = IdentityUse.Key(
                identity: Identity(.transactional, story.made.text("t-\(index)")),
                client: story.made.endpoint("10.0.0.9:1"),
                clientId: .none, server: story.made.endpoint(Self.coordinator))
            story.letIn(key, at: 1)
        }
        #expect(story.made.file.identities.uses.count == limit)
        #expect(story.made.file.hasReached("identities"))
    }

    // MARK: Its errors

    /// What the older one is answered is an error of its Produce too, which the conflict explains; one more is not.
    private func fenced(andOneMore: Bool = false, byConflict: Bool = true) -> (told: [String], excuses: [Excuse]) {
        var story = Story(kind: .transactional)
        let older = story.program("shop-a", host: "10.0.0.100", from: 0, to: 20)
        let newer = story.program("shop-b", host: "10.0.0.101", from: 4, to: 20)
        story.letIn(older, at: 1)
        if byConflict { story.letIn(newer, at: 5) }
        story.refuse(older, at: 8, code: 47)
        var frames = story.made.file.identities.refusals.map(\.frame)
        if andOneMore { frames.append(story.made.nextFrame()) }
        for frame in frames {
            let event = ErrorEvent(
                time: story.made.time(8), frame: frame, code: 47, api: Api.produce, version: 9, client: older.client,
                server: older.server, clientId: older.clientId, topic: story.made.text("orders"), partition: 0,
                group: .none, message: .none)
            story.made.file.add(event, about: [event.subject])
        }
        story.made.ends(at: 60)
        let judged = Diagnosis.judge(story.made.file)
        let told = judged.findings.filter { $0.error != nil }.map { "\($0.error ?? "") \($0.severity)" }
        return (told, judged.excuses.map(\.excuse))
    }

    @Test func anErrorThatTheConflictTellsIsToldWithIt() {
        #expect(fenced().told == ["INVALID_PRODUCER_EPOCH info"])
        #expect(fenced().excuses == [.nameTaken])
    }

    @Test func anErrorBesideTheConflictOrWithoutOneIsItsOwn() {
        #expect(fenced(andOneMore: true).told == ["INVALID_PRODUCER_EPOCH warning"])
        #expect(fenced(byConflict: false).told == ["INVALID_PRODUCER_EPOCH warning"])
    }

    /// The coordinator fences the older one while it still puts the newer one off.
    @Test func theOlderOneIsFencedBeforeTheNewerOneIsLetIn() {
        for owner in ["gw-0", "gw-1"] {
            var story = Story(kind: .transactional)
            let older = story.program("shop-a", host: "10.0.0.100", from: 0, to: 20)
            let newer = story.program("shop-b", host: "10.0.0.101", from: 4, to: 20)
            story.letIn(older, at: 1)
            var event = ErrorEvent(
                time: story.made.time(5), frame: story.made.nextFrame(), code: 51, api: Api.initProducerId, version: 4,
                client: newer.client, server: newer.server, clientId: newer.clientId, topic: .none, partition: -1,
                group: .none, message: .none)
            event.owner = story.made.text(owner)
            story.made.file.add(event, about: [event.subject])
            story.refuse(older, at: 5.5, code: 47)
            story.letIn(newer, at: 6)
            #expect(story.told().isEmpty == (owner != "gw-0"))
        }
    }
}
