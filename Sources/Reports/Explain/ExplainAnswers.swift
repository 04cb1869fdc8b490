internal import ReportModel

/// What answers say: errors, delays, and the state of the cluster.
extension ExplainPage {
    static let notLeader = ExplainPage(
        summary: "Requests reached a node that does not lead the partition (any more).",
        wire: "NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or kin in Produce or Fetch answers.",
        mistaken: "A fault: a few belong to each change of leader. Lasting ones with stable leaders are misrouting.",
        clients: "Java: 'Received invalid metadata error'; librdkafka: 'Broker: Not leader for partition'.",
        steps:
            "Compare leaders with kafka-topics.sh --describe; look for load balancers and stale DNS if they do not change."
    )

    static let errorResponse = ExplainPage(
        summary: "An answer carried an error code that its moment does not explain.",
        wire: "A non-zero error code at the top of an answer or in one of its rows.",
        mistaken:
            "Codes that are normal in passing, such as MEMBER_ID_REQUIRED on a first join; these are not reported.",
        clients: "The exception of that name.",
        steps: "Retriable codes heal by themselves; rights, sizes and names need a change.")

    static let throttled = ExplainPage(
        summary: "The broker asked a client to hold back, because a quota is used up.",
        wire: "A throttle time above zero in answers.",
        mistaken: "A slow broker: throttling is a decision, and the answer says for how long.",
        clients: "Java: only at trace level, and the produce-throttle-time metrics.",
        steps: "Show quotas with kafka-configs.sh --entity-type clients or users; raise them or spread the load.")

    static let unsupportedVersion = ExplainPage(
        summary: "A request's version is not offered by the broker.",
        wire:
            "Error 35, or versions outside the ranges of the ApiVersions answer. The port of a KRaft controller offers Vote (52) and no"
            + " Metadata (3): a client that was sent there gives up behind the list, or asks and is closed on (KIP-919).",
        mistaken: "A first ApiVersions that falls back: normal, and only info.",
        clients:
            "Java: UnsupportedVersionException. On a controller's port: 'The node does not support METADATA'; kafka-python: 'Did you"
            + " attempt to connect to a kafka controller (no metadata support)?'.",
        steps:
            "Upgrade the older side; remove pinned protocol versions. Of a controller's port: name a broker in bootstrap.servers, or use"
            + " --bootstrap-controller for administration.")

    static let slowResponse = ExplainPage(
        summary: "An answer came, but far later than usual.",
        wire: "A long time between request and answer that no long poll, throttle time or closed window explains.",
        mistaken: "Fetch waiting for data, Produce waiting for followers, a request behind another slow one.",
        clients: "Latency in metrics; timeouts if it gets worse.",
        steps: "Garbage-collection log, disk latency, request queue and handler metrics of that broker at that time.")

    static let clusterChanged = ExplainPage(
        summary: "One address, or one name, answers with another cluster id than before.",
        wire:
            "Metadata or DescribeCluster with two cluster ids from one address, or from two addresses of one name. An address given"
            + " out for a node counts as one of the cluster that gave it out.",
        mistaken: "A restart: the id stays the same then.",
        clients: "Java: 'Cluster ID: ...' again; librdkafka: 'reports different ClusterId'.",
        steps: "Check DNS and load-balancer targets; do not mix clusters behind one bootstrap name.",
        sections: [
            detail(.sameAddress, "The address itself answered for two clusters."),
            detail(.sameName, "The name leads to addresses of two clusters: whichever is tried first decides."),
        ])

    static let underReplicated = ExplainPage(
        summary: "Partitions have fewer replicas in sync than replicas.",
        wire: "Metadata rows whose ISR is shorter than the list of replicas.",
        mistaken: "A reassignment in progress.",
        clients: "NOT_ENOUGH_REPLICAS when min.insync.replicas is no longer met.",
        steps: "kafka-topics.sh --describe --under-replicated-partitions; then the node missing from the ISR.")

    static let leaderless = ExplainPage(
        summary: "Partitions have no leader: nobody can read or write them.",
        wire: "Metadata rows with leader -1 or error LEADER_NOT_AVAILABLE.",
        mistaken: "A topic just being made, for a second or so.",
        clients: "LEADER_NOT_AVAILABLE, then timeouts.",
        steps: "kafka-topics.sh --describe --unavailable-partitions; bring back a node of the last ISR.")

    static let riskyProducer = ExplainPage(
        summary: "A producer's settings can lose or double records.",
        wire: "acks 0 or 1, or batches without a producer id.",
        mistaken: "A fault: for metrics and logs it may be the right choice.",
        clients: "Nothing.",
        steps: "acks=all and enable.idempotence=true where records matter.")

    static let rebalance = ExplainPage(
        summary: "One rebalance of a consumer group, from its trigger to its end.",
        wire: "JoinGroup and SyncGroup of all members with a new generation.",
        mistaken: "A stall: JoinGroup waits for the other members by design.",
        clients: "'Revoking previously assigned partitions', 'Successfully joined group'.",
        steps:
            "If it recurs: max.poll.interval.ms, session.timeout.ms, static membership. Where one program joins and is gone again and"
            + " again while others work in the group, that is a warning that names it: look why it ends.")
}
