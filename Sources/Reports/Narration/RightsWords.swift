internal import ReportModel

/// Words for rights that a client lacks: who it is to the broker, and on what.
enum RightsWords {
    static func meaning(_ view: Case) -> String {
        if view.flag(.healed) == true {
            return "\(who(view)) lacked the permission\(on(view)) at first, and had it later."
        }
        return "\(who(view)) lacks the permission\(on(view)), so retries cannot succeed."
    }

    static func advise(_ view: Case, _ words: inout Words) {
        words.advice.run("List the ACLs", view.kafka("kafka-acls", "--list\(resource(view))"))
        words.advice.add("Then add the missing one with --add.")
    }

    /// The principal, as far as the client's connections to that server show it.
    private static func who(_ view: Case) -> String {
        let mine = view.context.report.connections.filter {
            $0.server == view.finding.server && HostPort($0.client).host == view.finding.client
                && ($0.clientId == nil || view.finding.clientIds.isEmpty
                    || view.finding.clientIds.contains($0.clientId ?? ""))
        }
        let principals = Set(mine.compactMap(\.principal))
        if principals.count == 1, let principal = principals.first { return "\(Trim.name(principal))" }
        let protocols = Set(mine.compactMap(\.securityProtocol))
        if protocols == ["PLAINTEXT"] {
            return "The listener asks for no sign-in, so this client is User:ANONYMOUS, which"
        }
        return protocols.contains { $0.hasPrefix("SASL") }
            ? "The signed-in principal" : "The client's principal"
    }

    private static func on(_ view: Case) -> String {
        switch view.finding.error {
        case "GROUP_AUTHORIZATION_FAILED":
            view.list(.group).first.map { " READ on group \(Trim.name($0))" } ?? ""
        case "TRANSACTIONAL_ID_AUTHORIZATION_FAILED":
            view.list(.identities).first.map { " WRITE on transactional id \(Trim.name($0))" } ?? ""
        case "TOPIC_AUTHORIZATION_FAILED":
            view.topics.isEmpty ? "" : " on \(Format.list(view.shownTopics))"
        case "CLUSTER_AUTHORIZATION_FAILED" where view.text(.apiName) == "InitProducerId":
            " IDEMPOTENT_WRITE on the cluster"
        default: ""
        }
    }

    private static func resource(_ view: Case) -> String {
        switch view.finding.error {
        case "GROUP_AUTHORIZATION_FAILED": view.list(.group).first.map { " --group \(Trim.shell($0))" } ?? ""
        case "TRANSACTIONAL_ID_AUTHORIZATION_FAILED":
            view.list(.identities).first.map { " --transactional-id \(Trim.shell($0))" } ?? ""
        case "CLUSTER_AUTHORIZATION_FAILED": " --cluster"
        default: view.topicFlag.hasPrefix(" --topic ") ? view.topicFlag : ""
        }
    }
}
