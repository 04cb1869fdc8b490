internal import ReportModel

/// Words for records that were acknowledged and could not be read.
enum WatermarkWords {
    static func words(_ view: Case) -> Words {
        let lasted = view.duration(.standstillMs).map { " for \($0)" } ?? ""
        let topic = view.topics.isEmpty ? "a topic" : Format.list(view.shownTopics)
        var words = Words(
            title: "Acknowledged records of \(topic) could not be read at \(view.serverShort)\(lasted)")
        let numbers = view.list(.partitions)
        let partitions =
            "\(numbers.count == 1 ? "partition" : "partitions") \(Format.list(numbers.map(Trim.name), limit: 8))"
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) \(view.serverShort) acknowledged records in"
                + " \(partitions). The high watermark that it told readers stood still meanwhile.")
        words.explanation.add(view.text(.highWatermarks)) { "It stayed at: \($0)." }
        words.explanation.add(view.number(.unreadable)) {
            "\(Format.count($0, "record")) beyond it \($0 == 1 ? "was" : "were") acknowledged, and no consumer got \($0 == 1 ? "it" : "them")."
        }
        words.explanation.add(
            "The high watermark waits for every in-sync replica. So a follower of the partition did not fetch, and had not been dropped"
                + " from the in-sync replicas yet (replica.lag.time.max.ms).")
        words.explanation.add(
            "Producers with acks=1 notice nothing. If the leader fails meanwhile, these records are gone.")
        words.advice.run("See the replicas that are in sync", view.kafka("kafka-topics", "--describe\(view.topicFlag)"))
        words.advice.add(
            "Look at the followers: stopped replica fetchers ('ReplicaFetcherThread' in the broker's log), disks, and their network."
        )
        words.advice.add("Set acks=all on the producer, so that it waits for the replicas.")
        return words
    }
}
