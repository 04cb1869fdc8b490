internal import ReportModel

/// What to do about an error code.
enum ErrorAdvice {
    static func add(_ view: Case, _ words: inout Words) {
        // What is normal where it stands needs nothing.
        if view.finding.severity == .info { return words.advice.add(harmless(view)) }
        let name = view.finding.error ?? ""
        if name.hasSuffix("AUTHORIZATION_FAILED") { return RightsWords.advise(view, &words) }
        if DeletionWords.advise(view, &words) || records(name, view, &words) || coordination(name, view, &words)
            || settings(name, view, &words) || streams(name, &words)
        {
            return
        }
        words.advice.add(
            "Look for the same error in the log of \(view.server) around \(view.clock(view.finding.first)).")
    }

    private static func harmless(_ view: Case) -> String {
        switch view.flag(.healed) {
        case true?: "Nothing to do: a retry succeeded."
        case false?: "Nothing to do, unless it comes back: no retry was seen to succeed."
        case nil: "Nothing to do, unless it comes back."
        }
    }

    /// What a streams group's status asks for.
    private static func streams(_ name: String, _ words: inout Words) -> Bool {
        switch name {
        case "MISSING_SOURCE_TOPICS":
            words.advice.add("Create the topics that the broker names, or correct their names in the program.")
        case "INCORRECTLY_PARTITIONED_TOPICS":
            words.advice.add("Give the topics that the broker names the same number of partitions.")
        default: return false
        }
        return true
    }

    private static func records(_ name: String, _ view: Case, _ words: inout Words) -> Bool {
        switch name {
        case "REQUEST_TIMED_OUT" where !ErrorMeanings.isAboutBatches(view):
            words.advice.add(
                "Look at the controller, and at the coordinator that the request needs: their logs at"
                    + " \(view.clock(view.finding.first)), and whether \(view.server) reaches them.")
        case "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "REQUEST_TIMED_OUT":
            words.advice.run(
                "Find the follower that is missing", view.kafka("kafka-topics", "--describe --under-min-isr-partitions")
            )
            words.advice.add("Then look at that broker's host.")
        case "LISTENER_NOT_FOUND":
            words.advice.add(
                "Give every broker the listener that \(view.client) uses: its name in listeners and in advertised.listeners."
            )
        case "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE":
            words.advice.run(
                "Check the topic's name and state", view.kafka("kafka-topics", "--describe\(view.topicFlag)"))
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE":
            let entity = view.topicFlag.hasPrefix(" --topic ") ? " --entity-name\(view.topicFlag.dropFirst(8))" : ""
            words.advice.run(
                "Compare the topic's max.message.bytes with the producer's max.request.size",
                view.kafka("kafka-configs", "--describe --entity-type topics\(entity)"))
        case "INVALID_TOPIC_EXCEPTION":
            words.advice.add(
                "Correct the topic's name on \(view.client). Letters, digits, '.', '_' and '-' are allowed, at most 249 of them."
            )
        case "KAFKA_STORAGE_ERROR", "LOG_DIR_NOT_FOUND":
            words.advice.run(
                "See which log directory of \(view.server) failed",
                view.kafka(
                    "kafka-log-dirs", "--describe" + (view.finding.nodeId.map { " --broker-list \($0)" } ?? "")))
            words.advice.add(
                "Its server.log has the reason ('Stopping serving replicas in dir'). Repair or replace the disk, then restart the"
                    + " broker.")
        case "INVALID_FETCH_SESSION_EPOCH":
            words.advice.add(
                "Update the client library of \(view.client), and see whether two consumers share one connection or session."
            )
        case "FETCH_SESSION_ID_NOT_FOUND":
            words.advice.add(
                "Look at the broker's FetchSessionCache metrics (NumIncrementalFetchSessions,"
                    + " IncrementalFetchSessionEvictionsPerSec).")
            words.advice.add(
                "Raise max.incremental.fetch.session.cache.slots, or repair the client that opens a session with every Fetch."
            )
        case "OFFSET_OUT_OF_RANGE":
            words.advice.run(
                "See the first offset that exists",
                view.kafka(
                    "kafka-get-offsets", "--time earliest" + (view.topicFlag.contains("-id") ? "" : view.topicFlag)))
            words.advice.run(
                "Compare it with the group's position",
                view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag)"))
            words.advice.add("Then check retention.ms and auto.offset.reset.")
        default: return false
        }
        return true
    }

    private static func coordination(_ name: String, _ view: Case, _ words: inout Words) -> Bool {
        switch name {
        case "UNSTABLE_OFFSET_COMMIT", "CONCURRENT_TRANSACTIONS":
            words.advice.run("Find the transaction that does not end", view.kafka("kafka-transactions", "list"))
            words.advice.run(
                "Look for one that hangs",
                view.kafka(
                    "kafka-transactions", "find-hanging" + (view.finding.nodeId.map { " --broker-id \($0)" } ?? "")))
        case "INCONSISTENT_GROUP_PROTOCOL":
            words.advice.run("See the members", members(view))
            words.advice.add("Give all of them a common partition.assignment.strategy, or stop the old ones first.")
        case "COORDINATOR_LOAD_IN_PROGRESS" where view.finding.nature == .structural:
            words.advice.run(
                "See how large the coordinator's partitions are",
                view.kafka("kafka-log-dirs", "--describe --topic-list __consumer_offsets,__transaction_state"))
        case "COORDINATOR_NOT_AVAILABLE" where view.finding.nature == .structural:
            words.advice.run(
                "Compare the topic's replicas with the brokers that run",
                view.kafka("kafka-topics", "--describe --topic __consumer_offsets"))
        case "FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID":
            words.advice.run("Find the member with the same id", members(view))
            words.advice.add("Give each instance its own group.instance.id.")
        case _ where TransactionWords.timeout(view) != nil: TransactionWords.advise(view, &words)
        case "PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH":
            words.advice.run("Find the other producer", view.kafka("kafka-transactions", "list"))
            words.advice.add("Give each instance its own transactional.id.")
        case "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_MEMBER_EPOCH": membership(view, &words)
        case "REBALANCE_IN_PROGRESS" where RejoinWords.isWaitedFor(view):
            words.advice.add(
                "Look at \(view.client): its program is busy between two polls. Lower max.poll.records or max.poll.interval.ms, or let it"
                    + " process faster.")
            words.advice.run("Look at the group", state(view))
        case "REBALANCE_IN_PROGRESS", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE":
            words.advice.run("Look at the group", state(view))
        default: return false
        }
        return true
    }

    /// Values that the other side does not accept, and identities that are in use.
    private static func settings(_ name: String, _ view: Case, _ words: inout Words) -> Bool {
        switch name {
        case "INVALID_TRANSACTION_TIMEOUT":
            words.advice.add(
                "Lower transaction.timeout.ms on \(view.client) (Flink: a property of its sink), or raise transaction.max.timeout.ms"
                    + " on the brokers.")
        case "INVALID_SESSION_TIMEOUT":
            words.advice.add(
                "Correct session.timeout.ms on \(view.client); the brokers' defaults allow 6 s to 30 min.")
        case "UNSUPPORTED_COMPRESSION_TYPE":
            words.advice.add("Set another compression.type on \(view.client) (lz4 or gzip), or upgrade the older side.")
        case "OFFSET_METADATA_TOO_LARGE", "INVALID_COMMIT_OFFSET_SIZE":
            words.advice.add("Commit less text with each offset on \(view.client), or raise offset.metadata.max.bytes.")
        case "INCONSISTENT_TOPIC_ID":
            words.advice.add("Restart \(view.client), so that it reads the topic's new id, and update its library.")
        case "UNKNOWN_PRODUCER_ID":
            words.advice.add(
                "Update \(view.client): newer producers go on by themselves (KIP-360). Else keep records longer than it may be silent."
            )
        case "DUPLICATE_BROKER_REGISTRATION", "STALE_BROKER_EPOCH":
            words.advice.add(
                "See that no other host has the same node.id; of a broker that was just restarted, wait for its old session to end."
            )
        case "INCONSISTENT_CLUSTER_ID":
            words.advice.add(
                "Compare cluster.id in meta.properties of \(view.client) with the cluster's. Point the broker at its own cluster."
            )
        case "THROTTLING_QUOTA_EXCEEDED":
            words.advice.run(
                "See the quotas", view.kafka("kafka-configs", "--describe --entity-type users --entity-type clients"))
        default: return false
        }
        return true
    }

    /// A member that is out of its group: why, where the tables tell.
    private static func membership(_ view: Case, _ words: inout Words) {
        if MemberWords.why(view) == .pollInterval {
            words.advice.add("Its work on one poll's records takes longer than max.poll.interval.ms.")
            words.advice.add(
                "Lower max.poll.records, or raise max.poll.interval.ms above the slowest batch. Work that was not committed is done"
                    + " again by the next owner.")
            return
        }
        guard view.finding.nature == .structural, view.finding.error != "ILLEGAL_GENERATION" else {
            return words.advice.run("Look at the group", state(view))
        }
        words.advice.add(
            "Find what keeps it from staying: a second program with the same member id, pauses longer than its session timeout, or"
                + " a stopped container.")
        words.advice.run("See the members", members(view))
    }

    private static func members(_ view: Case) -> String {
        view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --members --verbose")
    }

    private static func state(_ view: Case) -> String {
        view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --state")
    }
}
