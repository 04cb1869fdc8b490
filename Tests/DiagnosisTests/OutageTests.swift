import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A known broker that accepts nobody for a while, and what is none.
@Suite struct OutageTests {
    private static let broker = "10.0.0.2:9092"

    /// A client that works at broker 1 all the while, and at broker 2 until the fifth second.
    private func workingUntilFive() -> SmallCase {
        var made = SmallCase()
        made.told()
        answers(&made, made.works(at: "10.0.0.1:9092", from: 0, to: 30), in: 0...30)
        made.works(at: Self.broker, from: 0, to: 5)
        return made
    }

    /// Something is answered every second.
    private func answers(_ made: inout SmallCase, _ record: ConnectionRecord, in seconds: ClosedRange<Int>) {
        for second in seconds {
            made.file.times.noteAnswering(record.server, to: record.client.address, made.time(Double(second)))
        }
    }

    private func outages(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .brokerUnavailable }.map {
            "\($0.detail?.rawValue ?? "?") \($0.server ?? "?") \($0.severity) \($0.count)"
        }
    }

    @Test func thatLastsToTheEndIsAnError() {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 6, times: 20)
        #expect(outages(made) == ["refused \(Self.broker) error 20"])
    }

    /// A SYN that is sent again and again is accepted when its SYN+ACK comes.
    @Test func lastsUntilTheSynIsAnswered() {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 6, times: 10)
        let late = made.works(at: Self.broker, from: 8, to: 30)
        (late.tcp.synCount, late.tcp.synAckTime) = (5, made.time(23))
        let outages = Diagnosis.judge(made.file, watchesBrokers: true).outages
        #expect(outages?.lastAccepted[made.endpoint(Self.broker)] == made.time(23))
        #expect(outages?.byServer[made.endpoint(Self.broker)]?.map(\.back) == [made.time(23)])
    }

    /// One broker, which moved from one address to another and gives out the old one still.
    private func moved(namesOthers: Bool = false, isBack: Bool = false) -> SmallCase {
        var made = SmallCase()
        made.told([Self.broker], by: Self.broker, at: 1, leads: [1])
        made.works(at: Self.broker, from: 0, to: 5)
        made.fails(at: Self.broker, from: 7, times: 6)
        made.works(at: "10.0.0.9:9092", from: 6, to: 30)
        made.told(
            namesOthers ? [Self.broker, "10.0.0.3:9092"] : [Self.broker], by: "10.0.0.9:9092", at: 12, leads: [1, 1])
        if isBack { made.works(at: Self.broker, from: 20, to: 30) }
        return made
    }

    private func stale(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.detail == .stale }.map {
            "\($0.kind.rawValue) \($0.server ?? "?") \($0.severity) \($0.confidence) \($0.count)"
        }
    }

    @Test func anAddressThatItsNodeLeftIsStale() {
        #expect(stale(moved()) == ["advertised-address-mismatch \(Self.broker) error likely 6"])
        #expect(outages(moved()).isEmpty)
    }

    /// Whoever names several nodes may be any of them.
    @Test func anotherNodeThatNamesItMakesNothingStale() {
        #expect(stale(moved(namesOthers: true)).isEmpty)
        #expect(outages(moved(namesOthers: true)).count == 1)
    }

    @Test func whoComesBackWasOnlyGone() {
        #expect(stale(moved(isBack: true)).isEmpty)
        #expect(outages(moved(isBack: true)).count == 1)
    }

    @Test func thatPassesIsAWarning() throws {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 6, times: 4)
        made.works(at: Self.broker, from: 12, to: 30)
        #expect(outages(made) == ["refused \(Self.broker) warning 4"])
        let finding = try #require(made.findings().first { $0.kind == .brokerUnavailable })
        #expect(finding[.outageMs] == .milliseconds(6000))
    }

    @Test func withNowhereElseToGoIsAnError() {
        var made = SmallCase()
        made.told()
        made.works(at: Self.broker, from: 0, to: 5)
        made.fails(at: Self.broker, from: 6, times: 4)
        made.works(at: Self.broker, from: 12, to: 30)
        #expect(outages(made) == ["refused \(Self.broker) error 4"])
    }

    /// What another answers when all is over was no help while it lasted.
    @Test func whoIsServedElsewhereAfterwardsHadNowhereElse() {
        var made = SmallCase()
        made.told()
        made.works(at: Self.broker, from: 0, to: 5)
        made.fails(at: Self.broker, from: 6, times: 4)
        made.works(at: Self.broker, from: 12, to: 30)
        answers(&made, made.works(at: "10.0.0.1:9092", from: 13, to: 30), in: 13...30)
        #expect(outages(made) == ["refused \(Self.broker) error 4"])
    }

    @Test func twiceCountsBoth() {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 6, times: 2)
        made.works(at: Self.broker, from: 9, to: 15)
        made.fails(at: Self.broker, from: 16, times: 3)
        made.works(at: Self.broker, from: 20, to: 30)
        #expect(outages(made) == ["refused \(Self.broker) warning 5"])
    }

    @Test func servedMeanwhileItIsTheWayThere() {
        var made = workingUntilFive()
        made.works(at: Self.broker, from: 0, to: 30, client: "10.0.0.200")
        made.fails(at: Self.broker, from: 6, times: 4)
        #expect(outages(made).isEmpty)
    }

    @Test func anAttemptInTheLastSecondIsTooYoung() {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 29.5, times: 1)
        #expect(outages(made).isEmpty)
    }

    /// Given up before anybody could be expected to answer.
    @Test func aSynThatWasNotSentAgainIsNoSilence() {
        var made = workingUntilFive()
        made.fails(at: Self.broker, from: 6, times: 3, end: .noAnswer)
        for record in made.file.connections.records where record.tcp.end == .noAnswer { record.tcp.synCount = 1 }
        #expect(outages(made).isEmpty)
    }

    @Test func aBrokerThatNobodyKnewIsNone() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 30)
        made.fails(at: Self.broker, from: 6, times: 4)
        #expect(outages(made).isEmpty)
    }
}
