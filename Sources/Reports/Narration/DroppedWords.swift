internal import ReportModel

/// Words for connections at work that the server's side ends again and again, with nothing lost.
enum DroppedWords {
    /// Nil where the finding is of another kind.
    static func words(_ view: Case) -> Words? {
        let age = view.duration(.droppedAtAgeMs)
        let moments = view.number(.droppedMoments)
        guard age != nil || moments != nil else { return nil }
        let servers = view.list(.tried)
        let at = servers.count == 1 ? view.serverShort : Format.count(servers.count, "broker")
        let ended = view.text(.closeKind) == "RST" ? "reset" : "closed"
        let title =
            age.map { "Every connection to \(at) is \(ended) at the age of \($0)" }
            ?? "All connections to \(at) were \(ended) at once\(moments.map { $0 > 1 ? ", \(Format.count($0, "time"))" : "" } ?? "")"
        var words = Words(title: title)
        let hosts = view.number(.hostsHit).map { " of \(Format.count($0, "host"))" } ?? ""
        words.explanation.add(
            "\(Format.count(view.finding.count, "connection"))\(hosts) at work \(view.finding.count == 1 ? "was" : "were") ended from the"
                + " server's side.")
        words.explanation.add(if: age == nil, "New connections were served at once, so no broker had stopped.")
        words.explanation.add("No request waited at that moment, so nothing was lost this time.")
        words.advice.add(
            age == nil
                ? "Look for what ends them at \(view.clock(view.finding.first)): a load balancer, a firewall, a rule that is reloaded."
                : "Look for a limit on the age of connections in what stands between: a load balancer, a proxy, a mesh. Raise it."
        )
        return words
    }
}
