internal import ReportModel

/// What the commoner error codes mean.
enum ErrorMeanings {
    static func meaning(_ view: Case) -> String? {
        if view.finding.error?.hasSuffix("AUTHORIZATION_FAILED") == true { return RightsWords.meaning(view) }
        return goingOn(view) ?? meaning(view.finding.error, view) ?? view.finding.error.flatMap { others[$0] }
    }

    /// What the code means where it comes again and again.
    private static func goingOn(_ view: Case) -> String? {
        guard view.finding.nature == .structural, view.finding.severity > .info, view.finding.count > 1 else {
            return nil
        }
        return switch view.finding.error {
        case "NOT_COORDINATOR":
            "It persists: the brokers do not agree on who coordinates. What FindCoordinator names says that it does not."
        case "COORDINATOR_LOAD_IN_PROGRESS":
            "It persists: the coordinator has not finished loading. Its partition of __consumer_offsets or __transaction_state is very"
                + " large, or its disk is slow."
        case "CONCURRENT_TRANSACTIONS":
            "It persists: the coordinator cannot complete the producer's previous transaction."
        case "COORDINATOR_NOT_AVAILABLE":
            "It persists: the coordinator's topic (__consumer_offsets or __transaction_state) cannot be created, or its partition has"
                + " no leader. The usual reasons are lost brokers, or offsets.topic.replication.factor above the number of brokers."
        case "INVALID_FETCH_SESSION_EPOCH":
            "It persists: each poll costs two requests. The broker has the client's fetch session, but expects another number of it:"
                + " two users of one session, or a fault of the client library."
        case "FETCH_SESSION_ID_NOT_FOUND":
            "It persists: each poll costs two requests, because the broker keeps dropping the client's fetch session. Its session"
                + " cache is full, or one client fills it by opening a session with every Fetch."
        case "OFFSET_OUT_OF_RANGE":
            "It persists: the client asks for the same offset again, or is reset each time to one that is already gone. Retention may be"
                + " shorter than its lag, or its position is stored outside of Kafka."
        case "FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID":
            "It persists: the group does not know this member any more. One that joins again and is removed again restarts from the"
                + " last commit each time. One that never joins again reads nothing until its program is restarted."
        case "UNKNOWN_TOPIC_OR_PARTITION":
            "It persists, so the topic is not just being created. The name is wrong, the topic is deleted, or the client may not see it."
        default: nil
        }
    }

    /// Some Produce was answered so.
    static func isAboutBatches(_ view: Case) -> Bool {
        view.text(.apiName).map { $0.contains("Produce") && !$0.contains("InitProducerId") } ?? true
    }

    private static func meaning(_ error: String?, _ view: Case? = nil) -> String? {
        switch error {
        case "NOT_ENOUGH_REPLICAS":
            "Fewer replicas are in sync than min.insync.replicas asks for, so nothing was written."
        case "NOT_ENOUGH_REPLICAS_AFTER_APPEND":
            "The leader wrote the batch, then found too few replicas in sync. A retry may store it twice."
        case "REQUEST_TIMED_OUT" where view.map { !isAboutBatches($0) } ?? false:
            "The broker that answers waited in vain for another: the controller, or a coordinator. It is usually not at fault itself."
        case "REQUEST_TIMED_OUT":
            "The followers did not confirm in time, and the leader may have the batch. The broker that answers is usually not at fault."
        case "UNKNOWN_TOPIC_OR_PARTITION": "The topic or partition does not exist, or the client may not see it."
        case "MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE": "A batch is larger than the topic accepts."
        case "UNKNOWN_PRODUCER_ID":
            "The broker has forgotten the producer: its records were deleted, or it wrote nothing for longer than"
                + " producer.id.expiration.ms."
        case "OUT_OF_ORDER_SEQUENCE_NUMBER", "DUPLICATE_SEQUENCE_NUMBER":
            "The producer's sequence numbers do not continue what the broker remembers: batches were lost or sent twice before."
        case "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED":
            "A newer producer with the same transactional id has taken over."
        case "FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID":
            "Another member of the group has the same group.instance.id, and only one of them is allowed."
        case "INVALID_FETCH_SESSION_EPOCH":
            "The Fetch does not continue its fetch session in order, and the next one opens a new session."
        case "FETCH_SESSION_ID_NOT_FOUND":
            "The broker dropped the client's fetch session, and the next Fetch opens a new one."
        case "FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION":
            "The group has moved on without this member, which has to join again."
        case "OPERATION_NOT_ATTEMPTED":
            "Another item of the same request was refused, so this one was not tried."
        case "MISSING_SOURCE_TOPICS":
            "The response has no error code, but its status says that topics are missing which the program reads. It gets no work."
        case "INCORRECTLY_PARTITIONED_TOPICS":
            "The response has no error code, but its status says that the topics' partitions do not match. The program gets no work."
        case "MISSING_INTERNAL_TOPICS":
            "The response has no error code, but its status says that internal topics are missing. The program gets no work."
        case "REBALANCE_IN_PROGRESS":
            view.flatMap(RejoinWords.meaning) ?? "The group rebalances, and its members have to join again."
        case "OFFSET_OUT_OF_RANGE":
            "The requested offset does not exist: retention deleted it, or it belongs to another log."
        case "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR":
            "The group's coordinator is moving, which takes some seconds after a restart."
        case "KAFKA_STORAGE_ERROR":
            "The broker cannot use the log directory of the partition: the disk failed or is full, or permissions changed. It takes that"
                + " directory and its replicas offline."
        case "UNKNOWN_SERVER_ERROR":
            "The broker failed in a way that has no code of its own; its log has the exception."
        case "LEADER_NOT_AVAILABLE": "The partition has no leader, or none yet."
        case "LISTENER_NOT_FOUND":
            "The partition's leader has no listener of the name that this client came in by, so no address can be given out."
        default: nil
        }
    }

    /// The meaning by name alone, without a case.
    static func general(_ error: String) -> String? {
        if error.hasSuffix("AUTHORIZATION_FAILED") {
            return "The client's principal lacks a permission. An administrator has to add an ACL for it."
        }
        return meaning(error) ?? others[error]
    }

    /// Codes that have words of their own in a finding of another kind, or are normal.
    private static let others = [
        "SASL_AUTHENTICATION_FAILED": "The broker refused the sign-in: wrong name, password or token.",
        "UNSUPPORTED_SASL_MECHANISM": "The listener does not offer the SASL mechanism that the client asks for.",
        "ILLEGAL_SASL_STATE": "The client signed in where the listener has no sign-in, or skipped a step of it.",
        "UNSUPPORTED_VERSION": "The broker does not offer that version of the request.",
        "NOT_LEADER_OR_FOLLOWER":
            "The broker does not lead the partition, or no longer. Clients fetch new metadata and go to the leader.",
        "FENCED_LEADER_EPOCH": "The client knows an older leader of the partition than the broker does.",
        "UNKNOWN_LEADER_EPOCH": "The client knows a newer leader of the partition than the broker does.",
        "MEMBER_ID_REQUIRED":
            "This is normal on a first join: the broker gives out a member id, and the client joins again with it.",
        "CORRUPT_MESSAGE":
            "The broker found a batch corrupt: a wrong checksum or size, or a record without a key for a compacted topic.",
        "UNSTABLE_OFFSET_COMMIT":
            "An open transaction holds offsets of the group, which cannot be read before it ends.",
        "INCONSISTENT_TOPIC_ID": "The topic was deleted and created anew, and the client still has the old one's id.",
        "INVALID_TRANSACTION_TIMEOUT":
            "The producer asks for a longer transaction timeout than transaction.max.timeout.ms allows.",
        "INVALID_SESSION_TIMEOUT":
            "The member's session timeout is outside group.min.session.timeout.ms to group.max.session.timeout.ms.",
        "UNSUPPORTED_COMPRESSION_TYPE": "The broker, or this version of the request, does not take the batch's codec.",
        "INCONSISTENT_GROUP_PROTOCOL": "The member offers no assignment strategy that all members of the group have.",
        "OFFSET_METADATA_TOO_LARGE": "The text committed with an offset is longer than offset.metadata.max.bytes.",
        "INVALID_COMMIT_OFFSET_SIZE": "The commit is too large for a record of __consumer_offsets.",
        "DUPLICATE_BROKER_REGISTRATION":
            "The controller still counts a broker with this node id as alive. After a restart that passes with"
            + " broker.session.timeout.ms.",
        "INCONSISTENT_CLUSTER_ID": "The broker's storage belongs to another cluster.",
        "STALE_BROKER_EPOCH": "The controller has a newer registration of this node id.",
        "INVALID_UPDATE_VERSION": "The update was made from an older state than the controller has.",
        "INVALID_TXN_STATE": "The transaction's state does not allow this request.",
        "CONCURRENT_TRANSACTIONS": "The producer's previous transaction is still being completed.",
        "THROTTLING_QUOTA_EXCEEDED": "A quota is used up, and the broker asks the client to wait.",
        "TOPIC_ALREADY_EXISTS": "A topic of that name exists already.",
        "NOT_CONTROLLER": "The broker is not the controller, or no longer.",
        "GROUP_MAX_SIZE_REACHED": "The group has as many members as group.max.size allows.",
        "POLICY_VIOLATION": "A policy that the cluster's operator installed forbids the request.",
        "INVALID_REQUEST": "The request contradicts itself or the protocol.",
        "INVALID_REPLICATION_FACTOR": "The replication factor is below 1 or above the number of brokers.",
        "INVALID_TOPIC_EXCEPTION": "The topic's name is not allowed.",
        "INVALID_REQUIRED_ACKS": "A producer asked for acks other than 0, 1 or all (-1).",
    ]
}
