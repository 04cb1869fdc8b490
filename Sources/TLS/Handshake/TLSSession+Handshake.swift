import Vocabulary

/// Message types (RFC 8446, section 4; RFC 5246, section 7.4).
public enum HandshakeType {
    public static let clientHello: UInt8 = 1
    public static let serverHello: UInt8 = 2
    public static let newSessionTicket: UInt8 = 4
    public static let endOfEarlyData: UInt8 = 5
    public static let encryptedExtensions: UInt8 = 8
    public static let certificate: UInt8 = 11
    public static let serverKeyExchange: UInt8 = 12
    public static let certificateRequest: UInt8 = 13
    public static let serverHelloDone: UInt8 = 14
    public static let certificateVerify: UInt8 = 15
    public static let clientKeyExchange: UInt8 = 16
    public static let finished: UInt8 = 20
    public static let keyUpdate: UInt8 = 24

    /// `ClientHello`, or `message 99`.
    public static func name(_ type: UInt8) -> String { names[type] ?? "message \(type)" }

    private static let names: [UInt8: String] = [
        0: "HelloRequest", 1: "ClientHello", 2: "ServerHello", 4: "NewSessionTicket", 5: "EndOfEarlyData",
        8: "EncryptedExtensions", 11: "Certificate", 12: "ServerKeyExchange", 13: "CertificateRequest",
        14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished",
        22: "CertificateStatus", 24: "KeyUpdate",
    ]
}

/// What handshake messages say, and what they change.
extension TLSSession {
    private static let notedMessages = 24

    func readMessage(_ lane: RecordLane, _ type: UInt8, _ body: UnsafeBufferPointer<UInt8>, _ moment: Moment) {
        if type == HandshakeType.clientHello { readClientHello(lane, body, moment) }
        noteType(lane, type)
        switch type {
        case HandshakeType.serverHello: readServerHello(lane, body, moment)
        case HandshakeType.certificate: readCertificates(lane, body)
        case HandshakeType.certificateRequest: facts.clientCertificateRequested = true
        case HandshakeType.finished: readFinished(lane, moment)
        case HandshakeType.keyUpdate: if isTLS13, lane.epoch == .application { advanceKeys(lane) }
        default: break
        }
    }

    private func noteType(_ lane: RecordLane, _ type: UInt8) {
        if isClient(lane) {
            if facts.clientMessages.count < Self.notedMessages { facts.clientMessages.append(type) }
        } else if facts.serverMessages.count < Self.notedMessages {
            facts.serverMessages.append(type)
        }
    }

    private func readClientHello(_ lane: RecordLane, _ body: UnsafeBufferPointer<UInt8>, _ moment: Moment) {
        guard let hello = ClientHello(body) else { return }
        // The second one, after a HelloRetryRequest, has the same random (RFC 8446, section 4.1.2).
        if facts.clientHello == nil { facts.clientHello = moment }
        if firstIsClient == nil { firstIsClient = lane.isFirst }
        hellos.clientRandom = hello.random
        hellos.random = ClientRandom(hello.random)
        hellos.clientSession = hello.sessionId
        facts.offeredVersions = hello.versions
        facts.offeredCiphers = hello.ciphers
        facts.serverName = hello.serverName
        facts.applicationProtocols = hello.applicationProtocols
        facts.earlyData = hello.earlyData
        // With TLS 1.3 on offer a session id is there for middleboxes and means nothing.
        facts.resumptionOffered = hello.hasTicketOrKey || (!hello.sessionId.isEmpty && !hello.versions.contains(0x0304))
    }

    private func readServerHello(_ lane: RecordLane, _ body: UnsafeBufferPointer<UInt8>, _ moment: Moment) {
        guard let hello = ServerHello(body) else { return }
        (facts.version, facts.cipher) = (hello.version, hello.cipher)
        if hello.isRetryRequest {
            facts.retried = true
            return
        }
        if facts.serverHello == nil { facts.serverHello = moment }
        if firstIsClient == nil { firstIsClient = !lane.isFirst }
        hellos.serverRandom = hello.random
        hellos.encryptThenMAC = hello.encryptThenMAC
        hellos.suite = CipherSuite.find(hello.cipher)
        guard isTLS13 else { return }
        facts.resumed = hello.usesPreSharedKey
        first.beginEpoch(.handshake)
        second.beginEpoch(.handshake)
    }

    private func readCertificates(_ lane: RecordLane, _ body: UnsafeBufferPointer<UInt8>) {
        guard let list = CertificateMessage.certificates(body, tls13: isTLS13) else { return }
        if isClient(lane) {
            facts.clientCertificateEmpty = list.isEmpty
        } else if facts.serverCertificates.isEmpty {
            facts.serverCertificates = list.compactMap(CertificateReader.facts)
        }
    }

    private func readFinished(_ lane: RecordLane, _ moment: Moment) {
        facts.finished = moment
        if isTLS13, lane.epoch == .handshake { advanceKeys(lane) }
    }
}
