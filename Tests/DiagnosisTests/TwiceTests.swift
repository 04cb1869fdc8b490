import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What happens again hours later is two things of one kind.
@Suite struct TwiceTests {
    private static let broker = "10.0.0.1:9092"
    private static let hours = 3.0 * 3600

    private func stall(_ made: inout SmallCase, _ record: ConnectionRecord, at start: Double) {
        let usual = made.file.times.histogram(
            LatencyKey(api: Api.produce, longPoll: false, server: record.server, clientId: .none, client: nil))
        for _ in 0..<100 { made.file.times.histograms.at(Int(usual)).pointee.add(nanoseconds: Span.milliseconds(5)) }
        for index in 0..<4 {
            let sent = made.time(start + Double(index) * 0.1)
            made.file.times.slowAnswers.append(
                SlowAnswer(
                    api: Api.produce, client: record.client, clientId: made.text("shop"), server: record.server,
                    sent: sent,
                    waitsSince: sent, aloneSince: sent, behind: .none, firstByte: made.time(start + 6),
                    answered: made.time(start + 6), requestFrame: made.nextFrame(), frame: made.nextFrame(),
                    allowedMs: 0,
                    heldBackFor: 0))
        }
    }

    @Test func twoStallsAreTwoIncidentsAndOneFinding() {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: Self.hours + 30)
        stall(&made, record, at: 10)
        stall(&made, record, at: Self.hours + 10)
        let judged = Diagnosis.judge(made.file)
        let (findings, incidents) = (judged.findings, judged.incidents)
        #expect(findings.filter { $0.kind == .slowResponse }.map(\.count) == [8])
        #expect(incidents.filter { $0.kind == .brokerStall }.count == 2)
        #expect(Set(incidents.map(\.id)).count == incidents.count)
    }

    @Test func stallsWithinSecondsAreOne() {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 60)
        stall(&made, record, at: 10)
        stall(&made, record, at: 20)
        #expect(Diagnosis.judge(made.file).incidents.filter { $0.kind == .brokerStall }.count == 1)
    }

    /// - Parameter worksBetween: it answers others meanwhile, when it does not stand still.
    private func standstills(worksBetween: Bool) -> FactValue? {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 60)
        record.kafka.firstWorkTime = made.time(1)
        for second in [10.0, 30] { stall(&made, record, at: second) }
        let busy = [1.0..<10, 16..<30, 36..<60].filter { worksBetween || $0.lowerBound != 16 }
        for tenth in 0..<600 where busy.contains(where: { $0.contains(Double(tenth) / 10) }) {
            made.file.times.noteAnswering(record.server, to: record.client.address, made.time(Double(tenth) / 10))
        }
        let stalls = Diagnosis.judge(made.file).incidents.filter { $0.kind == .brokerStall }
        #expect(stalls.count == 1)
        return stalls.first?.facts.first { $0.key == .standstills }?.value
    }

    @Test func pausesWithWorkBetweenThemAreCounted() {
        #expect(standstills(worksBetween: true) == .number(2))
        #expect(standstills(worksBetween: false) == nil)
    }

    private func short(_ made: inout SmallCase, count: Int, from start: Double) {
        for index in 0..<count {
            let from = start + Double(index)
            let record = made.works(at: Self.broker, from: from, to: from + 0.2)
            (record.kafka.requests, record.kafka.responses) = (2, 2)
            record.tcp.firstCloser = .initiator
            record.tcp.sides.0.finFrame = made.nextFrame()
            record.tcp.sides.0.finTime = made.time(from + 0.2)
        }
    }

    private func churn(_ made: SmallCase) -> [Int] {
        made.findings().filter { $0.kind == .connectionChurn }.map(\.count)
    }

    @Test func churnIsARateOfItsOwnTime() {
        var made = SmallCase()
        short(&made, count: 30, from: 0)
        short(&made, count: 30, from: Self.hours)
        #expect(churn(made) == [60])
        var few = SmallCase()
        short(&few, count: 12, from: 0)
        short(&few, count: 12, from: Self.hours)
        #expect(churn(few).isEmpty)
    }

    private func missing(_ made: inout SmallCase, at seconds: [Double]) {
        for second in seconds {
            made.file.partitions.add(
                PartitionHealth(
                    topic: made.text("orders"), partition: 0, server: Endpoint(IPAddress(v4: 1), 9092),
                    client: IPAddress(v4: 2), leaderless: true, replicas: [1, 2], inSync: [1],
                    first: made.time(second),
                    last: made.time(second), count: 1, frames: [made.nextFrame()]))
        }
        made.ends(at: (seconds.last ?? 0) + 1)
    }

    @Test func aMomentsLackThatComesBackDoesNotLast() {
        var made = SmallCase()
        missing(&made, at: [1, Self.hours])
        #expect(made.findings().allSatisfy { $0.kind != .leaderless })
        missing(&made, at: [Self.hours + 5])
        #expect(made.findings().contains { $0.kind == .leaderless && $0.count == 3 })
    }
}
