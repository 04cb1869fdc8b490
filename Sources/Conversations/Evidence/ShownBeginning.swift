import Vocabulary

/// What is shown of a stream's first bytes where they are of no Kafka: what tells the protocol, whom a PROXY header names, and
/// why a KDC refused.
enum ShownBeginning {
    /// A method, a version.
    private static let least = 8
    /// "PRI * HTTP".
    private static let longestSignature = 10
    /// Of a binary PROXY header: all before its extensions.
    private static let binaryHeader = 52

    /// - Parameters:
    ///   - bytes: of the stream, from where the protocol begins.
    ///   - used: bytes of a PROXY header.
    static func ranges(
        _ spoken: SpokenProtocol, _ bytes: UnsafeBufferPointer<UInt8>, used: Int, isClients: Bool
    ) -> [Range<Int>] {
        let shown: [Range<Int>]
        switch spoken {
        case .kafka, .tls, .silent: shown = []
        case .proxyHeader where used > 0:
            shown = [0..<(bytes.first == UInt8(ascii: "P") ? used : min(used, binaryHeader))]
        // All but the session and its password.
        case .zookeeper: shown = [0..<20, 28..<32]
        case .kerberos where !isClients && bytes.count > 4:
            shown = [0..<4] + ShownKerberos.ranges(bytes.slice(from: 4)).map { $0.lowerBound + 4..<$0.upperBound + 4 }
        case .http: shown = [0..<(bytes.first == UInt8(ascii: "P") ? longestSignature : least)]
        default: shown = [0..<least]
        }
        return shown.map { $0.clamped(to: 0..<bytes.count) }.filter { !$0.isEmpty }
    }
}
