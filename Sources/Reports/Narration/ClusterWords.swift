internal import ReportModel

/// Words for what the cluster says of itself.
enum ClusterWords {
    static func clusterChanged(_ view: Case) -> Words {
        if view.finding.detail == .sameName { return sameName(view) }
        var words = Words(title: "\(view.serverShort) answers for another cluster than before")
        let ids = [view.text(.clusterIdBefore).map { "before: \($0)" }, view.text(.clusterId).map { "now: \($0)" }]
            .compactMap(\.self)
        words.explanation.add(
            "The address \(view.server) gave another cluster id at \(view.clock(view.finding.first))"
                + (ids.isEmpty ? "." : " (\(ids.joined(separator: ", ")))."))
        words.explanation.add(
            "A failover, a changed DNS name or an address that was given anew; offsets do not carry over.")
        words.advice.add(
            "Ask it directly: kafka-cluster.sh cluster-id --bootstrap-server \(view.endpoint); check DNS (getent hosts"
                + " \(view.host)) and the load balancer's targets, then restart clients that still mix the two.")
        return words
    }

    private static func sameName(_ view: Case) -> Words {
        let name = view.text(.bootstrapAddress) ?? "one bootstrap name"
        var words = Words(title: "\(name) leads to two clusters")
        let ids = [view.text(.clusterIdBefore), view.text(.clusterId)].compactMap(\.self)
        words.explanation.add(
            "The name has the addresses \(view.text(.resolvedTo) ?? view.server), which answer for two clusters"
                + (ids.isEmpty ? "" : " (\(ids.joined(separator: ", ")))")
                + ": which one a client gets depends on the address that it tries first.")
        words.explanation.add("Topics and offsets of the one are not those of the other.")
        words.advice.add(
            "Correct the name's addresses in DNS, or the pool of the load balancer behind it. Ask each one: kafka-cluster.sh"
                + " cluster-id --bootstrap-server \(view.endpoint)")
        return words
    }

    static func underReplicated(_ view: Case) -> Words {
        let (subject, have, they) = subject(view)
        var words = Words(title: "\(subject) \(have) fewer replicas in sync than \(they) should")
        words.explanation.add(
            "Metadata\(tellers(view)) at \(view.clock(view.finding.first)) lists replicas that are not in sync"
                + "\(topics(view)). One more loss may stop writing, or lose data.")
        words.explanation.add(view.text(.partitions)) { "Partitions: \($0)." }
        words.advice.add(
            "kafka-topics.sh --bootstrap-server \(view.workingBootstrap) --describe --under-replicated-partitions, then the"
                + " node that is missing from every Isr list.")
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
        words.advice.add(
            "kafka-topics.sh --bootstrap-server \(view.workingBootstrap) --describe --unavailable-partitions; bring back a node"
                + " of the Isr list. An unclean election loses data: it is the last resort.")
        return words
    }

    static func rebalance(_ view: Case) -> Words {
        let group = view.text(.group).map { "group \($0)" } ?? "a group"
        let took = view.duration(.durationMs).map { " in \($0)" } ?? ""
        let count = view.finding.count
        if let stays = view.number(.stays) { return restarted(view, group, stays) }
        var words = Words(
            title: count > 1 ? "\(group) rebalanced \(Format.count(count)) times" : "\(group) rebalanced\(took)")
        if count > 1 { words.explanation.add(view.duration(.durationMs)) { "The first of them took \($0)." } }
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) the members shared out partitions anew"
                + (view.text(.trigger).map { "; it began with \($0)" } ?? "") + ".")
        words.explanation.add(view.text(.memberTrigger).flatMap { triggers[$0] })
        words.explanation.add(view.text(.leftMembers)) { "Members that did not mean to leave: \($0)." }
        words.explanation.add(view.text(.heldUpBy)) { "The others waited for \($0)." }
        words.explanation.add(view.text(.members)) { "Members: \($0)." }
        words.explanation.add(view.text(.generation)) { "Generation: \($0)." }
        words.advice.add(
            "One a deployment is normal. If they recur: kafka-consumer-groups.sh --bootstrap-server \(view.workingBootstrap)"
                + " --describe --group \(view.list(.group).first.map(Trim.shell) ?? "GROUP") --members, then"
                + " max.poll.interval.ms, session.timeout.ms and static membership (group.instance.id).")
        return words
    }

    /// One program comes and goes, and the others stop for it each time.
    private static func restarted(_ view: Case, _ group: String, _ stays: Int) -> Words {
        let count = view.finding.count
        var words = Words(
            title: "\(group) rebalanced \(Format.count(count)) times because \(view.client) joins and is gone again")
        let every = view.duration(.everyMs).map { ", every \($0)" } ?? ""
        words.explanation.add(
            "\(view.client) was in the group and out of it again \(Format.count(stays)) times from \(view.clock(view.finding.first)) to"
                + " \(view.clock(view.finding.last))\(every). Each time all members stop and share out partitions anew."
        )
        words.explanation.add(view.text(.leftMembers)) { "Members that did not mean to leave: \($0)." }
        if view.text(.leftMembers) == nil {
            words.explanation.add(
                "It leaves in good order: so does a program that ends with an error and is started again and again.")
        }
        words.advice.add(
            "Find out why \(view.client) ends: its own log before each end, the restart count and exit code of its container or service"
                + " (kubectl describe pod; systemctl status). The group's other members only wait for it.")
        return words
    }

    /// What set a rebalance off.
    private static let triggers = [
        "member-joined": "A member joined.", "member-left": "A member left.", "member-lost": "A member was lost.",
        "member-rejoined": "A member asked for it.",
    ]

    private static func subject(_ view: Case) -> (subject: String, have: String, they: String) {
        guard let count = view.number(.partitions) else { return ("partitions", "have", "they") }
        return (Format.count(count, "partition"), count == 1 ? "has" : "have", count == 1 ? "it" : "they")
    }

    private static func topics(_ view: Case) -> String {
        let names = view.topics.map(Trim.name)
        return names.isEmpty ? "" : " for \(Format.list(names))"
    }
}
