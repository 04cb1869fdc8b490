import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Clients that say which node they mean, and reach another one.
@Suite struct WrongNodeTests {
    private static let third = SmallCase.brokers[2]

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .advertisedAddressMismatch }.map {
            "\($0.detail?.rawValue ?? "?") \($0.server ?? "?") \($0.nodeId ?? -1) \($0.severity) \($0.count)"
        }
    }

    /// Node 2 is meant, and node 3 answers, so often.
    private func refused(_ times: Int, means node: Int32 = 2, code: Int16 = 129) -> SmallCase {
        var made = SmallCase()
        made.told()
        made.works(at: Self.third, from: 0, to: 60)
        for index in 0..<times {
            let time = Double(2 + index)
            let record = made.works(at: Self.third, from: time, to: time + 0.5)
            record.kafka.expectedNode = node
            made.file.add(
                ErrorEvent(
                    time: made.time(time + 0.1), frame: made.nextFrame(), code: code, api: 18, version: 5,
                    client: record.client, server: record.server, clientId: record.kafka.clientId, topic: .none,
                    partition: -1, group: .none, message: .none), about: [ErrorSubject()])
        }
        return made
    }

    @Test func anotherNodeAnswersThanTheOneMeant() throws {
        let made = refused(3)
        #expect(told(made) == ["wrong-node \(Self.third) 2 error 3"])
        let finding = try #require(made.findings().first { $0.kind == .advertisedAddressMismatch })
        #expect(finding[.advertisedHost] == .text("10.0.0.2"))
        #expect(made.findings().first { $0.kind == .errorResponse }?.severity == .info)
    }

    @Test func onceMayBeAnAddressThatWasGivenAnew() {
        #expect(told(refused(1)) == ["wrong-node \(Self.third) 2 warning 1"])
    }

    @Test func whoMeansNobodyReachesNobodyWrong() {
        #expect(told(refused(3, means: -1)).isEmpty)
    }

    @Test func anOlderBrokerIsNoOtherNode() {
        #expect(told(refused(3, code: 35)).isEmpty)
    }
}
