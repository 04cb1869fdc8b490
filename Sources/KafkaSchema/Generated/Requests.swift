// Written by schema-gen from Schema/; do not edit.

extension SchemaTables {
    static let requests: [StaticString] = [
        """
        ProduceRequest 0 request 0-13 9-13
         TransactionalId string 3-13 ?3-13
         Acks int16 0-13
         TimeoutMs int32 0-13
         TopicData []TopicProduceData 0-13
          Name string 0-12
          TopicId uuid 13
          PartitionData []PartitionProduceData 0-13
           Index int32 0-13
           Records records 0-13 ?0-13
        """,
        """
        FetchRequest 1 request 0-18 12-18
         ClusterId string 12-18 ?12-18 #0:12-18
         ReplicaId int32 0-14
         ReplicaState ReplicaState 15-18 #1:15-18
          ReplicaId int32 15-18
          ReplicaEpoch int64 15-18
         MaxWaitMs int32 0-18
         MinBytes int32 0-18
         MaxBytes int32 3-18
         IsolationLevel int8 4-18
         SessionId int32 7-18
         SessionEpoch int32 7-18
         Topics []FetchTopic 0-18
          Topic string 0-12
          TopicId uuid 13-18
          Partitions []FetchPartition 0-18
           Partition int32 0-18
           CurrentLeaderEpoch int32 9-18
           FetchOffset int64 0-18
           LastFetchedEpoch int32 12-18
           LogStartOffset int64 5-18
           PartitionMaxBytes int32 0-18
           ReplicaDirectoryId uuid 17-18 #0:17-18
           HighWatermark int64 18 #1:18
         ForgottenTopicsData []ForgottenTopic 7-18
          Topic string 7-12
          TopicId uuid 13-18
          Partitions []int32 7-18
         RackId string 11-18
        """,
        """
        ListOffsetsRequest 2 request 0-11 6-11
         ReplicaId int32 0-11
         IsolationLevel int8 2-11
         Topics []ListOffsetsTopic 0-11
          Name string 0-11
          Partitions []ListOffsetsPartition 0-11
           PartitionIndex int32 0-11
           CurrentLeaderEpoch int32 4-11
           Timestamp int64 0-11
           MaxNumOffsets int32 0
         TimeoutMs int32 10-11
        """,
        """
        MetadataRequest 3 request 0-13 9-13
         Topics []MetadataRequestTopic 0-13 ?1-13
          TopicId uuid 10-13
          Name string 0-13 ?10-13
         AllowAutoTopicCreation bool 4-13
         IncludeClusterAuthorizedOperations bool 8-10
         IncludeTopicAuthorizedOperations bool 8-13
        """,
        """
        LeaderAndIsrRequest 4 request 0-7 4-7
         ControllerId int32 0-7
         isKRaftController bool 7
         ControllerEpoch int32 0-7
         UngroupedPartitionStates []LeaderAndIsrPartitionState 0-1
          TopicName string 0-1
          PartitionIndex int32 0-1
          ControllerEpoch int32 0-1
          Leader int32 0-1
          LeaderEpoch int32 0-1
          Isr []int32 0-1
          PartitionEpoch int32 0-1
          Replicas []int32 0-1
          IsNew bool 1
         BrokerEpoch int64 2-7
         Type int8 5-7
         TopicStates []LeaderAndIsrTopicState 2-7
          TopicName string 2-7
          TopicId uuid 5-7
          PartitionStates []LeaderAndIsrPartitionState 2-7
           PartitionIndex int32 2-7
           ControllerEpoch int32 2-7
           Leader int32 2-7
           LeaderEpoch int32 2-7
           Isr []int32 2-7
           PartitionEpoch int32 2-7
           Replicas []int32 2-7
           AddingReplicas []int32 3-7
           RemovingReplicas []int32 3-7
           IsNew bool 2-7
           LeaderRecoveryState int8 6-7
         LiveLeaders []LeaderAndIsrLiveLeader 0-7
          BrokerId int32 0-7
          HostName string 0-7
          Port int32 0-7
        """,
        """
        StopReplicaRequest 5 request 0-4 2-4
         ControllerId int32 0-4
         isKRaftController bool 4
         ControllerEpoch int32 0-4
         BrokerEpoch int64 1-4
         DeletePartitions bool 0-2
         UngroupedPartitions []StopReplicaPartitionV0 0
          TopicName string 0
          PartitionIndex int32 0
         Topics []StopReplicaTopicV1 1-2
          Name string 1-2
          PartitionIndexes []int32 1-2
         TopicStates []StopReplicaTopicState 3-4
          TopicName string 3-4
          PartitionStates []StopReplicaPartitionState 3-4
           PartitionIndex int32 3-4
           LeaderEpoch int32 3-4
           DeletePartition bool 3-4
        """,
        """
        UpdateMetadataRequest 6 request 0-8 6-8
         ControllerId int32 0-8
         isKRaftController bool 8
         Type int8 8 #0:8
         ControllerEpoch int32 0-8
         UngroupedPartitionStates []UpdateMetadataPartitionState 0-4
          TopicName string 0-4
          PartitionIndex int32 0-4
          ControllerEpoch int32 0-4
          Leader int32 0-4
          LeaderEpoch int32 0-4
          Isr []int32 0-4
          ZkVersion int32 0-4
          Replicas []int32 0-4
          OfflineReplicas []int32 4
         BrokerEpoch int64 5-8
         TopicStates []UpdateMetadataTopicState 5-8
          TopicName string 5-8
          TopicId uuid 7-8
          PartitionStates []UpdateMetadataPartitionState 5-8
           PartitionIndex int32 5-8
           ControllerEpoch int32 5-8
           Leader int32 5-8
           LeaderEpoch int32 5-8
           Isr []int32 5-8
           ZkVersion int32 5-8
           Replicas []int32 5-8
           OfflineReplicas []int32 5-8
         LiveBrokers []UpdateMetadataBroker 0-8
          Id int32 0-8
          V0Host string 0
          V0Port int32 0
          Endpoints []UpdateMetadataEndpoint 1-8
           Port int32 1-8
           Host string 1-8
           Listener string 3-8
           SecurityProtocol int16 1-8
          Rack string 2-8 ?2-8
        """,
        """
        ControlledShutdownRequest 7 request 0-3 3
         BrokerId int32 0-3
         BrokerEpoch int64 2-3
        """,
        """
        OffsetCommitRequest 8 request 0-10 8-10
         GroupId string 0-10
         GenerationIdOrMemberEpoch int32 1-10
         MemberId string 1-10
         RetentionTimeMs int64 2-4
         GroupInstanceId string 7-10 ?7-10
         Topics []OffsetCommitRequestTopic 0-10
          Name string 0-9
          TopicId uuid 10
          Partitions []OffsetCommitRequestPartition 0-10
           PartitionIndex int32 0-10
           CommittedOffset int64 0-10
           CommitTimestamp int64 1
           CommittedLeaderEpoch int32 6-10
           CommittedMetadata string 0-10 ?0-10
        """,
        """
        OffsetFetchRequest 9 request 0-10 6-10
         GroupId string 0-7
         Topics []OffsetFetchRequestTopic 0-7 ?2-7
          Name string 0-7
          PartitionIndexes []int32 0-7
         Groups []OffsetFetchRequestGroup 8-10
          GroupId string 8-10
          MemberId string 9-10 ?9-10
          MemberEpoch int32 9-10
          Topics []OffsetFetchRequestTopics 8-10 ?8-10
           Name string 8-9
           TopicId uuid 10
           PartitionIndexes []int32 8-10
         RequireStable bool 7-10
        """,
        """
        FindCoordinatorRequest 10 request 0-6 3-6
         Key string 0-3
         KeyType int8 1-6
         CoordinatorKeys []string 4-6
        """,
        """
        JoinGroupRequest 11 request 0-9 6-9
         GroupId string 0-9
         SessionTimeoutMs int32 0-9
         RebalanceTimeoutMs int32 1-9
         MemberId string 0-9
         GroupInstanceId string 5-9 ?5-9
         ProtocolType string 0-9
         Protocols []JoinGroupRequestProtocol 0-9
          Name string 0-9
          Metadata bytes 0-9
         Reason string 8-9 ?8-9
        """,
        """
        HeartbeatRequest 12 request 0-4 4
         GroupId string 0-4
         GenerationId int32 0-4
         MemberId string 0-4
         GroupInstanceId string 3-4 ?3-4
        """,
        """
        LeaveGroupRequest 13 request 0-5 4-5
         GroupId string 0-5
         MemberId string 0-2
         Members []MemberIdentity 3-5
          MemberId string 3-5
          GroupInstanceId string 3-5 ?3-5
          Reason string 5 ?5
        """,
        """
        SyncGroupRequest 14 request 0-5 4-5
         GroupId string 0-5
         GenerationId int32 0-5
         MemberId string 0-5
         GroupInstanceId string 3-5 ?3-5
         ProtocolType string 5 ?5
         ProtocolName string 5 ?5
         Assignments []SyncGroupRequestAssignment 0-5
          MemberId string 0-5
          Assignment bytes 0-5
        """,
        """
        DescribeGroupsRequest 15 request 0-6 5-6
         Groups []string 0-6
         IncludeAuthorizedOperations bool 3-6
        """,
        """
        ListGroupsRequest 16 request 0-5 3-5
         StatesFilter []string 4-5
         TypesFilter []string 5
        """,
        """
        SaslHandshakeRequest 17 request 0-1 none
         Mechanism string 0-1
        """,
        """
        ApiVersionsRequest 18 request 0-5 3-5
         ClientSoftwareName string 3-5
         ClientSoftwareVersion string 3-5
         ClusterId string 5 ?5
         NodeId int32 5
        """,
        """
        CreateTopicsRequest 19 request 0-7 5-7
         Topics []CreatableTopic 0-7
          Name string 0-7
          NumPartitions int32 0-7
          ReplicationFactor int16 0-7
          Assignments []CreatableReplicaAssignment 0-7
           PartitionIndex int32 0-7
           BrokerIds []int32 0-7
          Configs []CreatableTopicConfig 0-7
           Name string 0-7
           Value string 0-7 ?0-7
         timeoutMs int32 0-7
         validateOnly bool 1-7
        """,
        """
        DeleteTopicsRequest 20 request 0-6 4-6
         TopicNames []string 0-5
         Topics []DeleteTopicState 6
          Name string 6 ?6
          TopicId uuid 6
         TimeoutMs int32 0-6
        """,
        """
        DeleteRecordsRequest 21 request 0-2 2
         Topics []DeleteRecordsTopic 0-2
          Name string 0-2
          Partitions []DeleteRecordsPartition 0-2
           PartitionIndex int32 0-2
           Offset int64 0-2
         TimeoutMs int32 0-2
        """,
        """
        InitProducerIdRequest 22 request 0-6 2-6
         TransactionalId string 0-6 ?0-6
         TransactionTimeoutMs int32 0-6
         ProducerId int64 3-6
         ProducerEpoch int16 3-6
         Enable2Pc bool 6
         KeepPreparedTxn bool 6
        """,
        """
        OffsetForLeaderEpochRequest 23 request 0-4 4
         ReplicaId int32 3-4
         Topics []OffsetForLeaderTopic 0-4
          Topic string 0-4
          Partitions []OffsetForLeaderPartition 0-4
           Partition int32 0-4
           CurrentLeaderEpoch int32 2-4
           LeaderEpoch int32 0-4
        """,
        """
        AddPartitionsToTxnRequest 24 request 0-5 3-5
         V3AndBelowTransactionalId string 0-3
         V3AndBelowProducerId int64 0-3
         V3AndBelowProducerEpoch int16 0-3
         V3AndBelowTopics []AddPartitionsToTxnTopic 0-3
          Name string 0-3
          Partitions []int32 0-3
         Transactions []AddPartitionsToTxnTransaction 4-5
          TransactionalId string 4-5
          ProducerId int64 4-5
          ProducerEpoch int16 4-5
          VerifyOnly bool 4-5
          Topics []AddPartitionsToTxnTopic 4-5
           Name string 4-5
           Partitions []int32 4-5
        """,
        """
        AddOffsetsToTxnRequest 25 request 0-4 3-4
         TransactionalId string 0-4
         ProducerId int64 0-4
         ProducerEpoch int16 0-4
         GroupId string 0-4
        """,
        """
        EndTxnRequest 26 request 0-5 3-5
         TransactionalId string 0-5
         ProducerId int64 0-5
         ProducerEpoch int16 0-5
         Committed bool 0-5
        """,
        """
        WriteTxnMarkersRequest 27 request 0-2 1-2
         Markers []WritableTxnMarker 0-2
          ProducerId int64 0-2
          ProducerEpoch int16 0-2
          TransactionResult bool 0-2
          Topics []WritableTxnMarkerTopic 0-2
           Name string 0-2
           PartitionIndexes []int32 0-2
          CoordinatorEpoch int32 0-2
          TransactionVersion int8 2
        """,
        """
        TxnOffsetCommitRequest 28 request 0-6 3-6
         TransactionalId string 0-6
         GroupId string 0-6
         ProducerId int64 0-6
         ProducerEpoch int16 0-6
         GenerationIdOrMemberEpoch int32 3-6
         MemberId string 3-6
         GroupInstanceId string 3-6 ?3-6
         Topics []TxnOffsetCommitRequestTopic 0-6
          Name string 0-5
          TopicId uuid 6
          Partitions []TxnOffsetCommitRequestPartition 0-6
           PartitionIndex int32 0-6
           CommittedOffset int64 0-6
           CommittedLeaderEpoch int32 2-6
           CommittedMetadata string 0-6 ?0-6
        """,
        """
        DescribeAclsRequest 29 request 0-3 2-3
         ResourceTypeFilter int8 0-3
         ResourceNameFilter string 0-3 ?0-3
         PatternTypeFilter int8 1-3
         PrincipalFilter string 0-3 ?0-3
         HostFilter string 0-3 ?0-3
         Operation int8 0-3
         PermissionType int8 0-3
        """,
        """
        CreateAclsRequest 30 request 0-3 2-3
         Creations []AclCreation 0-3
          ResourceType int8 0-3
          ResourceName string 0-3
          ResourcePatternType int8 1-3
          Principal string 0-3
          Host string 0-3
          Operation int8 0-3
          PermissionType int8 0-3
        """,
        """
        DeleteAclsRequest 31 request 0-3 2-3
         Filters []DeleteAclsFilter 0-3
          ResourceTypeFilter int8 0-3
          ResourceNameFilter string 0-3 ?0-3
          PatternTypeFilter int8 1-3
          PrincipalFilter string 0-3 ?0-3
          HostFilter string 0-3 ?0-3
          Operation int8 0-3
          PermissionType int8 0-3
        """,
        """
        DescribeConfigsRequest 32 request 0-4 4
         Resources []DescribeConfigsResource 0-4
          ResourceType int8 0-4
          ResourceName string 0-4
          ConfigurationKeys []string 0-4 ?0-4
         IncludeSynonyms bool 1-4
         IncludeDocumentation bool 3-4
        """,
        """
        AlterConfigsRequest 33 request 0-2 2
         Resources []AlterConfigsResource 0-2
          ResourceType int8 0-2
          ResourceName string 0-2
          Configs []AlterableConfig 0-2
           Name string 0-2
           Value string 0-2 ?0-2
         ValidateOnly bool 0-2
        """,
        """
        AlterReplicaLogDirsRequest 34 request 0-2 2
         Dirs []AlterReplicaLogDir 0-2
          Path string 0-2
          Topics []AlterReplicaLogDirTopic 0-2
           Name string 0-2
           Partitions []int32 0-2
        """,
        """
        DescribeLogDirsRequest 35 request 0-5 2-5
         Topics []DescribableLogDirTopic 0-5 ?0-5
          Topic string 0-5
          Partitions []int32 0-5
        """,
        """
        SaslAuthenticateRequest 36 request 0-2 2
         AuthBytes bytes 0-2
        """,
        """
        CreatePartitionsRequest 37 request 0-3 2-3
         Topics []CreatePartitionsTopic 0-3
          Name string 0-3
          Count int32 0-3
          Assignments []CreatePartitionsAssignment 0-3 ?0-3
           BrokerIds []int32 0-3
         TimeoutMs int32 0-3
         ValidateOnly bool 0-3
        """,
        """
        CreateDelegationTokenRequest 38 request 0-3 2-3
         OwnerPrincipalType string 3 ?3
         OwnerPrincipalName string 3 ?3
         Renewers []CreatableRenewers 0-3
          PrincipalType string 0-3
          PrincipalName string 0-3
         MaxLifetimeMs int64 0-3
        """,
        """
        RenewDelegationTokenRequest 39 request 0-2 2
         Hmac bytes 0-2
         RenewPeriodMs int64 0-2
        """,
        """
        ExpireDelegationTokenRequest 40 request 0-2 2
         Hmac bytes 0-2
         ExpiryTimePeriodMs int64 0-2
        """,
        """
        DescribeDelegationTokenRequest 41 request 0-3 2-3
         Owners []DescribeDelegationTokenOwner 0-3 ?0-3
          PrincipalType string 0-3
          PrincipalName string 0-3
        """,
        """
        DeleteGroupsRequest 42 request 0-3 2-3
         GroupsNames []string 0-3
        """,
        """
        ElectLeadersRequest 43 request 0-2 2
         ElectionType int8 1-2
         TopicPartitions []TopicPartitions 0-2 ?0-2
          Topic string 0-2
          Partitions []int32 0-2
         TimeoutMs int32 0-2
        """,
        """
        IncrementalAlterConfigsRequest 44 request 0-1 1
         Resources []AlterConfigsResource 0-1
          ResourceType int8 0-1
          ResourceName string 0-1
          Configs []AlterableConfig 0-1
           Name string 0-1
           ConfigOperation int8 0-1
           Value string 0-1 ?0-1
         ValidateOnly bool 0-1
        """,
        """
        AlterPartitionReassignmentsRequest 45 request 0-1 0-1
         TimeoutMs int32 0-1
         AllowReplicationFactorChange bool 1
         Topics []ReassignableTopic 0-1
          Name string 0-1
          Partitions []ReassignablePartition 0-1
           PartitionIndex int32 0-1
           Replicas []int32 0-1 ?0-1
        """,
        """
        ListPartitionReassignmentsRequest 46 request 0 0
         TimeoutMs int32 0
         Topics []ListPartitionReassignmentsTopics 0 ?0
          Name string 0
          PartitionIndexes []int32 0
        """,
        """
        OffsetDeleteRequest 47 request 0 none
         GroupId string 0
         Topics []OffsetDeleteRequestTopic 0
          Name string 0
          Partitions []OffsetDeleteRequestPartition 0
           PartitionIndex int32 0
        """,
        """
        DescribeClientQuotasRequest 48 request 0-1 1
         Components []ComponentData 0-1
          EntityType string 0-1
          MatchType int8 0-1
          Match string 0-1 ?0-1
         Strict bool 0-1
        """,
        """
        AlterClientQuotasRequest 49 request 0-1 1
         Entries []EntryData 0-1
          Entity []EntityData 0-1
           EntityType string 0-1
           EntityName string 0-1 ?0-1
          Ops []OpData 0-1
           Key string 0-1
           Value float64 0-1
           Remove bool 0-1
         ValidateOnly bool 0-1
        """,
        """
        DescribeUserScramCredentialsRequest 50 request 0 0
         Users []UserName 0 ?0
          Name string 0
        """,
        """
        AlterUserScramCredentialsRequest 51 request 0 0
         Deletions []ScramCredentialDeletion 0
          Name string 0
          Mechanism int8 0
         Upsertions []ScramCredentialUpsertion 0
          Name string 0
          Mechanism int8 0
          Iterations int32 0
          Salt bytes 0
          SaltedPassword bytes 0
        """,
        """
        VoteRequest 52 request 0-2 0-2
         ClusterId string 0-2 ?0-2
         VoterId int32 1-2
         Topics []TopicData 0-2
          TopicName string 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
           ReplicaEpoch int32 0-2
           ReplicaId int32 0-2
           ReplicaDirectoryId uuid 1-2
           VoterDirectoryId uuid 1-2
           LastOffsetEpoch int32 0-2
           LastOffset int64 0-2
           PreVote bool 2
        """,
        """
        BeginQuorumEpochRequest 53 request 0-1 1
         ClusterId string 0-1 ?0-1
         VoterId int32 1
         Topics []TopicData 0-1
          TopicName string 0-1
          Partitions []PartitionData 0-1
           PartitionIndex int32 0-1
           VoterDirectoryId uuid 1
           LeaderId int32 0-1
           LeaderEpoch int32 0-1
         LeaderEndpoints []LeaderEndpoint 1
          Name string 1
          Host string 1
          Port uint16 1
        """,
        """
        EndQuorumEpochRequest 54 request 0-1 1
         ClusterId string 0-1 ?0-1
         Topics []TopicData 0-1
          TopicName string 0-1
          Partitions []PartitionData 0-1
           PartitionIndex int32 0-1
           LeaderId int32 0-1
           LeaderEpoch int32 0-1
           PreferredSuccessors []int32 0
           PreferredCandidates []ReplicaInfo 1
            CandidateId int32 1
            CandidateDirectoryId uuid 1
         LeaderEndpoints []LeaderEndpoint 1
          Name string 1
          Host string 1
          Port uint16 1
        """,
        """
        DescribeQuorumRequest 55 request 0-2 0-2
         Topics []TopicData 0-2
          TopicName string 0-2
          Partitions []PartitionData 0-2
           PartitionIndex int32 0-2
        """,
        """
        AlterIsrRequest 56 request 0 0
         BrokerId int32 0
         BrokerEpoch int64 0
         Topics []TopicData 0
          Name string 0
          Partitions []PartitionData 0
           PartitionIndex int32 0
           LeaderEpoch int32 0
           NewIsr []int32 0
           CurrentIsrVersion int32 0
        """,
        """
        AlterPartitionRequest 56 request 0-3 0-3
         BrokerId int32 0-3
         BrokerEpoch int64 0-3
         Topics []TopicData 0-3
          TopicName string 0-1
          TopicId uuid 2-3
          Partitions []PartitionData 0-3
           PartitionIndex int32 0-3
           LeaderEpoch int32 0-3
           NewIsr []int32 0-2
           NewIsrWithEpochs []BrokerState 3
            BrokerId int32 3
            BrokerEpoch int64 3
           LeaderRecoveryState int8 1-3
           PartitionEpoch int32 0-3
        """,
        """
        UpdateFeaturesRequest 57 request 0-2 0-2
         timeoutMs int32 0-2
         FeatureUpdates []FeatureUpdateKey 0-2
          Feature string 0-2
          MaxVersionLevel int16 0-2
          AllowDowngrade bool 0
          UpgradeType int8 1-2
         ValidateOnly bool 1-2
        """,
        """
        EnvelopeRequest 58 request 0 0
         RequestData bytes 0
         RequestPrincipal bytes 0 ?0
         ClientHostAddress bytes 0
        """,
        """
        FetchSnapshotRequest 59 request 0-1 0-1
         ClusterId string 0-1 ?0-1 #0:0-1
         ReplicaId int32 0-1
         MaxBytes int32 0-1
         Topics []TopicSnapshot 0-1
          Name string 0-1
          Partitions []PartitionSnapshot 0-1
           Partition int32 0-1
           CurrentLeaderEpoch int32 0-1
           SnapshotId SnapshotId 0-1
            EndOffset int64 0-1
            Epoch int32 0-1
           Position int64 0-1
           ReplicaDirectoryId uuid 1 #0:1
        """,
        """
        DescribeClusterRequest 60 request 0-2 0-2
         IncludeClusterAuthorizedOperations bool 0-2
         EndpointType int8 1-2
         IncludeFencedBrokers bool 2
        """,
        """
        DescribeProducersRequest 61 request 0 0
         Topics []TopicRequest 0
          Name string 0
          PartitionIndexes []int32 0
        """,
        """
        BrokerRegistrationRequest 62 request 0-4 0-4
         BrokerId int32 0-4
         ClusterId string 0-4
         IncarnationId uuid 0-4
         Listeners []Listener 0-4
          Name string 0-4
          Host string 0-4
          Port uint16 0-4
          SecurityProtocol int16 0-4
         Features []Feature 0-4
          Name string 0-4
          MinSupportedVersion int16 0-4
          MaxSupportedVersion int16 0-4
         Rack string 0-4 ?0-4
         IsMigratingZkBroker bool 1-4
         LogDirs []uuid 2-4
         PreviousBrokerEpoch int64 3-4
        """,
        """
        BrokerHeartbeatRequest 63 request 0-2 0-2
         BrokerId int32 0-2
         BrokerEpoch int64 0-2
         CurrentMetadataOffset int64 0-2
         WantFence bool 0-2
         WantShutDown bool 0-2
         OfflineLogDirs []uuid 1-2 #0:1-2
         CordonedLogDirs []uuid 2 ?2 #1:2
        """,
        """
        UnregisterBrokerRequest 64 request 0 0
         BrokerId int32 0
        """,
        """
        DescribeTransactionsRequest 65 request 0 0
         TransactionalIds []string 0
        """,
        """
        ListTransactionsRequest 66 request 0-2 0-2
         StateFilters []string 0-2
         ProducerIdFilters []int64 0-2
         DurationFilter int64 1-2
         TransactionalIdPattern string 2 ?2
        """,
        """
        AllocateProducerIdsRequest 67 request 0 0
         BrokerId int32 0
         BrokerEpoch int64 0
        """,
        """
        ConsumerGroupHeartbeatRequest 68 request 0-1 0-1
         GroupId string 0-1
         MemberId string 0-1
         MemberEpoch int32 0-1
         InstanceId string 0-1 ?0-1
         RackId string 0-1 ?0-1
         RebalanceTimeoutMs int32 0-1
         SubscribedTopicNames []string 0-1 ?0-1
         SubscribedTopicRegex string 1 ?1
         ServerAssignor string 0-1 ?0-1
         TopicPartitions []TopicPartitions 0-1 ?0-1
          TopicId uuid 0-1
          Partitions []int32 0-1
        """,
        """
        ConsumerGroupDescribeRequest 69 request 0-1 0-1
         GroupIds []string 0-1
         IncludeAuthorizedOperations bool 0-1
        """,
        """
        ControllerRegistrationRequest 70 request 0 0
         ControllerId int32 0
         IncarnationId uuid 0
         ZkMigrationReady bool 0
         Listeners []Listener 0
          Name string 0
          Host string 0
          Port uint16 0
          SecurityProtocol int16 0
         Features []Feature 0
          Name string 0
          MinSupportedVersion int16 0
          MaxSupportedVersion int16 0
        """,
        """
        GetTelemetrySubscriptionsRequest 71 request 0 0
         ClientInstanceId uuid 0
        """,
        """
        PushTelemetryRequest 72 request 0 0
         ClientInstanceId uuid 0
         SubscriptionId int32 0
         Terminating bool 0
         CompressionType int8 0
         Metrics bytes 0
        """,
        """
        AssignReplicasToDirsRequest 73 request 0 0
         BrokerId int32 0
         BrokerEpoch int64 0
         Directories []DirectoryData 0
          Id uuid 0
          Topics []TopicData 0
           TopicId uuid 0
           Partitions []PartitionData 0
            PartitionIndex int32 0
        """,
        """
        ListClientMetricsResourcesRequest 74 request 0 0
        """,
        """
        ListConfigResourcesRequest 74 request 0-1 0-1
         ResourceTypes []int8 1
        """,
        """
        DescribeTopicPartitionsRequest 75 request 0 0
         Topics []TopicRequest 0
          Name string 0
         ResponsePartitionLimit int32 0
         Cursor Cursor 0 ?0
          TopicName string 0
          PartitionIndex int32 0
        """,
        """
        ShareGroupHeartbeatRequest 76 request 0-1 0-1
         GroupId string 0-1
         MemberId string 0-1
         MemberEpoch int32 0-1
         RackId string 0-1 ?0-1
         SubscribedTopicNames []string 0-1 ?0-1
        """,
        """
        ShareGroupDescribeRequest 77 request 0-1 0-1
         GroupIds []string 0-1
         IncludeAuthorizedOperations bool 0-1
        """,
        """
        ShareFetchRequest 78 request 0-2 0-2
         GroupId string 0-2 ?0-2
         MemberId string 0-2 ?0-2
         ShareSessionEpoch int32 0-2
         MaxWaitMs int32 0-2
         MinBytes int32 0-2
         MaxBytes int32 0-2
         MaxRecords int32 1-2
         BatchSize int32 1-2
         ShareAcquireMode int8 2
         IsRenewAck bool 2
         Topics []FetchTopic 0-2
          TopicId uuid 0-2
          Partitions []FetchPartition 0-2
           PartitionIndex int32 0-2
           PartitionMaxBytes int32 0
           AcknowledgementBatches []AcknowledgementBatch 0-2
            FirstOffset int64 0-2
            LastOffset int64 0-2
            AcknowledgeTypes []int8 0-2
         ForgottenTopicsData []ForgottenTopic 0-2
          TopicId uuid 0-2
          Partitions []int32 0-2
        """,
        """
        ShareAcknowledgeRequest 79 request 0-2 0-2
         GroupId string 0-2 ?0-2
         MemberId string 0-2 ?0-2
         ShareSessionEpoch int32 0-2
         IsRenewAck bool 2
         Topics []AcknowledgeTopic 0-2
          TopicId uuid 0-2
          Partitions []AcknowledgePartition 0-2
           PartitionIndex int32 0-2
           AcknowledgementBatches []AcknowledgementBatch 0-2
            FirstOffset int64 0-2
            LastOffset int64 0-2
            AcknowledgeTypes []int8 0-2
        """,
        """
        AddRaftVoterRequest 80 request 0-1 0-1
         ClusterId string 0-1 ?0-1
         TimeoutMs int32 0-1
         VoterId int32 0-1
         VoterDirectoryId uuid 0-1
         Listeners []Listener 0-1
          Name string 0-1
          Host string 0-1
          Port uint16 0-1
         AckWhenCommitted bool 1
        """,
        """
        RemoveRaftVoterRequest 81 request 0 0
         ClusterId string 0 ?0
         VoterId int32 0
         VoterDirectoryId uuid 0
        """,
        """
        UpdateRaftVoterRequest 82 request 0 0
         ClusterId string 0 ?0
         CurrentLeaderEpoch int32 0
         VoterId int32 0
         VoterDirectoryId uuid 0
         Listeners []Listener 0
          Name string 0
          Host string 0
          Port uint16 0
         KRaftVersionFeature KRaftVersionFeature 0
          MinSupportedVersion int16 0
          MaxSupportedVersion int16 0
        """,
        """
        InitializeShareGroupStateRequest 83 request 0 0
         GroupId string 0
         Topics []InitializeStateData 0
          TopicId uuid 0
          Partitions []PartitionData 0
           Partition int32 0
           StateEpoch int32 0
           StartOffset int64 0
        """,
        """
        ReadShareGroupStateRequest 84 request 0 0
         GroupId string 0
         Topics []ReadStateData 0
          TopicId uuid 0
          Partitions []PartitionData 0
           Partition int32 0
           LeaderEpoch int32 0
        """,
        """
        WriteShareGroupStateRequest 85 request 0-1 0-1
         GroupId string 0-1
         Topics []WriteStateData 0-1
          TopicId uuid 0-1
          Partitions []PartitionData 0-1
           Partition int32 0-1
           StateEpoch int32 0-1
           LeaderEpoch int32 0-1
           StartOffset int64 0-1
           DeliveryCompleteCount int32 1
           StateBatches []StateBatch 0-1
            FirstOffset int64 0-1
            LastOffset int64 0-1
            DeliveryState int8 0-1
            DeliveryCount int16 0-1
        """,
        """
        DeleteShareGroupStateRequest 86 request 0 0
         GroupId string 0
         Topics []DeleteStateData 0
          TopicId uuid 0
          Partitions []PartitionData 0
           Partition int32 0
        """,
        """
        ReadShareGroupStateSummaryRequest 87 request 0-1 0-1
         GroupId string 0-1
         Topics []ReadStateSummaryData 0-1
          TopicId uuid 0-1
          Partitions []PartitionData 0-1
           Partition int32 0-1
           LeaderEpoch int32 0-1
        """,
        """
        StreamsGroupHeartbeatRequest 88 request 0-1 0-1
         GroupId string 0-1
         MemberId string 0-1
         MemberEpoch int32 0-1
         EndpointInformationEpoch int32 0-1
         InstanceId string 0-1 ?0-1
         RackId string 0-1 ?0-1
         RebalanceTimeoutMs int32 0-1
         Topology Topology 0-1 ?0-1
          Epoch int32 0-1
          Subtopologies []Subtopology 0-1
           SubtopologyId string 0-1
           SourceTopics []string 0-1
           SourceTopicRegex []string 0-1
           StateChangelogTopics []TopicInfo 0-1
            Name string 0-1
            Partitions int32 0-1
            ReplicationFactor int16 0-1
            TopicConfigs []KeyValue 0-1
             Key string 0-1
             Value string 0-1
           RepartitionSinkTopics []string 0-1
           RepartitionSourceTopics []TopicInfo 0-1
            Name string 0-1
            Partitions int32 0-1
            ReplicationFactor int16 0-1
            TopicConfigs []KeyValue 0-1
             Key string 0-1
             Value string 0-1
           CopartitionGroups []CopartitionGroup 0-1
            SourceTopics []int16 0-1
            SourceTopicRegex []int16 0-1
            RepartitionSourceTopics []int16 0-1
         ActiveTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         StandbyTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         WarmupTasks []TaskIds 0-1 ?0-1
          SubtopologyId string 0-1
          Partitions []int32 0-1
         ProcessId string 0-1 ?0-1
         UserEndpoint Endpoint 0-1 ?0-1
          Host string 0-1
          Port uint16 0-1
         ClientTags []KeyValue 0-1 ?0-1
          Key string 0-1
          Value string 0-1
         TaskOffsets []TaskOffset 0-1 ?0-1
          SubtopologyId string 0-1
          Partition int32 0-1
          Offset int64 0-1
         TaskEndOffsets []TaskOffset 0-1 ?0-1
          SubtopologyId string 0-1
          Partition int32 0-1
          Offset int64 0-1
         ShutdownApplication bool 0-1
        """,
        """
        StreamsGroupDescribeRequest 89 request 0-1 0-1
         GroupIds []string 0-1
         IncludeAuthorizedOperations bool 0-1
         IncludeTopologyDescription bool 1
        """,
        """
        DescribeShareGroupOffsetsRequest 90 request 0-1 0-1
         Groups []DescribeShareGroupOffsetsRequestGroup 0-1
          GroupId string 0-1
          Topics []DescribeShareGroupOffsetsRequestTopic 0-1 ?0-1
           TopicName string 0-1
           Partitions []int32 0-1
        """,
        """
        AlterShareGroupOffsetsRequest 91 request 0 0
         GroupId string 0
         Topics []AlterShareGroupOffsetsRequestTopic 0
          TopicName string 0
          Partitions []AlterShareGroupOffsetsRequestPartition 0
           PartitionIndex int32 0
           StartOffset int64 0
        """,
        """
        DeleteShareGroupOffsetsRequest 92 request 0 0
         GroupId string 0
         Topics []DeleteShareGroupOffsetsRequestTopic 0
          TopicName string 0
        """,
        """
        StreamsGroupTopologyDescriptionUpdateRequest 93 request 0 0
         GroupId string 0
         MemberId string 0
         TopologyEpoch int32 0
         TopologyDescription TopologyDescription 0
          Subtopologies []TopologyDescriptionSubtopology 0
           SubtopologyId string 0
           Nodes []TopologyDescriptionNode 0
            Name string 0
            NodeType int8 0
            SourceTopics []string 0
            SinkTopic string 0 ?0
            Stores []string 0
            Successors []string 0
          GlobalStores []TopologyDescriptionGlobalStore 0
           Source TopologyDescriptionNode 0
            Name string 0
            NodeType int8 0
            SourceTopics []string 0
            SinkTopic string 0 ?0
            Stores []string 0
            Successors []string 0
           Processor TopologyDescriptionNode 0
            Name string 0
            NodeType int8 0
            SourceTopics []string 0
            SinkTopic string 0 ?0
            Stores []string 0
            Successors []string 0
        """,
        """
        UnregisterControllerRequest 94 request 0 0
         ControllerId int32 0
        """,
    ]
}
