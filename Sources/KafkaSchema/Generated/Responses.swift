// Written by schema-gen from Schema/; do not edit.

extension SchemaTables {
    static let responses: [StaticString] = [
        """
        ProduceResponse 0 response 0-13 9-13
         Responses []TopicProduceResponse 0-13
          Name string 0-12
          TopicId uuid 13
          PartitionResponses []PartitionProduceResponse 0-13
           Index int32 0-13
           ErrorCode int16 0-13
           BaseOffset int64 0-13
           LogAppendTimeMs int64 2-13
           LogStartOffset int64 5-13
           RecordErrors []BatchIndexAndErrorMessage 8-13
            BatchIndex int32 8-13
            BatchIndexErrorMessage string 8-13 ?8-13
           ErrorMessage string 8-13 ?8-13
           CurrentLeader LeaderIdAndEpoch 10-13 #0:10-13
            LeaderId int32 10-13
            LeaderEpoch int32 10-13
         ThrottleTimeMs int32 1-13
         NodeEndpoints []NodeEndpoint 10-13 #0:10-13
          NodeId int32 10-13
          Host string 10-13
          Port int32 10-13
          Rack string 10-13 ?10-13
        """,
        """
        FetchResponse 1 response 0-18 12-18
         ThrottleTimeMs int32 1-18
         ErrorCode int16 7-18
         SessionId int32 7-18
         Responses []FetchableTopicResponse 0-18
          Topic string 0-12
          TopicId uuid 13-18
          Partitions []PartitionData 0-18
           PartitionIndex int32 0-18
           ErrorCode int16 0-18
           HighWatermark int64 0-18
           LastStableOffset int64 4-18
           LogStartOffset int64 5-18
           DivergingEpoch EpochEndOffset 12-18 #0:12-18
            Epoch int32 12-18
            EndOffset int64 12-18
           CurrentLeader LeaderIdAndEpoch 12-18 #1:12-18
            LeaderId int32 12-18
            LeaderEpoch int32 12-18
           SnapshotId SnapshotId 12-18 #2:12-18
            EndOffset int64 12-18
            Epoch int32 12-18
           AbortedTransactions []AbortedTransaction 4-18 ?4-18
            ProducerId int64 4-18
            FirstOffset int64 4-18
           PreferredReadReplica int32 11-18
           Records records 0-18 ?0-18
         NodeEndpoints []NodeEndpoint 16-18 #0:16-18
          NodeId int32 16-18
          Host string 16-18
          Port int32 16-18
          Rack string 16-18 ?16-18
        """,
        """
        ListOffsetsResponse 2 response 0-11 6-11
         ThrottleTimeMs int32 2-11
         Topics []ListOffsetsTopicResponse 0-11
          Name string 0-11
          Partitions []ListOffsetsPartitionResponse 0-11
           PartitionIndex int32 0-11
           ErrorCode int16 0-11
           OldStyleOffsets []int64 0
           Timestamp int64 1-11
           Offset int64 1-11
           LeaderEpoch int32 4-11
        """,
        """
        MetadataResponse 3 response 0-13 9-13
         ThrottleTimeMs int32 3-13
         Brokers []MetadataResponseBroker 0-13
          NodeId int32 0-13
          Host string 0-13
          Port int32 0-13
          Rack string 1-13 ?1-13
         ClusterId string 2-13 ?2-13
         ControllerId int32 1-13
         Topics []MetadataResponseTopic 0-13
          ErrorCode int16 0-13
          Name string 0-13 ?12-13
          TopicId uuid 10-13
          IsInternal bool 1-13
          Partitions []MetadataResponsePartition 0-13
           ErrorCode int16 0-13
           PartitionIndex int32 0-13
           LeaderId int32 0-13
           LeaderEpoch int32 7-13
           ReplicaNodes []int32 0-13
           IsrNodes []int32 0-13
           OfflineReplicas []int32 5-13
          TopicAuthorizedOperations int32 8-13
         ClusterAuthorizedOperations int32 8-10
         ErrorCode int16 13
        """,
        """
        LeaderAndIsrResponse 4 response 0-7 4-7
         ErrorCode int16 0-7
         PartitionErrors []LeaderAndIsrPartitionError 0-4
          TopicName string 0-4
          PartitionIndex int32 0-4
          ErrorCode int16 0-4
         Topics []LeaderAndIsrTopicError 5-7
          TopicId uuid 5-7
          PartitionErrors []LeaderAndIsrPartitionError 5-7
           PartitionIndex int32 5-7
           ErrorCode int16 5-7
        """,
        """
        StopReplicaResponse 5 response 0-4 2-4
         ErrorCode int16 0-4
         PartitionErrors []StopReplicaPartitionError 0-4
          TopicName string 0-4
          PartitionIndex int32 0-4
          ErrorCode int16 0-4
        """,
        """
        UpdateMetadataResponse 6 response 0-8 6-8
         ErrorCode int16 0-8
        """,
        """
        ControlledShutdownResponse 7 response 0-3 3
         ErrorCode int16 0-3
         RemainingPartitions []RemainingPartition 0-3
          TopicName string 0-3
          PartitionIndex int32 0-3
        """,
        """
        OffsetCommitResponse 8 response 0-10 8-10
         ThrottleTimeMs int32 3-10
         Topics []OffsetCommitResponseTopic 0-10
          Name string 0-9
          TopicId uuid 10
          Partitions []OffsetCommitResponsePartition 0-10
           PartitionIndex int32 0-10
           ErrorCode int16 0-10
        """,
        """
        OffsetFetchResponse 9 response 0-10 6-10
         ThrottleTimeMs int32 3-10
         Topics []OffsetFetchResponseTopic 0-7
          Name string 0-7
          Partitions []OffsetFetchResponsePartition 0-7
           PartitionIndex int32 0-7
           CommittedOffset int64 0-7
           CommittedLeaderEpoch int32 5-7
           Metadata string 0-7 ?0-7
           ErrorCode int16 0-7
         ErrorCode int16 2-7
         Groups []OffsetFetchResponseGroup 8-10
          GroupId string 8-10
          Topics []OffsetFetchResponseTopics 8-10
           Name string 8-9
           TopicId uuid 10
           Partitions []OffsetFetchResponsePartitions 8-10
            PartitionIndex int32 8-10
            CommittedOffset int64 8-10
            CommittedLeaderEpoch int32 8-10
            Metadata string 8-10 ?8-10
            ErrorCode int16 8-10
          ErrorCode int16 8-10
        """,
        """
        FindCoordinatorResponse 10 response 0-6 3-6
         ThrottleTimeMs int32 1-6
         ErrorCode int16 0-3
         ErrorMessage string 1-3 ?1-3
         NodeId int32 0-3
         Host string 0-3
         Port int32 0-3
         Coordinators []Coordinator 4-6
          Key string 4-6
          NodeId int32 4-6
          Host string 4-6
          Port int32 4-6
          ErrorCode int16 4-6
          ErrorMessage string 4-6 ?4-6
        """,
        """
        JoinGroupResponse 11 response 0-9 6-9
         ThrottleTimeMs int32 2-9
         ErrorCode int16 0-9
         GenerationId int32 0-9
         ProtocolType string 7-9 ?7-9
         ProtocolName string 0-9 ?7-9
         Leader string 0-9
         SkipAssignment bool 9
         MemberId string 0-9
         Members []JoinGroupResponseMember 0-9
          MemberId string 0-9
          GroupInstanceId string 5-9 ?5-9
          Metadata bytes 0-9
        """,
        """
        HeartbeatResponse 12 response 0-4 4
         ThrottleTimeMs int32 1-4
         ErrorCode int16 0-4
        """,
        """
        LeaveGroupResponse 13 response 0-5 4-5
         ThrottleTimeMs int32 1-5
         ErrorCode int16 0-5
         Members []MemberResponse 3-5
          MemberId string 3-5
          GroupInstanceId string 3-5 ?3-5
          ErrorCode int16 3-5
        """,
        """
        SyncGroupResponse 14 response 0-5 4-5
         ThrottleTimeMs int32 1-5
         ErrorCode int16 0-5
         ProtocolType string 5 ?5
         ProtocolName string 5 ?5
         Assignment bytes 0-5
        """,
        """
        DescribeGroupsResponse 15 response 0-6 5-6
         ThrottleTimeMs int32 1-6
         Groups []DescribedGroup 0-6
          ErrorCode int16 0-6
          ErrorMessage string 6 ?6
          GroupId string 0-6
          GroupState string 0-6
          ProtocolType string 0-6
          ProtocolData string 0-6
          Members []DescribedGroupMember 0-6
           MemberId string 0-6
           GroupInstanceId string 4-6 ?4-6
           ClientId string 0-6
           ClientHost string 0-6
           MemberMetadata bytes 0-6
           MemberAssignment bytes 0-6
          AuthorizedOperations int32 3-6
        """,
        """
        ListGroupsResponse 16 response 0-5 3-5
         ThrottleTimeMs int32 1-5
         ErrorCode int16 0-5
         Groups []ListedGroup 0-5
          GroupId string 0-5
          ProtocolType string 0-5
          GroupState string 4-5
          GroupType string 5
        """,
        """
        SaslHandshakeResponse 17 response 0-1 none
         ErrorCode int16 0-1
         Mechanisms []string 0-1
        """,
        """
        ApiVersionsResponse 18 response 0-5 3-5
         ErrorCode int16 0-5
         ApiKeys []ApiVersion 0-5
          ApiKey int16 0-5
          MinVersion int16 0-5
          MaxVersion int16 0-5
         ThrottleTimeMs int32 1-5
         SupportedFeatures []SupportedFeatureKey 3-5 #0:3-5
          Name string 3-5
          MinVersion int16 3-5
          MaxVersion int16 3-5
         FinalizedFeaturesEpoch int64 3-5 #1:3-5
         FinalizedFeatures []FinalizedFeatureKey 3-5 #2:3-5
          Name string 3-5
          MaxVersionLevel int16 3-5
          MinVersionLevel int16 3-5
         ZkMigrationReady bool 3-5 #3:3-5
        """,
        """
        CreateTopicsResponse 19 response 0-7 5-7
         ThrottleTimeMs int32 2-7
         Topics []CreatableTopicResult 0-7
          Name string 0-7
          TopicId uuid 7
          ErrorCode int16 0-7
          ErrorMessage string 1-7 ?1-7
          TopicConfigErrorCode int16 5-7 #0:5-7
          NumPartitions int32 5-7
          ReplicationFactor int16 5-7
          Configs []CreatableTopicConfigs 5-7 ?5-7
           Name string 5-7
           Value string 5-7 ?5-7
           ReadOnly bool 5-7
           ConfigSource int8 5-7
           IsSensitive bool 5-7
        """,
        """
        DeleteTopicsResponse 20 response 0-6 4-6
         ThrottleTimeMs int32 1-6
         Responses []DeletableTopicResult 0-6
          Name string 0-6 ?6
          TopicId uuid 6
          ErrorCode int16 0-6
          ErrorMessage string 5-6 ?5-6
        """,
        """
        DeleteRecordsResponse 21 response 0-2 2
         ThrottleTimeMs int32 0-2
         Topics []DeleteRecordsTopicResult 0-2
          Name string 0-2
          Partitions []DeleteRecordsPartitionResult 0-2
           PartitionIndex int32 0-2
           LowWatermark int64 0-2
           ErrorCode int16 0-2
        """,
        """
        InitProducerIdResponse 22 response 0-6 2-6
         ThrottleTimeMs int32 0-6
         ErrorCode int16 0-6
         ProducerId int64 0-6
         ProducerEpoch int16 0-6
         OngoingTxnProducerId int64 6
         OngoingTxnProducerEpoch int16 6
        """,
        """
        OffsetForLeaderEpochResponse 23 response 0-4 4
         ThrottleTimeMs int32 2-4
         Topics []OffsetForLeaderTopicResult 0-4
          Topic string 0-4
          Partitions []EpochEndOffset 0-4
           ErrorCode int16 0-4
           Partition int32 0-4
           LeaderEpoch int32 1-4
           EndOffset int64 0-4
        """,
        """
        AddPartitionsToTxnResponse 24 response 0-5 3-5
         ThrottleTimeMs int32 0-5
         ResultsByTopicV3AndBelow []AddPartitionsToTxnTopicResult 0-3
          Name string 0-3
          ResultsByPartition []AddPartitionsToTxnPartitionResult 0-3
           PartitionIndex int32 0-3
           PartitionErrorCode int16 0-3
         ErrorCode int16 4-5
         ResultsByTransaction []AddPartitionsToTxnResult 4-5
          TransactionalId string 4-5
          TopicResults []AddPartitionsToTxnTopicResult 4-5
           Name string 4-5
           ResultsByPartition []AddPartitionsToTxnPartitionResult 4-5
            PartitionIndex int32 4-5
            PartitionErrorCode int16 4-5
        """,
        """
        AddOffsetsToTxnResponse 25 response 0-4 3-4
         ThrottleTimeMs int32 0-4
         ErrorCode int16 0-4
        """,
        """
        EndTxnResponse 26 response 0-5 3-5
         ThrottleTimeMs int32 0-5
         ErrorCode int16 0-5
         ProducerId int64 5
         ProducerEpoch int16 5
        """,
        """
        WriteTxnMarkersResponse 27 response 0-2 1-2
         Markers []WritableTxnMarkerResult 0-2
          ProducerId int64 0-2
          Topics []WritableTxnMarkerTopicResult 0-2
           Name string 0-2
           Partitions []WritableTxnMarkerPartitionResult 0-2
            PartitionIndex int32 0-2
            ErrorCode int16 0-2
        """,
        """
        TxnOffsetCommitResponse 28 response 0-6 3-6
         ThrottleTimeMs int32 0-6
         Topics []TxnOffsetCommitResponseTopic 0-6
          Name string 0-5
          TopicId uuid 6
          Partitions []TxnOffsetCommitResponsePartition 0-6
           PartitionIndex int32 0-6
           ErrorCode int16 0-6
        """,
        """
        DescribeAclsResponse 29 response 0-3 2-3
         ThrottleTimeMs int32 0-3
         ErrorCode int16 0-3
         ErrorMessage string 0-3 ?0-3
         Resources []DescribeAclsResource 0-3
          ResourceType int8 0-3
          ResourceName string 0-3
          PatternType int8 1-3
          Acls []AclDescription 0-3
           Principal string 0-3
           Host string 0-3
           Operation int8 0-3
           PermissionType int8 0-3
        """,
        """
        CreateAclsResponse 30 response 0-3 2-3
         ThrottleTimeMs int32 0-3
         Results []AclCreationResult 0-3
          ErrorCode int16 0-3
          ErrorMessage string 0-3 ?0-3
        """,
        """
        DeleteAclsResponse 31 response 0-3 2-3
         ThrottleTimeMs int32 0-3
         FilterResults []DeleteAclsFilterResult 0-3
          ErrorCode int16 0-3
          ErrorMessage string 0-3 ?0-3
          MatchingAcls []DeleteAclsMatchingAcl 0-3
           ErrorCode int16 0-3
           ErrorMessage string 0-3 ?0-3
           ResourceType int8 0-3
           ResourceName string 0-3
           PatternType int8 1-3
           Principal string 0-3
           Host string 0-3
           Operation int8 0-3
           PermissionType int8 0-3
        """,
        """
        DescribeConfigsResponse 32 response 0-4 4
         ThrottleTimeMs int32 0-4
         Results []DescribeConfigsResult 0-4
          ErrorCode int16 0-4
          ErrorMessage string 0-4 ?0-4
          ResourceType int8 0-4
          ResourceName string 0-4
          Configs []DescribeConfigsResourceResult 0-4
           Name string 0-4
           Value string 0-4 ?0-4
           ReadOnly bool 0-4
           IsDefault bool 0
           ConfigSource int8 1-4
           IsSensitive bool 0-4
           Synonyms []DescribeConfigsSynonym 1-4
            Name string 1-4
            Value string 1-4 ?1-4
            Source int8 1-4
           ConfigType int8 3-4
           Documentation string 3-4 ?3-4
        """,
        """
        AlterConfigsResponse 33 response 0-2 2
         ThrottleTimeMs int32 0-2
         Responses []AlterConfigsResourceResponse 0-2
          ErrorCode int16 0-2
          ErrorMessage string 0-2 ?0-2
          ResourceType int8 0-2
          ResourceName string 0-2
        """,
        """
        AlterReplicaLogDirsResponse 34 response 0-2 2
         ThrottleTimeMs int32 0-2
         Results []AlterReplicaLogDirTopicResult 0-2
          TopicName string 0-2
          Partitions []AlterReplicaLogDirPartitionResult 0-2
           PartitionIndex int32 0-2
           ErrorCode int16 0-2
        """,
        """
        DescribeLogDirsResponse 35 response 0-5 2-5
         ThrottleTimeMs int32 0-5
         ErrorCode int16 3-5
         Results []DescribeLogDirsResult 0-5
          ErrorCode int16 0-5
          LogDir string 0-5
          Topics []DescribeLogDirsTopic 0-5
           Name string 0-5
           Partitions []DescribeLogDirsPartition 0-5
            PartitionIndex int32 0-5
            PartitionSize int64 0-5
            OffsetLag int64 0-5
            IsFutureKey bool 0-5
          TotalBytes int64 4-5
          UsableBytes int64 4-5
          IsCordoned bool 5
        """,
        """
        SaslAuthenticateResponse 36 response 0-2 2
         ErrorCode int16 0-2
         ErrorMessage string 0-2 ?0-2
         AuthBytes bytes 0-2
         SessionLifetimeMs int64 1-2
        """,
        """
        CreatePartitionsResponse 37 response 0-3 2-3
         ThrottleTimeMs int32 0-3
         Results []CreatePartitionsTopicResult 0-3
          Name string 0-3
          ErrorCode int16 0-3
          ErrorMessage string 0-3 ?0-3
        """,
        """
        CreateDelegationTokenResponse 38 response 0-3 2-3
         ErrorCode int16 0-3
         PrincipalType string 0-3
         PrincipalName string 0-3
         TokenRequesterPrincipalType string 3
         TokenRequesterPrincipalName string 3
         IssueTimestampMs int64 0-3
         ExpiryTimestampMs int64 0-3
         MaxTimestampMs int64 0-3
         TokenId string 0-3
         Hmac bytes 0-3
         ThrottleTimeMs int32 0-3
        """,
        """
        RenewDelegationTokenResponse 39 response 0-2 2
         ErrorCode int16 0-2
         ExpiryTimestampMs int64 0-2
         ThrottleTimeMs int32 0-2
        """,
        """
        ExpireDelegationTokenResponse 40 response 0-2 2
         ErrorCode int16 0-2
         ExpiryTimestampMs int64 0-2
         ThrottleTimeMs int32 0-2
        """,
        """
        DescribeDelegationTokenResponse 41 response 0-3 2-3
         ErrorCode int16 0-3
         Tokens []DescribedDelegationToken 0-3
          PrincipalType string 0-3
          PrincipalName string 0-3
          TokenRequesterPrincipalType string 3
          TokenRequesterPrincipalName string 3
          IssueTimestamp int64 0-3
          ExpiryTimestamp int64 0-3
          MaxTimestamp int64 0-3
          TokenId string 0-3
          Hmac bytes 0-3
          Renewers []DescribedDelegationTokenRenewer 0-3
           PrincipalType string 0-3
           PrincipalName string 0-3
         ThrottleTimeMs int32 0-3
        """,
        """
        DeleteGroupsResponse 42 response 0-3 2-3
         ThrottleTimeMs int32 0-3
         Results []DeletableGroupResult 0-3
          GroupId string 0-3
          ErrorCode int16 0-3
          ErrorMessage string 3 ?3
        """,
        """
        ElectLeadersResponse 43 response 0-2 2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 1-2
         ReplicaElectionResults []ReplicaElectionResult 0-2
          Topic string 0-2
          PartitionResult []PartitionResult 0-2
           PartitionId int32 0-2
           ErrorCode int16 0-2
           ErrorMessage string 0-2 ?0-2
        """,
        """
        IncrementalAlterConfigsResponse 44 response 0-1 1
         ThrottleTimeMs int32 0-1
         Responses []AlterConfigsResourceResponse 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
          ResourceType int8 0-1
          ResourceName string 0-1
        """,
        """
        AlterPartitionReassignmentsResponse 45 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         AllowReplicationFactorChange bool 1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
         Responses []ReassignableTopicResponse 0-1
          Name string 0-1
          Partitions []ReassignablePartitionResponse 0-1
           PartitionIndex int32 0-1
           ErrorCode int16 0-1
           ErrorMessage string 0-1 ?0-1
        """,
        """
        ListPartitionReassignmentsResponse 46 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
         Topics []OngoingTopicReassignment 0
          Name string 0
          Partitions []OngoingPartitionReassignment 0
           PartitionIndex int32 0
           Replicas []int32 0
           AddingReplicas []int32 0
           RemovingReplicas []int32 0
        """,
        """
        OffsetDeleteResponse 47 response 0 none
         ErrorCode int16 0
         ThrottleTimeMs int32 0
         Topics []OffsetDeleteResponseTopic 0
          Name string 0
          Partitions []OffsetDeleteResponsePartition 0
           PartitionIndex int32 0
           ErrorCode int16 0
        """,
        """
        DescribeClientQuotasResponse 48 response 0-1 1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
         Entries []EntryData 0-1 ?0-1
          Entity []EntityData 0-1
           EntityType string 0-1
           EntityName string 0-1 ?0-1
          Values []ValueData 0-1
           Key string 0-1
           Value float64 0-1
        """,
        """
        AlterClientQuotasResponse 49 response 0-1 1
         ThrottleTimeMs int32 0-1
         Entries []EntryData 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
          Entity []EntityData 0-1
           EntityType string 0-1
           EntityName string 0-1 ?0-1
        """,
        """
        DescribeUserScramCredentialsResponse 50 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
         Results []DescribeUserScramCredentialsResult 0
          User string 0
          ErrorCode int16 0
          ErrorMessage string 0 ?0
          CredentialInfos []CredentialInfo 0
           Mechanism int8 0
           Iterations int32 0
        """,
        """
        AlterUserScramCredentialsResponse 51 response 0 0
         ThrottleTimeMs int32 0
         Results []AlterUserScramCredentialsResult 0
          User string 0
          ErrorCode int16 0
          ErrorMessage string 0 ?0
        """,
        """
        VoteResponse 52 response 0-2 0-2
         ErrorCode int16 0-2
         Topics []TopicData 0-2
          TopicName string 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
           ErrorCode int16 0-2
           LeaderId int32 0-2
           LeaderEpoch int32 0-2
           VoteGranted bool 0-2
         NodeEndpoints []NodeEndpoint 1-2 #0:1-2
          NodeId int32 1-2
          Host string 1-2
          Port uint16 1-2
        """,
        """
        BeginQuorumEpochResponse 53 response 0-1 1
         ErrorCode int16 0-1
         Topics []TopicData 0-1
          TopicName string 0-1
          Partitions []PartitionData 0-1
           PartitionIndex int32 0-1
           ErrorCode int16 0-1
           LeaderId int32 0-1
           LeaderEpoch int32 0-1
         NodeEndpoints []NodeEndpoint 1 #0:1
          NodeId int32 1
          Host string 1
          Port uint16 1
        """,
        """
        EndQuorumEpochResponse 54 response 0-1 1
         ErrorCode int16 0-1
         Topics []TopicData 0-1
          TopicName string 0-1
          Partitions []PartitionData 0-1
           PartitionIndex int32 0-1
           ErrorCode int16 0-1
           LeaderId int32 0-1
           LeaderEpoch int32 0-1
         NodeEndpoints []NodeEndpoint 1 #0:1
          NodeId int32 1
          Host string 1
          Port uint16 1
        """,
        """
        DescribeQuorumResponse 55 response 0-2 0-2
         ErrorCode int16 0-2
         ErrorMessage string 2 ?2
         Topics []TopicData 0-2
          TopicName string 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
           ErrorCode int16 0-2
           ErrorMessage string 2 ?2
           LeaderId int32 0-2
           LeaderEpoch int32 0-2
           HighWatermark int64 0-2
           CurrentVoters []ReplicaState 0-2
            ReplicaId int32 0-2
            ReplicaDirectoryId uuid 2
            LogEndOffset int64 0-2
            LastFetchTimestamp int64 1-2
            LastCaughtUpTimestamp int64 1-2
           Observers []ReplicaState 0-2
            ReplicaId int32 0-2
            ReplicaDirectoryId uuid 2
            LogEndOffset int64 0-2
            LastFetchTimestamp int64 1-2
            LastCaughtUpTimestamp int64 1-2
         Nodes []Node 2
          NodeId int32 2
          Listeners []Listener 2
           Name string 2
           Host string 2
           Port uint16 2
        """,
        """
        AlterIsrResponse 56 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         Topics []TopicData 0
          Name string 0
          Partitions []PartitionData 0
           PartitionIndex int32 0
           ErrorCode int16 0
           LeaderId int32 0
           LeaderEpoch int32 0
           Isr []int32 0
           CurrentIsrVersion int32 0
        """,
        """
        AlterPartitionResponse 56 response 0-3 0-3
         ThrottleTimeMs int32 0-3
         ErrorCode int16 0-3
         Topics []TopicData 0-3
          TopicName string 0-1
          TopicId uuid 2-3
          Partitions []PartitionData 0-3
           PartitionIndex int32 0-3
           ErrorCode int16 0-3
           LeaderId int32 0-3
           LeaderEpoch int32 0-3
           Isr []int32 0-3
           LeaderRecoveryState int8 1-3
           PartitionEpoch int32 0-3
        """,
        """
        UpdateFeaturesResponse 57 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         ErrorMessage string 0-2 ?0-2
         Results []UpdatableFeatureResult 0-1
          Feature string 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
        """,
        """
        EnvelopeResponse 58 response 0 0
         ResponseData bytes 0 ?0
         ErrorCode int16 0
        """,
        """
        FetchSnapshotResponse 59 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         Topics []TopicSnapshot 0-1
          Name string 0-1
          Partitions []PartitionSnapshot 0-1
           Index int32 0-1
           ErrorCode int16 0-1
           SnapshotId SnapshotId 0-1
            EndOffset int64 0-1
            Epoch int32 0-1
           CurrentLeader LeaderIdAndEpoch 0-1 #0:0-1
            LeaderId int32 0-1
            LeaderEpoch int32 0-1
           Size int64 0-1
           Position int64 0-1
           UnalignedRecords records 0-1
         NodeEndpoints []NodeEndpoint 1 #0:1
          NodeId int32 1
          Host string 1
          Port uint16 1
        """,
        """
        DescribeClusterResponse 60 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         ErrorMessage string 0-2 ?0-2
         EndpointType int8 1-2
         ClusterId string 0-2
         ControllerId int32 0-2
         Brokers []DescribeClusterBroker 0-2
          BrokerId int32 0-2
          Host string 0-2
          Port int32 0-2
          Rack string 0-2 ?0-2
          IsFenced bool 2
         ClusterAuthorizedOperations int32 0-2
        """,
        """
        DescribeProducersResponse 61 response 0 0
         ThrottleTimeMs int32 0
         Topics []TopicResponse 0
          Name string 0
          Partitions []PartitionResponse 0
           PartitionIndex int32 0
           ErrorCode int16 0
           ErrorMessage string 0 ?0
           ActiveProducers []ProducerState 0
            ProducerId int64 0
            ProducerEpoch int32 0
            LastSequence int32 0
            LastTimestamp int64 0
            CoordinatorEpoch int32 0
            CurrentTxnStartOffset int64 0
        """,
        """
        BrokerRegistrationResponse 62 response 0-4 0-4
         ThrottleTimeMs int32 0-4
         ErrorCode int16 0-4
         BrokerEpoch int64 0-4
        """,
        """
        BrokerHeartbeatResponse 63 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         IsCaughtUp bool 0-2
         IsFenced bool 0-2
         ShouldShutDown bool 0-2
        """,
        """
        UnregisterBrokerResponse 64 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
        """,
        """
        DescribeTransactionsResponse 65 response 0 0
         ThrottleTimeMs int32 0
         TransactionStates []TransactionState 0
          ErrorCode int16 0
          TransactionalId string 0
          TransactionState string 0
          TransactionTimeoutMs int32 0
          TransactionStartTimeMs int64 0
          ProducerId int64 0
          ProducerEpoch int16 0
          Topics []TopicData 0
           Topic string 0
           Partitions []int32 0
        """,
        """
        ListTransactionsResponse 66 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         UnknownStateFilters []string 0-2
         TransactionStates []TransactionState 0-2
          TransactionalId string 0-2
          ProducerId int64 0-2
          TransactionState string 0-2
        """,
        """
        AllocateProducerIdsResponse 67 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ProducerIdStart int64 0
         ProducerIdLen int32 0
        """,
        """
        ConsumerGroupHeartbeatResponse 68 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
         MemberId string 0-1 ?0-1
         MemberEpoch int32 0-1
         HeartbeatIntervalMs int32 0-1
         Assignment Assignment 0-1 ?0-1
          TopicPartitions []TopicPartitions 0-1
           TopicId uuid 0-1
           Partitions []int32 0-1
        """,
        """
        ConsumerGroupDescribeResponse 69 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         Groups []DescribedGroup 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
          GroupId string 0-1
          GroupState string 0-1
          GroupEpoch int32 0-1
          AssignmentEpoch int32 0-1
          AssignorName string 0-1
          Members []Member 0-1
           MemberId string 0-1
           InstanceId string 0-1 ?0-1
           RackId string 0-1 ?0-1
           MemberEpoch int32 0-1
           ClientId string 0-1
           ClientHost string 0-1
           SubscribedTopicNames []string 0-1
           SubscribedTopicRegex string 0-1 ?0-1
           Assignment Assignment 0-1
            TopicPartitions []TopicPartitions 0-1
             TopicId uuid 0-1
             TopicName string 0-1
             Partitions []int32 0-1
           TargetAssignment Assignment 0-1
            TopicPartitions []TopicPartitions 0-1
             TopicId uuid 0-1
             TopicName string 0-1
             Partitions []int32 0-1
           MemberType int8 1
          AuthorizedOperations int32 0-1
        """,
        """
        ControllerRegistrationResponse 70 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
        """,
        """
        GetTelemetrySubscriptionsResponse 71 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ClientInstanceId uuid 0
         SubscriptionId int32 0
         AcceptedCompressionTypes []int8 0
         PushIntervalMs int32 0
         TelemetryMaxBytes int32 0
         DeltaTemporality bool 0
         RequestedMetrics []string 0
        """,
        """
        PushTelemetryResponse 72 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
        """,
        """
        AssignReplicasToDirsResponse 73 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         Directories []DirectoryData 0
          Id uuid 0
          Topics []TopicData 0
           TopicId uuid 0
           Partitions []PartitionData 0
            PartitionIndex int32 0
            ErrorCode int16 0
        """,
        """
        ListClientMetricsResourcesResponse 74 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ClientMetricsResources []ClientMetricsResource 0
          Name string 0
        """,
        """
        ListConfigResourcesResponse 74 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ConfigResources []ConfigResource 0-1
          ResourceName string 0-1
          ResourceType int8 1
        """,
        """
        DescribeTopicPartitionsResponse 75 response 0 0
         ThrottleTimeMs int32 0
         Topics []DescribeTopicPartitionsResponseTopic 0
          ErrorCode int16 0
          Name string 0 ?0
          TopicId uuid 0
          IsInternal bool 0
          Partitions []DescribeTopicPartitionsResponsePartition 0
           ErrorCode int16 0
           PartitionIndex int32 0
           LeaderId int32 0
           LeaderEpoch int32 0
           ReplicaNodes []int32 0
           IsrNodes []int32 0
           EligibleLeaderReplicas []int32 0 ?0
           LastKnownElr []int32 0 ?0
           OfflineReplicas []int32 0
          TopicAuthorizedOperations int32 0
         NextCursor Cursor 0 ?0
          TopicName string 0
          PartitionIndex int32 0
        """,
        """
        ShareGroupHeartbeatResponse 76 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
         MemberId string 0-1 ?0-1
         MemberEpoch int32 0-1
         HeartbeatIntervalMs int32 0-1
         Assignment Assignment 0-1 ?0-1
          TopicPartitions []TopicPartitions 0-1
           TopicId uuid 0-1
           Partitions []int32 0-1
        """,
        """
        ShareGroupDescribeResponse 77 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         Groups []DescribedGroup 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
          GroupId string 0-1
          GroupState string 0-1
          GroupEpoch int32 0-1
          AssignmentEpoch int32 0-1
          AssignorName string 0-1
          Members []Member 0-1
           MemberId string 0-1
           RackId string 0-1 ?0-1
           MemberEpoch int32 0-1
           ClientId string 0-1
           ClientHost string 0-1
           SubscribedTopicNames []string 0-1
           Assignment Assignment 0-1
            TopicPartitions []TopicPartitions 0-1
             TopicId uuid 0-1
             TopicName string 0-1
             Partitions []int32 0-1
          AuthorizedOperations int32 0-1
        """,
        """
        ShareFetchResponse 78 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         ErrorMessage string 0-2 ?0-2
         AcquisitionLockTimeoutMs int32 1-2
         Responses []ShareFetchableTopicResponse 0-2
          TopicId uuid 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
           ErrorCode int16 0-2
           ErrorMessage string 0-2 ?0-2
           AcknowledgeErrorCode int16 0-2
           AcknowledgeErrorMessage string 0-2 ?0-2
           CurrentLeader LeaderIdAndEpoch 0-2
            LeaderId int32 0-2
            LeaderEpoch int32 0-2
           Records records 0-2 ?0
           AcquiredRecords []AcquiredRecords 0-2
            FirstOffset int64 0-2
            LastOffset int64 0-2
            DeliveryCount int16 0-2
         NodeEndpoints []NodeEndpoint 0-2
          NodeId int32 0-2
          Host string 0-2
          Port int32 0-2
          Rack string 0-2 ?0-2
        """,
        """
        ShareAcknowledgeResponse 79 response 0-2 0-2
         ThrottleTimeMs int32 0-2
         ErrorCode int16 0-2
         ErrorMessage string 0-2 ?0-2
         AcquisitionLockTimeoutMs int32 2
         Responses []ShareAcknowledgeTopicResponse 0-2
          TopicId uuid 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
           ErrorCode int16 0-2
           ErrorMessage string 0-2 ?0-2
           CurrentLeader LeaderIdAndEpoch 0-2
            LeaderId int32 0-2
            LeaderEpoch int32 0-2
         NodeEndpoints []NodeEndpoint 0-2
          NodeId int32 0-2
          Host string 0-2
          Port int32 0-2
          Rack string 0-2 ?0-2
        """,
        """
        AddRaftVoterResponse 80 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
        """,
        """
        RemoveRaftVoterResponse 81 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
        """,
        """
        UpdateRaftVoterResponse 82 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         CurrentLeader CurrentLeader 0 #0:0
          LeaderId int32 0
          LeaderEpoch int32 0
          Host string 0
          Port int32 0
        """,
        """
        InitializeShareGroupStateResponse 83 response 0 0
         Results []InitializeStateResult 0
          TopicId uuid 0
          Partitions []PartitionResult 0
           Partition int32 0
           ErrorCode int16 0
           ErrorMessage string 0 ?0
        """,
        """
        ReadShareGroupStateResponse 84 response 0 0
         Results []ReadStateResult 0
          TopicId uuid 0
          Partitions []PartitionResult 0
           Partition int32 0
           ErrorCode int16 0
           ErrorMessage string 0 ?0
           StateEpoch int32 0
           StartOffset int64 0
           StateBatches []StateBatch 0
            FirstOffset int64 0
            LastOffset int64 0
            DeliveryState int8 0
            DeliveryCount int16 0
        """,
        """
        WriteShareGroupStateResponse 85 response 0-1 0-1
         Results []WriteStateResult 0-1
          TopicId uuid 0-1
          Partitions []PartitionResult 0-1
           Partition int32 0-1
           ErrorCode int16 0-1
           ErrorMessage string 0-1 ?0-1
        """,
        """
        DeleteShareGroupStateResponse 86 response 0 0
         Results []DeleteStateResult 0
          TopicId uuid 0
          Partitions []PartitionResult 0
           Partition int32 0
           ErrorCode int16 0
           ErrorMessage string 0 ?0
        """,
        """
        ReadShareGroupStateSummaryResponse 87 response 0-1 0-1
         Results []ReadStateSummaryResult 0-1
          TopicId uuid 0-1
          Partitions []PartitionResult 0-1
           Partition int32 0-1
           ErrorCode int16 0-1
           ErrorMessage string 0-1 ?0-1
           StateEpoch int32 0-1
           LeaderEpoch int32 0-1
           StartOffset int64 0-1
           DeliveryCompleteCount int32 1
        """,
        """
        StreamsGroupHeartbeatResponse 88 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         ErrorCode int16 0-1
         ErrorMessage string 0-1 ?0-1
         MemberId string 0-1
         MemberEpoch int32 0-1
         HeartbeatIntervalMs int32 0-1
         AcceptableRecoveryLagLegacy int32 0
         TaskOffsetIntervalMs int32 0-1
         AcceptableRecoveryLag int64 1
         Status []Status 0-1 ?0-1
          StatusCode int8 0-1
          StatusDetail string 0-1
         ActiveTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         StandbyTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         WarmupTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         TopologyDescriptionRequired bool 1
         EndpointInformationEpoch int32 0-1
         PartitionsByUserEndpoint []EndpointToPartitions 0-1 ?0-1
          UserEndpoint Endpoint 0-1
           Host string 0-1
           Port uint16 0-1
          ActivePartitions []TopicPartition 0-1
           Topic string 0-1
           Partitions []int32 0-1
          StandbyPartitions []TopicPartition 0-1
           Topic string 0-1
           Partitions []int32 0-1
        """,
        """
        StreamsGroupDescribeResponse 89 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         Groups []DescribedGroup 0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
          GroupId string 0-1
          GroupState string 0-1
          GroupEpoch int32 0-1
          AssignmentEpoch int32 0-1
          Topology Topology 0-1 ?0-1
           Epoch int32 0-1
           Subtopologies []Subtopology 0-1 ?0-1
            SubtopologyId string 0-1
            SourceTopics []string 0-1
            RepartitionSinkTopics []string 0-1
            StateChangelogTopics []TopicInfo 0-1
             Name string 0-1
             Partitions int32 0-1
             ReplicationFactor int16 0-1
             TopicConfigs []KeyValue 0-1
              Key string 0-1
              Value string 0-1
            RepartitionSourceTopics []TopicInfo 0-1
             Name string 0-1
             Partitions int32 0-1
             ReplicationFactor int16 0-1
             TopicConfigs []KeyValue 0-1
              Key string 0-1
              Value string 0-1
          Members []Member 0-1
           MemberId string 0-1
           MemberEpoch int32 0-1
           InstanceId string 0-1 ?0-1
           RackId string 0-1 ?0-1
           ClientId string 0-1
           ClientHost string 0-1
           TopologyEpoch int32 0-1
           ProcessId string 0-1
           UserEndpoint Endpoint 0-1 ?0-1
            Host string 0-1
            Port uint16 0-1
           ClientTags []KeyValue 0-1
            Key string 0-1
            Value string 0-1
           TaskOffsets []TaskOffset 0-1
            SubtopologyId string 0-1
            Partition int32 0-1
            Offset int64 0-1
           TaskEndOffsets []TaskOffset 0-1
            SubtopologyId string 0-1
            Partition int32 0-1
            Offset int64 0-1
           Assignment Assignment 0-1
            ActiveTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
            StandbyTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
            WarmupTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
           TargetAssignment Assignment 0-1
            ActiveTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
            StandbyTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
            WarmupTasks []TaskIds 0-1
             SubtopologyId string 0-1
             Partitions []int32 0-1
           IsClassic bool 0-1
          AuthorizedOperations int32 0-1
          TopologyDescription TopologyDescription 1 ?1
           Subtopologies []TopologyDescriptionSubtopology 1
            SubtopologyId string 1
            Nodes []TopologyDescriptionNode 1
             Name string 1
             NodeType int8 1
             SourceTopics []string 1
             SinkTopic string 1 ?1
             Stores []string 1
             Successors []string 1
           GlobalStores []TopologyDescriptionGlobalStore 1
            Source TopologyDescriptionNode 1
             Name string 1
             NodeType int8 1
             SourceTopics []string 1
             SinkTopic string 1 ?1
             Stores []string 1
             Successors []string 1
            Processor TopologyDescriptionNode 1
             Name string 1
             NodeType int8 1
             SourceTopics []string 1
             SinkTopic string 1 ?1
             Stores []string 1
             Successors []string 1
          TopologyDescriptionStatus int8 1
          AssignorName string 1 ?1
        """,
        """
        DescribeShareGroupOffsetsResponse 90 response 0-1 0-1
         ThrottleTimeMs int32 0-1
         Groups []DescribeShareGroupOffsetsResponseGroup 0-1
          GroupId string 0-1
          Topics []DescribeShareGroupOffsetsResponseTopic 0-1
           TopicName string 0-1
           TopicId uuid 0-1
           Partitions []DescribeShareGroupOffsetsResponsePartition 0-1
            PartitionIndex int32 0-1
            StartOffset int64 0-1
            LeaderEpoch int32 0-1
            Lag int64 1
            ErrorCode int16 0-1
            ErrorMessage string 0-1 ?0-1
          ErrorCode int16 0-1
          ErrorMessage string 0-1 ?0-1
        """,
        """
        AlterShareGroupOffsetsResponse 91 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
         Responses []AlterShareGroupOffsetsResponseTopic 0
          TopicName string 0
          TopicId uuid 0
          Partitions []AlterShareGroupOffsetsResponsePartition 0
           PartitionIndex int32 0
           ErrorCode int16 0
           ErrorMessage string 0 ?0
        """,
        """
        DeleteShareGroupOffsetsResponse 92 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
         Responses []DeleteShareGroupOffsetsResponseTopic 0
          TopicName string 0
          TopicId uuid 0
          ErrorCode int16 0
          ErrorMessage string 0 ?0
        """,
        """
        StreamsGroupTopologyDescriptionUpdateResponse 93 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
        """,
        """
        UnregisterControllerResponse 94 response 0 0
         ThrottleTimeMs int32 0
         ErrorCode int16 0
         ErrorMessage string 0 ?0
        """,
    ]
}
