internal import ReportModel

/// Words for `broker-unavailable`.
enum BrokerUnavailableWords {
    static func words(_ view: Case) -> Words {
        let lasts = view.flag(.lastsToTheEnd) == true
        let length = view.duration(.outageMs)
        let span = lasts ? "to the end of the capture" : length.map { "for \($0)" } ?? "for a while"
        var words = Words(title: "\(view.server) accepted no connection from \(view.client) \(span)")
        let count = Format.count(view.finding.count, "connection attempt")
        words.explanation.add(
            "From \(view.clock(view.finding.first)) on, \(count) failed: \(AddressWords.failure(view.finding.detail)).")
        if view.flag(.servedMeanwhile) == true {
            words.explanation.add(
                "Connections that were open before were served all the while, so the broker ran and took no new ones. Its accept queue"
                    + " was full, its acceptor was held up (max.connections of the listener), or something drops new connections."
            )
            words.advice.add(
                "On \(view.host), look at the listener's accept queue (ss -ltn), at max.connections and max.connection.creation.rate, and"
                    + " at nf_conntrack in the kernel's log.")
            words.advice.add(AddressWords.check(view, host: view.host, port: view.port))
            return words
        }
        words.explanation.add(
            "The same address works at another time of this capture, so the broker itself was down.")
        words.explanation.add(if: lasts, "It was still down when the capture ended.")
        words.advice.add(
            "On \(view.host), look at the broker's log and restarts at \(view.clock(view.finding.first)), and for the out-of-memory"
                + " killer.")
        words.advice.add(AddressWords.check(view, host: view.host, port: view.port))
        return words
    }
}
