internal import ReportModel

/// Words for advice that the wire suggests, without a fault.
enum HabitWords {
    static func churn(_ view: Case) -> Words {
        if let dropped = DroppedWords.words(view) { return dropped }
        let rate = view.text(.connectionsPerMinute).map { ", \($0) a minute" } ?? ""
        var words = Words(title: "\(view.client) keeps opening and dropping connections to \(view.serverShort)\(rate)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "connection")) lived only briefly, so setting them up (TCP, TLS, sign-in) costs more"
                + " than their work.")
        words.advice.add(
            "Keep one producer or consumer for the life of \(view.client) instead of one per call. If it fails and retries, raise"
                + " reconnect.backoff.ms.")
        return words
    }

    static func credentials(_ view: Case) -> Words {
        let mechanism = view.text(.mechanism) ?? "PLAIN"
        let isToken = mechanism == "OAUTHBEARER"
        let secret = isToken ? "token" : "password"
        var words = Words(title: "\(view.client) sends its \(secret) in clear text to \(view.serverShort)")
        words.explanation.add(
            "\(mechanism) without TLS sends the \(secret) unencrypted, so anyone who can capture this traffic can read it. This report"
                + " does not contain it.")
        words.explanation.add(view.text(.principal)) { "The user is \"\($0)\"." }
        words.advice.add(
            isToken
                ? "Move this listener to SASL_SSL, and treat this capture as a secret: until the token expires, it opens the cluster."
                : "Move this listener to SASL_SSL, or use SCRAM-SHA-512. Then change the password, and treat this capture as a secret."
        )
        return words
    }

    static func riskyProducer(_ view: Case) -> Words {
        if let doubled = DoubledWords.words(view) { return doubled }
        let acks = view.text(.acks)
        let risk = acks == "0" || acks == "1" ? "may lose records" : "may store records twice"
        var words = Words(title: "producer \(view.client) \(risk) with its settings")
        words.explanation.add(acks) { "It uses acks=\($0 == "-1" ? "all" : $0)." }
        words.explanation.add(
            if: view.flag(.idempotent) == false,
            "It sends without a producer id, so a resend after a lost response may be stored twice.")
        words.explanation.add(
            if: acks == "0", "With acks=0 there is no response, so it cannot notice a failure.")
        words.explanation.add("That is a choice, not a fault, if records may be lost or duplicated.")
        words.advice.add("If they may not, set acks=all and enable.idempotence=true on \(view.client).")
        return words
    }

    static func singleBootstrap(_ view: Case) -> Words {
        let address = view.text(.bootstrapAddress) ?? view.finding.server.map(Trim.name) ?? "one address"
        var words = Words(title: "\(view.client) uses a single bootstrap server")
        words.explanation.add(
            "It asked only \(address) before it had metadata. If that broker is down, the client cannot start."
        )
        let others = view.list(.tellsOthers).prefix(3).map(Trim.shell)
        let list =
            ([view.list(.bootstrapAddress).first ?? view.finding.server].compactMap(\.self).map(Trim.shell) + others)
        words.advice.add(
            "Set bootstrap.servers to two or three brokers, such as \(list.count > 1 ? list.joined(separator: ",") : "HOST-1:PORT,HOST-2:PORT")."
        )
        return words
    }
}
