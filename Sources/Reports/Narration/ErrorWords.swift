internal import ReportModel

/// Words for error codes in answers.
enum ErrorWords {
    static func notLeader(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? "NOT_LEADER_OR_FOLLOWER"
        var words = Words(title: "\(view.serverShort) answered \(name) to \(view.client)\(times(view))")
        words.explanation.add(
            "\(view.client) asked \(view.server) for partitions\(topics(view)) that another node leads now. Clients fetch new"
                + " Metadata and go there; a few of these belong to every change of leader.")
        words.explanation.add(healed(view))
        words.advice.add(
            "If it goes on, compare the leaders that clients see with the real ones: kafka-topics.sh --bootstrap-server"
                + " \(view.workingBootstrap) --describe\(topicFlag(view)). Stable leaders with lasting errors mean that connections"
                + " reach the wrong node (load balancer, stale DNS).")
        return words
    }

    static func errorResponse(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? view.text(.errorCode).map { "error \($0)" } ?? "an error"
        let api = view.text(.apiName).map { " to \($0)" } ?? ""
        var words = Words(title: "\(view.serverShort) answered \(name)\(api) of \(view.client)\(times(view))")
        words.explanation.add(
            "\(Format.count(view.finding.count, "answer")) of \(view.server) to \(view.client) carried \(name)\(topics(view))"
                + (view.text(.group).map { ", group \($0)" } ?? "") + ".")
        words.explanation.add(ErrorMeanings.meaning(view.finding.error))
        words.explanation.add(view.text(.follows)) {
            "It follows from the Produce requests of that partition that were lost at \($0)."
        }
        words.explanation.add(view.text(.brokerMessage)) { "The broker's message: \"\($0)\"." }
        words.explanation.add(healed(view))
        words.advice.add(ErrorMeanings.advice(view))
        return words
    }

    /// The usual first exchange of a new client with an older broker.
    private static func versionFallback(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.client) asked \(view.serverShort) by a newer ApiVersions than it knows, and fell back")
        words.explanation.add(
            "The broker answered UNSUPPORTED_VERSION with the versions that it has, and the client took one of them: the normal"
                + " way of a new client on an older broker.")
        words.advice.add("Nothing to do.")
        return words
    }

    static func unsupportedVersion(_ view: Case) -> Words {
        let api = [view.text(.apiName), view.text(.apiVersion).map { "version \($0)" }].compactMap(\.self)
        let what = api.isEmpty ? "a version" : api.joined(separator: " ")
        if view.finding.severity == .info { return versionFallback(view) }
        var words = Words(title: "\(view.client) uses \(what) that \(view.serverShort) does not offer")
        words.explanation.add(
            "\(view.server) turned \(what) down\(times(view))"
                + (view.text(.offeredVersions).map { "; it offers \($0)." } ?? "."))
        words.advice.add(
            "Compare: kafka-broker-api-versions.sh --bootstrap-server \(view.endpoint). Upgrade the older side, and drop settings"
                + " that pin a protocol version.")
        return words
    }

    private static func times(_ view: Case) -> String {
        view.finding.count == 1 ? "" : " (\(Format.count(view.finding.count)) times)"
    }

    private static func topics(_ view: Case) -> String {
        let names = view.topics.map(Trim.name)
        return names.isEmpty ? "" : " of " + Format.list(names)
    }

    private static func topicFlag(_ view: Case) -> String {
        view.topics.first.map { " --topic \(Trim.shell($0))" } ?? ""
    }

    private static func healed(_ view: Case) -> String? {
        switch view.flag(.healed) {
        case true?: "A repeat succeeded later."
        case false?: "No success was seen afterwards."
        case nil: nil
        }
    }
}

/// What the commoner error codes mean.
enum ErrorMeanings {
    static func meaning(_ error: String?) -> String? {
        switch error {
        case "NOT_ENOUGH_REPLICAS":
            "Fewer replicas are in sync than min.insync.replicas asks for, so nothing was written."
        case "NOT_ENOUGH_REPLICAS_AFTER_APPEND":
            "The leader has written it, then found too few replicas in sync: a retry may store it twice."
        case "REQUEST_TIMED_OUT":
            "The followers did not confirm in time; the leader may have it. The one that answers is usually not the one at fault."
        case "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED",
            "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "DELEGATION_TOKEN_AUTHORIZATION_FAILED":
            "The signed-in principal lacks the right; no retry changes that."
        case "UNKNOWN_TOPIC_OR_PARTITION": "No such topic or partition, or the client may not see it."
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE": "A batch is larger than the topic accepts."
        case "OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "DUPLICATE_SEQUENCE_NUMBER":
            "An idempotent producer's numbering does not continue what the broker remembers: batches were lost or sent twice before."
        case "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED":
            "A newer producer with the same transactional id has taken over."
        case "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID":
            "The group has moved on without this member, which has to join again."
        case "OFFSET_OUT_OF_RANGE": "The offset asked for is not there: deleted by retention, or from another log."
        case "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR":
            "The group's coordinator is moving; that takes some seconds after a restart."
        case "LEADER_NOT_AVAILABLE", "LISTENER_NOT_FOUND": "The partition has no leader that this listener could name."
        default: nil
        }
    }

    static func advice(_ view: Case) -> String {
        let bootstrap = view.workingBootstrap
        let topic = view.topics.first.map { " --topic \(Trim.shell($0))" } ?? ""
        switch view.finding.error ?? "" {
        case "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "REQUEST_TIMED_OUT":
            return "Find the follower that is missing: kafka-topics.sh --bootstrap-server \(bootstrap) --describe"
                + " --under-min-isr-partitions; then its host."
        case let name where name.hasSuffix("AUTHORIZATION_FAILED"):
            return
                "See the rights: kafka-acls.sh --bootstrap-server \(bootstrap) --list\(topic); add the missing one with --add."
        case "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "LISTENER_NOT_FOUND":
            return "Check spelling and state: kafka-topics.sh --bootstrap-server \(bootstrap) --describe\(topic)."
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE":
            return "Compare max.message.bytes of the topic with max.request.size: kafka-configs.sh --bootstrap-server"
                + " \(bootstrap) --describe --entity-type topics\(topic.isEmpty ? "" : " --entity-name" + topic.dropFirst(8))."
        case "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "REBALANCE_IN_PROGRESS", "NOT_COORDINATOR",
            "COORDINATOR_NOT_AVAILABLE":
            return "Look at the group: kafka-consumer-groups.sh --bootstrap-server \(bootstrap) --describe --group"
                + " \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --state."
        default:
            return "Look for the same error in the log of \(view.server) around \(view.clock(view.finding.first))."
        }
    }
}
