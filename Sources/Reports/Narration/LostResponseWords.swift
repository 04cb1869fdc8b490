internal import ReportModel
internal import Vocabulary

/// Words for `disconnect-before-response`.
enum LostResponseWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        words.explanation.add(seen(view))
        words.explanation.add(RequestWords.summary(view))
        if wantedNone(view), view.finding.cause != .hostUnreachable {
            words.advice.add("Set acks=1 or acks=all on this producer, so that the broker can say why.")
            words.advice.run(
                "Without that, compare the leaders and the ACLs with what it writes",
                view.kafka("kafka-topics", "--describe\(view.topicFlag)"))
            return words
        }
        LostResponseCauses.explain(view, &words)
        words.explanation.add(RequestWords.outcomes(view))
        words.explanation.add(RequestWords.seenByProgram(view))
        RequestWords.afterLoss(view, &words)
        return words
    }

    private static func title(_ view: Case) -> String {
        let (server, ended) = (view.serverShort, Format.count(view.finding.count, "connection"))
        if wantedNone(view) {
            return view.finding.cause == .hostUnreachable
                ? "the host of \(server) went silent, and what was sent on \(ended) never arrived"
                : "\(server) closes \(ended) on a Produce with acks=0"
        }
        return switch view.finding.cause {
        case .brokerCrashed where isBehindGateway(view):
            "the broker behind \(server) stopped without notice; \(ended) ended without a response"
        case .brokerShutdown where isBehindGateway(view):
            "the broker behind \(server) was shut down; \(ended) ended without a response"
        case .connectionLimit where isBehindGateway(view):
            "the broker behind \(server) refused connections because of a connection limit; \(ended) ended without a response"
        case .brokerCrashed: "\(server) stopped without notice; \(ended) ended without a response"
        case .brokerShutdown: "\(server) was shut down; \(ended) ended without a response"
        case .hostUnreachable where !view.list(.servedMeanwhile).isEmpty || view.text(.icmp) != nil:
            "\(view.client) is cut off from \(server): \(ended) \(lost(view))"
        case .hostUnreachable where mayComeBack(view): "\(server) acknowledges nothing: \(ended) \(lost(view))"
        case .hostUnreachable: "the host of \(server) went silent; \(ended) got no response"
        case .requestTimeout where view.flag(.answerLostOnWay) == true:
            "The path lost part of a response of \(server), and \(view.client) gave up on \(ended)"
        case .requestTimeout where view.flag(.answerUnheard) == true:
            "The path lost what \(server) answered, and \(view.client) gave up on \(ended)"
        case .requestTimeout: "\(view.client) gave up waiting for \(server) on \(ended)"
        case .idleTimeout where view.flag(.waitedOnPurpose) == true:
            "An idle limit in front of \(server) cut \(ended) while requests waited on purpose"
        case .unknown where view.flag(.flowForgotten) == true:
            "something on the way to \(server) lost track of \(ended)"
        case .idleTimeout: "\(ended) to \(server) had been idle too long, and a request was lost"
        case .middleboxReset: "something between the client and \(server) reset \(ended)"
        case .unsupportedVersion where view.flag(.controllerPort) == true:
            "\(server) is a controller's port and closed \(ended) on a client's request"
        case .unsupportedVersion: "\(server) closed \(ended) on a request version that it does not offer"
        case .oversizedRequest: "\(server) closed \(ended) on a request that is too large for it"
        case .unparsableRequest: "\(server) closed \(ended) on a request that it could not parse"
        case .connectionLimit: "\(server) refused \(ended) because of a connection limit"
        case .noBrokerBehind: "nothing answers behind \(server): \(ended) closed without a byte"
        default: "\(ended) to \(server) ended before a response came"
        }
    }

    /// The gateway's other leg shows whose end it was.
    private static func isBehindGateway(_ view: Case) -> Bool { !view.list(.upstream).isEmpty }

    /// Nothing that was lost wants an answer: a producer with acks=0.
    private static func wantedNone(_ view: Case) -> Bool {
        view.finding.requests.isEmpty && view.finding[.acks] == .number(0)
    }

    /// The silence had not lasted for long when the capture ended.
    private static func mayComeBack(_ view: Case) -> Bool {
        view.finding.severity == .warning && view.finding.doubt.contains(.captureEnds)
    }

    private static func lost(_ view: Case) -> String {
        guard mayComeBack(view) else { return "got no response" }
        return view.finding.count == 1 ? "waits for a response" : "wait for a response"
    }

    private static func seen(_ view: Case) -> String {
        let isSilent = view.finding.cause == .hostUnreachable || view.flag(.flowForgotten) == true
        if isSilent, view.finding.closedBy == .unknown, !wantedNone(view) {
            return
                "From \(view.clock(view.finding.first)) on, nothing that \(view.client) sent to \(view.server) was acknowledged,"
                + " although TCP sent it again and again. No end of the connection was seen."
        }
        let who =
            switch view.finding.closedBy {
            case .broker: "\(view.server) ended the connection"
            case .client: "\(view.client) ended its connection to \(view.server)"
            case .middlebox: "a device on the path ended the connection to \(view.server)"
            default: "the connection to \(view.server) ended"
            }
        let what = view.text(.closeKind).map { " (\($0))" } ?? ""
        if view.finding.doubt.contains(.encrypted), view.finding.cause == .requestTimeout,
            let waited = view.duration(.waitedMs)
        {
            return
                "From \(view.clock(view.finding.first)) on, \(view.server) sent nothing to \(view.client), which had sent"
                + " something. After \(waited) the client closed\(what)."
        }
        if wantedNone(view) {
            return view.finding.cause == .hostUnreachable
                ? "From \(view.clock(view.finding.first)) on, nothing that \(view.client) sent to \(view.server) was"
                    + " acknowledged. Its Produce requests want no response (acks=0), so it does not notice that they are lost."
                : "At \(view.clock(view.finding.first)) and later, \(view.server) closed the connection right after a Produce"
                    + " with acks=0 from \(view.client). That close is the only error that such a Produce can get, and its"
                    + " records are not stored. Usually the broker does not lead the partition, the topic does not exist, or"
                    + " the client may not write to it."
        }
        // What was sent only afterwards was not pending.
        let wasPending = view.finding.requests.isEmpty || view.finding.requests.contains { $0.waitedMs > 0 }
        return "At \(view.clock(view.finding.first)) \(who)\(what)"
            + (wasPending
                ? " while a request had no response."
                : " with nothing pending. What the client still sent on it got no response.")
    }
}

/// What the requests of a finding say.
enum RequestWords {
    /// `Without a response: 2 Fetch and 1 Produce; …`, with the longest wait.
    static func summary(_ view: Case) -> String? {
        let requests = view.finding.requests
        guard !requests.isEmpty else { return nil }
        var counts: [(api: String, count: Int)] = []
        for request in requests {
            if let i = counts.firstIndex(where: { $0.api == request.api }) {
                counts[i].count += 1
            } else {
                counts.append((request.api, 1))
            }
        }
        let apis = Format.list(counts.map { "\(Format.count($0.count)) \(Trim.name($0.api))" })
        let longest = requests.map(\.waitedMs).max() ?? 0
        let waited = requests.count == 1 ? "it had waited" : "the oldest had waited"
        let wait = longest > 0 ? "\(waited) \(Format.duration(ms: longest))" : "all were sent after the close"
        let rest = view.finding.requestsLeftOut
        let more = rest > 0 ? " and \(Format.count(rest, "more request"))" : ""
        return
            "Without a response: \(apis)\(more); \(requests.count == 1 && longest <= 0 ? "it was sent after the close" : wait)."
    }

    /// What became of the data, worst first, one sentence an outcome.
    static func outcomes(_ view: Case) -> String? {
        let produces = view.finding.requests.filter { $0.api == "Produce" || !$0.topics.isEmpty && $0.acks != nil }
        let sentences = Outcome.allCases.reversed().compactMap { outcome -> String? in
            let group = produces.filter { $0.outcome == outcome }
            return group.first.map { sentence(outcome, $0, count: group.count, view) }
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private static func sentence(_ outcome: Outcome, _ request: LostRequest, count: Int, _ view: Case) -> String {
        let subject = count == 1 ? "The Produce\(to(request))" : "\(Format.count(count, "Produce request"))"
        let resend = request.resentTime.map { time in
            let to = request.resentTo.map { " to \(view.context.named($0))" } ?? ""
            return " resent\(to) \(Format.duration(ms: time.milliseconds(since: request.sent))) later"
        }
        let offset = request.resentOffset.map { " at offset \($0)" } ?? ""
        let (was, isStored, it, them) = count == 1 ? ("was", "is", "it", "it") : ("were", "are", "they", "them")
        switch outcome {
        case .unknown: return "\(subject): this capture does not show whether the broker stored \(them)."
        case .notRetried:
            return "\(subject) \(was) not sent again. Unless the first copy was stored, the records are missing."
        case .storedOnce:
            guard let resend else {
                return "\(subject) \(isStored) stored, as the broker's own response says\(offset)."
            }
            return "\(subject) \(was)\(resend) and \(isStored) stored exactly once\(offset)."
        case .storedTwice:
            return "\(subject) \(was)\(resend ?? " resent"). Two offsets prove that \(it) \(isStored) stored twice."
        case .possiblyTwice:
            return
                "\(subject) \(was)\(resend ?? " resent") and accepted\(offset). Without a producer id the broker cannot recognise a"
                + " copy, so if the first one was stored too, the records are there twice."
        case .noEffect:
            return
                "\(subject) had no effect: the broker did not get all of \(them), refused \(them), or stored nothing."
        }
    }

    /// Whether the program noticed, as far as resends tell: a library that sends again reports nothing unless it gives up.
    static func seenByProgram(_ view: Case) -> String? {
        let produces = view.finding.requests.filter { $0.api == "Produce" }
        guard !produces.isEmpty else { return nil }
        let dropped = produces.count { $0.outcome == .notRetried }
        if dropped > 0 {
            return
                "Its library did not send \(dropped == produces.count ? (dropped == 1 ? "it" : "them") : "\(Format.count(dropped)) of them") again, so the program"
                + " got an error if it asked for the result."
        }
        let again = produces.filter { $0.resentAnswerFrame != nil }
        guard again.count == produces.count, view.finding.requestsLeftOut == 0 else { return nil }
        let longest = again.compactMap { request in
            request.resentTime.map { $0.milliseconds(since: request.sent) }
        }.max()
        return longest.map {
            "Its library sent all of that again and got responses. So the program saw a delay of at least \(Format.duration(ms: $0)), and no"
                + " error that packets show."
        }
    }

    private static func to(_ request: LostRequest) -> String {
        request.topics.isEmpty ? "" : " to \(Format.list(request.topics.map { TopicName($0).shown }))"
    }

    /// How to look for the records: by offset where one is known, else among those of that time.
    static func afterLoss(_ view: Case, _ words: inout Words) {
        let doubtful = view.finding.requests.filter {
            [.possiblyTwice, .storedTwice, .notRetried, .unknown].contains($0.outcome) && $0.acks != nil
        }
        guard let request = doubtful.first(where: { $0.resentOffset != nil && $0.partition != nil }) ?? doubtful.first,
            let topic = request.topics.first
        else { return }
        if let id = TopicName(topic).id {
            words.advice.run(
                "See the topic's name and partitions", view.kafka("kafka-topics", "--describe --topic-id \(id)"))
        } else {
            records(of: Trim.shell(topic), around: request, view, &words)
        }
        words.advice.add(
            if: request.idempotent != true, "Set enable.idempotence=true on this producer to prevent duplicates.")
    }

    private static func records(
        of topic: String, around request: LostRequest, _ view: Case, _ words: inout Words
    ) {
        let shown = "--max-messages 20 --formatter-property print.offset=true --formatter-property print.timestamp=true"
        if let partition = request.partition, let offset = request.resentOffset {
            let place = "--topic \(topic) --partition \(partition) --offset \(max(0, offset - 10))"
            return words.advice.run(
                "Look for duplicates around offset \(offset)",
                view.kafka("kafka-console-consumer", "\(place) \(shown)"))
        }
        let time = request.sent.nanoseconds / 1_000_000
        let partition = request.partition.map(String.init)
        words.advice.run(
            "Find the offset of \(view.clock(request.sent))",
            view.kafka(
                "kafka-get-offsets",
                "--topic \(topic)\(partition.map { " --partitions \($0)" } ?? "") --time \(time)"))
        words.advice.run(
            "Look at the records from there on",
            view.kafka(
                "kafka-console-consumer",
                "--topic \(topic) --partition \(partition ?? "PARTITION") --offset OFFSET \(shown)"))
    }
}
