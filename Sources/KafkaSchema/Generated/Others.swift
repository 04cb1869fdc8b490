// Written by schema-gen from Schema/; do not edit.

extension SchemaTables {
    static let others: [StaticString] = [
        """
        AbortedTxn - data 0 none
         ProducerId int64 0
         FirstOffset int64 0
         LastOffset int64 0
         LastStableOffset int64 0
        """,
        """
        ConsumerProtocolAssignment - data 0-3 none
         AssignedPartitions []TopicPartition 0-3
          Topic string 0-3
          Partitions []int32 0-3
         UserData bytes 0-3 ?0-3
        """,
        """
        ConsumerProtocolSubscription - data 0-3 none
         Topics []string 0-3
         UserData bytes 0-3 ?0-3
         OwnedPartitions []TopicPartition 1-3
          Topic string 1-3
          Partitions []int32 1-3
         GenerationId int32 2-3
         RackId string 3 ?3
        """,
        """
        ControlRecordTypeSchema - data 0 none
         Type int16 0
        """,
        """
        DefaultPrincipalData - data 0 0
         Type string 0
         Name string 0
         TokenAuthenticated bool 0
        """,
        """
        EndTxnMarker - data 0 none
         CoordinatorEpoch int32 0
        """,
        """
        KRaftVersionRecord - data 0 0
         Version int16 0
         KRaftVersion int16 0
        """,
        """
        LeaderChangeMessage - data 0-1 0-1
         Version int16 0-1
         LeaderId int32 0-1
         Voters []Voter 0-1
          VoterId int32 0-1
          VoterDirectoryId uuid 1
         GrantingVoters []Voter 0-1
          VoterId int32 0-1
          VoterDirectoryId uuid 1
        """,
        """
        RequestHeader - header 0-2 2
         RequestApiKey int16 0-2
         RequestApiVersion int16 0-2
         CorrelationId int32 0-2
         ClientId string 1-2 ?1-2 ~none
        """,
        """
        ResponseHeader - header 0-1 1
         CorrelationId int32 0-1
        """,
        """
        SnapshotFooterRecord - data 0 0
         Version int16 0
        """,
        """
        SnapshotHeaderRecord - data 0 0
         Version int16 0
         LastContainedLogTimestamp int64 0
        """,
        """
        VotersRecord - data 0 0
         Version int16 0
         Voters []Voter 0
          VoterId int32 0
          VoterDirectoryId uuid 0
          Endpoints []Endpoint 0
           Name string 0
           Host string 0
           Port uint16 0
          KRaftVersionFeature KRaftVersionFeature 0
           MinSupportedVersion int16 0
           MaxSupportedVersion int16 0
        """,
    ]
}
