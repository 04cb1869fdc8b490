import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Several nodes given out at one place: wrong where requests reach the wrong one of them, and a gateway's way where not.
@Suite struct SharedEndpointTests {
    private static let gateway = "10.0.0.9:9092"

    /// Three nodes at one place, and two answers there with that code.
    private func told(_ code: Int16, api: Int16) -> [String] {
        var made = SmallCase()
        let record = made.works(at: Self.gateway, from: 0, to: 20)
        made.told(Array(repeating: Self.gateway, count: 3), by: Self.gateway)
        for seconds in [2.0, 4.0] {
            let event = ErrorEvent(
                time: made.time(seconds), frame: made.nextFrame(), code: code, api: api, version: 5,
                client: record.client, server: record.server, clientId: record.kafka.clientId,
                topic: made.text("orders"), partition: 0, group: .none, message: .none)
            made.file.add(event, about: [event.subject])
        }
        return made.addressFindings().filter { $0.hasPrefix("same-endpoint") }
    }

    @Test func requestsThatReachTheWrongBroker() {
        #expect(told(6, api: Api.produce) == ["same-endpoint 10.0.0.9:9092 error"])
        #expect(told(16, api: Api.joinGroup) == ["same-endpoint 10.0.0.9:9092 error"])
    }

    /// OFFSET_NOT_AVAILABLE and THROTTLING_QUOTA_EXCEEDED come from the right broker.
    @Test func otherErrorsAreNoSign() {
        #expect(told(78, api: 2).isEmpty)
        #expect(told(89, api: 19).isEmpty)
    }
}
