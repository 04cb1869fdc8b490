internal import ReportModel
internal import Vocabulary

/// What is said of a listener: how one gets in, and what a security review would note.
struct ListenerWords {
    let row: ListenerRow
    let time: TimeDisplay

    /// `SASL_SSL; TLS 1.3, TLS_AES_256_GCM_SHA384; SCRAM-SHA-512`.
    var sentence: String {
        var parts = [protection]
        if let tls { parts.append(tls) }
        if !row.mechanisms.isEmpty { parts.append("signs in by \(list(row.mechanisms))") }
        if let certificate { parts.append(certificate) }
        parts += notes
        return parts.joined(separator: "; ") + " (\(Format.count(row.connections, "connection")))"
    }

    var protection: String {
        let names = row.protocols.map { $0 == .tls ? "TLS, not opened" : $0.rawValue }
        return names.isEmpty ? "unknown" : Format.list(names)
    }

    var tls: String? {
        row.tlsVersions.isEmpty && row.ciphers.isEmpty ? nil : list(row.tlsVersions + row.ciphers)
    }

    /// `certificate of kafka-1.lab ends 2027-01-02, in 36 days`; of several the one shown last.
    var certificate: String? {
        guard let shown = row.certificates.last else { return nil }
        let subject = shown.subject.map { " of \(Trim.name($0))" } ?? ""
        let signer = shown.selfSigned ? ", self-signed" : ""
        let end = shown.notAfter.map { " ends \(time.date($0)), \(left($0))" } ?? ""
        return "certificate\(subject)\(end)\(signer)"
    }

    /// From when the listener was last seen, so that a report says the same whenever it is made.
    private func left(_ end: CaptureTime) -> String {
        let days = Int(saturating: (Double(end.since(row.seen.last)) / 86_400e9).rounded(.down))
        return days < 0 ? "over already" : "in \(Format.count(days, "day"))"
    }

    /// The certificate is over, or will be within a month.
    var endsSoon: Bool {
        row.certificates.last?.notAfter.map { $0.since(row.seen.last) < Span.seconds(30 * 86_400) } ?? false
    }

    var notes: [String] {
        var notes: [String] = []
        if row.anonymous > 0 { notes.append("\(Format.count(row.anonymous)) without any identity") }
        if row.passwordsInClear > 0 { notes.append("\(Format.count(row.passwordsInClear)) with the password in clear") }
        if let count = row.clientCertificates, count > 0 {
            notes.append("\(Format.count(count)) with a client certificate")
        }
        return notes
    }

    private func list(_ names: [String]) -> String { Format.list(names.map(Trim.name), limit: 6) }
}
