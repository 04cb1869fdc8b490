import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Connections whose first answer is late: the server's pause, or something at their start alone.
@Suite struct SlowStartTests {
    private static let broker = "10.0.0.1:9092"

    /// - Parameter answersOthers: while the first answer is waited for.
    private func judged(answersOthers: Bool, onNewConnections: Bool = true) -> Diagnosis.Judged {
        var made = SmallCase()
        made.works(at: Self.broker, from: 0, to: 60, client: "10.0.0.7").kafka.firstWorkTime = made.time(0)
        for start in [10.0, 25, 40] {
            let record = made.works(at: Self.broker, from: start, to: start + 10)
            record.kafka.firstRequestTime = made.time(onNewConnections ? start : start - 5)
            made.file.times.slowAnswers.append(
                SlowAnswer(
                    api: Api.apiVersions, client: record.client, clientId: made.text("cron"), server: record.server,
                    sent: made.time(start), waitsSince: made.time(start), aloneSince: made.time(start), behind: .none,
                    firstByte: made.time(start + 9), answered: made.time(start + 9), requestFrame: made.nextFrame(),
                    frame: made.nextFrame(), allowedMs: 0, heldBackFor: 0))
        }
        let (server, host) = (made.endpoint(Self.broker), made.address("10.0.0.7"))
        for tenth in 0..<600 where answersOthers || tenth < 100 {
            made.file.times.noteAnswering(server, to: host, made.time(Double(tenth) / 10))
        }
        return Diagnosis.judge(made.file)
    }

    @Test func whatAnswersOthersDoesNotStandStill() {
        let judged = judged(answersOthers: true)
        #expect(judged.findings.filter(\.isSlowStart).map(\.count) == [3])
        #expect(judged.incidents.isEmpty)
    }

    @Test func whatAnswersNobodyDoes() {
        let judged = judged(answersOthers: false)
        #expect(!judged.findings.contains { $0.isSlowStart })
        #expect(judged.incidents.map(\.kind) == [.brokerStall])
    }

    @Test func lateOnOldConnectionsIsNoSlowStart() {
        let judged = judged(answersOthers: true, onNewConnections: false)
        #expect(!judged.findings.contains { $0.isSlowStart })
        #expect(judged.findings.contains { $0[.servedMeanwhile] == .flag(true) })
    }
}
