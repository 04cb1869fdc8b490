import Testing

@testable import Conversations

/// A first frame that is Kafka but for its length.
@Suite struct FirstBytesTests {
    private func classify(_ size: UInt32, key: UInt16 = 3, text: String = "shop", cutTo: Int = .max) -> SpokenProtocol {
        var bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
        bytes += [UInt8(key >> 8), UInt8(key & 0xFF), 0, 9, 0, 0, 0, 1, 0, UInt8(text.utf8.count)] + Array(text.utf8)
        bytes = Array(bytes.prefix(cutTo))
        return bytes.withUnsafeBufferPointer { FirstBytes.classify($0, fromClient: true, frameLimit: 1 << 30) }
    }

    @Test(arguments: [0x7F00_0000, 0xFFFF_FFFF, 0x8000_0010] as [UInt32])
    func anImpossibleLengthIsKafkas(_ size: UInt32) {
        #expect(classify(size) == .kafka)
        #expect(classify(size, cutTo: 12) == .undecided)
    }

    @Test func withAnotherOddityItIsNobodys() {
        #expect(classify(0xFFFF_FFFF, key: 4711) == .unknown)
        #expect(classify(0xFFFF_FFFF, text: "sh\u{1}p") == .unknown)
        #expect(classify(0xFFFF_FFFF, text: "") == .unknown)
    }

    private func spoken(_ bytes: [UInt8], fromClient: Bool) -> SpokenProtocol {
        bytes.withUnsafeBufferPointer { FirstBytes.classify($0, fromClient: fromClient, frameLimit: 1 << 30) }
    }

    @Test(arguments: [
        ("*1\r\n$4\r\nPING\r\n", SpokenProtocol.redis), ("*3\r\n$3\r\nSET\r\n", .redis), ("PING\r\n", .redis),
        ("ruok", .zookeeper), ("mntr\n", .zookeeper), ("*0\r\n$4\r\nPING", .unknown),
        ("EHLO mail.example\r\n", .unknown),
    ])
    func otherServicesClientsAreKnown(_ text: String, _ expected: SpokenProtocol) {
        #expect(spoken(Array(text.utf8), fromClient: true) == expected)
    }

    @Test func postgresIsKnownByItsRequests() {
        #expect(spoken([0, 0, 0, 8, 4, 210, 22, 47], fromClient: true) == .postgres)
        #expect(spoken([0, 0, 0, 8, 4, 210, 22, 48], fromClient: true) == .postgres)
        let startup: [UInt8] = [0, 0, 0, 41, 0, 3, 0, 0] + Array("user\0postgres\0database\0shop\0\0".utf8)
        #expect(spoken(startup, fromClient: true) == .postgres)
        // Metadata of version 0, its correlation id another than that name.
        let metadata: [UInt8] = [0, 0, 0, 18, 0, 3, 0, 0, 0, 0, 0, 117, 0, 4] + Array("shop".utf8) + [0, 0, 0, 0]
        #expect(spoken(metadata, fromClient: true) == .kafka)
    }

    /// A text is no answer, however its first four characters read as a length.
    @Test func textIsNoAnswer() {
        #expect(spoken(Array("-DENIED Redis is running".utf8), fromClient: false) == .redis)
        #expect(spoken(Array("220 mail.example ESMTP".utf8), fromClient: false) == .unknown)
        // A length of a quarter of a gigabyte with a number in print is one; only both in print are a text.
        #expect(spoken([0x0F, 0x20, 0x20, 0x20] + Array("ABCD".utf8), fromClient: false) == .kafka)
        #expect(spoken(Array("    ".utf8) + [0, 0, 0, 1], fromClient: false) == .kafka)
    }
}
