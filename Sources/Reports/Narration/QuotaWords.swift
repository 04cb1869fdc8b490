internal import ReportModel

/// Words for quotas, and for waits that one made.
enum QuotaWords {
    static func heldBack(_ throttle: String, _ view: Case, _ words: inout Words) {
        words.explanation.add(
            "Shortly before, \(view.serverShort) held this client's responses back for up to \(throttle) because of a quota, and it answered"
                + " other hosts meanwhile. So the quota most likely made this wait longer than the client bears.")
        look(view, &words)
        words.advice.add(
            "Raise the quota, send less, or raise the client's request timeout above the throttle time. The client's retries make it longer."
        )
    }

    static func look(_ view: Case, _ words: inout Words) {
        words.advice.run(
            "See the client's quotas",
            view.kafka(
                "kafka-configs",
                "--describe --entity-type clients --entity-name \(Trim.shell(view.finding.clientId ?? "CLIENT-ID"))"))
    }
}
