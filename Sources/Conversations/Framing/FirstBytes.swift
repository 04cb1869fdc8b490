/// What a stream's first bytes say it speaks.
public enum SpokenProtocol: UInt8, Sendable, CaseIterable {
    /// No byte was sent.
    case silent
    /// Too few bytes to tell.
    case undecided
    case kafka
    case tls
    case http
    case proxyHeader
    case ssh
    case amqp
    /// Kerberos over TCP (RFC 4120, section 7.2.2), which Kafka sign-ins with GSSAPI bring along.
    case kerberos
    /// ZooKeeper's client protocol, which brokers of clusters without KRaft speak beside Kafka's.
    case zookeeper
    case redis
    case postgres
    /// Bytes of none of these.
    case unknown

    /// A protocol of its own that has nothing to do with a Kafka listener.
    public var isForeign: Bool { [.http, .ssh, .amqp, .kerberos, .zookeeper, .redis, .postgres].contains(self) }

    /// The name a reader knows it by.
    public var name: String {
        switch self {
        case .silent: "nothing"
        case .undecided, .unknown: "unknown"
        case .kafka: "Kafka"
        case .tls: "TLS"
        case .http: "HTTP"
        case .proxyHeader: "PROXY protocol"
        case .ssh: "SSH"
        case .amqp: "AMQP"
        case .kerberos: "Kerberos"
        case .zookeeper: "ZooKeeper"
        case .redis: "Redis"
        case .postgres: "PostgreSQL"
        }
    }
}

/// Tells protocols by their first bytes. A Kafka frame begins with its length, so text protocols and TLS look like
/// absurd lengths; they are tried first.
enum FirstBytes {
    /// Bytes that every record of TLS and every message of Kerberos has; no message of Kafka is shorter.
    private static let least = 6

    /// - Parameter isAll: no more bytes will come, or more than these need not be waited for.
    static func classify(
        _ bytes: UnsafeBufferPointer<UInt8>, fromClient: Bool, frameLimit: Int, isAll: Bool = false
    ) -> SpokenProtocol {
        if bytes.isEmpty { return .silent }
        if let text = textProtocol(bytes) { return text }
        if bytes.count < least, !isAll { return .undecided }
        if looksLikeTLS(bytes) { return bytes.count >= 3 ? .tls : .undecided }
        if bytes.count < 4 { return .undecided }
        if looksLikeKerberos(bytes) { return .kerberos }
        if fromClient {
            if looksLikePostgres(bytes) { return .postgres }
            if let answer = zookeeper(bytes, isAll: isAll) { return answer }
            switch RequestHeaderShape.check(bytes, frameLimit, isAll: isAll, takesAnyText: true) {
            case .fits: return .kafka
            case .tooShort: return .undecided
            case .no: break
            }
            switch RequestHeaderShape.checkAllButSize(bytes, frameLimit) {
            case .fits: return .kafka
            case .tooShort: return isAll ? .unknown : .undecided
            case .no: return .unknown
            }
        }
        let size = bytes.frameSize
        return size >= 4 && size <= frameLimit && !isText(bytes.prefix(textBytes)) ? .kafka : .unknown
    }

    /// A length and a correlation id in print would be an answer of half a gigabyte to a request that nobody sends.
    private static let textBytes = 8

    private static func isText(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        bytes.allSatisfy { (0x20..<0x7F).contains($0) || (9...13).contains($0) }
    }

    /// Its client asks for TLS or GSSAPI first, or begins with protocol version 3.0 and the user's name. The latter would be a
    /// Metadata request of version 0 with that name for a correlation id.
    private static func looksLikePostgres(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 8 else { return false }
        if bytes.frameSize == 8, [80_877_103, 80_877_104].contains(bytes.bigEndian32(at: 4)) { return true }
        return bytes.bigEndian32(at: 4) == 3 << 16 && bytes.slice(from: 8, count: 4).elementsEqual("user".utf8)
    }

    /// A TLS record header: content type 20 to 23, version 3.0 to 3.4 (RFC 8446, section 5.1).
    static func looksLikeTLS(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let type = bytes.first, (20...23).contains(type) else { return false }
        if bytes.count > 1, bytes[1] != 3 { return false }
        if bytes.count > 2, bytes[2] > 4 { return false }
        if bytes.count > 4 { return Int(bytes[3]) << 8 | Int(bytes[4]) <= 16_384 + 2048 }
        return true
    }

    /// A length, then an ASN.1 application tag of the messages that a KDC and its clients exchange, then its length.
    private static func looksLikeKerberos(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 6, [0x6A, 0x6B, 0x6C, 0x6D, 0x7E].contains(bytes[4]) else { return false }
        let size = bytes.frameSize
        let isShortForm = Int(bytes[5]) + 2 == size && size < 130
        return isShortForm || (0x81...0x83).contains(bytes[5]) && size < 1 << 20
    }

    /// A ConnectRequest: length 44, or 45 with a read-only flag; protocol version 0; zxid, timeout, session; a password of 16
    /// bytes. As a Kafka request it would be a Produce of version 0.
    private static func zookeeper(_ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> SpokenProtocol? {
        let passwordAt = 28
        guard [44, 45].contains(bytes.frameSize), bytes[4..<min(bytes.count, 8)].allSatisfy({ $0 == 0 }) else {
            return nil
        }
        if bytes.count < passwordAt + 4 { return isAll ? nil : .undecided }
        return bytes.bigEndian32(at: passwordAt) == 16 ? .zookeeper : nil
    }

    private static let signatures: [(StaticString, SpokenProtocol)] = [
        ("GET ", .http), ("POST ", .http), ("PUT ", .http), ("HEAD ", .http), ("OPTIONS ", .http), ("CONNECT ", .http),
        ("DELETE ", .http), ("PATCH ", .http), ("TRACE ", .http), ("PRI * HTTP", .http), ("HTTP/", .http),
        ("<!DOCTYPE", .http), ("<!doctype", .http), ("<html", .http), ("<HTML", .http),
        ("PROXY ", .proxyHeader), ("\r\n\r\n\0\r\nQUIT\n", .proxyHeader), ("SSH-", .ssh), ("AMQP", .amqp),
        // A command as an array of one to nine words, one in plain text, and answers.
        ("*1\r\n$", .redis), ("*2\r\n$", .redis), ("*3\r\n$", .redis), ("*4\r\n$", .redis), ("*5\r\n$", .redis),
        ("*6\r\n$", .redis), ("*7\r\n$", .redis), ("*8\r\n$", .redis), ("*9\r\n$", .redis), ("PING\r\n", .redis),
        ("-ERR ", .redis), ("-DENIED", .redis), ("-NOAUTH", .redis), ("+PONG\r\n", .redis),
        // What monitors ask a ZooKeeper in four letters.
        ("ruok", .zookeeper), ("srvr", .zookeeper), ("stat", .zookeeper), ("mntr", .zookeeper), ("isro", .zookeeper),
    ]

    private static func textProtocol(_ bytes: UnsafeBufferPointer<UInt8>) -> SpokenProtocol? {
        for (signature, name) in signatures {
            let wanted = UnsafeBufferPointer(start: signature.utf8Start, count: signature.utf8CodeUnitCount)
            let length = min(wanted.count, bytes.count)
            guard wanted.prefix(length).elementsEqual(bytes.prefix(length)) else { continue }
            // Four bytes of a longer word are proof enough: as a Kafka length they exceed a gigabyte.
            return length >= 4 ? name : .undecided
        }
        return nil
    }
}

/// Whether bytes could be the beginning of a Kafka request: length, API key, version, correlation id, client id.
enum RequestHeaderShape {
    enum Answer { case fits, no, tooShort }

    /// Room for APIs and versions that came after the schema.
    static let greatestKey = 120
    static let greatestVersion = 30

    /// Bytes of a request from its length to its client id's length, and of one without a client id.
    private static let leastBytes = 14
    private static let leastWithoutClientId = 12
    /// So much of a client id is looked at.
    static let clientIdBytes = 255

    /// - Parameters:
    ///   - isAll: no more bytes will come; as much of the client id as there is does.
    ///   - takesAnyText: the bytes are a stream's first, and not a place where a request may begin: any string is a client id.
    static func check(
        _ bytes: UnsafeBufferPointer<UInt8>, _ frameLimit: Int, isAll: Bool = false, takesAnyText: Bool = false
    ) -> Answer {
        if bytes.count < 4 { return .tooShort }
        let size = bytes.frameSize
        // Key, version, correlation id: 8 bytes. Behind them a client id, but in ControlledShutdown version 0.
        if size < 8 || size > frameLimit { return .no }
        if bytes.count >= 6, bytes.bigEndian16(at: 4) < 0 || bytes.bigEndian16(at: 4) > greatestKey { return .no }
        if bytes.count >= 8, bytes.bigEndian16(at: 6) < 0 || bytes.bigEndian16(at: 6) > greatestVersion { return .no }
        if bytes.count >= 8, hasClientId(bytes) {
            if size < 10 || bytes.count >= leastBytes && !clientIdFits(bytes, size: size, takesAnyText) { return .no }
        }
        let wanted = isAll && size >= 10 ? leastBytes : bytesToTell(bytes, frameLimit)
        return bytes.count >= wanted ? .fits : .tooShort
    }

    /// APIs and versions of a request whose length alone is impossible: none but those that are in use.
    private static let greatestKnownKey = 92
    private static let greatestKnownVersion = 20

    /// Whether a length that no request has stands before what is a request in every other field: an API and a version in
    /// use, a correlation id, a client id in print.
    static func checkAllButSize(_ bytes: UnsafeBufferPointer<UInt8>, _ frameLimit: Int) -> Answer {
        guard bytes.count >= 4, isImpossible(bytes.frameSize, frameLimit) else { return .no }
        if bytes.count >= 6, !(0...greatestKnownKey).contains(bytes.bigEndian16(at: 4)) { return .no }
        if bytes.count >= 8, !(0...greatestKnownVersion).contains(bytes.bigEndian16(at: 6)) { return .no }
        guard bytes.count >= leastBytes else { return .tooShort }
        let length = bytes.bigEndian16(at: 12)
        guard bytes.bigEndian32(at: 8) >= 0, (1...clientIdBytes).contains(length) else { return .no }
        let end = leastBytes + length
        guard bytes[leastBytes..<min(end, bytes.count)].allSatisfy({ (0x20..<0x7F).contains($0) }) else { return .no }
        return bytes.count >= end ? .fits : .tooShort
    }

    /// No client can send, and no broker read, a request of that length.
    static func isImpossible(_ size: Int, _ frameLimit: Int) -> Bool { size < 0 || size > frameLimit }

    /// How many bytes tell for sure whether a request begins here, as far as these ones say.
    static func bytesToTell(_ bytes: UnsafeBufferPointer<UInt8>, _ frameLimit: Int) -> Int {
        guard bytes.count >= 4 else { return 4 }
        let size = bytes.frameSize
        if size < 8 || size > frameLimit { return 4 }
        if size < 10 { return leastWithoutClientId }
        guard bytes.count >= leastBytes, hasClientId(bytes) else { return leastBytes }
        return leastBytes + min(clientIdBytes, size - 10, max(0, bytes.bigEndian16(at: 12)))
    }

    /// All but ControlledShutdown version 0 have one.
    private static func hasClientId(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.bigEndian16(at: 4) != 7 || bytes.bigEndian16(at: 6) != 0
    }

    private static func clientIdFits(
        _ bytes: UnsafeBufferPointer<UInt8>, size: Int, _ takesAnyText: Bool
    ) -> Bool {
        let length = bytes.bigEndian16(at: 12)
        if length == -1 { return true }
        guard length >= 0, 10 + length <= size else { return false }
        let end = min(bytes.count, 14 + min(length, clientIdBytes))
        // In the middle of a stream control characters are no likely part of one, but for a line's end and the like.
        return takesAnyText || bytes[14..<end].allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The big-endian signed 64-bit value at `at`; traps where that is not all inside.
    @inline(__always)
    func bigEndian64(at: Int) -> Int64 { Int64(bitPattern: UInt64(bigEndian: load(at))) }

    /// The big-endian signed 32-bit value at `at`; traps where that is not all inside.
    @inline(__always)
    func bigEndian32(at: Int) -> Int { Int(Int32(bitPattern: UInt32(bigEndian: load(at)))) }

    /// The big-endian signed 16-bit value at `at`; traps where that is not all inside.
    @inline(__always)
    func bigEndian16(at: Int) -> Int { Int(Int16(bitPattern: UInt16(bigEndian: load(at)))) }

    @inline(__always)
    private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ at: Int) -> Number {
        precondition(at >= 0 && at <= count - MemoryLayout<Number>.size, "bytes beyond the buffer")
        return UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: at, as: Number.self)
    }

    func slice(from: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[Swift.min(from, count)...])
    }
    func slice(from: Int, count n: Int) -> UnsafeBufferPointer<UInt8> {
        let start = Swift.min(from, count)
        return UnsafeBufferPointer(rebasing: self[start..<Swift.min(count, start + Swift.max(0, n))])
    }
}
