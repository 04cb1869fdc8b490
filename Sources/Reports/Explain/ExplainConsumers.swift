internal import ReportModel

extension ExplainPage {
    static let consumerStalled = ExplainPage(
        summary: "A group's position in a partition stands still while the partition's log grows.",
        wire:
            "For at least ten seconds no commit and no record beyond the last one, while the high watermark moves, the group's"
            + " other messages go on, and its member reads nothing else. Told only where every message is read (--tables).",
        mistaken:
            "A slow consumer, which works through its partitions in turn. A group that is gone: then there are no messages of"
            + " it. A rebalance, during which nobody reads for some seconds.",
        clients:
            "Often nothing. 'Offset commit failed on partition …', or a last line about a record that is worked on.",
        steps: "kafka-consumer-groups.sh --describe --group GROUP, then the member's own log and a stack dump of it.",
        sections: [
            cause(
                .notFetching,
                "Nobody asked for the partition: its member works on a batch, has paused it, or dies before its first Fetch."
            ),
            cause(
                .openTransaction,
                "The last stable offset stands still: a producer's transaction is open, and readers of committed records alone"
                    + " get nothing behind it. The finding names whose it is."),
            cause(.unknown, "It was asked for and nothing came."),
        ])

    static let consumerFallsBehind = ExplainPage(
        summary: "A group's lag grows while its members fetch: they are slower than the producers.",
        wire:
            "The distance from the group's position to the high watermark grows from one five seconds to the next, for at least"
            + " ten seconds and by at least 100 records. Told only where every message is read (--tables).",
        mistaken:
            "Commits that come seldom: between two of them the committed lag grows although all is read. A burst, which"
            + " is worked off afterwards.",
        clients: "Nothing. Metrics: records-lag-max.",
        steps: "More members (up to one for each partition), larger batches of work, or less work for a record.")

    static let acknowledgedLost = ExplainPage(
        summary: "Records that one leader acknowledged are not in the log of the next one.",
        wire:
            "Two brokers of one cluster answer Produces to one partition (one topic id) with the same offsets, for different"
            + " batches. Told only where every message is read (--tables): a plain analysis does not keep who gave out an offset.",
        mistaken:
            "Two clusters with a topic of one name, a failover to another cluster (cluster-changed), a topic that was deleted and"
            + " made anew, a batch that was sent again to the next leader.",
        clients:
            "Nothing: the send was a success. Readers may tell 'Fetch position … is out of range' or of a truncation.",
        steps:
            "Send the records again. Then acks=all, min.insync.replicas of 2 or more, no unclean election;"
            + " kafka-dump-log.sh on both brokers shows the leader epochs in which the offsets were written.")
}
