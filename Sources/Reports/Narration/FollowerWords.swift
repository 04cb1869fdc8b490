internal import ReportModel

/// Words for a leader that is late because another broker is: a victim, whose own host is not where to look first.
enum FollowerWords {
    /// - Returns: whether another broker is the reason.
    static func add(_ view: Case, _ words: inout Words) -> Bool {
        guard let root = view.follower else { return false }
        words.explanation.add(
            "At that time \(root.name) \(root.state). Acks=all and commits are answered only when the followers have the records, so"
                + " this wait most likely comes from there.")
        words.advice.add("Look at \(root.name) first.")
        words.advice.add(
            "A leader waits for a missing follower for replica.lag.time.max.ms (30 s by default), or"
                + " broker.session.timeout.ms (9 s) if it died.")
        return true
    }
}
