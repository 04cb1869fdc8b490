internal import ReportModel

/// Words for `client-settings`.
enum SettingsWords {
    static func words(_ view: Case) -> Words {
        switch view.finding.detail {
        case .headOfLine: headOfLine(view)
        case .answerTooLarge: answerTooLarge(view)
        default: waitOverTimeout(view)
        }
    }

    private static func answerTooLarge(_ view: Case) -> Words {
        let size = view.number(.answerBytes).map { Format.bytes(Int64($0)) } ?? "many bytes"
        var words = Words(
            title: "\(view.client) does not accept responses of \(size), and asks for them again and again")
        let topics = view.shownTopics
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")), \(view.server) began to answer a Fetch"
                + (topics.isEmpty ? "" : " of \(Format.list(topics))")
                + " with \(size), and the client closed in the middle, reconnected and fetched again. None of these connections got a"
                + " record, so it makes no progress.")
        words.explanation.add(
            "Clients drop a response that is longer than they are set to accept (librdkafka: receive.message.max.bytes, 100,000,000 by"
                + " default).")
        words.advice.add(
            "Lower what it asks for (fetch.max.bytes, max.partition.fetch.bytes), or raise receive.message.max.bytes above"
                + " fetch.max.bytes.")
        return words
    }

    private static func waitOverTimeout(_ view: Case) -> Words {
        let waited = view.duration(.waitedMs) ?? "a while"
        let allowed = view.duration(.maxWaitMs) ?? "longer"
        if view.text(.apiName) == "JoinGroup" { return joinOverTimeout(view, waited, allowed) }
        var words = Words(
            title: "\(view.client) abandons its Fetches after \(waited), but lets the broker wait \(allowed)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")), it closed its connection to \(view.server) when a Fetch had waited"
                + " \(waited), and fetched again on a new one. The Fetch allows \(allowed) (max_wait_ms), so the broker is right to wait."
        )
        words.advice.add(
            "Raise the client's request timeout (librdkafka: socket.timeout.ms) above fetch.max.wait.ms (librdkafka:"
                + " fetch.wait.max.ms), or lower that wait.")
        return words
    }

    private static func joinOverTimeout(_ view: Case, _ waited: String, _ allowed: String) -> Words {
        let group = view.text(.group).map { " of group \($0)" } ?? ""
        var words = Words(
            title: "\(view.client) abandons its JoinGroups\(group) after \(waited), but lets the group wait \(allowed)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")), it closed its connection to \(view.server) when a JoinGroup had waited"
                + " \(waited) for the other members. Its rebalance timeout allows them \(allowed), so the broker is right to wait. The"
                + " member never gets in, and each try may delay the others.")
        words.advice.add(
            "Raise the client's read timeout (sarama: Net.ReadTimeout, 30 s) above its rebalance timeout (sarama:"
                + " Consumer.Group.Rebalance.Timeout, 60 s).")
        words.advice.run(
            "Then see which member the group waits for",
            view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --members"))
        return words
    }

    private static func headOfLine(_ view: Case) -> Words {
        let waited = view.duration(.maxMs) ?? "a while"
        let api = view.text(.apiName) ?? "requests of its group"
        var words = Words(title: "\(api) from \(view.client) waited up to \(waited) behind its own Fetch")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")), the client sent \(api) on a connection to \(view.server) where a Fetch was"
                + " waiting for records (max_wait_ms \(view.duration(.maxWaitMs) ?? "unknown")). A broker answers a connection's requests"
                + " in order, so the client caused the delay.")
        words.explanation.add(view.text(.group)) {
            "Group \($0) removes a member that is silent for longer than its session timeout."
        }
        words.advice.add(
            "Lower fetch.max.wait.ms, or let the client use a separate connection for its group, as most clients do.")
        return words
    }
}

/// Words for `identity-conflict`.
enum IdentityWords {
    static func words(_ view: Case) -> Words {
        view.finding.detail == .transactionalId ? transactional(view) : instance(view)
    }

    private static func instance(_ view: Case) -> Words {
        let names = named(view, "group.instance.id")
        let group = view.text(.group).map { " in group \($0)" } ?? ""
        var words = Words(title: "Two running consumers use \(names)\(group)")
        words.explanation.add(
            "\(view.client) was refused with \(codes(view)) because \(taker(view)) has \(names)\(group).")
        words.explanation.add(
            "The newer member removes the older one, which stays out, or comes back and removes the newer one.")
        words.advice.add("Give each instance its own group.instance.id, such as the pod's or host's name.")
        words.advice.run(
            "See who is in the group",
            view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --members --verbose"))
        return words
    }

    private static func transactional(_ view: Case) -> Words {
        let names = named(view, "transactional.id")
        var words = Words(title: "Two running producers use \(names)")
        words.explanation.add(
            "\(view.client) was refused with \(codes(view)) because \(taker(view)) asked for a producer id under \(names)."
        )
        words.explanation.add("The later one fences the earlier one, whose transaction is aborted.")
        words.advice.add("Give each instance its own transactional.id, and keep it across restarts.")
        words.advice.run(
            "See who produces",
            view.kafka(
                "kafka-transactions",
                "describe --transactional-id \(view.list(.identities).first.map(Trim.shell) ?? "ID")"))
        return words
    }

    private static func named(_ view: Case, _ what: String) -> String {
        let names = view.list(.identities).map(Trim.name)
        return names.isEmpty ? "one \(what)" : "\(what) \(Format.list(names, limit: 5))"
    }

    private static func taker(_ view: Case) -> String {
        view.list(.takenOverBy).isEmpty
            ? "another program" : Format.list(view.list(.takenOverBy).map(Trim.name), limit: 5)
    }

    private static func codes(_ view: Case) -> String { view.text(.errorCode) ?? "an error" }
}
