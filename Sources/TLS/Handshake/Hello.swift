/// The parts of ClientHello and ServerHello that are used (RFC 8446, section 4.1; RFC 5246, section 7.4.1). Bytes that
/// are not there end the reading.
enum Extension {
    static let serverName = 0
    static let applicationProtocols = 16
    static let encryptThenMAC = 22
    static let sessionTicket = 35
    static let preSharedKey = 41
    static let earlyData = 42
    static let supportedVersions = 43
}

/// Calls with each extension, up to a bound.
private func eachExtension(_ list: UnsafeBufferPointer<UInt8>, _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
    var reader = ByteReader(list)
    for _ in 0..<64 {
        guard let type = reader.number(2), let content = reader.vector(2) else { return }
        body(type, content)
    }
}

/// A list of two-byte numbers, without the values that clients put in at random (RFC 8701).
private func numbers(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> [UInt16] {
    var reader = ByteReader(bytes)
    var result: [UInt16] = []
    while result.count < limit, let value = reader.number(2) {
        let isGrease = value & 0x0F0F == 0x0A0A && value >> 8 == value & 255
        if !isGrease { result.append(UInt16(truncatingIfNeeded: value)) }
    }
    return result
}

struct ClientHello {
    private(set) var random: [UInt8]
    private(set) var versions: [UInt16]
    private(set) var sessionId: [UInt8]
    private(set) var ciphers: [UInt16]
    private(set) var serverName: String?
    private(set) var applicationProtocols: [String] = []
    private(set) var hasTicketOrKey = false
    private(set) var earlyData = false

    /// - Parameter body: the message without its header.
    init?(_ body: UnsafeBufferPointer<UInt8>) {
        var reader = ByteReader(body)
        guard let version = reader.number(2), let random = reader.bytes(32), let session = reader.vector(1),
            let suites = reader.vector(2), reader.vector(1) != nil
        else { return nil }
        self.random = Array(random)
        versions = [UInt16(truncatingIfNeeded: version)]
        sessionId = Array(session.prefix(32))
        ciphers = numbers(suites, limit: 128)
        if let list = reader.vector(2) { readExtensions(list) }
    }

    private mutating func readExtensions(_ list: UnsafeBufferPointer<UInt8>) {
        var copy = self
        eachExtension(list) { copy.take($0, $1) }
        self = copy
    }

    private mutating func take(_ type: Int, _ content: UnsafeBufferPointer<UInt8>) {
        var reader = ByteReader(content)
        switch type {
        case Extension.serverName:
            guard var names = reader.vector(2).map(ByteReader.init), names.number(1) == 0, let name = names.vector(2)
            else { return }
            if !name.isEmpty, name.count < 256 { serverName = String(decoding: name, as: UTF8.self) }
        case Extension.applicationProtocols:
            guard var names = reader.vector(2).map(ByteReader.init) else { return }
            while applicationProtocols.count < 16, let name = names.vector(1) {
                applicationProtocols.append(String(decoding: name, as: UTF8.self))
            }
        case Extension.sessionTicket: if !content.isEmpty { hasTicketOrKey = true }
        case Extension.preSharedKey: hasTicketOrKey = true
        case Extension.earlyData: earlyData = true
        case Extension.supportedVersions:
            if let list = reader.vector(1) { versions = numbers(list, limit: 16) }
        default: break
        }
    }
}

struct ServerHello {
    private(set) var random: [UInt8]
    private(set) var version: UInt16
    private(set) var sessionId: [UInt8]
    private(set) var cipher: UInt16
    private(set) var encryptThenMAC = false
    private(set) var usesPreSharedKey = false

    /// The random that makes a ServerHello a HelloRetryRequest (RFC 8446, section 4.1.3).
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    var isRetryRequest: Bool { random == Self.retryRandom }

    /// - Parameter body: the message without its header.
    init?(_ body: UnsafeBufferPointer<UInt8>) {
        var reader = ByteReader(body)
        guard let legacy = reader.number(2), let random = reader.bytes(32), let session = reader.vector(1),
            let suite = reader.number(2), reader.number(1) != nil
        else { return nil }
        self.random = Array(random)
        version = UInt16(truncatingIfNeeded: legacy)
        sessionId = Array(session.prefix(32))
        cipher = UInt16(truncatingIfNeeded: suite)
        guard let list = reader.vector(2) else { return }
        var copy = self
        eachExtension(list) { copy.take($0, $1) }
        self = copy
    }

    private mutating func take(_ type: Int, _ content: UnsafeBufferPointer<UInt8>) {
        var reader = ByteReader(content)
        switch type {
        case Extension.supportedVersions:
            if let chosen = reader.number(2) { version = UInt16(truncatingIfNeeded: chosen) }
        case Extension.encryptThenMAC: encryptThenMAC = true
        case Extension.preSharedKey: usesPreSharedKey = true
        default: break
        }
    }
}
