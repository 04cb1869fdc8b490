internal import ReportModel

/// What is said of clients and their upgrade to Kafka 4.
enum ReadinessWords {
    static func verdict(_ verdict: ReadinessVerdict) -> String {
        let total = verdict.rows.count
        var sentences: [String] = []
        let (breaks, mayBreak) = (verdict.count(.breaks, of: .brokers), verdict.count(.mayBreak, of: .brokers))
        let unknown = verdict.count(.unknown, of: .brokers)
        if total == 0 {
            sentences.append("No client can be judged, because no Kafka request could be read.")
        } else if breaks > 0 {
            let some = total == 1 ? "The only client" : "\(Format.count(breaks)) of \(Format.count(total)) clients"
            sentences.append("\(some) will break when the brokers go to Kafka 4.")
            if mayBreak > 0 { sentences.append("\(Format.count(mayBreak)) more may.") }
        } else if mayBreak > 0 {
            let some = total == 1 ? "The only client" : "\(Format.count(mayBreak)) of \(Format.count(total)) clients"
            sentences.append("\(some) may break when the brokers go to Kafka 4.")
        } else if unknown < total {
            let some = total - unknown
            sentences.append(
                "Nothing that the \(some == 1 ? "client" : "\(Format.count(some)) clients") sent here is gone in Kafka 4."
            )
        }
        if unknown > 0 {
            sentences.append("Too little was seen of \(Format.count(unknown, "client")) to say.")
        }
        let encrypted = verdict.encryptedConnections
        if encrypted > 0 {
            let some = "\(Format.count(encrypted, "connection")) \(encrypted == 1 ? "is" : "are")"
            sentences.append("\(some) encrypted, so clients on \(encrypted == 1 ? "it" : "them") are not judged.")
        }
        let stuck = verdict.count(.breaks, of: .client) + verdict.count(.mayBreak, of: .client)
        if stuck > 0 {
            let some = "\(Format.count(stuck, "client")) \(stuck == 1 ? "has" : "have")"
            sentences.append("\(some) brokers too old for the libraries of Kafka 4.")
        }
        return sentences.joined(separator: " ")
    }

    static func name(_ row: ReadinessRow) -> String { TableWords.name(row.clientId, row.client) }

    /// `apache-kafka-java 4.1.1`, or what the client seems to be.
    static func software(_ row: ReadinessRow) -> String {
        if let software = row.software {
            return Trim.name(software) + (row.softwareVersion.map { " \(Trim.name($0))" } ?? "")
        }
        return row.softwareGuess.map { "not given; \($0)" } ?? "not given"
    }

    /// `Fetch v3 (Kafka 4 takes v4 and later, its broker offers v0 to v17)`, for each API.
    static func removed(_ row: ReadinessRow) -> [String] {
        zip(row.removed, row.leastTaken).map { removed, least in
            let least = least.map { "Kafka 4 takes v\($0) and later" } ?? "Kafka 4 takes none"
            let offer = row.offered?.first { $0.api == removed.api }
            let offered = offer.map { ", its broker offers \(TableWords.range($0))" } ?? ""
            return "\(TableWords.versions(removed)) (\(least)\(offered))"
        }
    }

    static func used(_ row: ReadinessRow) -> String {
        row.apis.map(TableWords.versions).joined(separator: ", ")
    }

    /// Why the outlook is what it is; nil where nothing stands against the client.
    static func why(_ upgrade: UpgradeRow) -> String? {
        switch upgrade.reason {
        case .olderThanOffered:
            "It sends these although its broker offers newer ones, so it knows none or is pinned to an old version."
        case .refusedAlready: "Its broker does not accept these today either."
        case .newestOffered:
            "These are the newest that its broker offers. What it would send to a newer broker was not seen."
        case .offerNotSeen:
            upgrade.upgrade == .brokers
                ? "What its broker offers was not seen, so the broker may offer no newer ones."
                : "What its broker offers was not seen."
        case .zooKeeper: "Only brokers of a cluster with ZooKeeper send these, and Kafka 4 has no ZooKeeper mode."
        case .nothingInCommon: "Its broker offers only versions that the libraries of Kafka 4 no longer send."
        case .brokerBefore21: "Its broker looks older than Kafka 2.1, the oldest that the libraries of Kafka 4 support."
        case .onlySetup: "Only its sign-in or version request was seen, none of its work."
        case nil: nil
        }
    }

    /// Newer versions of the same requests were sent under the same name.
    static func sharedName(_ row: ReadinessRow) -> String? {
        let both = row.removed.filter { removed in
            row.apis.contains { $0.api == removed.api && $0.maxVersion > removed.maxVersion }
        }
        if both.isEmpty { return nil }
        return
            "Newer versions of \(Format.list(both.map(\.api))) were sent under this name too: probably two programs share it."
    }

    /// What to do now.
    static func advice(_ upgrade: UpgradeRow) -> String? {
        switch upgrade.reason {
        case .olderThanOffered, .refusedAlready:
            "Upgrade its library before the brokers. If it is new already, look for a setting that pins the protocol version."
        case .newestOffered, .offerNotSeen:
            "Look up which versions its library knows, or capture it against a broker of 2.1 or later."
        case .zooKeeper: "Migrate the cluster to KRaft before the upgrade."
        case .nothingInCommon, .brokerBefore21: "Upgrade the broker to 2.1 or later before this client's library."
        case .onlySetup: "Capture for longer, while it works."
        case nil: nil
        }
    }
}
