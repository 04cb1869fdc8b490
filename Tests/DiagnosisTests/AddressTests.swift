import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// One broker of several cannot be reached at the address given out for it, while the client works with the others.
@Suite struct AddressTests {
    /// A client that works with brokers 1 and 2 all the while.
    private func workingWithTwo() -> SmallCase {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.works(at: "10.0.0.2:9092", from: 1, to: 20)
        return made
    }

    @Test(arguments: [(TCPFacts.End.refused, "refused"), (.rejected, "rejected"), (.noAnswer, "no-answer")])
    func isToldWhoeverElseWorks(end: TCPFacts.End, detail: String) {
        var made = workingWithTwo()
        made.told()
        made.fails(at: "10.0.0.3:9092", from: 2, end: end)
        #expect(made.addressFindings() == ["\(detail) 10.0.0.3:9092 error"])
    }

    @Test func attemptsBeforeTheFirstAnswerCount() {
        var made = workingWithTwo()
        made.fails(at: "10.0.0.3:9092", from: 0.5, times: 2)
        made.told(at: 6)
        #expect(made.addressFindings() == ["refused 10.0.0.3:9092 error"])
        #expect(made.findings().first?.count == 2)
    }

    @Test func whoNeedsItIsNamed() throws {
        var made = workingWithTwo()
        made.told(leads: [0, 0, 2])
        made.told(leads: [2, 1, 0], clientId: "till")
        made.fails(at: "10.0.0.3:9092", from: 2)
        let finding = try #require(made.findings().first { $0.kind == .advertisedAddressMismatch })
        #expect(finding[.cutOff] == .list(["shop: orders-0, orders-1"]))
        #expect(finding.severity == .error)
    }

    @Test func aNodeThatNobodyNeedsIsAWarning() {
        var made = workingWithTwo()
        made.told(leads: [1, 1, 0])
        made.fails(at: "10.0.0.3:9092", from: 2)
        #expect(made.addressFindings() == ["refused 10.0.0.3:9092 warning"])
    }

    @Test func whereNoLeaderWasToldItIsAnError() {
        var made = workingWithTwo()
        made.told(leads: [])
        made.fails(at: "10.0.0.3:9092", from: 2)
        #expect(made.addressFindings() == ["refused 10.0.0.3:9092 error"])
    }

    @Test func theSameAddressAtWorkBeforeIsAnOutage() {
        var made = workingWithTwo()
        made.told()
        made.works(at: "10.0.0.3:9092", from: 1, to: 5)
        made.fails(at: "10.0.0.3:9092", from: 6)
        #expect(made.addressFindings().isEmpty)
    }

    @Test func whileOthersUseItTheTroubleIsThisHosts() {
        var made = workingWithTwo()
        made.told()
        made.works(at: "10.0.0.3:9092", from: 0, to: 20, client: "10.0.0.200")
        made.fails(at: "10.0.0.3:9092", from: 6, end: .noAnswer)
        #expect(made.addressFindings() == ["no-answer 10.0.0.3:9092 error"])
    }

    @Test func othersBeforeOnlyAreAnOutage() {
        var made = workingWithTwo()
        made.told()
        made.works(at: "10.0.0.3:9092", from: 0, to: 5, client: "10.0.0.200")
        made.fails(at: "10.0.0.3:9092", from: 6, end: .noAnswer)
        #expect(made.addressFindings().isEmpty)
    }

    @Test func whatTheHostReachesAgainHasPassed() {
        var made = workingWithTwo()
        made.told()
        made.works(at: "10.0.0.3:9092", from: 0, to: 20, client: "10.0.0.200")
        made.fails(at: "10.0.0.3:9092", from: 6, end: .noAnswer)
        made.works(at: "10.0.0.3:9092", from: 14, to: 20)
        #expect(made.addressFindings().isEmpty)
    }

    /// Captures of two hosts have two clocks: who worked while another failed is not told by their times.
    @Test func otherClocksSayNothingOfWhile() {
        var made = workingWithTwo()
        made.told()
        let elsewhere = made.works(at: "10.0.0.3:9092", from: 0, to: 20, client: "10.0.0.200")
        elsewhere.tcp.firstFrame = FrameRef(source: 1, number: 1)
        made.fails(at: "10.0.0.3:9092", from: 6)
        var capture = CaptureHealth()
        capture.sources = 2
        capture.spans = [made.time(0)...made.time(20), made.time(0)...made.time(20)]
        #expect(!made.findings(capture).contains { $0.kind == .advertisedAddressMismatch })
    }

    // MARK: Other ways

    @Test func loopbackOfOneNodeIsToldWhoeverElseWorks() {
        var made = workingWithTwo()
        made.told(["10.0.0.1:9092", "10.0.0.2:9092", "localhost:9092"])
        #expect(made.addressFindings() == ["loopback localhost:9092 error"])
    }

    /// A forward on the client's host leads it to the only broker.
    @Test func dataAtAServerThatIsNoOtherNodeShowsAnotherWay() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.told(["localhost:9092"])
        #expect(made.addressFindings().isEmpty)
    }

    @Test func dataOfAnotherClientShowsNoWay() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20, clientId: "till")
        made.told(["localhost:9092"])
        #expect(made.addressFindings() == ["loopback localhost:9092 error"])
    }

    /// Names that were not looked up in the capture may be what stands at the servers.
    @Test func nodesWithoutAKnownPlaceTakeTheirServers() {
        var made = workingWithTwo()
        made.told(["kafka-1.lab:9092", "kafka-2.lab:9092", "localhost:9092"])
        #expect(made.addressFindings() == ["loopback localhost:9092 error"])
    }

    /// What it produces elsewhere says nothing of the node that coordinates its transactions.
    @Test func dataShowsNoWayToACoordinator() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.told(["localhost:9092"], leads: [])
        made.file.addresses.claims[0].coordinates = true
        #expect(made.addressFindings() == ["loopback localhost:9092 error"])
    }

    @Test func aGroupAtWorkShowsAWayToItsCoordinator() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20).kafka.group = made.text("billing")
        made.told(["localhost:9092"], leads: [])
        made.file.addresses.claims[0].coordinates = true
        #expect(made.addressFindings().isEmpty)
    }

    // MARK: Without look-ups

    @Test func aNameThatWasNotLookedUpIsPlacedByItsPort() throws {
        var made = workingWithTwo()
        made.told(["kafka-1.lab:19101", "kafka-2.lab:19102", "kafka-3.lab:19103"])
        made.fails(at: "10.0.0.13:19103", from: 2)
        #expect(made.addressFindings() == ["refused 10.0.0.13:19103 error"])
        let finding = try #require(made.findings().first { $0.kind == .advertisedAddressMismatch })
        #expect(finding.nodeId == 3)
        #expect(finding.confidence == .likely)
    }

    @Test func ofSeveralNamesTheOneThatNobodyReachedIsMeant() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.told(["kafka-1.lab:9092", "kafka-2.lab:9092", "kafka-3.lab:9092"])
        made.works(at: "10.0.0.1:9092", from: 2, to: 20)
        made.works(at: "10.0.0.2:9092", from: 2, to: 20)
        made.fails(at: "10.0.0.3:9092", from: 2)
        #expect(made.addressFindings() == ["refused 10.0.0.3:9092 error"])
    }

    @Test func whereAllNamesAreReachedAnotherAddressIsABootstrapServer() {
        var made = SmallCase()
        made.told(["kafka-1.lab:9092", "kafka-2.lab:9092"], by: "10.0.0.1:9092")
        made.works(at: "10.0.0.1:9092", from: 2, to: 20)
        made.works(at: "10.0.0.2:9092", from: 2, to: 20)
        made.fails(at: "10.0.0.3:9092", from: 2)
        #expect(made.addressFindings() == ["bootstrap refused 10.0.0.3:9092 error"])
    }

    @Test func anotherHostsLookUpIsNoHelp() {
        var made = workingWithTwo()
        made.told(["10.0.0.1:9092", "10.0.0.2:9092", "kafka-3.lab:9092"])
        made.lookedUp("kafka-3.lab", at: 2)
        made.lookedUp("kafka-3.lab", at: 2, addresses: ["10.0.0.3"], client: "10.0.0.200")
        #expect(made.addressFindings() == ["unresolvable kafka-3.lab:9092 error"])
    }

    // MARK: Names

    private static let reverse = "100.0.0.10.in-addr.arpa"

    @Test func ownHostNameIsNoFinding() {
        var made = workingWithTwo()
        made.lookedUp("kafka-1.lab", at: 0, addresses: ["10.0.0.1"])
        made.lookedUp("vm", at: 0.1, times: 14)
        made.lookedUp(Self.reverse, at: 0.2, type: 12)
        #expect(made.addressFindings().isEmpty)
    }

    @Test func aNameAskedOnceIsNoWarning() {
        var made = workingWithTwo()
        made.lookedUp("kafka-1.lab", at: 0, addresses: ["10.0.0.1"])
        made.lookedUp("vm", at: 0.1)
        #expect(made.addressFindings() == ["bootstrap unresolvable vm info"])
    }

    @Test(arguments: [("vm", 3), ("kafka-9.lab", 1)]) func aNameOfTheBrokersDomainOrAskedAgainIsTold(
        name: String, times: Int
    ) {
        var made = workingWithTwo()
        made.lookedUp("kafka-1.lab", at: 0, addresses: ["10.0.0.1"])
        made.lookedUp(name, at: 0.1, times: times)
        #expect(made.addressFindings() == ["bootstrap unresolvable \(name) warning"])
    }

    @Test func aSearchListsAdditionsAreLeftOut() {
        var made = workingWithTwo()
        made.lookedUp("kafka-1.lab", at: 0, addresses: ["10.0.0.1"])
        made.lookedUp("metrics.svc.lab", at: 0.1)
        made.lookedUp("metrics.lab", at: 0.1)
        made.lookedUp("metrics", at: 0.1)
        #expect(made.addressFindings() == ["bootstrap unresolvable metrics info"])
    }

    /// What failed when the capture began may have worked before: whose fault that is cannot be sure then.
    @Test(arguments: [(true, Confidence.possible), (false, .certain)])
    func aFailingAddressOfAClientThatWasAtWorkBefore(_ isMidway: Bool, _ confidence: Confidence) {
        var made = SmallCase()
        let working = made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        if isMidway { (working.tcp.synFrame, working.tcp.synAckFrame) = (.none, .none) }
        made.told()
        made.fails(at: SmallCase.brokers[1], from: 2, times: 5)
        made.ends(at: 30)
        let found = made.findings().filter { $0.kind == .advertisedAddressMismatch }
        #expect(found.map(\.confidence) == [confidence] && found.map(\.severity) == [.error])
    }
}

/// Names that brokers give out, which led somewhere once and do no more; and addresses that nobody has.
@Suite struct GoneNameTests {
    private static let named = ["b1.lab:9092", "b2.lab:9092", "b3.lab:9092"]

    /// The client works with all three by their names, then looks one up at these moments, in vain.
    private func lookedUp(
        inVain times: [Double], code: UInt8? = 3, thenFoundAt found: Double? = nil, worksFrom: Double? = nil
    ) -> SmallCase {
        var made = SmallCase()
        for (index, broker) in SmallCase.brokers.enumerated() {
            made.works(at: broker, from: 1 + Double(index), to: 60)
            made.lookedUp("b\(index + 1).lab", at: 0.5, addresses: [String(broker.dropLast(5))])
        }
        made.told(Self.named)
        var asked = DNSAnswer(
            client: made.address(SmallCase.client), name: made.text("b2.lab"), type: 1, code: nil, addresses: [],
            firstTime: made.time(0.4), lastTime: made.time(0.4), frames: [made.nextFrame()], lastId: 1)
        asked.answer(0, [made.address("10.0.0.2")], at: made.time(0.5), made.nextFrame())
        for (index, time) in times.enumerated() {
            asked.add([], id: index + 2, at: made.time(time), made.nextFrame())
            if let code { asked.answer(code, [], at: made.time(time + 0.001), made.nextFrame()) }
        }
        if let found { asked.answer(0, [made.address("10.0.0.2")], at: made.time(found), made.nextFrame()) }
        made.file.addresses.dns.append(asked)
        if let worksFrom { made.works(at: SmallCase.brokers[1], from: worksFrom, to: 60) }
        return made
    }

    @Test func isToldThoughItLedThereBefore() {
        #expect(lookedUp(inVain: [20, 21, 22]).addressFindings() == ["unresolvable b2.lab:9092 error"])
        #expect(lookedUp(inVain: [20, 30], code: 2).addressFindings() == ["unresolvable b2.lab:9092 error"])
    }

    @Test func aResolverThatAnswersNothingIsToldWithDoubt() throws {
        let finding = try #require(lookedUp(inVain: [20, 25, 30, 35], code: nil).findings().first)
        #expect(finding.detail == .unresolvable)
        #expect(finding.confidence == .likely)
    }

    @Test func itBeginsWhenTheNameIsGone() throws {
        let made = lookedUp(inVain: [20, 21, 22])
        let finding = try #require(made.findings().first { $0.detail == .unresolvable })
        #expect(finding.first == made.time(20.001))
        #expect(finding.count == 3)
        #expect(finding[.resolvedTo] == .list(["10.0.0.2"]))
    }

    @Test func oneFailureOrARecoveryIsNone() {
        #expect(lookedUp(inVain: [20]).addressFindings().isEmpty)
        #expect(lookedUp(inVain: [20, 20.1]).addressFindings().isEmpty)
        #expect(lookedUp(inVain: [20, 21, 22], thenFoundAt: 23).addressFindings().isEmpty)
        #expect(lookedUp(inVain: [20, 21, 22], worksFrom: 24).addressFindings().isEmpty)
    }

    private func asked(_ made: inout SmallCase, for target: String, at times: [Double]) {
        for time in times {
            made.file.addresses.neighbours.note(
                Datagram(
                    source: Endpoint(made.address(SmallCase.client), 0),
                    destination: Endpoint(made.address(target), 0), bytes: UnsafePointer(bitPattern: 8)!, captured: 0,
                    time: made.time(time), frame: made.nextFrame(), neighbour: .question))
        }
    }

    /// A host that hears nothing of a neighbour can send it no SYN.
    @Test func anAddressThatNobodyHas() throws {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.works(at: "10.0.0.2:9092", from: 1, to: 20)
        made.told()
        asked(&made, for: "10.0.0.3", at: [2, 3, 4])
        #expect(made.addressFindings() == ["no-answer 10.0.0.3:9092 error"])
        let finding = try #require(made.findings().first { $0.detail == .noAnswer })
        #expect(finding[.neighbourQuestions] == .number(3))
        #expect(finding.doubt.isEmpty)
    }

    @Test func aNeighbourThatAnsweredAtOnceIsNone() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 20)
        made.works(at: "10.0.0.2:9092", from: 1, to: 20)
        made.told()
        asked(&made, for: "10.0.0.3", at: [2, 40, 80])
        #expect(made.addressFindings().isEmpty)
    }

    /// - Parameter served: where the other client, whose resolver leads elsewhere, is served.
    private func resolvesElsewhere(served: String, alsoHere: [String] = []) throws -> FactValue? {
        let names = ["b1.corp:9092", "b2.corp:9092"]
        let other = "10.0.0.101"
        var made = SmallCase()
        for (client, addresses) in [(SmallCase.client, ["10.0.0.77"] + alsoHere), (other, ["10.0.0.2"])] {
            made.works(at: "10.0.0.1:9092", from: 0, to: 20, client: client)
            made.lookedUp("b1.corp", at: 0.5, addresses: ["10.0.0.1"], client: client)
            made.lookedUp("b2.corp", at: 1, addresses: addresses, client: client)
            made.told(names, leads: [1, 1], client: client)
        }
        made.works(at: served, from: 2, to: 20, client: other)
        made.fails(at: "10.0.0.77:9092", from: 2, times: 5, end: .noAnswer)
        let finding = try #require(made.findings().first { $0.kind == .advertisedAddressMismatch })
        return finding[.resolvesElsewhere]
    }

    @Test func aResolverThatLeadsOneClientAstrayIsNamed() throws {
        #expect(try resolvesElsewhere(served: "10.0.0.2:9092") == .list(["10.0.0.2"]))
        // Nobody was served there: which of them is right is not known.
        #expect(try resolvesElsewhere(served: "10.0.0.1:9092") == nil)
        // This client is told the good one too.
        #expect(try resolvesElsewhere(served: "10.0.0.2:9092", alsoHere: ["10.0.0.2"]) == nil)
    }
}
