import Testing
import Vocabulary

@testable import Conversations

/// PROXY headers of both versions: how long they are, and whom they name.
@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)

    private static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    private static let v4: [UInt8] = [203, 0, 113, 7, 198, 51, 100, 1, 0xDC, 4, 0x23, 0x84]
    private static let v6: [UInt8] =
        [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [7] + Array(repeating: 0, count: 20)

    static let headers: [(bytes: [UInt8], client: String?)] = [
        (Array("PROXY TCP4 203.0.113.7 198.51.100.1 56324 9092\r\n".utf8), "203.0.113.7"),
        (Array("PROXY TCP6 2001:db8::7 2001:db8::1 56324 9092\r\n".utf8), "2001:db8::7"),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN 203.0.113.7 198.51.100.1 56324 9092\r\n".utf8), nil),
        (Array("PROXY TCP4 2001:db8::7 2001:db8::1 56324 9092\r\n".utf8), nil),
        (binary(0x21, 0x11, v4), "203.0.113.7"), (binary(0x21, 0x21, v6), "2001:db8::7"),
        // With an extension behind the addresses: the endpoint service's id.
        (binary(0x21, 0x11, v4 + [0xEA, 0, 3, 1, 65, 66]), "203.0.113.7"),
        // A health check of the proxy's own, a socket in the file system, a length that has no room for addresses.
        (binary(0x20, 0, []), nil), (binary(0x21, 0x31, Array(repeating: 0, count: 216)), nil),
        (binary(0x21, 0x11, [1, 2]), nil),
    ]

    @Test(arguments: headers.indices) func aWholeHeaderIsReadToItsEnd(_ index: Int) {
        let (bytes, client) = Self.headers[index]
        (bytes + [0, 0, 0, 30]).withUnsafeBufferPointer { stream in
            #expect(ProxyHeader.length(stream) == bytes.count)
            #expect(ProxyHeader.begins(stream))
            let header = UnsafeBufferPointer(rebasing: stream[..<bytes.count])
            #expect(ProxyHeader.source(header)?.description == client)
        }
    }

    /// Wherever a segment ends, the rest is waited for.
    @Test(arguments: headers.indices) func aCutHeaderWaits(_ index: Int) {
        let bytes = Self.headers[index].bytes
        for end in 1..<bytes.count {
            bytes[..<end].withUnsafeBufferPointer { part in
                #expect(ProxyHeader.length(part).map { $0 > end } == true)
                let spoken = FirstBytes.classify(part, fromClient: true, frameLimit: 1 << 20)
                #expect(spoken == (end < 4 ? .undecided : .proxyHeader))
                _ = ProxyHeader.source(part)
            }
        }
    }
}
