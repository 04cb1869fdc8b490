internal import ReportModel

/// Words for error codes in answers.
enum ErrorWords {
    static func notLeader(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? "NOT_LEADER_OR_FOLLOWER"
        var words = Words(title: "\(view.serverShort) answered \(name) to \(view.client)\(times(view))")
        guard name == "NOT_LEADER_OR_FOLLOWER" else { return knowsAnother(view, name, words) }
        words.explanation.add(
            "\(view.client) asked \(view.server) for partitions\(topics(view)) that another broker leads now. Clients then fetch new"
                + " metadata and go there. A few of these errors are normal when a leader changes.")
        words.explanation.add(healed(view))
        words.advice.run(
            "If it continues, compare the leaders that clients see with the real ones",
            view.kafka("kafka-topics", "--describe\(view.topicFlag)"))
        words.advice.add(
            if: view.finding.severity > .info,
            "If the leaders do not change, connections reach the wrong broker (a load balancer or stale DNS).")
        return words
    }

    /// The client and the broker know different leaders, or different controllers.
    private static func knowsAnother(_ view: Case, _ name: String, _ start: Words) -> Words {
        var words = start
        let lasts = view.finding.severity > .info
        switch name {
        case "NOT_CONTROLLER":
            words.explanation.add(
                "\(view.client) asked \(view.server) for what only the controller does. Metadata names the controller, and clients go"
                    + " there. A few of these errors are normal when the controller changes.")
            words.advice.run(
                "Compare with the controller that there is",
                view.kafka("kafka-metadata-quorum", "describe --status"))
            words.advice.add(
                if: lasts,
                "If it continues, \(view.client) does not go to the controller that Metadata names. Update its library, or find what"
                    + " leads its connections elsewhere.")
        case "UNKNOWN_LEADER_EPOCH":
            words.explanation.add(
                "For partitions\(topics(view)), \(view.client) knows a newer leader epoch than \(view.server). The broker has not caught"
                    + " up with the controller yet.")
            words.advice.add(
                if: lasts,
                "Look at \(view.server): its connection to the controller, and how far its metadata is behind.")
        default:
            words.explanation.add(
                "For partitions\(topics(view)), \(view.client) knows an older leader epoch than \(view.server). Clients then fetch new"
                    + " metadata.")
            words.advice.add(
                if: lasts,
                "If it continues, the brokers that \(view.client) asks for metadata have not caught up with the controller."
            )
        }
        words.explanation.add(healed(view))
        words.advice.add(if: !lasts, "Nothing to do, unless it comes back.")
        return words
    }

    static func errorResponse(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? view.text(.errorCode).map { "error \($0)" } ?? "an error"
        let apis = view.lateApis.map(Trim.name)
        let asked = apis.isEmpty ? "to \(view.client)" : "to \(Format.list(apis)) from \(view.client)"
        let title = "\(view.serverShort) answered \(name) \(asked)\(times(view))\(SkipWords.ending(view))"
        var words = Words(title: RejoinWords.title(view) ?? title)
        words.explanation.add(
            "\(Format.count(view.finding.count, "response")) from \(view.server) to \(view.client) carried \(name)\(about(view))"
                + (view.text(.group).map { ", group \($0)" } ?? "") + ".")
        if let before = view.text(.errorBefore) {
            words.explanation.add(
                "These batches were already in flight behind one that the partition refused with \(before). The producer sent all of"
                    + " them again.")
        } else {
            let cause = DeletionWords.meaning(view) ?? TransactionWords.timeout(view).map(TransactionWords.meaning)
            words.explanation.add(cause ?? ErrorMeanings.meaning(view))
            words.explanation.add(MemberWords.lost(view))
        }
        words.explanation.add(view.text(.follows)) {
            "It follows from the Produce requests to that partition that were lost at \($0)."
        }
        words.explanation.add(view.text(.takenOverBy)) {
            "\($0) uses the same name."
        }
        words.explanation.add(view.number(.notRepeated)) {
            "\(Format.count($0, "batch", plural: "batches")) of these \($0 == 1 ? "was" : "were") not sent again, although later records"
                + " were. The program got an error, or lost \($0 == 1 ? "it" : "them") unnoticed."
        }
        SkipWords.add(view, &words)
        words.explanation.add(view.text(.brokerMessage)) { "The broker's message was \"\($0)\"." }
        words.explanation.add(healed(view))
        ErrorAdvice.add(view, &words)
        return words
    }

    /// The usual first exchange of a new client with an older broker.
    private static func versionFallback(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.client) sent \(view.serverShort) a newer ApiVersions than it knows, and fell back")
        words.explanation.add(
            "The broker answered UNSUPPORTED_VERSION with the versions that it offers, and the client took one of them. A new client"
                + " does this on an older broker.")
        words.advice.add("Nothing to do.")
        return words
    }

    static func unsupportedVersion(_ view: Case) -> Words {
        let api = [view.text(.apiName), view.text(.apiVersion).map { "version \($0)" }].compactMap(\.self)
        let what = api.isEmpty ? "a version" : api.joined(separator: " ")
        if view.finding.severity == .info { return versionFallback(view) }
        if view.flag(.controllerPort) == true {
            var words = Words(
                title: "\(view.client) connected to a controller's port, \(view.server), and gave up there")
            words.explanation.add("It asked which versions are offered\(times(view)), and then sent nothing more.")
            controllerPort(view, &words)
            return words
        }
        var words = Words(title: "\(view.client) uses \(what) that \(view.serverShort) does not offer")
        words.explanation.add(
            "\(view.server) refused \(what)\(times(view))"
                + (view.text(.offeredVersions).map { ". It offers \($0)." } ?? "."))
        words.advice.run(
            "See which versions the broker offers",
            view.kafka("kafka-broker-api-versions", at: view.finding.server))
        words.advice.add("Upgrade the older side, and remove settings that pin a protocol version.")
        return words
    }

    /// KIP-919: what to say of a port that is a KRaft controller's.
    static func controllerPort(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "\(view.server) is the port of a KRaft controller and offers no Metadata, so producers and consumers cannot work there."
        )
        words.advice.add(
            "Give the client a broker's address in bootstrap.servers. The controller's port is for brokers only."
        )
        words.advice.add(
            "Kafka's admin tools reach a controller with --bootstrap-controller \(view.endpoint) instead of --bootstrap-server."
        )
    }

    private static func times(_ view: Case) -> String {
        view.finding.count == 1 ? "" : " (\(Format.count(view.finding.count)) times)"
    }

    /// ` for topic orders`.
    private static func about(_ view: Case) -> String {
        let names = view.shownTopics
        let noun = names.contains { $0.hasPrefix("topic id ") } ? "" : names.count == 1 ? "topic " : "topics "
        return names.isEmpty ? "" : " for \(noun)\(Format.list(names))"
    }

    private static func topics(_ view: Case) -> String {
        let names = view.shownTopics
        return names.isEmpty ? "" : " of " + Format.list(names)
    }

    private static func healed(_ view: Case) -> String? {
        switch view.flag(.healed) {
        case true?: "A retry succeeded later."
        case false?: "No retry was seen to succeed."
        case nil: nil
        }
    }
}
