import Testing

@testable import Depth

/// The bytes that members of a classic group hand each other: read where they are whole, and no claim of theirs is believed.
@Suite struct ConsumerProtocolTests {
    private static func text(_ name: String) -> [UInt8] {
        [UInt8(name.utf8.count >> 8), UInt8(name.utf8.count & 255)] + Array(name.utf8)
    }

    private static let subscription: [UInt8] =
        [0, 3, 0, 0, 0, 2] + text("orders") + text("t2") + [0xFF, 0xFF, 0xFF, 0xFF]
    private static let assignment: [UInt8] =
        [0, 1, 0, 0, 0, 1] + text("orders") + [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7] + [0xFF, 0xFF, 0xFF, 0xFF]

    @Test func wholeOnesAreRead() throws {
        #expect(ConsumerProtocol.topics(Self.subscription[...]) == ["orders", "t2"])
        let given = try #require(ConsumerProtocol.partitions(Self.assignment[...]))
        #expect(given.map(\.topic) == ["orders"] && given.map(\.partitions) == [[0, 7]])
        #expect(ConsumerProtocol.partitions([])?.isEmpty == true)
    }

    @Test func cutOnesAreNone() {
        for end in 0..<16 { #expect(ConsumerProtocol.topics(Self.subscription[..<end]) == nil, "\(end) bytes") }
        for end in 1..<26 { #expect(ConsumerProtocol.partitions(Self.assignment[..<end]) == nil, "\(end) bytes") }
    }

    @Test func noCountIsBelieved() {
        for count in [0x7F, 0x80, 0xFF] as [UInt8] {
            #expect(ConsumerProtocol.topics([0, 1, count, 0xFF, 0xFF, 0xFF, 0, 1, 0x61]) == nil)
            #expect(ConsumerProtocol.partitions([0, 1, count, 0xFF, 0xFF, 0xFF, 0, 1, 0x61]) == nil)
        }
    }
}
