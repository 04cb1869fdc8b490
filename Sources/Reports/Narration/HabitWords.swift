internal import ReportModel

/// Words for advice that the wire suggests, without a fault.
enum HabitWords {
    static func churn(_ view: Case) -> Words {
        let rate = view.text(.connectionsPerMinute).map { " \($0) a minute" } ?? ""
        var words = Words(title: "\(view.client) opens and drops connections to \(view.serverShort)\(rate)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "connection")) lived only briefly, so that setting them up"
                + " (TCP, TLS, sign-in) costs more than their work.")
        words.advice.add(
            "Keep one producer or consumer for the life of \(view.client) instead of one a call; raise reconnect.backoff.ms if"
                + " it is failing and trying again.")
        return words
    }

    static func credentials(_ view: Case) -> Words {
        let mechanism = view.text(.mechanism) ?? "PLAIN"
        var words = Words(title: "\(view.client) sends its password readably to \(view.serverShort)")
        words.explanation.add(
            "\(mechanism) without TLS carries the password as it is; whoever can capture like this can read it."
                + " This report does not hold it.")
        words.explanation.add(view.text(.principal)) { "The user is \"\($0)\"." }
        words.advice.add(
            "Move this listener to SASL_SSL, or use SCRAM-SHA-512; then change the password, and treat this capture as a secret."
        )
        return words
    }

    static func riskyProducer(_ view: Case) -> Words {
        let acks = view.text(.acks)
        let risk = acks == "0" || acks == "1" ? "may lose records" : "may store records twice"
        var words = Words(title: "the settings of producer \(view.client) mean that it \(risk)")
        words.explanation.add(acks) { "It asks for acks=\($0 == "-1" ? "all" : $0)." }
        words.explanation.add(
            if: view.flag(.idempotent) == false,
            "It sends without a producer id, so a resend after a lost answer may be stored again.")
        words.explanation.add(
            if: acks == "0", "With acks=0 no answer exists, and a failure cannot be noticed.")
        words.explanation.add("That is a choice, not a fault, where records may be lost or doubled.")
        words.advice.add("Where they may not: acks=all and enable.idempotence=true on \(view.client).")
        return words
    }

    static func singleBootstrap(_ view: Case) -> Words {
        let address = view.text(.bootstrapAddress) ?? view.finding.server.map(Trim.name) ?? "one address"
        var words = Words(title: "\(view.client) knows a single bootstrap server")
        words.explanation.add(
            "It asked only \(address) before it had Metadata. If that one is down when the client starts, it cannot start."
        )
        let others = view.list(.tellsOthers).prefix(3).map(Trim.shell)
        let list =
            ([view.list(.bootstrapAddress).first ?? view.finding.server].compactMap(\.self).map(Trim.shell) + others)
        words.advice.add(
            "List two or three brokers: bootstrap.servers=\(list.count > 1 ? list.joined(separator: ",") : "HOST-1:PORT,HOST-2:PORT")."
        )
        return words
    }
}
