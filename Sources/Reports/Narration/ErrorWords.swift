internal import ReportModel

/// Words for error codes in answers.
enum ErrorWords {
    static func notLeader(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? "NOT_LEADER_OR_FOLLOWER"
        var words = Words(title: "\(view.serverShort) answered \(name) to \(view.client)\(times(view))")
        words.explanation.add(
            "\(view.client) asked \(view.server) for partitions\(topics(view)) that another node leads now. Clients fetch new"
                + " Metadata and go there; a few of these belong to every change of leader.")
        words.explanation.add(healed(view))
        words.advice.add(
            "If it goes on, compare the leaders that clients see with the real ones: kafka-topics.sh --bootstrap-server"
                + " \(view.workingBootstrap) --describe\(topicFlag(view)). Stable leaders with lasting errors mean that connections"
                + " reach the wrong node (load balancer, stale DNS).")
        return words
    }

    static func errorResponse(_ view: Case) -> Words {
        let name = view.finding.error.map(Trim.name) ?? view.text(.errorCode).map { "error \($0)" } ?? "an error"
        let api = view.text(.apiName).map { " to \($0)" } ?? ""
        var words = Words(title: "\(view.serverShort) answered \(name)\(api) of \(view.client)\(times(view))")
        words.explanation.add(
            "\(Format.count(view.finding.count, "answer")) of \(view.server) to \(view.client) carried \(name)\(topics(view))"
                + (view.text(.group).map { ", group \($0)" } ?? "") + ".")
        if let before = view.text(.errorBefore) {
            words.explanation.add(
                "These batches were on their way behind one of the same partition that was refused with \(before). The producer sent"
                    + " all of them again.")
        } else {
            words.explanation.add(ErrorMeanings.meaning(view))
            words.explanation.add(MemberWords.lost(view))
        }
        words.explanation.add(view.text(.follows)) {
            "It follows from the Produce requests of that partition that were lost at \($0)."
        }
        words.explanation.add(view.text(.takenOverBy)) {
            "\($0) works under the same name: see identity-conflict."
        }
        words.explanation.add(view.number(.notRepeated)) {
            "\(Format.count($0, "batch", plural: "batches")) of these \($0 == 1 ? "was" : "were") not sent again, though later records"
                + " were: the program was told of an error, or lost them unnoticed."
        }
        words.explanation.add(view.text(.brokerMessage)) { "The broker's message: \"\($0)\"." }
        words.explanation.add(healed(view))
        words.advice.add(ErrorMeanings.advice(view))
        return words
    }

    /// The usual first exchange of a new client with an older broker.
    private static func versionFallback(_ view: Case) -> Words {
        var words = Words(
            title: "\(view.client) asked \(view.serverShort) by a newer ApiVersions than it knows, and fell back")
        words.explanation.add(
            "The broker answered UNSUPPORTED_VERSION with the versions that it has, and the client took one of them: the normal"
                + " way of a new client on an older broker.")
        words.advice.add("Nothing to do.")
        return words
    }

    static func unsupportedVersion(_ view: Case) -> Words {
        let api = [view.text(.apiName), view.text(.apiVersion).map { "version \($0)" }].compactMap(\.self)
        let what = api.isEmpty ? "a version" : api.joined(separator: " ")
        if view.finding.severity == .info { return versionFallback(view) }
        if view.flag(.controllerPort) == true {
            var words = Words(
                title: "\(view.client) was sent to a controller's port, \(view.server), and gave up there")
            words.explanation.add("It asked which versions are offered\(times(view)), and then for nothing.")
            controllerPort(view, &words)
            return words
        }
        var words = Words(title: "\(view.client) uses \(what) that \(view.serverShort) does not offer")
        words.explanation.add(
            "\(view.server) turned \(what) down\(times(view))"
                + (view.text(.offeredVersions).map { "; it offers \($0)." } ?? "."))
        words.advice.add(
            "Compare: kafka-broker-api-versions.sh --bootstrap-server \(view.endpoint). Upgrade the older side, and drop settings"
                + " that pin a protocol version.")
        return words
    }

    /// KIP-919: what to say of a port that is a KRaft controller's.
    static func controllerPort(_ view: Case, _ words: inout Words) {
        words.explanation.add(
            "\(view.server) offers the requests of a KRaft controller, and no Metadata: producers and consumers cannot work there."
        )
        words.advice.add(
            "Give the client a broker's address as bootstrap.servers; the controllers' port (controller.quorum.voters) is for brokers."
        )
        words.advice.add(
            "Tools that are meant for controllers take it as --bootstrap-controller \(view.endpoint) (bootstrap.controllers)."
        )
    }

    private static func times(_ view: Case) -> String {
        view.finding.count == 1 ? "" : " (\(Format.count(view.finding.count)) times)"
    }

    private static func topics(_ view: Case) -> String {
        let names = view.topics.map(Trim.name)
        return names.isEmpty ? "" : " of " + Format.list(names)
    }

    private static func topicFlag(_ view: Case) -> String {
        view.topics.first.map { " --topic \(Trim.shell($0))" } ?? ""
    }

    private static func healed(_ view: Case) -> String? {
        switch view.flag(.healed) {
        case true?: "A repeat succeeded later."
        case false?: "No success was seen afterwards."
        case nil: nil
        }
    }
}
