internal import ReportModel

/// Words for answers that are late, missing so far, or held back.
enum LatencyWords {
    static func overdue(_ view: Case) -> Words {
        let waited = view.duration(.waitedMs).map { " for \($0)" } ?? ""
        if view.finding.requests.isEmpty, view.flag(.windowClosed) == true { return takesNothing(view, waited) }
        var words = Words(title: "\(view.serverShort) has left \(view.client) without a response\(waited)")
        words.explanation.add(
            "The connection is still open, and \(view.text(.stage) == "sign-in" ? "a sign-in token" : "a request") sent at \(view.clock(view.finding.first)) has no response yet."
        )
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(whatHoldsIt(view))
        words.explanation.add(view.duration(.usualMs)) { "Such requests were usually answered within \($0)." }
        if FollowerWords.add(view, &words) { return words }
        adviseHung(view, &words)
        return words
    }

    /// What fills its socket was sent before the capture began.
    private static func takesNothing(_ view: Case, _ waited: String) -> Words {
        var words = Words(title: "\(view.serverShort) has taken nothing from \(view.client)\(waited)")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to the end its TCP window was closed: the process no longer reads from that"
                + " connection, and the client cannot send.")
        adviseHung(view, &words)
        return words
    }

    private static func adviseHung(_ view: Case, _ words: inout Words) {
        words.advice.add(
            "On the host of \(view.server), take a thread dump of the broker (jstack) and look at its garbage-collection log and"
                + " disks.")
        words.advice.run("From the client's host, see whether the port still opens", "nc -vz \(view.host) \(view.port)")
    }

    private static func whatHoldsIt(_ view: Case) -> String? {
        if view.flag(.passedOver) == true {
            return "Later requests on that connection were answered. Responses come in order, so this one never will."
        }
        if view.flag(.windowClosed) == true {
            return "The broker's TCP window is closed, so its process no longer reads from that connection."
        }
        return switch (view.flag(.tcpAcknowledged), view.flag(.servedMeanwhile)) {
        case (true?, true?):
            "The broker's kernel acknowledged it, and the process answered other requests meanwhile. Something specific to this"
                + " request holds it up (a lock, a disk, a replica or a sign-in backend)."
        case (true?, _):
            "The broker's kernel acknowledged it, so the host is up"
                + (view.follower == nil ? " but the process does not answer." : ".")
        case (false?, _): "It was not even acknowledged, so packets do not arrive."
        case (nil, _): nil
        }
    }

    static func slow(_ view: Case) -> Words {
        if view.finding.isFromBefore { return EarlierRequestWords.make(view) }
        let api = view.lateApis.isEmpty ? "" : "\(Format.list(view.lateApis.map(Trim.name))) "
        let isOne = view.finding.count == 1
        let worst = view.duration(.maxMs).map { isOne ? ", after \($0)" : ", up to \($0)" } ?? ""
        let times = (isOne ? "once" : Format.count(view.finding.count, "time")) + worst
        var words = Words(
            title: view.finding.isSlowWay
                ? "The network made \(api)responses of \(view.serverShort) late \(times)"
                : view.finding.isSlowStart
                    ? SlowStartWords.title(view)
                    : "\(view.serverShort) answered \(api)late \(times)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "response")) from \(view.server) to \(view.client) came far later than usual"
                + (view.duration(.usualMs).map { " (\($0))." } ?? "."))
        words.explanation.add("Neither a long poll nor throttling explains it.")
        words.explanation.add(view.duration(.p99Ms)) { "99 of 100 took less than \($0)." }
        words.explanation.add(view.text(.trigger)) { "At the same time: \($0)." }
        if view.finding.isSlowWay { return OnTheWireWords.slow(view, words) }
        if view.finding.isSlowStart { return SlowStartWords.add(view, words) }
        if FollowerWords.add(view, &words) { return words }
        words.explanation.add(
            if: view.flag(.windowClosed) == true,
            "Its TCP window was closed meanwhile: its process read nothing, and the rest of the request had to wait for that."
        )
        words.explanation.add(whatIsLate(view))
        words.advice.add(
            "Look at \(view.server) from \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)): garbage"
                + " collection, disks, lagging followers, and its RequestQueueTimeMs and LocalTimeMs metrics.")
        return words
    }

    /// Which requests are late tells what they wait for.
    private static func whatIsLate(_ view: Case) -> String? {
        let late = Set(view.lateApis + view.list(.alsoLate))
        if late.contains("ApiVersions") {
            if view.flag(.servedMeanwhile) == true {
                return "The broker answered other requests promptly meanwhile, so its process did not stand still."
            }
            return
                "ApiVersions needs no disk and no other broker, so the process itself was held up (a pause, its threads or CPU)."
        }
        if late == ["Fetch"] {
            return "Only Fetch was late. Reading old records from disk or a remote tier does that."
        }
        if !late.isEmpty,
            late.isSubset(of: ["Produce", "OffsetCommit", "EndTxn", "TxnOffsetCommit", "AddPartitionsToTxn"])
        {
            return
                "Only requests that store something were late. A slow disk or, with acks=all, a lagging follower does that."
        }
        return nil
    }

    static func throttled(_ view: Case) -> Words {
        // Times announced one after another overlap: their sum is no pause that anybody made.
        let longest = view.duration(.throttleMsMax).map { ", for up to \($0)" } ?? ""
        var words = Words(title: "\(view.serverShort) throttles \(view.client)\(longest)")
        words.explanation.add(
            "\(Format.count(view.finding.count, "response")) from \(view.server) told \(view.client) to hold back"
                + (view.duration(.throttleMsMax).map { " for up to \($0)" } ?? "")
                + " because a quota is used up. The broker delays on purpose; it is not slow.")
        QuotaWords.look(view, &words)
        words.advice.add(
            "Quotas of users (--entity-type users) count too. Raise the quota, or spread the load over time.")
        return words
    }
}
