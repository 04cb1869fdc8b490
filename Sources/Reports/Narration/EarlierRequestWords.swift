internal import ReportModel

/// Words for responses to requests that were sent before the capture began.
enum EarlierRequestWords {
    static func make(_ view: Case) -> Words {
        let count = view.finding.count
        let wait = view.duration(.maxMs) ?? "long"
        let requests = Format.count(count, "request")
        var words = Words(
            title:
                "\(view.serverShort) answered \(requests) of \(who(view)), sent before the capture began, only after \(wait)"
        )
        words.explanation.add(
            "The capture begins while \(count == 1 ? "the request waits" : "they wait"), so the true wait is longer than \(wait)."
        )
        words.explanation.add(gaveUp(view))
        words.explanation.add(
            view.number(.gaveUpBefore) == nil || view.list(.hosts).count < 2
                ? "On producers' connections there are no long polls, which may take that long."
                : "Several hosts were answered at the same moment, so these were hardly long polls, which may take that long."
        )
        words.advice.add(
            "Look at \(view.server) before \(view.clock(view.finding.last)): garbage collection, disks, lagging followers, and its"
                + " RequestQueueTimeMs and LocalTimeMs metrics.")
        words.advice.add("Read the client's log of the minutes before the capture: it says which requests these were.")
        return words
    }

    private static func gaveUp(_ view: Case) -> String? {
        guard let gone = view.number(.gaveUpBefore) else { return nil }
        let who = view.finding.count == 1 ? "The client" : "On \(Format.count(gone, "connection")) the client"
        return "\(who) had given up and closed before the response came."
    }

    private static func who(_ view: Case) -> String {
        let hosts = view.list(.hosts)
        return hosts.isEmpty ? view.client : "\(Format.count(hosts.count, "client")) (\(Format.list(hosts, limit: 4)))"
    }
}
