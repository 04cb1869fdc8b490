public import Conversations
public import ReportModel
import Streams
import TLS
import Vocabulary

/// The table `listeners`: how each address of a broker lets clients in. From handshakes and sign-ins; no message is asked.
public struct Listeners {
    private let records: [ConnectionRecord]
    private let file: CaseFile
    /// Lists in a row that are this long tell enough.
    private static let kept = 16

    /// - Parameters:
    ///   - part: the connections that rows are made of.
    ///   - capture: what says which of them are Kafka's.
    public init(_ part: CaseFile, capture: CaseFile) {
        file = capture
        let those = part.connections.records.filter { $0.wasEstablished && ($0.speaksKafka || $0.tls.seen) }
        // Whose TLS it is takes a look at all of the capture.
        let view = those.allSatisfy(\.speaksKafka) ? nil : CaseView(capture, CaptureHealth())
        records = those.filter { $0.speaksKafka || view?.mayBeKafkas($0) == true }
    }

    public var rows: [ListenerRow] {
        Dictionary(grouping: records, by: \.server).sorted { $0.key < $1.key }.map { server, records in
            row(server, records.sorted { $0.tcp.firstTime < $1.tcp.firstTime })
        }
    }

    private func row(_ server: Endpoint, _ records: [ConnectionRecord]) -> ListenerRow {
        var row = ListenerRow(seen: Seen(first: records[0].tcp.firstTime, last: records[0].tcp.lastTime))
        row.server = "\(server)"
        row.connections = records.count
        row.clients = Set(records.map(\.client.address)).count
        for record in records {
            row.seen.add(record.tcp.lastTime)
            row.protocols.note(Self.protection(record))
            if record.tls.seen { noteTLS(record, &row) }
            row.mechanisms.note(file.text(record.signIn.mechanism))
            for name in record.signIn.offered { row.mechanismsOffered.note(file.text(name)) }
            if record.tls.seen, !record.tls.isOpened { row.notOpened += 1 }
            if Self.isAnonymous(record) { row.anonymous += 1 }
            if !record.tls.seen, record.signIn.tokensFromClient > 0, file.text(record.signIn.mechanism) == "PLAIN" {
                row.passwordsInClear += 1
            }
        }
        row.protocols.sort { $0.rawValue < $1.rawValue }
        row.tlsVersions.sort()
        row.ciphers.sort()
        row.mechanisms.sort()
        row.mechanismsOffered.sort()
        row.serverNames.sort()
        return row
    }

    private func noteTLS(_ record: ConnectionRecord, _ row: inout ListenerRow) {
        let tls = record.tls
        if tls.version != 0 { row.tlsVersions.note(ProtocolVersion.name(tls.version)) }
        if tls.cipher != 0 { row.ciphers.note(CipherSuite.name(tls.cipher)) }
        row.serverNames.note(file.text(tls.serverName))
        if let isEmpty = tls.handshake.clientCertificateEmpty {
            row.clientCertificates = (row.clientCertificates ?? 0) + (isEmpty ? 0 : 1)
        }
        guard let shown = tls.handshake.serverCertificates.first else { return }
        let certificate = Self.certificate(shown)
        row.certificates.removeAll { $0 == certificate }
        row.certificates.append(certificate)
        if row.certificates.count > Self.kept { row.certificates.removeFirst() }
    }

    private static func protection(_ record: ConnectionRecord) -> ListenerProtocol? {
        let signsIn = record.signIn.stage != .none
        if record.tls.seen { return record.tls.isOpened ? signsIn ? .saslSSL : .ssl : .tls }
        return signsIn ? .saslPlaintext : .plaintext
    }

    /// It did its work, and nothing said who it is.
    private static func isAnonymous(_ record: ConnectionRecord) -> Bool {
        guard record.kafka.workAnswered > 0, record.signIn.stage == .none, !record.startsMidway else { return false }
        return !record.tls.seen || record.tls.handshake.clientCertificateEmpty == true
            || record.tls.isOpened && !record.tls.handshake.clientCertificateRequested
    }

    private static func certificate(_ facts: CertificateFacts) -> ListenerCertificate {
        var certificate = ListenerCertificate()
        (certificate.subject, certificate.issuer) = (facts.subject, facts.issuer)
        certificate.names = Array((facts.dnsNames + facts.addresses.map { "\($0)" }).prefix(kept))
        (certificate.notBefore, certificate.notAfter) = (time(facts.notBefore), time(facts.notAfter))
        certificate.selfSigned = facts.selfSigned
        (certificate.keyType, certificate.keyBits) = (facts.keyType, facts.keyBits)
        return certificate
    }

    /// Nil of what no report's time can say.
    private static func time(_ seconds: Int64) -> CaptureTime? {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow || seconds == 0 ? nil : CaptureTime(nanoseconds: nanoseconds)
    }
}

extension Array where Element: Equatable {
    fileprivate mutating func note(_ value: Element?) {
        if let value, count < 16, !contains(value) { append(value) }
    }
}
