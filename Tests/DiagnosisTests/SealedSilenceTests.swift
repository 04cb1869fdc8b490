import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams
@testable import TLS

/// Servers without keys that say nothing, and what only looks so.
@Suite struct SealedSilenceTests {
    private static let broker = "10.0.0.2:9092"
    private static let hosts = ["10.0.0.101", "10.0.0.102"]

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.severity > .info }.map { "\($0.kind.rawValue) \($0.client ?? "?") \($0.severity)" }
            .sorted()
    }

    /// A connection that has answers within milliseconds for eight seconds, and asks once more.
    /// - Parameter before: seconds that answers took before, from the first on.
    @discardableResult
    private func asks(
        _ made: inout SmallCase, _ client: String, at second: Double, answered: Double?, before: [Double] = []
    ) -> ConnectionRecord {
        let record = made.works(at: Self.broker, from: 0, to: 40, client: client)
        record.kafka = KafkaFacts()
        record.tcp.end = .stillOpen
        var turns = SealedTurns()
        func turn(_ asked: Double, _ answered: Double?) {
            turns.note(fromClient: true, Moment(made.time(asked), made.nextFrame()))
            guard let answered else { return }
            turns.note(fromClient: false, Moment(made.time(answered), made.nextFrame()))
            made.file.times.noteAnswering(record.server, to: record.client.address, made.time(answered))
        }
        var now = 0.0
        for wait in before.isEmpty ? Array(repeating: 0.01, count: 20) : before {
            turn(now, now + wait)
            now += wait + 0.39
        }
        turn(second, answered)
        record.tls.handshake.turns = turns
        record.tls.clientRecords = 21
        (record.tcp.sides.0.streamEnd, record.tcp.sides.0.acknowledged) = (5000, 5000)
        return record
    }

    @Test func severalThatAskASilentServer() {
        var made = SmallCase()
        asks(&made, Self.hosts[0], at: 10, answered: 30)
        asks(&made, Self.hosts[1], at: 11, answered: 30)
        #expect(told(made) == Self.hosts.map { "slow-response \($0) warning" })
    }

    @Test func toTheEndItHangs() {
        var made = SmallCase()
        asks(&made, Self.hosts[0], at: 10, answered: nil)
        asks(&made, Self.hosts[1], at: 11, answered: nil)
        #expect(told(made) == Self.hosts.map { "response-overdue \($0) error" })
    }

    @Test func oneAloneMayPollLong() {
        var made = SmallCase()
        asks(&made, Self.hosts[0], at: 10, answered: 40)
        #expect(told(made).isEmpty)
    }

    /// Long polls begin at an answer.
    @Test func whatFollowsFromAnAnswerMayPollLong() {
        var made = SmallCase()
        asks(&made, Self.hosts[0], at: 7.63, answered: 37)
        asks(&made, Self.hosts[1], at: 7.64, answered: 38)
        #expect(told(made).isEmpty)
    }

    @Test func whoIsServedBesideShowsThatItWorks() {
        var made = SmallCase()
        let record = asks(&made, Self.hosts[0], at: 10, answered: nil)
        asks(&made, Self.hosts[1], at: 11, answered: nil)
        for second in 11..<40 {
            made.file.times.noteAnswering(record.server, to: IPAddress(v4: 7), made.time(Double(second) + 0.5))
        }
        #expect(told(made).isEmpty)
    }

    @Test func whatIsUsualOnAConnectionIsNoSilence() {
        var made = SmallCase()
        for host in Self.hosts { asks(&made, host, at: 60, answered: 80, before: [9, 9, 9, 9]) }
        #expect(told(made).isEmpty)
    }

    /// Nobody acknowledged what it sent, until it gave up.
    @Test func whatNobodyAcknowledgesIsLost() {
        var made = SmallCase()
        let record = asks(&made, Self.hosts[0], at: 10, answered: nil)
        var span = UnacknowledgedSpan(
            from: made.time(10), to: made.time(25), frame: made.nextFrame(), resends: 6, leastBytes: 100)
        span.headResends = 6
        record.tcp.sides.0.unacknowledged = [span]
        record.tcp.firstCloser = .initiator
        (record.tcp.sides.0.finFrame, record.tcp.sides.0.finTime) = (made.nextFrame(), made.time(40))
        #expect(told(made) == ["disconnect-before-response \(Self.hosts[0]) error"])
    }
}
