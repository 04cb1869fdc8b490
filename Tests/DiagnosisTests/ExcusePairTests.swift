import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Excuses of connections, attempts and versions: each where it holds, and beside it.
@Suite struct ExcusePairTests {
    /// How often each held.
    private func excuses(_ small: SmallCase) -> [Excuse] { Diagnosis.judge(small.file).excuses.map(\.excuse) }

    // MARK: A newer client takes the broker's older ApiVersions

    @Test func aVersionFallbackIsNormal() {
        var small = SmallCase()
        small.refuses(35, Api.apiVersions, .group("x"), at: 2)
        small.ends(at: 60)
        #expect(small.errorFindings() == ["UNSUPPORTED_VERSION info"])
        #expect(excuses(small) == [.versionFallback])
    }

    @Test func anotherApiOrOneThatGoesOnIsNoFallback() {
        var other = SmallCase()
        other.refuses(35, Api.metadata, .group("x"), at: 2)
        other.ends(at: 60)
        #expect(other.errorFindings() == ["UNSUPPORTED_VERSION warning"])
        var again = SmallCase()
        for second in stride(from: 2.0, to: 40, by: 2) { again.refuses(35, Api.apiVersions, .group("x"), at: second) }
        again.ends(at: 60)
        #expect(again.errorFindings() == ["UNSUPPORTED_VERSION warning"])
    }

    // MARK: Another address of the same name works

    /// The first address of a bootstrap name is dead; the second works, as this client or another found out.
    private func sibling(worksAt seconds: Double = 2.5, client: String = SmallCase.client, name: String = "kafka.lab")
        -> SmallCase
    {
        var small = SmallCase()
        small.lookedUp("kafka.lab", at: 1, addresses: ["10.0.0.1"])
        small.lookedUp(name, at: 1, addresses: ["10.0.0.2"], type: 1)
        small.fails(at: SmallCase.brokers[0], from: 2, times: 1)
        small.works(at: SmallCase.brokers[1], from: seconds, to: 30, client: client)
        // The host speaks Kafka, so that its attempts are Kafka's.
        small.works(at: SmallCase.brokers[2], from: 0, to: 1)
        for (address, name) in [("10.0.0.1", "kafka.lab"), ("10.0.0.2", name)] {
            small.file.addresses.names[small.address(address)] = name
        }
        small.ends(at: 60)
        return small
    }

    @Test func aNameWithADeadAddressIsNoFault() {
        #expect(excuses(sibling()) == [.siblingWorks])
    }

    @Test func anotherNameOrAnotherHostsSuccessIsNoSibling() {
        #expect(excuses(sibling(name: "other.lab")).isEmpty)
        #expect(excuses(sibling(client: "10.0.0.101")).isEmpty)
    }

    // MARK: A sign-in that tells its end by no sign

    /// An idle connection is closed by the broker behind GSSAPI's tokens.
    private func signIn(_ mechanism: String = "GSSAPI", tokens: Int = 2, isPending: Bool = false) -> SmallCase {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 0, to: 1)
        record.kafka.workAnswered = 0
        record.signIn.stage = .tokens
        record.signIn.mechanism = small.text(mechanism)
        record.signIn.tokensFromServer = tokens
        record.signIn.clientTokenUnanswered = isPending
        (record.tcp.firstCloser, record.tcp.end) = (.responder, .fin)
        record.tcp.sides.1.finFrame = small.nextFrame()
        record.tcp.sides.1.finTime = small.time(50)
        small.ends(at: 60)
        return small
    }

    @Test func aSignInWithAllItsTokensWasDone() {
        #expect(excuses(signIn()) == [.signInWasDone])
        #expect(signIn().severities(.authTerminated).isEmpty)
    }

    @Test func withATokenMissingItWasNot() {
        #expect(signIn(tokens: 1).severities(.authTerminated) == [.error])
        #expect(signIn(isPending: true).severities(.authTerminated) == [.error])
        #expect(signIn("SCRAM-SHA-256").severities(.authTerminated) == [.error])
    }

    // MARK: Batches behind a refused one

    private static let outOfOrder: Int16 = 45
    private static let notLeader: Int16 = 6

    /// A batch is refused, the next two are out of order, and all is well half a second later.
    private func behindRefused(
        _ about: SmallCase.About = .partition(0), at refused: Double = 2, clientId: String = "shop", healed: Bool = true
    ) -> SmallCase {
        var small = SmallCase()
        small.refuses(Self.notLeader, SmallCase.produce, about, at: refused, clientId: clientId)
        small.accepts(SmallCase.produce, about, at: refused + 1.5, clientId: clientId)
        for second in [2.1, 2.2] { small.refuses(Self.outOfOrder, at: second) }
        if healed { small.accepts(at: 3) }
        small.ends(at: 60)
        return small
    }

    private func outOfOrder(_ small: SmallCase) -> [String] {
        small.errorFindings().filter { $0.hasPrefix("OUT_OF_ORDER") }
    }

    @Test func batchesBehindARefusedOneAreOutOfOrder() {
        #expect(outOfOrder(behindRefused()) == ["OUT_OF_ORDER_SEQUENCE_NUMBER info"])
        #expect(excuses(behindRefused()).contains(.behindRefused))
    }

    @Test func anotherPartitionsOrProducersRefusalOrOneLongBeforeExplainsNothing() {
        let told = ["OUT_OF_ORDER_SEQUENCE_NUMBER warning"]
        #expect(outOfOrder(behindRefused(.partition(1))) == told)
        #expect(outOfOrder(behindRefused(clientId: "till")) == told)
        #expect(outOfOrder(behindRefused(at: -20)) == told)
        #expect(outOfOrder(behindRefused(healed: false)) == told)
    }
}
