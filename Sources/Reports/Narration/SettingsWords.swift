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
        var words = Words(title: "\(view.client) does not take answers of \(size), and asks for them again and again")
        let topics = view.topics.map(Trim.name)
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")) \(view.server) began to answer a Fetch"
                + (topics.isEmpty ? "" : " of \(Format.list(topics))")
                + " with \(size), and the client closed in the midst of it, connected anew and fetched again. It had no records on any"
                + " of these connections, so it does not get on.")
        words.explanation.add(
            "Clients drop an answer whose length is above what they are set to take (librdkafka: receive.message.max.bytes, 100,000,000 by"
                + " default).")
        words.advice.add(
            "Lower what it asks for (fetch.max.bytes, max.partition.fetch.bytes, fetch.message.max.bytes) below what it takes, or raise"
                + " receive.message.max.bytes above fetch.max.bytes.")
        return words
    }

    private static func waitOverTimeout(_ view: Case) -> Words {
        let waited = view.duration(.waitedMs) ?? "a while"
        let allowed = view.duration(.maxWaitMs) ?? "longer"
        if view.text(.apiName) == "JoinGroup" { return joinOverTimeout(view, waited, allowed) }
        var words = Words(
            title: "\(view.client) gives up its Fetches after \(waited), and lets the broker wait \(allowed)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")) it closed its connection to \(view.server) with a Fetch that had waited"
                + " \(waited) for records and allows \(allowed) (max_wait_ms), and fetched again on a new one. The broker is right to wait."
        )
        words.advice.add(
            "Raise the client's request timeout (request.timeout.ms, socket.timeout.ms) above its longest wait (fetch.max.wait.ms,"
                + " fetch.wait.max.ms), or lower that wait.")
        return words
    }

    private static func joinOverTimeout(_ view: Case, _ waited: String, _ allowed: String) -> Words {
        let group = view.text(.group).map { " of group \($0)" } ?? ""
        var words = Words(
            title: "\(view.client) gives up its JoinGroups\(group) after \(waited), and lets the group wait \(allowed)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")) it closed its connection to \(view.server) with a JoinGroup that had waited"
                + " \(waited) for the other members, and lets them take \(allowed) (its rebalance timeout). The broker is right to wait,"
                + " and so the member never gets in; each try may hold the others up.")
        words.advice.add(
            "Raise the client's read timeout above its rebalance timeout (sarama: Net.ReadTimeout, 30 s, above"
                + " Consumer.Group.Rebalance.Timeout, 60 s), or lower the latter.")
        words.advice.add(
            "Then see which member the group waits for: kafka-consumer-groups.sh --bootstrap-server \(view.workingBootstrap) --describe"
                + " --group \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --members")
        return words
    }

    private static func headOfLine(_ view: Case) -> Words {
        let waited = view.duration(.maxMs) ?? "a while"
        let api = view.text(.apiName) ?? "requests of its group"
        var words = Words(title: "\(api) of \(view.client) wait up to \(waited) behind its own Fetch")
        words.explanation.add(
            "\(Format.count(view.finding.count, "time")) the client sent \(api) on a connection to \(view.server) where a Fetch was"
                + " waiting for records (max_wait_ms \(view.duration(.maxWaitMs) ?? "unknown")). A broker answers a connection's requests"
                + " in turn, so the delay is none of the broker's.")
        words.explanation.add(view.text(.group)) {
            "For group \($0) a member that is silent for longer than its session is thrown out."
        }
        words.advice.add(
            "Lower the Fetch's wait (fetch.max.wait.ms), or let the client use a connection of its own for its group, as most do."
        )
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
        var words = Words(title: "Two living consumers use \(names)\(group)")
        words.explanation.add(
            "\(view.client) was refused with \(codes(view)) because \(taker(view)) has \(names)\(group): the newer one throws the older"
                + " one out, which does not come back by itself, or comes back and throws out the newer one.")
        words.advice.add("Give each instance a group.instance.id of its own, as the pod's or host's name.")
        words.advice.add(
            "See who is in: kafka-consumer-groups.sh --bootstrap-server \(view.workingBootstrap) --describe --group"
                + " \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --members --verbose")
        return words
    }

    private static func transactional(_ view: Case) -> Words {
        let names = named(view, "transactional.id")
        var words = Words(title: "Two living producers use \(names)")
        words.explanation.add(
            "\(view.client) was refused with \(codes(view)) because \(taker(view)) asked for a producer id under \(names): whoever"
                + " starts later fences the one before, whose transaction is aborted.")
        words.advice.add("Give each instance a transactional.id of its own that it keeps over restarts.")
        words.advice.add(
            "See who produces: kafka-transactions.sh --bootstrap-server \(view.workingBootstrap) describe --transactional-id"
                + " \(view.list(.identities).first.map(Trim.shell) ?? "ID")")
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
