import Testing

@testable import Conversations

/// What pointer arithmetic and early loads take for granted.
@Suite struct LayoutTests {
    @Test func directionsStandFirst() {
        #expect(MemoryLayout<LiveConnection>.offset(of: \.directions) == 0)
        #expect(MemoryLayout<(DirectionState, DirectionState)>.size <= 2 * MemoryLayout<DirectionState>.stride)
    }

    @Test func whatMessagesTouchStandsTogether() throws {
        let rest = try #require(MemoryLayout<KafkaFacts>.offset(of: \.softwareName))
        #expect(KafkaFacts.hotBytes <= rest && rest - KafkaFacts.hotBytes < 8)
        let kafka = try #require(MemoryLayout<LiveConnection>.offset(of: \.kafka))
        #expect(LiveConnection.hotBytes == kafka + KafkaFacts.hotBytes)
    }
}
