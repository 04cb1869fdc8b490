internal import ReportModel

/// Words for groups that read too little, and for records that are gone.
enum ConsumerWords {
    static func stalled(_ view: Case) -> Words {
        if view.text(.groupType) == GroupType.share.rawValue { return shareStalled(view) }
        if view.text(.group) == nil, view.finding.cause == .openTransaction { return held(view) }
        let standstill = view.duration(.standstillMs).map { " for \($0)" } ?? ""
        var words = Words(title: "\(group(view)) stood still in \(topic(view))\(standstill)\(reader(view))")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) its position in \(partitions(view)) did"
                + " not move while new records came in.")
        if view.text(.heldUpBy) == nil { words.explanation.add("The member read nothing else meanwhile.") }
        switch view.finding.cause {
        case .openTransaction: heldBack(view, &words)
        case .notFetching where view.text(.heldUpBy) != nil: unreleased(view, &words)
        case .notFetching where view.text(.waitedFor) != nil: waited(view, &words)
        case .notFetching where view.flag(.processSilent) == true: silent(view, &words)
        case .notFetching:
            words.explanation.add("Its member did not fetch at all in that time.")
            words.advice.add(
                "Look at the member that owns the partition: its work between polls, restarts, and whether it paused the"
                    + " partition.")
            words.advice.add(describe(view))
        default:
            fetchedInVain(view, &words)
        }
        words.explanation.add(view.text(.lagRecords)) { "At the end, \($0) records were not committed." }
        return words
    }

    private static func heldBack(_ view: Case, _ words: inout Words) {
        let owner = view.text(.heldBackBy).map { " of \($0)" } ?? ""
        words.explanation.add(
            "A transaction\(owner) was open there. Consumers with isolation.level=read_committed get no record after its first"
                + " one until it ends.")
        words.advice.add(
            "Make \(view.text(.heldBackBy) ?? "the producer") commit sooner, or lower its transaction.timeout.ms.")
        words.advice.run(
            "Look for transactions that hang", view.kafka("kafka-transactions", "find-hanging\(view.topicFlag)"))
    }

    /// A reader that no group has.
    private static func held(_ view: Case) -> Words {
        let standstill = view.duration(.standstillMs).map { " for \($0)" } ?? ""
        var words = Words(title: "\(view.client) got no records of \(topic(view))\(standstill)")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) new records came in to \(partitions(view)), and"
                + " this reader got none. It reads without a group.")
        heldBack(view, &words)
        words.explanation.add(view.text(.unreadable)) { "At the end, \($0) records could not be read." }
        return words
    }

    private static func fetchedInVain(_ view: Case, _ words: inout Words) {
        guard let times = view.text(.refetches), let offset = view.text(.refetchedOffset) else {
            words.explanation.add("The member fetched, and nothing came.")
            words.advice.add(describe(view))
            return
        }
        if let refused = view.number(.commitsRefusedBehind) { return tooLate(view, offset, refused, &words) }
        words.explanation.add(
            "The member fetched from offset \(offset) again \(times) times and committed nothing beyond it. So its program cannot"
                + " process a record there, and goes back each time.")
        words.advice.add(
            "Read the member's log for the exception. Skip the record or send it to a dead-letter topic, then mend the program."
        )
        if let place = view.list(.partitions).first, view.list(.partitions).count == 1,
            let plain = view.number(.refetchedOffset)
        {
            words.advice.run(
                "Look at the record",
                view.kafka(
                    "kafka-console-consumer",
                    "--partition \(place) --offset \(plain) --max-messages 1\(view.topicFlag)"))
        }
        words.advice.add(describe(view))
    }

    /// It works through its records, and is out of the group by the time that it commits.
    private static func tooLate(_ view: Case, _ offset: String, _ refused: Int, _ words: inout Words) {
        words.explanation.add(
            "The member fetched from offset \(offset) again \(view.text(.refetches) ?? "several") times. It got on each time, but"
                + " \(Format.count(refused, "commit")) beyond that offset \(refused == 1 ? "was" : "were") refused.")
        words.explanation.add("By then it was out of the group, so it reads the same records again and again.")
        words.advice.add(
            "Make it commit in time: lower max.poll.records, or raise max.poll.interval.ms above the slowest batch.")
        words.advice.add(describe(view))
    }

    /// A share group has no position; what is locked is given to nobody else.
    private static func shareStalled(_ view: Case) -> Words {
        let standstill = view.duration(.standstillMs).map { " for \($0)" } ?? ""
        var words = Words(title: "share \(group(view)) got nothing of \(topic(view))\(standstill)\(reader(view))")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) new records came in to \(partitions(view)), and"
                + " each ShareFetch of the group was answered empty.")
        words.explanation.add(
            "A record that a member holds is locked, by default for 30 s (group.share.record.lock.duration.ms). This lasted longer."
        )
        words.advice.add(
            "Look at the broker's log for the share partition, and at group.share.partition.max.record.locks.")
        words.advice.run(
            "See the share group's start offsets", view.kafka("kafka-share-groups", "--describe\(view.groupFlag)"))
        return words
    }

    /// Its members stop reading while a rebalance lasts.
    private static func waited(_ view: Case, _ words: inout Words) {
        let late = view.text(.waitedFor) ?? "a member"
        words.explanation.add(
            "The group was rebalancing meanwhile, and waited for \(late) to join again.")
        words.advice.add(
            "Look at \(late): its program is busy between two polls. It joins in its next poll, or is dropped after max.poll.interval.ms."
        )
        words.advice.add(describe(view))
    }

    /// Neither Fetches nor heartbeats.
    private static func silent(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "It sent nothing at all, not even a heartbeat, on connections that stayed open. So its process or its host stood still,"
                + " and not only its loop.")
        words.advice.add(
            "On the host of \(view.client), see whether the process was stopped, swapped out or starved, or the machine suspended."
        )
        words.advice.run("Look for suspends and for memory that ran out", "dmesg -T | tail -200")
        words.advice.add(describe(view))
    }

    /// KIP-848: what a member was to give up is given to nobody before it says that it has.
    private static func unreleased(_ view: Case, _ words: inout Words) {
        let holder = view.text(.heldUpBy) ?? "a member"
        words.explanation.add(
            "The coordinator told \(holder) to give this up. It stopped fetching, but its heartbeats never confirmed that. So no other"
                + " member was given it.")
        words.advice.add(
            "Look at \(holder): its rebalance listener (onPartitionsRevoked) may hang, or a commit before the release. Restart it if it"
                + " does not return.")
        words.advice.add(describe(view))
    }

    static func acknowledgedLost(_ view: Case) -> Words {
        let batches = Format.count(view.finding.count, "batch", plural: "batches")
        var words = Words(
            title:
                "\(batches) of \(view.client) got lost after a broker acknowledged them: \(view.serverShort) does not have them"
        )
        let before = view.list(.leaderBefore).first.map { view.context.broker($0, nodeId: nil) } ?? "The leader before"
        words.explanation.add(
            "\(before) had acknowledged \(batches). From \(view.clock(view.finding.first)) on \(view.server), the new leader, gave"
                + " the same offsets to other records. An offset holds one record, so the first ones are gone."
        )
        words.explanation.add(view.text(.offsets)) { "Offsets used twice: \($0)." }
        words.explanation.add(
            "This happens when a leader acknowledges alone (acks=1 or min.insync.replicas=1) and fails before a follower has the"
                + " records. An unclean election, or an old leader that does not step down, does it too.")
        words.advice.add(
            "Produce these records again from \(view.client), for the time and partitions named."
        )
        words.advice.add(
            "To prevent it, set acks=all on the producer, min.insync.replicas=2 and unclean.leader.election.enable=false."
        )
        words.advice.add("Look for 'Truncating to offset' in the log of the old leader.")
        return words
    }

    static func fallsBehind(_ view: Case) -> Words {
        let grown = view.text(.grewBy).map { " by \($0) records" } ?? ""
        let took = view.duration(.durationMs).map { " in \($0)" } ?? ""
        var words = Words(
            title: "\(group(view)) falls behind in \(topic(view)): its lag grew\(grown)\(took)\(reader(view))")
        let span = "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last))"
        if view.finding.cause == .notFetching {
            words.explanation.add(
                "\(span) records came in to \(partitions(view)), but for most of that time the member did not fetch it. It"
                    + " fetched others.")
            words.advice.add(
                "See whether the program pauses the partition (itself, or by backpressure of its framework), and for how long."
            )
        } else if let held = view.duration(.throttleMsMax) {
            words.explanation.add(
                "\(span) more records came in to \(partitions(view)) than the members read. A quota held their Fetches back, for up to"
                    + " \(held) each.")
            words.advice.add("Raise the consumer's quota, or read less. Faster processing does not help.")
            QuotaWords.look(view, &words)
        } else {
            words.explanation.add(
                "\(span) more records came in to \(partitions(view)) than the members read, although they kept fetching."
            )
            words.advice.add("Process records faster, or add members, up to one for each partition.")
        }
        words.explanation.add(view.text(.lagRecords)) { "At the end, \($0) records were not committed." }
        words.advice.add(describe(view))
        return words
    }

    /// Whose work it is; several are in the tables.
    private static func reader(_ view: Case) -> String {
        let ids = view.list(.clientIds)
        guard view.finding.client != nil || view.finding.clientId != nil, ids.count < 2 else { return "" }
        return " at \(view.client)"
    }

    private static func group(_ view: Case) -> String { view.text(.group).map { "group \($0)" } ?? "a group" }

    private static func topic(_ view: Case) -> String {
        view.topics.isEmpty ? "a topic" : Format.list(view.shownTopics)
    }

    private static func partitions(_ view: Case) -> String {
        let numbers = view.list(.partitions)
        let word = numbers.count == 1 ? "partition" : "partitions"
        return numbers.isEmpty ? "the partitions" : "\(word) \(Format.list(numbers.map(Trim.name), limit: 8))"
    }

    private static func describe(_ view: Case) -> HelpStep {
        HelpStep(
            text: "See the lag now", command: view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag)"))
    }
}
