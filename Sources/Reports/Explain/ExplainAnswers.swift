internal import ReportModel

/// What answers say: errors, delays, and the state of the cluster.
extension ExplainPage {
    static let notLeader = ExplainPage(
        summary: "Requests reached a broker that does not lead the partition, or no longer.",
        wire: "NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH in Produce or Fetch responses.",
        mistaken: "A fault. A few are normal when a leader changes; lasting ones with stable leaders mean misrouting.",
        clients: "Java: 'Received invalid metadata error'; librdkafka: 'Broker: Not leader for partition'.",
        steps:
            "Compare leaders with kafka-topics.sh --describe. If they do not change, look for load balancers and stale DNS."
    )

    static let errorResponse = ExplainPage(
        summary: "A response carried an error code that is not normal at that moment.",
        wire: "A non-zero error code in a response or in one of its rows.",
        mistaken:
            "Codes that are normal in passing, such as MEMBER_ID_REQUIRED on a first join. These are not reported as faults.",
        clients: "The exception of that name.",
        steps: "Retriable codes heal by themselves. Permissions, sizes and names need a change.")

    static let throttled = ExplainPage(
        summary: "The broker asked a client to hold back, because a quota is used up.",
        wire: "A throttle time above zero in responses.",
        mistaken: "A slow broker. Throttling is a decision, and the response says for how long.",
        clients: "Java: only at trace level, and the produce-throttle-time metrics.",
        steps:
            "Show the quotas with kafka-configs.sh --describe --entity-type clients or users. Raise them, or spread the load."
    )

    static let unsupportedVersion = ExplainPage(
        summary: "A request has a version that the broker does not offer.",
        wire:
            "Error 35, or versions outside the ranges of the ApiVersions response. The port of a KRaft controller offers Vote (52) and"
            + " no Metadata (3). A client there gives up after the list, or asks and the controller closes (KIP-919).",
        mistaken: "A first ApiVersions that falls back. That is normal, and only an info.",
        clients:
            "Java: UnsupportedVersionException. On a controller's port: 'The node does not support METADATA'; kafka-python: 'Did you"
            + " attempt to connect to a kafka controller (no metadata support)?'.",
        steps:
            "Upgrade the older side, and remove pinned protocol versions. At a controller's port, name a broker in bootstrap.servers;"
            + " admin tools take --bootstrap-controller.")

    static let slowResponse = ExplainPage(
        summary: "A response came, but far later than usual.",
        wire: "A long time between request and response that no long poll, throttle time or closed window explains.",
        mistaken:
            "Fetch waiting for data, Produce waiting for followers, a request behind another slow one. A slow path: there the request's"
            + " acknowledgement comes as late as the response.",
        clients: "Latency in metrics; timeouts if it gets worse.",
        steps:
            "Look at that broker's garbage-collection log, disk latency, request queue and handler metrics at that time. Where the finding"
            + " says that the network took the time, measure the path instead."
    )

    static let clusterChanged = ExplainPage(
        summary: "One address or name answers with another cluster id than before.",
        wire:
            "Metadata or DescribeCluster with two cluster ids from one address, or from two addresses of one name. An address given"
            + " out for a node counts as one of the cluster that gave it out.",
        mistaken: "A restart, which keeps the id.",
        clients: "Java: 'Cluster ID: ...' again; librdkafka: 'reports different ClusterId'.",
        steps: "Check DNS and load-balancer targets, and do not mix clusters behind one bootstrap name.",
        sections: [
            detail(.sameAddress, "The address itself answered for two clusters."),
            detail(.sameName, "The name leads to addresses of two clusters, and the first one tried decides."),
        ])

    static let underReplicated = ExplainPage(
        summary: "Partitions have fewer in-sync replicas than replicas.",
        wire: "Metadata rows whose ISR is shorter than the list of replicas.",
        mistaken: "A reassignment in progress.",
        clients: "NOT_ENOUGH_REPLICAS when min.insync.replicas is no longer met.",
        steps:
            "Run kafka-topics.sh --describe --under-replicated-partitions, then look at the broker that is missing from the ISR."
    )

    static let leaderless = ExplainPage(
        summary: "Partitions have no leader, so no client can read or write them.",
        wire: "Metadata rows with leader -1 or error LEADER_NOT_AVAILABLE.",
        mistaken: "A topic that is just being created, for a second or so.",
        clients: "LEADER_NOT_AVAILABLE, then timeouts.",
        steps: "Run kafka-topics.sh --describe --unavailable-partitions, and bring back a broker of the last ISR.")

    static let riskyProducer = ExplainPage(
        summary: "A producer's settings can lose or duplicate records.",
        wire:
            "acks 0 or 1, or batches without a producer id. A warning: such batches were sent again while the first copy waited, and the"
            + " broker gave out two offsets.",
        mistaken: "A fault. For metrics and logs it may be the right choice.",
        clients: "Nothing.",
        steps: "Set acks=all and enable.idempotence=true where records matter.")

    static let rebalance = ExplainPage(
        summary: "One rebalance of a consumer group, from its trigger to its end.",
        wire: "JoinGroup and SyncGroup of all members with a new generation.",
        mistaken: "A stall. JoinGroup waits for the other members by design.",
        clients: "'Revoking previously assigned partitions', 'Successfully joined group'.",
        steps:
            "If it recurs, check max.poll.interval.ms, session.timeout.ms and static membership. A warning names a program that keeps"
            + " joining and leaving while others work: find out why it exits.")
}
