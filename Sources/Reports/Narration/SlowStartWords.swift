internal import ReportModel

/// Words for connections whose first response is late, at a broker that answers others promptly.
enum SlowStartWords {
    static func title(_ view: Case) -> String {
        let worst = view.duration(.maxMs).map { "took up to \($0)" } ?? "took long"
        let count = Format.count(view.number(.connectionsEnded) ?? view.finding.count, "new connection")
        return "\(view.serverShort) \(worst) to answer on \(count) of \(view.client)"
    }

    static func add(_ view: Case, _ given: Words) -> Words {
        var words = given
        words.explanation.add("They were the first responses on new connections.")
        words.explanation.add(
            "Meanwhile the broker answered established connections promptly, so its process did not stand still.")
        words.explanation.add(
            "Something at the start of a connection takes that long: a reverse DNS look-up, or a limit on new connections."
        )
        words.advice.run(
            "On the host of \(view.server), see how long the look-up of the client's address takes",
            "time getent hosts \(Trim.shell(view.finding.client ?? "CLIENT"))")
        words.advice.add(
            "Check max.connection.creation.rate of the listener, and quotas on the connection rate of this address"
                + " (--entity-type ips).")
        words.advice.add("Let the client keep its connections open instead of making new ones.")
        return words
    }
}
