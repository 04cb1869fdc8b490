internal import ReportModel

/// A connection that the broker closed on a request of a version that it does not offer: which side is too new, and what to do.
enum VersionCloseWords {
    static func explain(_ view: Case, _ words: inout Words) {
        if view.flag(.controllerPort) == true { return ErrorWords.controllerPort(view, &words) }
        let api = view.text(.apiName) ?? view.finding.requests.first.map(\.api)
        let used = view.text(.apiVersion) ?? view.finding.requests.first.map { String($0.version) }
        let what = [api, used.map { "version \($0)" }].compactMap(\.self).joined(separator: " ")
        let offered = view.text(.offeredVersions).map { "the broker offers \($0)" } ?? "the broker does not offer that"
        words.explanation.add(
            "The request was \(what.isEmpty ? "of a version out of range" : what), and \(offered). It then closes without a response."
        )
        words.advice.run(
            "See which versions the broker offers", view.kafka("kafka-broker-api-versions", at: view.finding.server))
        if isTooNew(view) { return adviseOlder(view, &words) }
        words.advice.add(
            "Upgrade the client, or stop pinning versions (api.version.request, broker.version.fallback). Kafka 4.0 dropped the"
                + " oldest versions (KIP-896).")
    }

    /// The request is newer than all that the broker offers.
    private static func isTooNew(_ view: Case) -> Bool {
        guard let used = view.number(.apiVersion) ?? view.finding.requests.first.map(\.version),
            let highest = view.text(.offeredVersions)?.split(separator: "-").last.flatMap({ Int($0) })
        else { return false }
        return used > highest
    }

    private static func adviseOlder(_ view: Case, _ words: inout Words) {
        words.advice.add(
            "The broker is older than the client expects, so upgrade it. A server of another make has to answer a version that it does not"
                + " know with UNSUPPORTED_VERSION (KIP-511).")
        words.advice.add(
            "Until then, hold the client to older versions (franz-go: MaxVersions; librdkafka: broker.version.fallback with"
                + " api.version.request=false; sarama: Version), or use an older release of it.")
    }
}
