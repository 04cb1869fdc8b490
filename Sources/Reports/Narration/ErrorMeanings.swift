internal import ReportModel

/// What the commoner error codes mean.
enum ErrorMeanings {
    static func meaning(_ view: Case) -> String? {
        if view.finding.error?.hasSuffix("AUTHORIZATION_FAILED") == true { return RightsWords.meaning(view) }
        return goingOn(view) ?? meaning(view.finding.error)
    }

    /// What the code means where it comes again and again.
    private static func goingOn(_ view: Case) -> String? {
        guard view.finding.nature == .structural, view.finding.severity > .info else { return nil }
        return switch view.finding.error {
        case "COORDINATOR_NOT_AVAILABLE":
            "It goes on: the topic that the coordinator keeps its state in (__consumer_offsets; of transactions __transaction_state) cannot"
                + " be made, or its partition has no leader. Usual reasons are offsets.topic.replication.factor above the number of"
                + " brokers, and brokers that are lost."
        case "FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH":
            "It goes on: each poll costs two requests, because the broker has dropped the client's session by the next one. Its"
                + " cache of fetch sessions is full, or one client fills it by opening a session with every Fetch."
        case "OFFSET_OUT_OF_RANGE":
            "It goes on: the client asks for the same offset again, or is set back each time to one that is gone by then (retention"
                + " that is shorter than its lag, or a position kept in another place than the group's commits)."
        case "FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID":
            "It goes on: the member is thrown out, joins anew, and is thrown out again. Each time it gives up its partitions and reads"
                + " from the last commit, so that it hardly gets on."
        case "UNKNOWN_TOPIC_OR_PARTITION":
            "It goes on, so it is no topic that is being made: the name is wrong, the topic is deleted, or the client may not see it."
        default: nil
        }
    }

    private static func meaning(_ error: String?) -> String? {
        switch error {
        case "NOT_ENOUGH_REPLICAS":
            "Fewer replicas are in sync than min.insync.replicas asks for, so nothing was written."
        case "NOT_ENOUGH_REPLICAS_AFTER_APPEND":
            "The leader has written it, then found too few replicas in sync: a retry may store it twice."
        case "REQUEST_TIMED_OUT":
            "The followers did not confirm in time; the leader may have it. The one that answers is usually not the one at fault."
        case "UNKNOWN_TOPIC_OR_PARTITION": "No such topic or partition, or the client may not see it."
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE": "A batch is larger than the topic accepts."
        case "OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "DUPLICATE_SEQUENCE_NUMBER":
            "An idempotent producer's numbering does not continue what the broker remembers: batches were lost or sent twice before."
        case "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED":
            "A newer producer with the same transactional id has taken over."
        case "FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID":
            "Another member of the group has the same group.instance.id, and only one of them may be in."
        case "FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH":
            "The broker has dropped the client's fetch session; the next Fetch opens a new one."
        case "FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "REBALANCE_IN_PROGRESS":
            "The group has moved on without this member, which has to join again."
        case "OFFSET_OUT_OF_RANGE": "The offset asked for is not there: deleted by retention, or from another log."
        case "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR":
            "The group's coordinator is moving; that takes some seconds after a restart."
        case "KAFKA_STORAGE_ERROR":
            "The broker cannot read or write the log directory that the partition is in: a disk that failed or is full, or rights"
                + " that changed. It takes that directory offline, and its replicas there with it."
        case "UNKNOWN_SERVER_ERROR": "The broker met something that it has no code for: its log has the exception."
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
            return RightsWords.advice(view)
        case "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "LISTENER_NOT_FOUND":
            return "Check spelling and state: kafka-topics.sh --bootstrap-server \(bootstrap) --describe\(topic)."
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE":
            return "Compare max.message.bytes of the topic with max.request.size: kafka-configs.sh --bootstrap-server"
                + " \(bootstrap) --describe --entity-type topics\(topic.isEmpty ? "" : " --entity-name" + topic.dropFirst(8))."
        case "KAFKA_STORAGE_ERROR", "LOG_DIR_NOT_FOUND":
            return "Look at the disks of \(view.server): kafka-log-dirs.sh --bootstrap-server \(bootstrap) --describe"
                + (view.finding.nodeId.map { " --broker-list \($0)" } ?? "")
                + " names the log.dirs with an error, its server.log the reason (\"Stopping serving replicas in dir\"). Repair or"
                + " replace the disk, then restart the broker."
        case "COORDINATOR_NOT_AVAILABLE" where view.finding.nature == .structural && view.finding.severity > .info:
            return
                "kafka-topics.sh --bootstrap-server \(bootstrap) --describe --topic __consumer_offsets; compare its replicas with the"
                + " brokers that are there."
        case "FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH":
            return
                "Look at the broker's FetchSessionCache metrics (NumIncrementalFetchSessions, IncrementalFetchSessionEvictionsPerSec);"
                + " raise max.incremental.fetch.session.cache.slots, or repair the client that opens a session with every Fetch."
        case "OFFSET_OUT_OF_RANGE":
            return
                "Compare the group's position with what is there: kafka-get-offsets.sh --bootstrap-server \(bootstrap) --time -2"
                + "\(topic), and kafka-consumer-groups.sh --describe; then retention.ms and auto.offset.reset."
        case "FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID":
            return "Find the twin: kafka-consumer-groups.sh --bootstrap-server \(bootstrap) --describe --group"
                + " \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --members --verbose; give each instance a group.instance.id of its own."
        case "PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH":
            return
                "Find the other producer: kafka-transactions.sh --bootstrap-server \(bootstrap) list; give each instance a"
                + " transactional.id of its own."
        case "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_MEMBER_EPOCH":
            return membership(view, bootstrap)
        case "REBALANCE_IN_PROGRESS", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE":
            return "Look at the group: kafka-consumer-groups.sh --bootstrap-server \(bootstrap) --describe --group"
                + " \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --state."
        default:
            return "Look for the same error in the log of \(view.server) around \(view.clock(view.finding.first))."
        }
    }

    /// A member that is out of its group: why, where the tables tell.
    private static func membership(_ view: Case, _ bootstrap: String) -> String {
        if MemberWords.why(view) == .pollInterval {
            return
                "Its work on what one poll gives takes longer than max.poll.interval.ms: lower max.poll.records, raise max.poll.interval.ms"
                + " above the slowest batch, or hand the work to other threads and pause the partitions. What it did is done once more"
                + " by whoever has the partition then."
        }
        let look =
            "kafka-consumer-groups.sh --bootstrap-server \(bootstrap) --describe --group \(group(view))"
        guard view.finding.nature == .structural, view.finding.severity > .info,
            view.finding.error != "ILLEGAL_GENERATION"
        else { return "Look at the group: \(look) --state." }
        return
            "Look for what keeps it from staying: a second program with the same member id or group.instance.id, pauses longer than"
            + " its session (GC, a stopped container), the coordinator's log of group \(group(view)). See the members: \(look) --members"
            + " --verbose."
    }

    private static func group(_ view: Case) -> String { view.list(.group).first.map(Trim.shell) ?? "GROUP" }
}
