internal import ReportModel

/// Words for committed offsets that are gone.
enum CommitWords {
    static func lost(_ view: Case) -> Words {
        let group = view.text(.group).map { "group \($0)" } ?? "a group"
        let topic = view.topics.isEmpty ? "a topic" : Format.list(view.shownTopics)
        let effects = [skipped(view), reread(view)].compactMap(\.self)
        let ending = effects.isEmpty ? "" : ": " + effects.joined(separator: ", and ")
        var words = Words(title: "\(group) lost its committed offsets in \(topic)\(ending)")
        words.explanation.add(
            "The group's coordinator had acknowledged these commits (\(Format.list(view.list(.lostOffsets).map(Trim.message), limit: 8)))."
        )
        words.explanation.add(
            "At \(view.clock(view.finding.first)) it answered OffsetFetch with no offset and no error. So the group began where"
                + " auto.offset.reset says.")
        let skips = view.list(.skips)
        if !skips.isEmpty {
            words.explanation.add(
                "It never got what lies between (\(Format.list(skips.map(Trim.message), limit: 8))).")
        }
        let rereads = view.list(.rereads)
        if !rereads.isEmpty {
            words.explanation.add(
                "It read again what it had processed (\(Format.list(rereads.map(Trim.message), limit: 8))).")
        }
        words.explanation.add(
            "Offsets go when a group is empty for longer than offsets.retention.minutes, or is deleted. They also go when"
                + " __consumer_offsets loses data.")
        words.advice.run(
            "See what is committed now", view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag)"))
        words.advice.add(
            if: !skips.isEmpty,
            "To read the skipped offsets, stop the group and set it back with --reset-offsets --to-offset.")
        words.advice.add(
            "Compare offsets.retention.minutes with how long the group may be away. Ask who deleted the group or the topic."
        )
        words.advice.add(
            "Look for errors of __consumer_offsets in the coordinator's log, and for its replication factor.")
        return words
    }

    private static func skipped(_ view: Case) -> String? {
        view.number(.skippedOffsets).map { "\(Format.count($0, "offset")) \($0 == 1 ? "was" : "were") skipped" }
    }

    private static func reread(_ view: Case) -> String? {
        view.number(.rereadOffsets).map { "\(Format.count($0, "offset")) \($0 == 1 ? "was" : "were") read again" }
    }
}
