import Vocabulary

/// The PROXY protocol's header, version 1 (text) and 2 (binary), as HAProxy's specification has it.
enum ProxyHeader {
    /// Longer ones are nobody's: with every extension that is in use, certificates too, a header is shorter.
    static let longest = 4096

    /// The bytes begin as such a header does.
    static func begins(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.starts(with: "PROXY ".utf8) || bytes.starts(with: "\r\n\r\n\0\r\nQUIT\n".utf8)
    }

    /// The header's length as far as it can be told; beyond what is there where more is to come. Nil: it is none.
    static func length(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        return first == UInt8(ascii: "P") ? textLength(bytes) : binaryLength(bytes)
    }

    /// A line of at most 107 bytes.
    private static func textLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for i in 0..<min(107, bytes.count) where bytes[i] == 10 { return i + 1 }
        return bytes.count < 107 ? bytes.count + 1 : nil
    }

    /// 12 bytes of signature, 4 of version, family and length, then that length.
    private static func binaryLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        bytes.count < 16 ? 16 : 16 + (bytes.bigEndian16(at: 14) & 0xFFFF)
    }

    /// Where the addresses of a binary header begin.
    static let addresses = 16

    /// How many bytes each of the two addresses of a binary header has, and where they begin; two ports stand behind them. Nil where
    /// it has none.
    static func binaryAddresses(_ header: [UInt8]) -> (bytes: Int, places: [Int])? {
        guard header.count > addresses, let bytes = [1: 4, 2: 16][header[13] >> 4],
            addresses + 2 * bytes + 4 <= header.count
        else { return nil }
        return (bytes, [addresses, addresses + bytes])
    }

    /// The client that a whole header speaks of. Nil where it tells none: a proxy's own health check (`LOCAL`), a protocol
    /// that has no addresses (`UNKNOWN`, sockets in the file system), and what is no address.
    static func source(_ header: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        header.first == UInt8(ascii: "P") ? textSource(header) : binarySource(header)
    }

    /// `PROXY TCP4 192.0.2.7 198.51.100.1 56324 9092`.
    private static func textSource(_ header: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        let words = String(decoding: header, as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard words.count == 4, let source = IPAddress(words[2]) else { return nil }
        return words[1] == (source.isIPv6 ? "TCP6" : "TCP4") ? source : nil
    }

    /// Behind the signature: version 2 and the command (1: PROXY), family (1: IPv4, 2: IPv6) and transport (1: TCP), the
    /// length, the source's address.
    private static func binarySource(_ header: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        guard header.count >= 16, header[12] == 0x21 else { return nil }
        let addresses = UnsafeBufferPointer(rebasing: header[16...])
        switch header[13] {
        case 0x11 where addresses.count >= 12:
            return IPAddress(v4: UInt32(truncatingIfNeeded: addresses.bigEndian32(at: 0)))
        case 0x21 where addresses.count >= 36:
            let (high, low) = (addresses.bigEndian64(at: 0), addresses.bigEndian64(at: 8))
            return IPAddress(v6High: UInt64(bitPattern: high), low: UInt64(bitPattern: low))
        default: return nil
        }
    }
}
