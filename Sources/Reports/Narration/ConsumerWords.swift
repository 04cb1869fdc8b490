internal import ReportModel

/// Words for groups that read too little, and for records that are gone.
enum ConsumerWords {
    static func stalled(_ view: Case) -> Words {
        let standstill = view.duration(.standstillMs).map { " for \($0)" } ?? ""
        var words = Words(title: "\(group(view)) stood still in \(topic(view))\(standstill)")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) the position in \(partitions(view)) did"
                + " not move while new records came in, and the member read nothing else meanwhile.")
        switch view.finding.cause {
        case .openTransaction:
            let owner = view.text(.heldBackBy).map { " of \($0)" } ?? ""
            words.explanation.add(
                "A transaction\(owner) was open there: a reader of committed records alone (isolation.level=read_committed)"
                    + " gets nothing behind its first record until it ends.")
            words.advice.add(
                "Look at \(view.text(.heldBackBy) ?? "the producer"): commit sooner, or lower transaction.timeout.ms;"
                    + " kafka-transactions.sh --bootstrap-server \(view.workingBootstrap) find-hanging.")
        case .notFetching:
            words.explanation.add("Nobody asked for records of it in that time: its member did not fetch at all.")
            words.advice.add(
                "Look at the member that has it: what it does between two polls, whether it starts and dies"
                    + " again, whether it paused the partition. \(describe(view))")
        default:
            words.explanation.add("It was asked for, and nothing came.")
            words.advice.add(describe(view))
        }
        words.explanation.add(view.text(.lagRecords)) { "At the end \($0) records were not committed." }
        return words
    }

    static func acknowledgedLost(_ view: Case) -> Words {
        let batches = Format.count(view.finding.count, "batch", plural: "batches")
        var words = Words(
            title:
                "\(batches) of \(view.client) that a broker acknowledged are lost: \(view.serverShort) has not got them"
        )
        let before = view.list(.leaderBefore).first.map { view.context.broker($0, nodeId: nil) } ?? "The leader before"
        words.explanation.add(
            "\(before) had acknowledged \(batches); from \(view.clock(view.finding.first)) on \(view.server), which leads now, gave"
                + " the same offsets to other records. A log has one record at an offset: what was acknowledged first is not in it."
        )
        words.explanation.add(view.text(.offsets)) { "Offsets given out twice: \($0)." }
        words.explanation.add(
            "That happens where a leader acknowledges alone (acks=1, or min.insync.replicas=1) and dies before a follower has the"
                + " records, or goes on as leader while another was elected; or by an unclean election.")
        words.advice.add(
            "Produce what was acknowledged there again: \(view.client), at the time in question, to the partitions named."
        )
        words.advice.add(
            "Against it: acks=all on the producer, min.insync.replicas=2, unclean.leader.election.enable=false; look for 'Truncating"
                + " to offset' in the logs of the old leader.")
        return words
    }

    static func fallsBehind(_ view: Case) -> Words {
        let grown = view.text(.grewBy).map { " by \($0) records" } ?? ""
        let took = view.duration(.durationMs).map { " in \($0)" } ?? ""
        var words = Words(title: "\(group(view)) falls behind in \(topic(view)): its lag grew\(grown)\(took)")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) more came in than the members took from"
                + " \(partitions(view)), though they went on fetching.")
        words.explanation.add(view.text(.lagRecords)) { "At the end \($0) records were not committed." }
        words.advice.add(
            "Make the work on a record faster, or add members, up to one for each partition. \(describe(view))")
        return words
    }

    private static func group(_ view: Case) -> String { view.text(.group).map { "group \($0)" } ?? "a group" }

    private static func topic(_ view: Case) -> String {
        view.topics.isEmpty ? "a topic" : Format.list(view.topics.map(Trim.name))
    }

    private static func partitions(_ view: Case) -> String {
        let numbers = view.list(.partitions)
        let word = numbers.count == 1 ? "partition" : "partitions"
        return numbers.isEmpty ? "the partitions" : "\(word) \(Format.list(numbers.map(Trim.name), limit: 8))"
    }

    private static func describe(_ view: Case) -> String {
        "kafka-consumer-groups.sh --bootstrap-server \(view.workingBootstrap) --describe --group"
            + " \(view.list(.group).first.map(Trim.shell) ?? "GROUP") shows the lag now."
    }
}
