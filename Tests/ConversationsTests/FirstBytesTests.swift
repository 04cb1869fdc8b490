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
}
