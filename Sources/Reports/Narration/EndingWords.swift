internal import ReportModel

/// Words for the ends of connections that lost nothing that counts.
enum EndingWords {
    static func sessionExpired(_ view: Case) -> Words {
        var words = Words(title: "\(view.serverShort) closed on \(view.client) because its session had run out")
        let life = view.duration(.sessionLifetimeMs).map { " The broker had granted \($0)." } ?? ""
        words.explanation.add(
            "A sign-in is valid for a limited time (KIP-368), and \(view.client) did not renew it in time; the next request at"
                + " \(view.clock(view.finding.first)) was met by a close.\(life)")
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(RequestWords.outcomes(view))
        words.advice.add(
            "Upgrade the client library on \(view.client) to one that signs in again by itself (all current ones do), or look for"
                + " what stalled it; for old clients raise connections.max.reauth.ms on \(view.server).")
        return words
    }

    static func idleClose(_ view: Case) -> Words {
        let by =
            switch view.finding.closedBy {
            case .client: "\(view.client) closed"
            case .broker: "\(view.serverShort) closed"
            default: "the path closed"
            }
        let count = Format.count(view.finding.count, "idle connection")
        var words = Words(title: "\(by) \(count), with nothing pending")
        let idle = view.duration(.idleMs).map { " after \($0) of silence" } ?? ""
        words.explanation.add(
            "\(count) between \(view.client) and \(view.server) ended\(idle)"
                + (view.text(.knownLimit).map { ", which fits \($0)" } ?? "")
                + ". Nothing was waiting: this is housekeeping.")
        habit(view, &words)
        words.advice.add(
            "Nothing to do, unless reconnecting costs you: then compare connections.max.idle.ms on the client with "
                + (view.gateway.map { "the idle timeout of the gateway at \($0)." }
                    ?? "that of the broker, or of a load balancer before it."))
        return words
    }

    /// The limit that several ends together show.
    static func habit(_ view: Case, _ words: inout Words) {
        guard let count = view.number(.alikeCount) else { return }
        words.explanation.add(view.duration(.alikeIdleMs)) {
            "\(Format.count(count, "connection")) to \(view.server) ended after \($0) of silence: that is the limit in force there."
        }
        words.explanation.add(view.duration(.alikeAgeMs)) {
            "\(Format.count(count, "connection")) to \(view.server) ended at the age of \($0), busy or not: something there limits how long a connection lives."
        }
    }

    /// A wait of so long is no moment's.
    private static let longWaitMs = 2000.0

    private static func whyAbandoned(_ view: Case, _ itself: String) -> String {
        if let count = view.number(.connectionsEnded), let within = view.duration(.endedWithin) {
            return
                "\(itself). All \(Format.count(count, "connection")) of its program ended within \(within), and no member of its group"
                + " said goodbye (LeaveGroup): it was killed or crashed (a static member leaves so too)."
        }
        if let error = view.text(.errorBefore) {
            return "\(itself) right after an answer with \(error)"
                + (view.number(.livingConnections) ?? 0 > 0 ? ", and goes on with others." : ".")
        }
        if view.number(.livingConnections) ?? 0 > 0 {
            return "\(itself), and goes on with others: it had no more use for this one."
        }
        if let held = view.duration(.throttleMsMax) {
            return
                "\(itself), while \(view.serverShort) held its answers back for up to \(held) (a quota: see throttled)."
        }
        let longest = view.finding.requests.map(\.waitedMs).max() ?? 0
        return longest < longWaitMs
            ? "\(itself), and had not waited unusually long: a normal end of a program looks like that."
            : "\(itself). No timeout that is known fits the wait: the program ended, or had a limit of its own."
    }

    static func abandoned(_ view: Case) -> Words {
        var words = Words(title: "\(view.client) closed with requests to \(view.serverShort) in flight")
        let itself = "\(view.client) ended \(Format.count(view.finding.count, "connection")) to \(view.server) itself"
        words.explanation.add(whyAbandoned(view, itself))
        words.explanation.add(RequestWords.summary(view))
        words.explanation.add(RequestWords.outcomes(view))
        if view.number(.livingConnections) ?? 0 > 0 {
            words.advice.add("Nothing to do: the program goes on.")
            return words
        }
        words.advice.add(
            "Nothing to do if the program was stopped at \(view.clock(view.finding.first)). If it was not, look for a crash or"
                + " kill on the host of \(view.client); producers should call flush() or close() before they end.")
        return words
    }
}
