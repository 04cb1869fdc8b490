import KafkaDecode

/// The fields of requests that anybody asks for. Everything else is passed over by the decoder.
enum RequestTag: UInt16, CaseIterable {
    case acks = 1, timeout, maxWait, rebalanceTimeout, replicaId, group, transactionalId, mechanism, softwareName
    case softwareVersion, topicName, topicId, partition, token, records, instanceId, producerId, coordinatorKey,
        memberId, expectedNode, assigned
}

/// The fields of responses that anybody asks for.
enum ResponseTag: UInt16, CaseIterable {
    case error = 101, throttle, message, brokers, node, host, port, rack, clusterId, apiKeys, apiKey, minVersion
    case maxVersion, mechanisms, token, sessionLifetime, topics, topicName, topicId, partitions, partition, leader
    case replicas, inSync, baseOffset, logAppendTime, records, coordinates, owners, ownerName
}

extension FieldSelection {
    fileprivate mutating func asked(_ tag: RequestTag, _ paths: String..., in message: String? = nil) {
        for path in paths { select(path, in: message, as: tag.rawValue) }
    }

    fileprivate mutating func answered(_ tag: ResponseTag, _ paths: String..., in message: String? = nil) {
        for path in paths { select(path, in: message, as: tag.rawValue) }
    }

    /// What is read of requests.
    static let requests: FieldSelection = {
        var fields = FieldSelection()
        fields.asked(.acks, "Acks", in: "ProduceRequest")
        fields.asked(.timeout, "TimeoutMs", "timeoutMs")
        fields.asked(.maxWait, "MaxWaitMs")
        fields.asked(.rebalanceTimeout, "RebalanceTimeoutMs", "SessionTimeoutMs", in: "JoinGroupRequest")
        fields.asked(.replicaId, "ReplicaId", in: "FetchRequest")
        fields.asked(.group, ".GroupId")
        fields.asked(.transactionalId, ".TransactionalId", ".V3AndBelowTransactionalId")
        fields.asked(.instanceId, ".GroupInstanceId", ".InstanceId")
        fields.asked(.instanceId, "Members.GroupInstanceId", in: "LeaveGroupRequest")
        fields.asked(.coordinatorKey, ".Key", in: "FindCoordinatorRequest")
        fields.asked(.memberId, ".MemberId")
        fields.asked(.assigned, "Assignments.MemberId", in: "SyncGroupRequest")
        fields.asked(.producerId, ".ProducerId", in: "InitProducerIdRequest")
        fields.asked(.expectedNode, ".NodeId", in: "ApiVersionsRequest")
        fields.asked(.mechanism, "Mechanism", in: "SaslHandshakeRequest")
        fields.asked(.token, "AuthBytes", in: "SaslAuthenticateRequest")
        fields.asked(.softwareName, "ClientSoftwareName")
        fields.asked(.softwareVersion, "ClientSoftwareVersion")
        fields.asked(.topicName, "TopicData.Name", in: "ProduceRequest")
        fields.asked(.topicId, "TopicData.TopicId", in: "ProduceRequest")
        fields.asked(.partition, "PartitionData.Index", in: "ProduceRequest")
        fields.asked(.records, "Records", in: "ProduceRequest")
        fields.asked(.topicName, "Topics.Topic", "Topics.Name")
        fields.asked(.topicId, "Topics.TopicId")
        return fields
    }()

    /// What is read of responses.
    static let responses: FieldSelection = {
        var fields = FieldSelection()
        fields.answered(.error, "ErrorCode", "PartitionErrorCode", "TopicConfigErrorCode", "AcknowledgeErrorCode")
        fields.answered(.throttle, "ThrottleTimeMs")
        fields.answered(.message, "ErrorMessage")
        for message in ["MetadataResponse", "DescribeClusterResponse"] {
            fields.answered(.brokers, "Brokers", in: message)
            fields.answered(.node, "Brokers.NodeId", "Brokers.BrokerId", in: message)
            fields.answered(.host, "Brokers.Host", in: message)
            fields.answered(.port, "Brokers.Port", in: message)
            fields.answered(.rack, "Brokers.Rack", in: message)
            fields.answered(.clusterId, "ClusterId", in: message)
        }
        fields.answered(.brokers, "Coordinators", in: "FindCoordinatorResponse")
        fields.answered(.node, "NodeId", in: "FindCoordinatorResponse")
        fields.answered(.host, "Host", in: "FindCoordinatorResponse")
        fields.answered(.port, "Port", in: "FindCoordinatorResponse")
        fields.answered(.coordinates, "Coordinators.Key", in: "FindCoordinatorResponse")
        for message in ["ProduceResponse", "FetchResponse", "ShareFetchResponse", "ShareAcknowledgeResponse"] {
            fields.answered(.brokers, "NodeEndpoints", in: message)
            fields.answered(.node, "NodeEndpoints.NodeId", in: message)
            fields.answered(.host, "NodeEndpoints.Host", in: message)
            fields.answered(.port, "NodeEndpoints.Port", in: message)
            fields.answered(.rack, "NodeEndpoints.Rack", in: message)
        }
        fields.takeSignIn()
        fields.takeOwners()
        fields.takeTopics()
        return fields
    }()

    private mutating func takeSignIn() {
        answered(.apiKeys, "ApiKeys", in: "ApiVersionsResponse")
        answered(.apiKey, "ApiKeys.ApiKey", in: "ApiVersionsResponse")
        answered(.minVersion, "ApiKeys.MinVersion", in: "ApiVersionsResponse")
        answered(.maxVersion, "ApiKeys.MaxVersion", in: "ApiVersionsResponse")
        answered(.mechanisms, "Mechanisms", in: "SaslHandshakeResponse")
        answered(.token, "AuthBytes", in: "SaslAuthenticateResponse")
        answered(.sessionLifetime, "SessionLifetimeMs", in: "SaslAuthenticateResponse")
    }

    /// Topics and partitions under other names, where an error speaks of them.
    private mutating func takeTopicsInResults() {
        for message in [
            "CreatePartitionsResponse", "AlterReplicaLogDirsResponse", "DeleteShareGroupStateResponse",
            "InitializeShareGroupStateResponse", "ReadShareGroupStateResponse", "ReadShareGroupStateSummaryResponse",
            "WriteShareGroupStateResponse",
        ] {
            answered(.topics, ".Results", in: message)
            answered(.topicName, "Results.Name", "Results.TopicName", in: message)
            answered(.topicId, "Results.TopicId", in: message)
            answered(.partitions, "Results.Partitions", in: message)
        }
        answered(.topics, ".ReplicaElectionResults", in: "ElectLeadersResponse")
        answered(.topicName, "ReplicaElectionResults.Topic", in: "ElectLeadersResponse")
        answered(.partitions, "ReplicaElectionResults.PartitionResult", in: "ElectLeadersResponse")
        answered(.partition, "PartitionResult.PartitionId", in: "ElectLeadersResponse")
        answered(.topics, "ResultsByTopicV3AndBelow", "TopicResults", in: "AddPartitionsToTxnResponse")
        answered(.topicName, "ResultsByTopicV3AndBelow.Name", "TopicResults.Name", in: "AddPartitionsToTxnResponse")
        answered(.partitions, "ResultsByPartition", in: "AddPartitionsToTxnResponse")
        answered(.partition, "ResultsByPartition.PartitionIndex", in: "AddPartitionsToTxnResponse")
    }

    /// What else an error within an answer is about: a group, a transactional id, a named resource.
    private mutating func takeOwners() {
        takeTopicsInResults()
        answered(.owners, ".Groups", ".TransactionStates", ".ResultsByTransaction", ".Results")
        answered(.owners, ".Responses", in: "AlterConfigsResponse")
        answered(.owners, ".Responses", in: "IncrementalAlterConfigsResponse")
        answered(
            .ownerName, "Groups.GroupId", "TransactionStates.TransactionalId", "ResultsByTransaction.TransactionalId")
        answered(.ownerName, "Results.GroupId", "Results.ResourceName", "Results.User", "Results.LogDir")
        answered(.ownerName, "Responses.ResourceName")
    }

    private mutating func takeTopics() {
        answered(.topics, ".Topics", ".Responses", "Groups.Topics")
        answered(.topicName, "Topics.Name", "Responses.Topic", "Responses.Name", "Topics.Topic", "Topics.TopicName")
        answered(.topicId, "Topics.TopicId", "Responses.TopicId")
        answered(.partitions, "Topics.Partitions", "Responses.Partitions", "Responses.PartitionResponses")
        answered(.partition, "Partitions.PartitionIndex", "PartitionResponses.Index", "Partitions.Partition")
        answered(.partition, "Partitions.Index", in: "FetchSnapshotResponse")
        answered(.leader, "Partitions.LeaderId", in: "MetadataResponse")
        answered(.replicas, "ReplicaNodes", in: "MetadataResponse")
        answered(.inSync, "IsrNodes", in: "MetadataResponse")
        answered(.baseOffset, "BaseOffset", in: "ProduceResponse")
        answered(.logAppendTime, "LogAppendTimeMs", in: "ProduceResponse")
        answered(.records, "Partitions.Records", in: "FetchResponse")
        answered(.records, "Partitions.Records", in: "ShareFetchResponse")
    }
}
