import Conversations
import KafkaSchema

/// Sets of error codes and APIs that rules speak of, by their names in Kafka's schema.
enum ErrorCodes {
    static func named(_ names: String...) -> Set<Int16> { KafkaError.codes(named: names) }
    static func apis(_ names: String...) -> Set<Int16> { Set(KafkaApi.keys(named: names)) }

    /// Leadership moved, or the client's idea of it is old.
    static let notLeader = named(
        "NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH", "NOT_CONTROLLER")
    /// Sign-in errors are the sign-in rule's.
    static let signIn = named("UNSUPPORTED_SASL_MECHANISM", "ILLEGAL_SASL_STATE", "SASL_AUTHENTICATION_FAILED")
    static let unsupportedMechanism = named("UNSUPPORTED_SASL_MECHANISM")
    /// A sign-in where none is due: the listener has no SASL, or it came at the wrong moment.
    static let illegalState = named("ILLEGAL_SASL_STATE")
    static let unsupportedVersion = named("UNSUPPORTED_VERSION")
    /// The request reached another broker than the one that it was for; so does one that is stopping say.
    static let wrongBroker = named("NOT_LEADER_OR_FOLLOWER", "NOT_COORDINATOR")

    /// What follows from a node being gone: leadership, coordination, replication, and sequences that it took along.
    static let inItsWake = named(
        "LEADER_NOT_AVAILABLE", "NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT", "COORDINATOR_LOAD_IN_PROGRESS",
        "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR", "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
        "OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH")

    /// Of a group, or of a transactional id, whatever the request that names it is about.
    static let ofGroups = named("GROUP_AUTHORIZATION_FAILED", "GROUP_ID_NOT_FOUND", "INVALID_GROUP_ID")
    static let ofTransactions = named("TRANSACTIONAL_ID_AUTHORIZATION_FAILED")

    /// A broker says of itself that it cannot do its work, whatever it is asked for.
    static let ofTheBroker: Set<String> = ["KAFKA_STORAGE_ERROR", "UNKNOWN_SERVER_ERROR", "LOG_DIR_NOT_FOUND"]

    /// What clients meet at a partition without a leader, and at one whose followers are behind.
    static let ofLeaderless: Set<String> = [
        "LEADER_NOT_AVAILABLE", "LISTENER_NOT_FOUND", "NOT_LEADER_OR_FOLLOWER", "REPLICA_NOT_AVAILABLE",
        "KAFKA_STORAGE_ERROR",
    ]
    static let ofTooFewReplicas: Set<String> = [
        "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "REQUEST_TIMED_OUT",
    ]

    /// KIP-848: the older holder of the instance id has it still.
    static let unreleased = named("UNRELEASED_INSTANCE_ID")

    /// Part of the protocol's normal way: the client does what the code asks for, and all is well.
    static let nextStep = named(
        "MEMBER_ID_REQUIRED", "REBALANCE_IN_PROGRESS", "FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH",
        "FETCH_SESSION_TOPIC_ID_ERROR", "SHARE_SESSION_NOT_FOUND", "INVALID_SHARE_SESSION_EPOCH",
        "UNKNOWN_SUBSCRIPTION_ID", "TELEMETRY_TOO_LARGE", "REPLICA_NOT_AVAILABLE", "FENCED_MEMBER_EPOCH",
        "STALE_MEMBER_EPOCH", "UNRELEASED_INSTANCE_ID")

    /// Answered once to each newcomer, who does what it says: however many come.
    static let onceEach = named("MEMBER_ID_REQUIRED")

    /// What clients meet for a moment while leaders, coordinators and topics come about: unknown topic, no leader yet, moved
    /// leadership, coordinator loading, moved or not there yet, a transaction that is still ending.
    static let momentary = notLeader.union(
        named(
            "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS",
            "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR", "CONCURRENT_TRANSACTIONS"))

    /// The controller still has a broker's last life, for as long as a session lasts.
    static let ofRegistration = named("DUPLICATE_BROKER_REGISTRATION")

    /// A group of one type is asked for by the request of another.
    static let groupTypes = named("GROUP_ID_NOT_FOUND", "UNSUPPORTED_VERSION")
    static let groupQuestions = apis(
        "DescribeGroups", "ConsumerGroupDescribe", "ShareGroupDescribe", "StreamsGroupDescribe")

    /// Administrators' APIs that wait for other brokers, for elections or for storage, or that do much by nature: how long one
    /// takes says nothing of the broker's speed.
    static let mayTakeLong = apis(
        "CreateTopics", "DeleteTopics", "DeleteRecords", "AlterReplicaLogDirs", "DescribeLogDirs", "CreatePartitions",
        "ElectLeaders", "IncrementalAlterConfigs", "AlterPartitionReassignments", "ListPartitionReassignments",
        "UpdateFeatures", "ListTransactions", "ConsumerGroupDescribe")

    /// What an administrator's tool asks, and the broker asks others.
    static let asksOthers = apis("IncrementalAlterConfigs", "ListTransactions", "ConsumerGroupDescribe")

    /// What an idempotent producer meets whose batches were lost before.
    static let afterLoss = named("OUT_OF_ORDER_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH", "UNKNOWN_PRODUCER_ID")

    /// A coordinator ends the transaction of the name's last holder first.
    static let putOff = named("CONCURRENT_TRANSACTIONS")

    /// The members of a group are to join again.
    static let rebalancing = named("REBALANCE_IN_PROGRESS")

    /// Of a batch behind one that is missing.
    static let outOfOrder = named("OUT_OF_ORDER_SEQUENCE_NUMBER")

    /// A member is out of its group, gives up all that it read, and has to join anew.
    static let throwsOut = named("FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID")
    static let membersSigns = apis(
        "Heartbeat", "ConsumerGroupHeartbeat", "ShareGroupHeartbeat", "StreamsGroupHeartbeat")

    /// An item of a request that was not tried, because another of the same request was refused.
    static let notAttempted = named("OPERATION_NOT_ATTEMPTED")

    /// A member that left is not known any more.
    static let unknownMember = named("UNKNOWN_MEMBER_ID")
    static let membersRequests = apis("Heartbeat", "OffsetCommit", "SyncGroup")

    /// A replica that is behind, or ahead, of what the leader has (KIP-392): the leader is asked next.
    static let outOfRange = named("OFFSET_OUT_OF_RANGE")

    /// A commit that was under way while its member joined anew.
    static let oldGeneration = named("ILLEGAL_GENERATION")
    static let commits = apis("OffsetCommit", "TxnOffsetCommit")

    /// Codes that tell how things are to who asks for just that, by the APIs where they do: the program goes on with it.
    private static let facts: [(codes: Set<Int16>, apis: Set<Int16>)] = [
        // Create it if it is not there.
        (named("TOPIC_ALREADY_EXISTS"), apis("CreateTopics")),
        // Elect the preferred leader if it does not lead (kafka-leader-election.sh, Cruise Control).
        (named("ELECTION_NOT_NEEDED"), apis("ElectLeaders")),
        // Consoles ask for rights, tokens and users whether or not the cluster has such.
        (named("SECURITY_DISABLED"), apis("DescribeAcls")),
        (named("DELEGATION_TOKEN_AUTH_DISABLED"), apis("DescribeDelegationToken")),
        (named("RESOURCE_NOT_FOUND"), apis("DescribeUserScramCredentials")),
        (named("NO_REASSIGNMENT_IN_PROGRESS"), apis("AlterPartitionReassignments")),
        // The batch is stored already: clients take it for a success (Java's Sender, librdkafka).
        (named("DUPLICATE_SEQUENCE_NUMBER"), apis("Produce")),
    ]

    static func statesFact(_ code: Int16, _ api: Int16) -> Bool {
        facts.contains { $0.codes.contains(code) && $0.apis.contains(api) }
    }
}

extension UnansweredRequest {
    /// It was sent whole, and neither its own fields nor work for others let it wait.
    var waitsForItsBrokerAlone: Bool {
        !partial && !Api.waitsOnPurpose(api) && !ErrorCodes.mayTakeLong.contains(api)
    }
}
