internal import ReportModel

/// Words for a leader that is late because another broker is: a victim, whose own host is not where to look first.
enum FollowerWords {
    /// - Returns: whether another broker is the reason.
    static func add(_ view: Case, _ words: inout Words) -> Bool {
        guard let root = view.follower else { return false }
        words.explanation.add(
            "At that time \(root.name) \(root.state). "
                + "A leader answers acks=all, and a coordinator commits, only when the followers have the records, so this wait"
                + " most likely comes from there.")
        words.advice.add("See to \(root.name) first.")
        words.advice.add(
            "How long a leader waits for a follower that is gone is replica.lag.time.max.ms (30 s by default) and, for one that"
                + " died, broker.session.timeout.ms of the controller (9 s).")
        return true
    }
}
