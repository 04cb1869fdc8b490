import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// How a TLS handshake that failed ended, and why: from alerts and certificates where they were readable, else from the
/// lengths and the order of the last records.
struct HandshakeEnd {
    var cause: Cause?
    /// The alert's name, where it was read.
    var alert: String?
    var closedBy: Closer
    var confidence: Confidence
    var doubt: [Doubt] = []
    /// The server's certificate that speaks for the cause, also of another connection to the same server.
    var certificate: CertificateFacts?
    var frames: [FrameRef] = []

    /// The client gave no reason that anybody could read.
    var isUnsaid: Bool { cause == nil && alert == nil && closedBy == .client }

    /// An encrypted alert: two bytes, type and tag, and with JDK sixteen bytes of padding. A Finished has 53 at least.
    private static let alertLength = 19...36
    /// A server that turns a client's certificate away closes this soon after the client's last flight.
    private static let turnsAwayWithin = Span.seconds(2)

    /// Nil where the handshake did not fail, or nothing tells.
    static func of(_ record: ConnectionRecord, in view: CaseView) -> HandshakeEnd? {
        if let end = notAnswered(record, view) { return end }
        guard record.wasEstablished, !record.startsMidway, record.tls.handshake.clientHello != nil,
            record.kafka.responses == 0, record.tcp.firstCloser != nil
        else { return nil }
        if let end = forged(record, view) { return end }
        let known = Certificates.of(record, in: view)
        return byAlert(record, known) ?? byReadableCertificate(record, known) ?? clientTurnedAway(record, known)
            ?? serverTurnedAway(record) ?? cut(record, view)
    }

    // MARK: Never begun by the server

    /// A server says hello within this time, or not at all.
    private static let answersWithin = Span.seconds(5)

    /// The whole hello was acknowledged, and nothing ever came back, for as long as a client waits.
    private static func notAnswered(_ record: ConnectionRecord, _ view: CaseView) -> HandshakeEnd? {
        guard record.wasEstablished, !record.startsMidway, let hello = record.tls.handshake.clientHello,
            record.fromServer.payloadBytes == 0, record.fromServer.gapBytes == 0, record.fromServer.packets > 0,
            // Its own numbers may say that it did answer.
            record.fromServer.sentAhead == 0, record.clientClosedFirst != false,
            record.fromClient.acknowledged >= record.fromClient.streamEnd
        else { return nil }
        let until = record.firstClose?.time ?? view.captureEnd(of: record)
        guard until.since(hello.time) >= answersWithin else { return nil }
        var end = HandshakeEnd(
            cause: .handshakeNotAnswered, closedBy: record.clientClosedFirst == true ? .client : .unknown,
            confidence: .certain)
        end.frames = [hello.frame]
        if record.firstClose == nil, record.tcp.lastTime.since(hello.time) < answersWithin {
            // Nothing was heard of it since: its end may not have been captured.
            (end.confidence, end.doubt) = (.likely, [.captureEnds])
            if view.mayBeMissing(of: record.client.address, since: hello.time) {
                (end.confidence, end.doubt) = (.possible, [.gapInAnswers])
            }
        }
        return end
    }

    // MARK: Readable

    private static func byAlert(_ record: ConnectionRecord, _ known: CertificateFacts?) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        guard let alert = handshake.alert, alert.level == 2 || handshake.finished == nil else { return nil }
        let (cause, confidence) = AlertCause.of(alert, record, known)
        var end = HandshakeEnd(
            cause: cause, alert: alert.name, closedBy: alert.fromClient ? .client : .broker, confidence: confidence)
        end.certificate = known
        end.frames = [alert.moment.frame]
        return end
    }

    /// The client closed without a word when it had seen a certificate that anybody can see is wrong.
    private static func byReadableCertificate(_ record: ConnectionRecord, _ known: CertificateFacts?) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        guard record.clientClosedFirst == true, let own = handshake.serverCertificates.first,
            !handshake.clientChangedCipher, let fault = own.fault(record)
        else { return nil }
        var end = HandshakeEnd(
            cause: fault, closedBy: .client, confidence: fault == .unknownCA ? .likely : .certain)
        end.certificate = own
        return end
    }

    // MARK: By lengths and order

    /// The client's only encrypted record is as long as an alert: no Finished, no request.
    private static func clientTurnedAway(_ record: ConnectionRecord, _ known: CertificateFacts?) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        let sent = handshake.firstRecords.filter(\.fromClient)
        guard handshake.version == 0x0304, handshake.serverRecords > 0, let last = sent.first, sent.count == 1,
            handshake.clientRecords == 1, alertLength.contains(Int(last.length))
        else { return nil }
        var end = HandshakeEnd(cause: known?.fault(record), closedBy: .client, confidence: .likely)
        end.doubt = [.encrypted]
        end.certificate = known
        end.frames = [last.moment.frame]
        return end
    }

    /// The client's last flight had a certificate, or an empty one, by its length, and the server answered with nothing longer than
    /// an alert, then closed. Where records as long as an answer followed, a small one is a goodbye, and no failure.
    private static func serverTurnedAway(_ record: ConnectionRecord) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        guard handshake.version == 0x0304, !record.tls.isOpened, let close = record.firstClose,
            let flight = handshake.firstRecords.firstIndex(where: \.fromClient)
        else { return nil }
        let client = handshake.firstRecords[flight...].filter(\.fromClient)
        let answers = handshake.firstRecords[flight...].filter { !$0.fromClient }
        guard handshake.serverRecords == handshake.firstRecords.count(where: { !$0.fromClient }), answers.count <= 1,
            answers.allSatisfy({ alertLength.contains(Int($0.length)) }), let first = client.first,
            close.time.since(first.moment.time) < turnsAwayWithin,
            record.clientClosedFirst == false || !answers.isEmpty
        else { return nil }
        let isEmpty = hasEmptyCertificate(client)
        guard isEmpty || showsCertificate(first) && !answers.isEmpty else { return nil }
        var end = HandshakeEnd(
            cause: isEmpty ? .clientCertificateMissing : .clientCertificateRefused, closedBy: .broker,
            confidence: .likely)
        end.doubt = [.encrypted]
        end.frames = [first.moment.frame] + answers.map(\.moment.frame)
        return end
    }

    /// An empty Certificate is 8 bytes, a Finished 36 or 52; type and tag make 17 more a record, JDK's padding 16 more.
    private static func hasEmptyCertificate(_ flight: [RecordNote]) -> Bool {
        let lengths = flight.prefix(2).map { Int($0.length) }
        if lengths.count == 2, lengths[0] == 25 || lengths[0] == 41, [53, 69, 85].contains(lengths[1]) { return true }
        return lengths.first.map { [61, 77, 93].contains($0) } ?? false
    }

    /// A Finished alone, behind which requests follow, is much shorter than a chain with its proof.
    private static func showsCertificate(_ first: RecordNote) -> Bool { first.length >= 300 }

    /// Something on the way reset it in the server's name, before the handshake was done.
    private static func forged(_ record: ConnectionRecord, _ view: CaseView) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        guard record.clientClosedFirst == false, handshake.clientRecords == 0, handshake.alert == nil,
            record.firstClose?.reset == true, ForeignReset.isForeign(record, in: view)
        else { return nil }
        var end = HandshakeEnd(cause: .middleboxReset, closedBy: .middlebox, confidence: .certain)
        end.frames = [record.fromClient.lastDataFrame]
        return end
    }

    /// The server's side ended the connection before the handshake was done, without an alert.
    private static func cut(_ record: ConnectionRecord, _ view: CaseView) -> HandshakeEnd? {
        let handshake = record.tls.handshake
        guard record.clientClosedFirst == false, handshake.clientRecords == 0, handshake.alert == nil,
            view.traits(of: record.server).speaksTLS, !endedNearStop(record, view)
        else { return nil }
        var end = HandshakeEnd(cause: .handshakeCut, closedBy: .broker, confidence: .likely)
        end.frames = [record.fromClient.lastDataFrame]
        return end
    }

    private static func endedNearStop(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        guard let close = record.firstClose, let ends = view.nodeEnds[record.server] else { return false }
        // In order of time; each ends before the next begins.
        let behind = ends.partitionPoint { $0.from > close.time }
        return ends[..<behind].reversed().prefix { close.time.since($0.to) < Span.seconds(30) }.contains(
            where: \.isStop)
    }
}

/// Certificates of servers: the one that the connection itself shows, else that of whichever other did.
enum Certificates {
    static func of(_ record: ConnectionRecord, in view: CaseView) -> CertificateFacts? {
        record.tls.handshake.serverCertificates.first ?? view.traits(of: record.server).certificate
    }
}

extension CertificateFacts {
    /// What is wrong with it at the time of that connection; nil where nothing can be seen to be.
    func fault(_ record: ConnectionRecord) -> Cause? {
        let seconds = record.tcp.firstTime.nanoseconds / 1_000_000_000
        if notAfter > 0, seconds > notAfter { return .certificateExpired }
        if notAfter > 0, seconds < notBefore { return .certificateNotYetValid }
        if let name = record.tls.handshake.serverName, !covers(name) { return .wrongName }
        return selfSigned ? .unknownCA : nil
    }
}

/// What alerts mean (RFC 8446, section 6.2; which library sends which for what was measured).
enum AlertCause {
    private static let handshakeFailure: UInt8 = 40
    private static let badCertificate: UInt8 = 42
    private static let certificateRevoked: UInt8 = 44
    private static let certificateExpired: UInt8 = 45
    private static let certificateUnknown: UInt8 = 46
    private static let unknownCA: UInt8 = 48
    private static let protocolVersion: UInt8 = 70
    private static let insufficientSecurity: UInt8 = 71
    private static let unrecognizedName: UInt8 = 112
    private static let certificateRequired: UInt8 = 116

    /// What is wrong with a certificate that was shown.
    private static let refusals = Set(badCertificate...unknownCA)

    static func of(_ alert: AlertFacts, _ record: ConnectionRecord, _ known: CertificateFacts?) -> (Cause?, Confidence)
    {
        // An alert speaks of the certificate of the one that it was sent to.
        if !alert.fromClient, refusals.contains(alert.code), record.tls.handshake.clientCertificateEmpty == false {
            return (.clientCertificateRefused, .certain)
        }
        switch alert.code {
        case unknownCA where alert.fromClient: return (.unknownCA, .certain)
        case certificateExpired where alert.fromClient: return (.certificateExpired, .certain)
        case certificateRevoked where alert.fromClient: return (.certificateRevoked, .certain)
        case certificateRequired: return (.clientCertificateMissing, .certain)
        case protocolVersion: return (.noCommonVersion, .certain)
        case insufficientSecurity: return (.noCommonCipher, .certain)
        // The server's own word on the name that it was asked for: no certificate is meant.
        case unrecognizedName: return alert.fromClient ? (.wrongName, .likely) : (nil, .certain)
        default: return alert.fromClient ? byClient(alert, record, known) : byServer(alert, record)
        }
    }

    /// The client's word on the server's certificate. OpenSSL says bad_certificate of a wrong name; a certificate that was
    /// read decides before that.
    private static func byClient(
        _ alert: AlertFacts, _ record: ConnectionRecord, _ known: CertificateFacts?
    ) -> (Cause?, Confidence) {
        guard (badCertificate...certificateUnknown).contains(alert.code) else { return (nil, .certain) }
        let own = record.tls.handshake.serverCertificates.first
        if let fault = (own ?? known)?.fault(record) { return (fault, own == nil ? .likely : .certain) }
        if alert.code == badCertificate { return (.wrongName, .likely) }
        return own == nil ? (nil, .certain) : (.unknownCA, .likely)
    }

    private static func byServer(_ alert: AlertFacts, _ record: ConnectionRecord) -> (Cause?, Confidence) {
        let handshake = record.tls.handshake
        if handshake.clientCertificateRequested, handshake.clientCertificateEmpty == true {
            return (.clientCertificateMissing, .certain)
        }
        if alert.code == handshakeFailure, handshake.serverHello == nil { return (.noCommonCipher, .likely) }
        if alert.code == badCertificate, handshake.serverHello != nil, handshake.clientCertificateEmpty == nil {
            return (.clientCertificateMissing, .likely)
        }
        return (nil, .certain)
    }
}
