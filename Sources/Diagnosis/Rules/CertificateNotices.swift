import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A certificate with which handshakes succeed, and of which something should be known all the same: nobody but itself vouches
/// for it, it ends soon, or it is not for the name that was asked for (which clients that check no names do not mind).
struct CertificateNotices: EndRule {
    /// A month is what renewals are planned by.
    private static let soonSeconds: Int64 = 30 * 86_400

    private struct Key: Hashable {
        var server: Endpoint
        var detail: Detail
        var certificate: CertificateFacts
    }

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        var found: [Key: [(place: Int, record: ConnectionRecord)]] = [:]
        for place in ends.places {
            let record = view.records[place]
            guard record.wasEstablished, view.mayBeKafkas(record),
                let certificate = record.tls.handshake.serverCertificates.first
            else {
                continue
            }
            for detail in details(certificate, record) {
                found[Key(server: record.server, detail: detail, certificate: certificate), default: []].append(
                    (place, record))
            }
        }
        return found.sorted { earliest($0.value.map(\.record)) < earliest($1.value.map(\.record)) }.map { key, found in
            EndVerdict(place: found[0].place, verdict: verdict(key, found.map(\.record), view), explains: false)
        }
    }

    private func earliest(_ records: [ConnectionRecord]) -> FrameRef { records.map(\.tcp.firstFrame).min() ?? .none }

    private func details(_ certificate: CertificateFacts, _ record: ConnectionRecord) -> [Detail] {
        var details: [Detail] = []
        let now = record.tcp.firstTime.nanoseconds / 1_000_000_000
        if certificate.selfSigned { details.append(.selfSigned) }
        if certificate.notAfter > now, certificate.notAfter - now < Self.soonSeconds { details.append(.expiresSoon) }
        if let name = record.tls.handshake.serverName, !certificate.covers(name) { details.append(.nameNotCovered) }
        return details
    }

    private func verdict(_ key: Key, _ records: [ConnectionRecord], _ view: CaseView) -> Verdict {
        var verdict = Verdict(.certificateNotice, .info, .certain, records[0], in: view)
        let handshake = records[0].tls.handshake
        verdict.detail = key.detail
        verdict.nature = .structural
        verdict.count = records.count
        verdict.last = records.map(\.tcp.lastTime).max() ?? verdict.first
        verdict.connections = records.prefix(20).map(\.id)
        verdict.frames = records.prefix(10).compactMap { $0.tls.handshake.serverHello?.frame } + verdict.frames
        verdict.add(.serverName, .optional(handshake.serverName))
        let names = key.certificate.dnsNames + key.certificate.addresses.map { "\($0)" }
        verdict.add(.certificateNames, .some(names.isEmpty ? [key.certificate.subject].compactMap(\.self) : names))
        if key.certificate.notAfter > 0, key.certificate.notAfter < Int64.max / 1_000_000_000 {
            verdict.add(.certificateEnds, .time(CaptureTime(nanoseconds: key.certificate.notAfter * 1_000_000_000)))
        }
        return verdict
    }
}
