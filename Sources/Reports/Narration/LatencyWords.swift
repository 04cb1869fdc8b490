internal import ReportModel

/// Words for answers that are late, missing so far, or held back.
enum LatencyWords {
    static func overdue(_ view: Case) -> Words {
        let waited = view.duration(.waitedMs).map { " for \($0)" } ?? ""
        var words = Words(title: "\(view.serverShort) owes \(view.client) an answer\(waited)")
        words.explanation.add(
            "The connection is still open, and \(view.text(.stage) == "sign-in" ? "a sign-in token" : "a request") sent at \(view.clock(view.finding.first)) has no answer yet."
        )
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(whatHoldsIt(view))
        words.explanation.add(view.duration(.usualMs)) { "Such requests were usually answered within \($0)." }
        if FollowerWords.add(view, &words) { return words }
        words.advice.add(
            "On the host of \(view.server): jstack or `kill -3` of the broker, its garbage-collection log, iostat -x 1;"
                + " from the client: nc -vz \(view.host) \(view.port).")
        return words
    }

    private static func whatHoldsIt(_ view: Case) -> String? {
        if view.flag(.passedOver) == true {
            return "Younger requests of that connection were answered. Answers come in order, so this one never will."
        }
        if view.flag(.windowClosed) == true {
            return "The broker's window is closed: its process takes nothing from that connection any more."
        }
        return switch (view.flag(.tcpAcknowledged), view.flag(.servedMeanwhile)) {
        case (true?, true?):
            "The broker's kernel acknowledged it, and the process answered other requests meanwhile: what holds this one up"
                + " is its own work (a lock, a disk, a replica, the system behind a sign-in)."
        case (true?, _):
            "The broker's kernel acknowledged it, so the host is up"
                + (view.follower == nil ? " and the process does not answer." : ".")
        case (false?, _): "It was not even acknowledged: packets do not arrive."
        case (nil, _): nil
        }
    }

    static func slow(_ view: Case) -> Words {
        let api = view.text(.apiName).map { "\($0) " } ?? ""
        let worst = view.duration(.maxMs).map { ", up to \($0)" } ?? ""
        var words = Words(
            title: "\(view.serverShort) answered \(api)late \(Format.count(view.finding.count, "time"))\(worst)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "answer")) of \(view.server) to \(view.client) came far later than usual"
                + (view.duration(.usualMs).map { " (\($0))" } ?? "")
                + ", and neither a long poll nor throttling explains it.")
        words.explanation.add(view.duration(.p99Ms)) { "99 of 100 took less than \($0)." }
        words.explanation.add(view.text(.trigger)) { "At the same time: \($0)." }
        if FollowerWords.add(view, &words) { return words }
        words.explanation.add(whatIsLate(view))
        words.advice.add(
            "Look at \(view.server) from \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)): garbage"
                + " collection, iostat -x 1, RequestQueueTimeMs and LocalTimeMs per request type, followers that lag.")
        return words
    }

    /// Which requests are late tells what they wait for.
    private static func whatIsLate(_ view: Case) -> String? {
        let late = Set(view.lateApis + view.list(.alsoLate))
        if late.contains("ApiVersions") {
            return
                "ApiVersions needs no disk and no other broker: the process itself was held up (a pause, its threads, its CPU)."
        }
        if late == ["Fetch"] {
            return "Only Fetch was late: reading old records from the disk (or a remote tier) holds up nothing else."
        }
        if !late.isEmpty,
            late.isSubset(of: ["Produce", "OffsetCommit", "EndTxn", "TxnOffsetCommit", "AddPartitionsToTxn"])
        {
            return "Only requests were late that are to be stored: the disk, or with acks=all a follower that lags."
        }
        return nil
    }

    static func throttled(_ view: Case) -> Words {
        // Times announced one after another overlap: their sum is no pause that anybody made.
        let longest = view.duration(.throttleMsMax).map { ", for up to \($0)" } ?? ""
        var words = Words(title: "\(view.serverShort) throttles \(view.client)\(longest)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "answer")) of \(view.server) told \(view.client) to hold back"
                + (view.duration(.throttleMsMax).map { ", for up to \($0)" } ?? "")
                + ": a quota is used up. The pauses are the broker's will, not slowness.")
        words.advice.add(
            "See the quotas: kafka-configs.sh --bootstrap-server \(view.workingBootstrap) --describe --entity-type clients"
                + " --entity-name \(Trim.shell(view.finding.clientId ?? "CLIENT-ID")); also for users.")
        words.advice.add("Raise the quota, or spread the load of this client over time.")
        return words
    }
}
