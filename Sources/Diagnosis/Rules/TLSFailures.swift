import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A TLS handshake that an alert or a close ended. Where a broker gave the address out and only the certificate's name
/// stands against it, the address is at fault.
struct TLSFailures: EndRule {
    func judge(_ open: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        var ends: [(place: Int, end: HandshakeEnd)] = open.places.compactMap { place in
            HandshakeEnd.of(view.records[place], in: view).map { (place, $0) }
        }
        for i in ends.indices where ends[i].end.isUnsaid {
            // What the same client said in clear of the same server's certificate is probably its reason here too.
            let (client, server) = (view.records[ends[i].place].client.address, view.records[ends[i].place].server)
            ends[i].end.cause =
                ends.first {
                    $0.end.closedBy == .client && $0.end.cause != nil && $0.end.alert != nil
                        && view.records[$0.place].server == server && view.records[$0.place].client.address == client
                }?.end.cause
        }
        return ends.map { EndVerdict(place: $0.place, verdict: told(view.records[$0.place], $0.end, view)) }
    }

    /// Other people's TLS is not Kafka's business.
    private func told(_ record: ConnectionRecord, _ end: HandshakeEnd, _ view: CaseView) -> Verdict {
        var verdict = verdict(record, end, view)
        if !view.mayBeKafkas(record) { verdict.silence(.notKafka) }
        if !view.isKnownAsKafkas(record) {
            verdict.doubt(.encrypted, ceiling: .possible)
            if CaseView.isOthersPort(record.server.port) { verdict.severity = .info }
        }
        return verdict
    }

    private func verdict(_ record: ConnectionRecord, _ end: HandshakeEnd, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.tlsFailure, .error, end.confidence, record, in: view)
        verdict.cause = end.cause
        verdict.alert = end.alert
        verdict.closedBy = end.closedBy
        verdict.nature = end.cause == .handshakeCut ? nil : .structural
        verdict.doubt = end.doubt
        if end.alert == nil, end.confidence < .certain { doubtGaps(&verdict, record) }
        let handshake = record.tls.handshake
        let hellos = [handshake.clientHello?.frame, handshake.serverHello?.frame].compactMap { $0 }
        verdict.frames = end.frames + hellos + verdict.frames
        if end.cause == .middleboxReset { verdict.facts += ForeignReset.facts(record, in: view) }
        describe(&verdict, handshake, end)
        if end.cause == .handshakeCut, let names = view.namesServed[record.server] {
            verdict.add(.namesServed, .list(Array(names.sorted().prefix(20))))
        }
        if end.cause == .wrongName, let told = AdvertisedBy.told(record, in: view), told.speaksAlike {
            verdict.alert = nil
            verdict.blameAddress(told, .certificate)
        }
        return verdict
    }

    /// Bytes that are missing may have held the alert, or the rest of the handshake.
    private func doubtGaps(_ verdict: inout Verdict, _ record: ConnectionRecord) {
        if record.fromServer.gapBytes > 0 { verdict.doubt(.gapInAnswers, ceiling: .possible) }
        if record.fromClient.gapBytes > 0 { verdict.doubt(.gapInRequests, ceiling: .possible) }
        if verdict.confidence == .possible { verdict.severity = .info }
    }

    /// Seconds since 1970; nil where the report's times do not reach so far.
    private func time(_ seconds: Int64) -> FactValue? {
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return nanoseconds.overflow ? nil : .time(CaptureTime(nanoseconds: nanoseconds.partialValue))
    }

    private func describe(_ verdict: inout Verdict, _ handshake: HandshakeFacts, _ end: HandshakeEnd) {
        verdict.add(.serverName, .optional(handshake.serverName))
        if let certificate = end.certificate {
            let names = certificate.dnsNames + certificate.addresses.map { "\($0)" }
            verdict.add(.certificateNames, .some(names.isEmpty ? [certificate.subject].compactMap { $0 } : names))
            if end.cause == .certificateNotYetValid { verdict.add(.certificateBegins, time(certificate.notBefore)) }
            verdict.add(.certificateEnds, certificate.notAfter > 0 ? time(certificate.notAfter) : nil)
        }
        if end.cause == .noCommonVersion {
            verdict.add(.tlsVersion, .some(handshake.offeredVersions.map(ProtocolVersion.name)))
        }
        if end.cause == .noCommonCipher {
            verdict.add(.cipher, .some(handshake.offeredCiphers.prefix(12).map(CipherSuite.name)))
        }
    }
}
