import KafkaSchema

/// Which fields of an API's messages tell most of them, besides topics, groups and errors: for a line.
enum KeyFacts {
    /// By Kafka's names, in the order of the message.
    static func names(_ api: Int16, isRequest: Bool) -> [String] {
        let facts = table[api] ?? ([], [])
        return isRequest ? facts.request : facts.answer
    }

    private static let table: [Int16: (request: [String], answer: [String])] = [
        0: (["Acks", "TransactionalId"], ["BaseOffset"]),
        1: (["MaxWaitMs", "MinBytes", "SessionId", "SessionEpoch", "FetchOffset"], ["SessionId", "HighWatermark"]),
        2: (["Timestamp"], ["Offset"]),
        3: (["AllowAutoTopicCreation"], ["ClusterId", "ControllerId", "NodeId", "Host", "Port"]),
        7: (["BrokerId"], []),
        8: (["GenerationId", "GenerationIdOrMemberEpoch", "CommittedOffset"], []),
        9: (["RequireStable"], ["CommittedOffset"]),
        10: (["KeyType", "Key", "CoordinatorKeys"], ["NodeId", "Host", "Port", "ErrorMessage"]),
        11: (
            ["SessionTimeoutMs", "RebalanceTimeoutMs", "MemberId", "GroupInstanceId"],
            ["GenerationId", "ProtocolName", "Leader", "MemberId"]
        ),
        12: (["GenerationId", "MemberId"], []),
        13: (["MemberId", "Reason"], []),
        14: (["GenerationId", "MemberId", "ProtocolName"], ["ProtocolName"]),
        15: ([], ["GroupState", "ProtocolData"]),
        17: (["Mechanism"], ["Mechanisms"]),
        18: (["ClientSoftwareName", "ClientSoftwareVersion", "ClusterId", "NodeId"], ["FinalizedFeaturesEpoch"]),
        19: (["NumPartitions", "ReplicationFactor", "ValidateOnly"], ["ErrorMessage"]),
        20: ([], ["ErrorMessage"]),
        22: (["TransactionalId", "TransactionTimeoutMs"], ["ProducerId", "ProducerEpoch"]),
        23: (["LeaderEpoch"], ["EndOffset"]),
        24: (["TransactionalId", "V3AndBelowTransactionalId", "ProducerId", "ProducerEpoch"], []),
        25: (["TransactionalId", "ProducerId", "ProducerEpoch"], []),
        26: (["TransactionalId", "ProducerId", "ProducerEpoch", "Committed"], []),
        28: (["TransactionalId", "ProducerId", "ProducerEpoch", "CommittedOffset"], []),
        32: (["ResourceType", "ResourceName"], []),
        36: ([], ["ErrorMessage", "SessionLifetimeMs"]),
        37: (["Count", "ValidateOnly"], ["ErrorMessage"]),
        43: (["ElectionType"], ["ErrorMessage"]),
        44: (["ResourceType", "ResourceName"], ["ErrorMessage"]),
        60: ([], ["ClusterId", "ControllerId", "BrokerId", "Host", "Port"]),
        62: (["BrokerId", "ClusterId"], ["BrokerEpoch"]),
        63: (["BrokerId", "BrokerEpoch"], ["IsFenced", "ShouldShutDown"]),
        68: (
            ["MemberId", "MemberEpoch", "InstanceId", "RebalanceTimeoutMs", "SubscribedTopicNames"],
            ["MemberId", "MemberEpoch", "HeartbeatIntervalMs", "ErrorMessage"]
        ),
        71: ([], ["ClientInstanceId", "PushIntervalMs"]),
        76: (["MemberId", "MemberEpoch"], ["MemberId", "MemberEpoch", "ErrorMessage"]),
        78: (["MemberId", "MaxWaitMs", "ShareSessionEpoch"], ["ErrorMessage"]),
        79: (["MemberId", "ShareSessionEpoch"], ["ErrorMessage"]),
        88: (["MemberId", "MemberEpoch"], ["MemberId", "MemberEpoch", "ErrorMessage"]),
    ]
}
