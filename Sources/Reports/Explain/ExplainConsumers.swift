internal import ReportModel

extension ExplainPage {
    static let consumerStalled = ExplainPage(
        summary: "A group's position in a partition stands still while the partition's log grows.",
        wire:
            "For at least ten seconds there is no commit and no later record, although the high watermark moves. The group's other"
            + " messages continue, and its member reads nothing else. This needs every message to be read (--tables).",
        mistaken:
            "A slow consumer, which works through its partitions in turn. A group that is gone, which sends no messages. A rebalance,"
            + " during which no member reads for some seconds.",
        clients:
            "Often nothing, or 'Offset commit failed on partition …', or a last line about the record in work.",
        steps:
            "Run kafka-consumer-groups.sh --describe --group GROUP, then read the member's log and take a thread dump.",
        sections: [
            cause(
                .notFetching,
                "No member fetched the partition: it works on a batch, has paused the partition, or exits before its first Fetch. A rebalance"
                    + " that waits for one member stops all. With KIP-848, a member may not confirm that it gave the partition up."
            ),
            cause(
                .openTransaction,
                "The last stable offset stands still, because a producer's transaction is open. Consumers with read_committed get nothing"
                    + " after it. The finding names the producer."),
            cause(
                .unknown,
                "The member fetched, and nothing came, also of a share group (KIP-932) for longer than records stay locked. Or it came back to one offset again and again and committed nothing beyond it:"
                    + " its program cannot process a record there."),
        ])

    static let consumerFallsBehind = ExplainPage(
        summary: "A group's lag grows while its members fetch: mostly because they are slower than the producers.",
        wire:
            "The distance to the high watermark grows in each five seconds, for at least ten seconds and by at least 100 records. It is"
            + " measured from the group's position, and from each of its commits. This needs every message to be read (--tables).",
        mistaken:
            "Rare commits: between two of them the committed lag grows although everything is read. A burst, which the group catches"
            + " up with afterwards.",
        clients: "Nothing. Metrics: records-lag-max.",
        steps:
            "Add members (up to one for each partition), process larger batches, or do less work per record. Where a quota holds them back"
            + " (throttled), raise the quota.",
        sections: [
            cause(
                .notFetching,
                "The member fetched other partitions and left this one out for most of the time. Its program paused it, or its framework"
                    + " did (backpressure).")
        ])

    static let committedOffsetLost = ExplainPage(
        summary:
            "An offset that a group committed is no longer known, and the group begins elsewhere without an error.",
        wire:
            "An OffsetCommit is acknowledged. A later OffsetFetch for the same group and partition answers -1 with error 0. The group's next"
            + " Fetch asks for another offset than it had committed. This needs every message to be read (--tables).",
        mistaken:
            "A group, a topic or offsets that were deleted in the capture. A topic that was recreated under its name. A group that had"
            + " not committed before, or a member that keeps its position itself.",
        clients:
            "'Found no committed offset for partition …', then 'Resetting offset for partition … to position …'. Both are printed as"
            + " information.",
        steps:
            "Run kafka-consumer-groups.sh --describe --group GROUP. Compare offsets.retention.minutes with the time that the group was away."
            + " Look for who deleted the group, and for errors of __consumer_offsets.")

    static let highWatermarkStuck = ExplainPage(
        summary: "A leader acknowledges records, but its high watermark stands still, so no consumer can read them.",
        wire:
            "For at least ten seconds, Fetch responses carry the same high watermark, or leave the partition out of a fetch session. The"
            + " same broker acknowledges Produces with offsets beyond it. This needs every message to be read (--tables).",
        mistaken:
            "A throttled consumer, whose responses are empty. A consumer of a follower, which knows the watermark a little later. An open"
            + " transaction, which holds the last stable offset back and not the high watermark.",
        clients: "Nothing. Producers with acks=1 are acknowledged, and consumers wait.",
        steps:
            "Run kafka-topics.sh --describe and look at the followers in the Isr list. One of them does not fetch: see its log for"
            + " ReplicaFetcherThread, and its disk. Set acks=all on producers.")

    static let acknowledgedLost = ExplainPage(
        summary: "Records that one leader acknowledged are missing from the next leader's log.",
        wire:
            "Two brokers of one cluster answer Produces to one partition (one topic id) with the same offsets for different batches."
            + " This needs every message to be read (--tables).",
        mistaken:
            "Two clusters with a topic of the same name, or a failover to another cluster (cluster-changed). A topic that was recreated, or"
            + " a batch that was sent again to the next leader.",
        clients:
            "Nothing, because the send succeeded. Consumers may print 'Fetch position … is out of range' or a truncation error.",
        steps:
            "Send the records again. Then set acks=all and min.insync.replicas=2 or more, and forbid unclean elections."
            + " kafka-dump-log.sh on both brokers shows the leader epochs of the offsets.")
}
