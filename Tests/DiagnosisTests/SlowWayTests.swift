import KafkaSchema
import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// A request that its server's TCP acknowledges as late as it is answered: the way took the time, unless the host stood still.
@Suite struct SlowWayTests {
    /// - Parameters:
    ///   - acknowledged: seconds behind each request; nil: at once.
    ///   - speaks: whether the broker answers others all the while.
    private func judged(times: Int, acknowledged: Double?, speaks: Bool, pairs: Int = 1) -> (
        findings: [Finding], incidents: [Incident]
    ) {
        var small = SmallCase()
        for pair in 0..<pairs {
            let record = small.works(at: "10.0.0.\(pair + 1):9092", from: 0, to: 60)
            let broker = record.server
            if speaks {
                for tenth in 0..<600 {
                    small.file.times.noteAnswering(
                        broker, to: IPAddress(v4: 0x0A00_0099), small.time(Double(tenth) / 10))
                }
            }
            for index in 0..<times {
                let sent = 10 + Double(index) * 5
                small.file.times.slowAnswers.append(
                    SlowAnswer(
                        api: Api.produce, client: record.client, clientId: .none, server: broker,
                        sent: small.time(sent),
                        waitsSince: small.time(sent), aloneSince: small.time(sent), behind: .none,
                        firstByte: small.time(sent + 2), answered: small.time(sent + 2),
                        requestFrame: small.nextFrame(),
                        frame: small.nextFrame(), allowedMs: 0, heldBackFor: 0,
                        acknowledgedLate: acknowledged.map { small.time(sent + $0) }))
            }
        }
        small.ends(at: 60)
        let judged = Diagnosis.judge(small.file)
        return (judged.findings.filter { $0.kind == .slowResponse }, judged.incidents)
    }

    @Test(
        arguments: [
            // Others were served meanwhile, or it was so again and again: no host stands still like that.
            (1, 1.9, true, true), (4, 1.9, false, true),
            // The response itself acknowledges: believed where it does so again and again.
            (4, 2, true, true), (1, 2, true, false),
            // Once, and nobody heard of the host: it may have stood still.
            (1, 1.9, false, false),
            // Acknowledged at once, or long before the answer: the process took the rest.
            (4, nil, true, false), (4, 0.6, true, false),
        ] as [(Int, Double?, Bool, Bool)])
    func theWayIsToldOfWhatWasAcknowledgedAsLate(_ times: Int, _ acknowledged: Double?, _ speaks: Bool, _ isWay: Bool) {
        let findings = judged(times: times, acknowledged: acknowledged, speaks: speaks).findings
        #expect(findings.map(\.count) == [times])
        #expect(findings.allSatisfy { $0.isSlowWay == isWay })
    }

    /// The path of one host to three brokers, and no broker is the root.
    @Test func oneSlowLineIsOneIncident() {
        let incidents = judged(times: 4, acknowledged: 1.9, speaks: true, pairs: 3).incidents
        #expect(incidents.map(\.kind) == [.pathTrouble] && incidents.allSatisfy { $0.rootServer == nil })
        #expect(judged(times: 4, acknowledged: nil, speaks: true, pairs: 3).incidents.map(\.kind) == [.brokerStall])
    }
}
