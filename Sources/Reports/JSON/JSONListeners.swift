internal import ReportModel
internal import Vocabulary

/// The tables `listeners`, `apis` and `latencyParts`.
extension JSONReportWriter {
    func listener(_ json: inout JSONWriter, _ row: ListenerRow) {
        json.field("server", row.server)
        json.field("connections", row.connections)
        json.field("clients", row.clients)
        json.field("protocols", row.protocols.map(\.rawValue))
        json.field("tlsVersions", row.tlsVersions)
        json.field("ciphers", row.ciphers)
        json.field("mechanisms", row.mechanisms)
        json.field("mechanismsOffered", row.mechanismsOffered)
        json.field("anonymous", row.anonymous)
        json.field("passwordsInClear", row.passwordsInClear)
        json.field("clientCertificates", row.clientCertificates)
        json.field("notOpened", row.notOpened)
        json.field("serverNames", row.serverNames)
        json.objects("certificates", row.certificates, certificate)
        seen(&json, row.seen)
    }

    private func certificate(_ json: inout JSONWriter, _ row: ListenerCertificate) {
        json.field("subject", row.subject)
        json.field("issuer", row.issuer)
        json.field("names", row.names)
        json.field("notBefore", row.notBefore)
        json.field("notAfter", row.notAfter)
        json.field("selfSigned", row.selfSigned)
        json.field("keyType", row.keyType)
        json.field("keyBits", row.keyBits)
    }

    func latencyPart(_ json: inout JSONWriter, _ row: LatencyPartRow) {
        json.field("api", row.api)
        json.field("broker", row.broker)
        json.field("client", row.client)
        json.field("clientId", row.clientId)
        json.field("topic", row.topic)
        json.field("requests", row.requests)
        json.field("resent", row.resent)
        json.field("roundTripUnknown", row.roundTripUnknown)
        part(&json, "total", row.total)
        part(&json, "queued", row.queued)
        part(&json, "wire", row.wire)
        part(&json, "inBroker", row.inBroker)
        part(&json, "throttled", row.throttled)
        part(&json, "onPurpose", row.onPurpose)
        if let slow = row.slow {
            json.object("slow") { self.slow(&$0, slow) }
        } else {
            json.field("slow", nil as String?)
        }
        seen(&json, row.seen)
    }

    private func slow(_ json: inout JSONWriter, _ slow: SlowRequests) {
        json.field("owner", slow.owner.rawValue)
        json.field("fromMs", slow.fromMs)
        json.field("requests", slow.requests)
        json.field("resent", slow.resent)
        json.field("totalMs", slow.totalMs)
        json.field("networkMs", slow.networkMs)
        json.field("brokerMs", slow.brokerMs)
        json.field("clientMs", slow.clientMs)
        json.field("quotaMs", slow.quotaMs)
        json.field("onPurposeMs", slow.onPurposeMs)
        json.field("roundTripMs", slow.roundTripMs)
        json.field("resendingMs", slow.resendingMs)
        json.field("windowClosedMs", slow.windowClosedMs)
        json.field("queuedMs", slow.queuedMs)
        json.field("unplacedMs", slow.unplacedMs)
        json.field("lossyPath", slow.isLossy)
        json.field("handshakeMs", slow.handshakeMs)
        json.field("fastestMs", slow.fastestMs)
    }

    private func part(_ json: inout JSONWriter, _ name: StaticString, _ times: PartTimes) {
        json.object(name) { json in
            json.field("p50Ms", times.p50Ms)
            json.field("p99Ms", times.p99Ms)
            json.field("maxMs", times.maxMs)
            json.field("sumMs", times.sumMs)
        }
    }

    func api(_ json: inout JSONWriter, _ row: ApiRow) {
        json.field("api", row.api)
        json.field("answers", row.answers)
        json.field("longPolls", row.longPolls)
        json.field("p50Ms", row.p50Ms)
        json.field("p90Ms", row.p90Ms)
        json.field("p99Ms", row.p99Ms)
        json.field("maxMs", row.maxMs)
        errors(&json, row.errors)
    }
}
