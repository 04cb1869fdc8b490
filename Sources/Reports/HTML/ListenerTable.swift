internal import ReportModel

/// The listeners, as a security review asks for them.
struct ListenerTable {
    let rows: [ListenerRow]
    let context: NarrationContext
    private static let shown = 500

    func write(to page: HTMLPage) {
        guard !rows.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-listeners", title: "Listeners")
        table.begin(
            [
                "listener", "protocol", "TLS", "ciphers", "sign-in", "without identity", "password in clear",
                "certificate", "ends", "signed by", "connections",
            ],
            note:
                "How each address of a broker lets clients in, as far as its connections show it. Without keys a certificate can "
                + "be read up to TLS 1.2 only, and a sign-in inside TLS not at all.")
        for row in rows.prefix(Self.shown) {
            table.row(cells(row), query: TableWriter.term("broker", row.server))
        }
        table.end(shown: Self.shown, of: rows.count)
    }

    private func cells(_ row: ListenerRow) -> [TableWriter.Cell] {
        let words = ListenerWords(row: row, time: context.time)
        let certificate = row.certificates.last
        let signer = certificate.map { $0.selfSigned ? "itself" : $0.issuer ?? "" } ?? ""
        return [
            .text(context.named(row.server)), .text(words.protection), .text(row.tlsVersions.joined(separator: ", ")),
            .text(row.ciphers.joined(separator: ", ")), .text(row.mechanisms.joined(separator: ", ")),
            .number(row.anonymous), .number(row.passwordsInClear), .text(certificate?.subject ?? ""),
            .word(certificate?.notAfter.map(context.time.date) ?? "", bad: words.endsSoon),
            .word(signer, bad: false), .number(row.connections),
        ]
    }
}
