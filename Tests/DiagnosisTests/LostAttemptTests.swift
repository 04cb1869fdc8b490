import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// New connections of which some get no answer at all, and others, of the same hosts at the same time, one at once.
@Suite struct LostAttemptTests {
    private static let server = SmallCase.brokers[1]
    private static let client = "10.0.0.101"

    /// - Parameters:
    ///   - lost: how many attempts get no answer; each host tries once more beside it.
    ///   - taken: whether that is accepted.
    private func findings(lost: Int, taken: Bool) -> [Finding] {
        var made = SmallCase()
        made.works(at: Self.server, from: 0, to: 5)
        for index in 0..<lost {
            let start = 10 + 10 * Double(index)
            made.fails(at: Self.server, from: start, times: 1, end: .noAnswer, client: Self.client)
            made.file.connections.records.last?.tcp.lastSynTime = made.time(start + 7)
            made.works(at: Self.server, from: start + 1, to: start + 2, client: taken ? Self.client : SmallCase.client)
        }
        made.ends(at: 100)
        return made.findings()
    }

    private func isTold(_ findings: [Finding]) -> Bool { findings.contains { $0.detail == .lostAttempts } }

    @Test func someGetNoAnswerAndOthersOneAtOnce() {
        let found = findings(lost: 3, taken: true)
        #expect(isTold(found))
        #expect(!found.contains { $0.kind == .brokerUnavailable || $0.kind == .connectFailure })
        #expect(!isTold(findings(lost: 2, taken: true)))
    }

    /// What keeps one host out keeps out all that it tries: that is another finding's.
    @Test func aHostThatIsKeptOutIsNone() {
        #expect(!isTold(findings(lost: 4, taken: false)))
    }
}
