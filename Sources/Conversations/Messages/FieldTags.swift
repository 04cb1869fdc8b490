import KafkaDecode

/// The fields of requests that anybody asks for. Everything else is passed over by the decoder.
enum RequestTag: UInt16, CaseIterable {
    case acks = 1, timeout, maxWait, rebalanceTimeout, replicaId, group, transactionalId, mechanism, softwareName
    case softwareVersion, topicName, topicId, partition, token, records
}

/// The fields of responses that anybody asks for.
enum ResponseTag: UInt16, CaseIterable {
    case error = 101, throttle, message, brokers, node, host, port, rack, clusterId, apiKeys, apiKey, minVersion
    case maxVersion, mechanisms, token, sessionLifetime, topics, topicName, topicId, partitions, partition, leader
    case replicas, inSync, baseOffset, logAppendTime, records
}

extension FieldSelection {
    fileprivate mutating func take(_ tag: RequestTag, _ paths: String..., in message: String? = nil) {
        for path in paths { select(path, in: message, as: tag.rawValue) }
    }

    fileprivate mutating func take(_ tag: ResponseTag, _ paths: String..., in message: String? = nil) {
        for path in paths { select(path, in: message, as: tag.rawValue) }
    }

    /// What is read of requests.
    static let requests: FieldSelection = {
        var fields = FieldSelection()
        fields.take(.acks, "Acks", in: "ProduceRequest")
        fields.take(.timeout, "TimeoutMs", "timeoutMs")
        fields.take(.maxWait, "MaxWaitMs")
        fields.take(.rebalanceTimeout, "RebalanceTimeoutMs", "SessionTimeoutMs", in: "JoinGroupRequest")
        fields.take(.replicaId, "ReplicaId", in: "FetchRequest")
        fields.take(.group, ".GroupId")
        fields.take(.transactionalId, ".TransactionalId")
        fields.take(.mechanism, "Mechanism", in: "SaslHandshakeRequest")
        fields.take(.token, "AuthBytes", in: "SaslAuthenticateRequest")
        fields.take(.softwareName, "ClientSoftwareName")
        fields.take(.softwareVersion, "ClientSoftwareVersion")
        fields.take(.topicName, "TopicData.Name", in: "ProduceRequest")
        fields.take(.topicId, "TopicData.TopicId", in: "ProduceRequest")
        fields.take(.partition, "PartitionData.Index", in: "ProduceRequest")
        fields.take(.records, "Records", in: "ProduceRequest")
        fields.take(.topicName, "Topics.Topic", "Topics.Name")
        fields.take(.topicId, "Topics.TopicId")
        return fields
    }()

    /// What is read of responses.
    static let responses: FieldSelection = {
        var fields = FieldSelection()
        fields.take(.error, "ErrorCode", "PartitionErrorCode", "TopicConfigErrorCode", "AcknowledgeErrorCode")
        fields.take(.throttle, "ThrottleTimeMs")
        fields.take(.message, "ErrorMessage")
        for message in ["MetadataResponse", "DescribeClusterResponse"] {
            fields.take(.brokers, "Brokers", in: message)
            fields.take(.node, "Brokers.NodeId", "Brokers.BrokerId", in: message)
            fields.take(.host, "Brokers.Host", in: message)
            fields.take(.port, "Brokers.Port", in: message)
            fields.take(.rack, "Brokers.Rack", in: message)
            fields.take(.clusterId, "ClusterId", in: message)
        }
        fields.take(.brokers, "Coordinators", in: "FindCoordinatorResponse")
        fields.take(.node, "NodeId", in: "FindCoordinatorResponse")
        fields.take(.host, "Host", in: "FindCoordinatorResponse")
        fields.take(.port, "Port", in: "FindCoordinatorResponse")
        for message in ["ProduceResponse", "FetchResponse", "ShareFetchResponse", "ShareAcknowledgeResponse"] {
            fields.take(.brokers, "NodeEndpoints", in: message)
            fields.take(.node, "NodeEndpoints.NodeId", in: message)
            fields.take(.host, "NodeEndpoints.Host", in: message)
            fields.take(.port, "NodeEndpoints.Port", in: message)
            fields.take(.rack, "NodeEndpoints.Rack", in: message)
        }
        fields.takeSignIn()
        fields.takeTopics()
        return fields
    }()

    private mutating func takeSignIn() {
        take(.apiKeys, "ApiKeys", in: "ApiVersionsResponse")
        take(.apiKey, "ApiKeys.ApiKey", in: "ApiVersionsResponse")
        take(.minVersion, "ApiKeys.MinVersion", in: "ApiVersionsResponse")
        take(.maxVersion, "ApiKeys.MaxVersion", in: "ApiVersionsResponse")
        take(.mechanisms, "Mechanisms", in: "SaslHandshakeResponse")
        take(.token, "AuthBytes", in: "SaslAuthenticateResponse")
        take(.sessionLifetime, "SessionLifetimeMs", in: "SaslAuthenticateResponse")
    }

    private mutating func takeTopics() {
        take(.topics, ".Topics", ".Responses")
        take(.topicName, "Topics.Name", "Responses.Topic", "Responses.Name", "Topics.Topic")
        take(.topicId, "Topics.TopicId", "Responses.TopicId")
        take(.partitions, "Topics.Partitions", "Responses.Partitions", "Responses.PartitionResponses")
        take(.partition, "Partitions.PartitionIndex", "PartitionResponses.Index")
        take(.leader, "Partitions.LeaderId", in: "MetadataResponse")
        take(.replicas, "ReplicaNodes", in: "MetadataResponse")
        take(.inSync, "IsrNodes", in: "MetadataResponse")
        take(.baseOffset, "BaseOffset", in: "ProduceResponse")
        take(.logAppendTime, "LogAppendTimeMs", in: "ProduceResponse")
        take(.records, "Partitions.Records", in: "FetchResponse")
    }
}
