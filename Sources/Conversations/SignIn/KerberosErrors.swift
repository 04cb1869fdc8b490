import Streams
public import Vocabulary

/// What a KDC refused a host (RFC 4120, 5.9.1), which a sign-in by GSSAPI may fail for.
public struct KerberosError: Sendable {
    public var client: IPAddress
    public var kdc: Endpoint
    public var code: Int
    /// `kafka/broker.example.com` and the realm, as the answer names them.
    public var service: StringID
    public var realm: StringID
    public var time: CaptureTime
    public var frame: FrameRef
}

/// Reads the one message of Kerberos that is in clear and says why: KRB-ERROR, in DER.
struct KerberosReader {
    /// Application tag 30.
    private static let tag: UInt8 = 0x7E
    private static let partsAtMost = 8

    var code = 0
    var realm: [UInt8] = []
    /// The parts of the service's name, as `/` joins them.
    var service: [UInt8] = []

    /// - Parameter bytes: the message; over TCP behind its length. Nil where it is another one, or cut.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.first == Self.tag, let message = DER(bytes, 0), let sequence = DER(bytes, message.start) else {
            return nil
        }
        var isFound = false
        var at = sequence.start
        while at < sequence.end, let field = DER(bytes, at) {
            guard let value = DER(bytes, field.start) else { break }
            switch field.tag {
            case 0xA6:
                code = Self.integer(bytes, value)
                isFound = true
            case 0xA9: realm = Array(bytes[value.start..<min(value.end, value.start + 255)])
            case 0xAA: takeName(bytes, value)
            default: break
            }
            at = field.end
        }
        if !isFound { return nil }
    }

    private static func integer(_ bytes: UnsafeBufferPointer<UInt8>, _ value: DER) -> Int {
        guard value.tag == 0x02, value.end - value.start <= 4 else { return 0 }
        return bytes[value.start..<value.end].reduce(0) { $0 << 8 | Int($1) }
    }

    /// PrincipalName: a type, and a sequence of strings.
    private mutating func takeName(_ bytes: UnsafeBufferPointer<UInt8>, _ name: DER) {
        var at = name.start
        while at < name.end, let field = DER(bytes, at) {
            at = field.end
            guard field.tag == 0xA1, let list = DER(bytes, field.start) else { continue }
            var (part, count) = (list.start, 0)
            while part < list.end, count < Self.partsAtMost, let text = DER(bytes, part) {
                if count > 0 { service.append(UInt8(ascii: "/")) }
                service += bytes[text.start..<min(text.end, text.start + 255)]
                (part, count) = (text.end, count + 1)
            }
        }
    }
}

/// One value: its tag, and where its content lies, which is never beyond the bytes.
struct DER {
    var tag: UInt8
    var start: Int
    var end: Int

    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) {
        guard at + 2 <= bytes.count else { return nil }
        tag = bytes[at]
        var (length, header) = (Int(bytes[at + 1]), 2)
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...3).contains(count), at + 2 + count <= bytes.count else { return nil }
            length = bytes[(at + 2)..<(at + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
            header += count
        }
        (start, end) = (at + header, min(at + header + length, bytes.count))
    }
}

extension ConversationEngine {
    static let kerberosPort: UInt16 = 88

    /// A datagram of a KDC.
    func takeKerberos(_ datagram: Datagram) {
        let bytes = UnsafeBufferPointer(start: datagram.bytes, count: datagram.captured)
        file.noteKerberos(
            bytes, client: datagram.destination.address, kdc: datagram.source, datagram.time, datagram.frame)
    }

    /// The first bytes of a KDC's answer over TCP. Not inlined: what it needs to note an error would be set up for every segment.
    @inline(never)
    func takeKerberos(
        _ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, _ time: CaptureTime, _ frame: FrameRef
    ) {
        let connection = direction.connection
        guard bytes.count > 4 else { return }
        file.noteKerberos(
            bytes.slice(from: 4), client: connection.client.address, kdc: connection.server, time, frame)
    }
}

extension CaseFile {
    /// KDC_ERR_PREAUTH_REQUIRED and KRB_ERR_RESPONSE_TOO_BIG: the next step of the usual way.
    private static let asksForMore: Set<Int> = [25, 52]

    func noteKerberos(
        _ bytes: UnsafeBufferPointer<UInt8>, client: IPAddress, kdc: Endpoint, _ time: CaptureTime, _ frame: FrameRef
    ) {
        guard let error = KerberosReader(bytes), !Self.asksForMore.contains(error.code) else { return }
        identities.kerberosErrors.append(
            KerberosError(
                client: client, kdc: kdc, code: error.code, service: intern(error.service), realm: intern(error.realm),
                time: time, frame: frame))
    }

    private func intern(_ text: [UInt8]) -> StringID {
        text.isEmpty ? .none : text.withUnsafeBufferPointer { strings.intern($0) }
    }
}
