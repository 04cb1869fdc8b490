internal import ReportModel

/// Words for a name that one client's resolver leads astray: what the broker advertises is right.
enum ResolverWords {
    static func applies(_ view: Case) -> Bool { !view.list(.resolvesElsewhere).isEmpty }

    static func title(_ view: Case, _ shown: String) -> String {
        "\(shown) leads \(view.client) to \(own(view)), where \(AddressWords.place(view.finding.detail)); others get \(right(view))"
    }

    static func meaning(_ view: Case) -> [String] {
        let others = view.list(.resolvedFor)
        let who = others.count == 1 ? "Another client" : Format.count(others.count, "other client")
        return [
            "The resolver of this client's host answers \(own(view)).",
            "\(who) (\(Format.list(others, limit: 8))) got \(right(view)) for the same name, and the broker works there.",
            "So what the broker advertises is right, and this client has an old or wrong entry.",
        ]
    }

    static func advise(_ view: Case, _ words: inout Words) {
        let host = view.list(.advertisedHost).first.map(Trim.shell) ?? view.host
        words.advice.add(AddressWords.lookUp(host))
        words.advice.add(
            "Correct what leads to \(own(view)) there: the DNS server that this host asks, its cache, or /etc/hosts. Change nothing at the"
                + " broker.")
        words.advice.add("Then restart the client if it still uses the old address: programs keep what they looked up.")
    }

    /// For a time no name server could answer.
    static func failed(_ view: Case, _ shown: String, _ outage: String) -> Words {
        var words = Words(title: "\(view.client) could not look up \(shown) for \(outage)")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) to \(view.clock(view.finding.last)) DNS answered"
                + " \(view.text(.dnsResult) ?? "SERVFAIL") \(Format.count(view.finding.count, "time")). Then the name led to its broker again."
        )
        words.explanation.add("Whatever the client wanted from that broker meanwhile had to wait.")
        words.advice.add(
            "Look at the DNS server that this host asks at \(view.clock(view.finding.first)): its log, its load, and the servers that it"
                + " asks itself.")
        words.advice.add(AddressWords.lookUp(view.host))
        return words
    }

    private static func own(_ view: Case) -> String { Format.list(view.list(.resolvedTo), limit: 4) }
    private static func right(_ view: Case) -> String { Format.list(view.list(.resolvesElsewhere), limit: 4) }
}
