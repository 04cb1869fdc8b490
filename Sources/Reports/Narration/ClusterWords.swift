internal import ReportModel

/// Words for what the cluster says of itself.
enum ClusterWords {
    static func clusterChanged(_ view: Case) -> Words {
        if view.finding.detail == .sameName { return sameName(view) }
        var words = Words(title: "\(view.serverShort) now belongs to another cluster")
        let ids = [view.text(.clusterIdBefore).map { "before: \($0)" }, view.text(.clusterId).map { "now: \($0)" }]
            .compactMap(\.self)
        words.explanation.add(
            "The address \(view.server) gave another cluster id at \(view.clock(view.finding.first))"
                + (ids.isEmpty ? "." : " (\(ids.joined(separator: ", ")))."))
        words.explanation.add(
            "A failover, a changed DNS name or a reused address can do this. Offsets do not carry over.")
        words.advice.run("Ask it which cluster it is", clusterId(view))
        words.advice.add(
            "Check DNS and the load balancer's targets, then restart clients that still mix the two clusters.")
        return words
    }

    private static func clusterId(_ view: Case) -> String {
        "kafka-cluster.sh cluster-id --bootstrap-server \(view.endpoint)\(view.settings(for: view.finding.server))"
    }

    private static func sameName(_ view: Case) -> Words {
        let name = view.text(.bootstrapAddress) ?? "one bootstrap name"
        var words = Words(title: "\(name) leads to two clusters")
        let ids = [view.text(.clusterIdBefore), view.text(.clusterId)].compactMap(\.self)
        words.explanation.add(
            "The name resolves to \(view.text(.resolvedTo) ?? view.server), which belong to two clusters"
                + (ids.isEmpty ? "" : " (\(ids.joined(separator: ", ")))")
                + ". Which cluster a client gets depends on the address that it tries first.")
        words.explanation.add("The two clusters do not share topics or offsets.")
        words.advice.add("Correct the name's addresses in DNS, or the pool of the load balancer behind it.")
        words.advice.run("Ask each address which cluster it is", clusterId(view))
        return words
    }

    static func underReplicated(_ view: Case) -> Words {
        let (subject, have, they) = subject(view)
        var words = Words(title: "\(subject) \(have) fewer replicas in sync than \(they) should")
        words.explanation.add(
            "Metadata\(tellers(view)) at \(view.clock(view.finding.first)) lists replicas that are not in sync"
                + "\(topics(view)). If another replica fails, writing may stop or data may be lost.")
        words.explanation.add(view.text(.partitions)) { "Partitions: \($0)." }
        words.advice.run(
            "List these partitions", view.kafka("kafka-topics", "--describe --under-replicated-partitions"))
        words.advice.add("Then look at the broker that is missing from every Isr list.")
        return words
    }

    /// Who told: the servers, where the finding names them.
    private static func tellers(_ view: Case) -> String {
        let servers = view.list(.toldBy)
        return servers.isEmpty ? "" : " from \(Format.list(servers.map(view.context.named), limit: 3))"
    }

    static func leaderless(_ view: Case) -> Words {
        let (subject, have, _) = subject(view)
        var words = Words(title: "\(subject) \(have) no leader")
        words.explanation.add(
            "Metadata\(tellers(view)) at \(view.clock(view.finding.first)) names no leader\(topics(view)): nobody can read"
                + " or write there until a replica comes back.")
        words.explanation.add(view.text(.partitions)) { "Partitions: \($0)." }
        words.advice.run("List these partitions", view.kafka("kafka-topics", "--describe --unavailable-partitions"))
        words.advice.add(
            "Bring back a broker of the Isr list. An unclean election loses data, so it is the last resort.")
        return words
    }

    static func rebalance(_ view: Case) -> Words {
        let group = view.text(.group).map { "group \($0)" } ?? "a group"
        let took = view.duration(.durationMs).map { " in \($0)" } ?? ""
        let count = view.finding.count
        if let stays = view.number(.stays) { return restarted(view, group, stays) }
        if view.text(.assignmentAwaitedBy) != nil { return RejoinWords.unassigned(view, group) }
        var words = Words(
            title: MemberWords.lostTitle(view, group)
                ?? (count > 1 ? "\(group) rebalanced \(Format.count(count)) times" : "\(group) rebalanced\(took)"))
        if count > 1 { words.explanation.add(view.duration(.durationMs)) { "The first of them took \($0)." } }
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) the members redistributed the partitions"
                + (view.text(.trigger).map { ", beginning with \($0)" } ?? "") + ".")
        words.explanation.add(view.text(.memberTrigger).flatMap { triggers[$0] })
        words.explanation.add(view.text(.leftMembers)) { "Members that left against their will: \($0)." }
        words.explanation.add(view.text(.heldUpBy)) { "The others waited for \($0)." }
        words.explanation.add(view.text(.members)) { "Members: \($0)." }
        words.explanation.add(view.text(.generation)) { "Generation: \($0)." }
        words.advice.run(
            "One rebalance per deployment is normal. If they recur, look at the members",
            view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --members"))
        words.advice.add(
            if: view.finding.severity > .info,
            "Check max.poll.interval.ms, session.timeout.ms and static membership (group.instance.id).")
        return words
    }

    /// One program comes and goes, and the others stop for it each time.
    private static func restarted(_ view: Case, _ group: String, _ stays: Int) -> Words {
        let count = view.finding.count
        var words = Words(
            title: "\(group) rebalanced \(Format.count(count)) times because \(view.client) keeps joining and leaving")
        let every = view.duration(.everyMs).map { ", every \($0)" } ?? ""
        words.explanation.add(
            "\(view.client) joined the group and left again \(Format.count(stays)) times from \(view.clock(view.finding.first)) to"
                + " \(view.clock(view.finding.last))\(every). Each time, all members stop and redistribute the partitions."
        )
        words.explanation.add(view.text(.leftMembers)) { "Members that left against their will: \($0)." }
        if view.text(.leftMembers) == nil {
            words.explanation.add(
                "It leaves the group properly, as a program does that exits with an error and is restarted again and again."
            )
        }
        if view.text(.leftMembers)?.contains("poll-interval") == true {
            words.advice.add(
                "It does not exit: its work on one poll's records takes longer than max.poll.interval.ms. Lower max.poll.records, or"
                    + " raise max.poll.interval.ms above the slowest batch.")
            return words
        }
        words.advice.add(
            "Find out why \(view.client) exits: read its log before each exit, and the restart count and exit code of its container"
                + " or service.")
        return words
    }

    /// What set a rebalance off.
    private static let triggers = [
        "member-joined": "A member joined.", "member-left": "A member left.", "member-lost": "A member was lost.",
        "member-rejoined": "A member joined again.",
    ]

    private static func subject(_ view: Case) -> (subject: String, have: String, they: String) {
        guard let count = view.number(.partitions) else { return ("partitions", "have", "they") }
        return (Format.count(count, "partition"), count == 1 ? "has" : "have", count == 1 ? "it" : "they")
    }

    private static func topics(_ view: Case) -> String {
        let names = view.shownTopics
        return names.isEmpty ? "" : " for \(Format.list(names))"
    }
}
