internal import ReportModel

/// Words for `broker-unavailable`.
enum BrokerUnavailableWords {
    static func words(_ view: Case) -> Words {
        let lasts = view.flag(.lastsToTheEnd) == true
        let length = view.duration(.outageMs)
        let isUnknown = lasts && view.context.isLongBeforeEnd(view.finding.last)
        let span =
            isUnknown
            ? "up to its last attempt"
            : lasts ? "to the end of the capture" : length.map { "for \($0)" } ?? "for a while"
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
        whatWasDown(view, &words)
        words.explanation.add(if: lasts && !isUnknown, "It was still so when the capture ended.")
        words.explanation.add(
            if: isUnknown,
            "The last attempt was at \(view.clock(view.finding.last)), so whether it accepted connections later is not known."
        )
        words.advice.add(AddressWords.check(view, host: view.host, port: view.port))
        return words
    }

    private static func whatWasDown(_ view: Case, _ words: inout Words) {
        let works = "The same address works at another time of this capture"
        let time = view.clock(view.finding.first)
        if view.finding.detail == .rejected {
            words.explanation.add("\(works), and ICMP rejected the attempts: a router or firewall did, not the broker.")
            words.advice.add(
                "Look at the firewall rules and routes between \(view.client) and \(view.host), and what changed at \(time)."
            )
            return
        }
        if let other = view.list(.nodeServesAt).first {
            words.explanation.add(
                "The same node served clients at \(other) all the while, so its process runs: this listener, or this address, was gone."
            )
            return EndingWords.checkListener(view, &words)
        }
        words.explanation.add("\(works), so the broker itself was down.")
        if view.flag(.stoppedInOrder) == true {
            words.explanation.add(
                "It had handed its partitions over before, as a broker does that is stopped in good order.")
            words.advice.add(
                "If the stop was not planned, find out who stopped it at \(time): a deployment, the service's journal.")
            return
        }
        words.advice.add(
            "On \(view.host), look at the broker's log and restarts at \(time), and for the out-of-memory killer.")
    }
}
