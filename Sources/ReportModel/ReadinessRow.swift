/// An API and the versions of it, used or offered.
public struct ApiVersionsRow: Sendable {
    public var api = ""
    public var minVersion: Int
    public var maxVersion: Int
    public init(api: String, minVersion: Int, maxVersion: Int) {
        (self.api, self.minVersion, self.maxVersion) = (api, minVersion, maxVersion)
    }
}

/// What becomes of a client when a side of it goes to Kafka 4; the worst first.
public enum UpgradeOutlook: String, Sendable, CaseIterable, Comparable {
    case breaks
    case mayBreak = "may-break"
    /// It showed nothing that could be judged.
    case unknown
    /// Nothing that it did while the capture ran stands against it.
    case ready

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (a: UpgradeOutlook, b: UpgradeOutlook) -> Bool { a.rank < b.rank }
}

public enum Upgrade: String, Sendable, CaseIterable {
    /// The brokers become Kafka 4: they take old versions no longer (KIP-896).
    case brokers = "brokers-to-4"
    /// The client's library becomes that of Kafka 4, which supports brokers from 2.1 on.
    case client = "client-to-4"
}

/// What an outlook rests on.
public enum UpgradeReason: String, Sendable, CaseIterable {
    /// It sends old versions although its broker offers newer ones: it knows none.
    case olderThanOffered = "older-than-offered"
    /// Its broker does not take them today either.
    case refusedAlready = "refused-already"
    /// It sends the newest that its broker offers; what it could send to a newer one was not seen.
    case newestOffered = "newest-offered"
    case offerNotSeen = "offer-not-seen"
    /// Requests between brokers that only a cluster with ZooKeeper sends.
    case zooKeeper = "zookeeper"
    /// The broker offers nothing of an API that Kafka 4's clients still send.
    case nothingInCommon = "nothing-in-common"
    case brokerBefore21 = "broker-before-2.1"
    /// Only sign-ins and questions for versions were seen.
    case onlySetup = "only-setup"
}

/// What an upgrade does to a client, and why.
public struct UpgradeRow: Sendable {
    public var upgrade: Upgrade
    public var outlook: UpgradeOutlook
    public var reason: UpgradeReason?
    public init(_ upgrade: Upgrade, _ outlook: UpgradeOutlook, _ reason: UpgradeReason? = nil) {
        (self.upgrade, self.outlook, self.reason) = (upgrade, outlook, reason)
    }
}

/// A server, and the Kafka that its list of versions looks like; nil where no list was seen.
public struct OfferingServer: Sendable {
    public var address: String
    public var version: String?
    public init(address: String, version: String?) { (self.address, self.version) = (address, version) }
}

public struct ReadinessRow: Sendable {
    public var client = ""
    public var clientId: String?
    public var software: String?
    public var softwareVersion: String?
    /// What a client that tells nothing seems to be.
    public var softwareGuess: String?
    public var apis: [ApiVersionsRow] = []
    public var removed: [ApiVersionsRow] = []
    /// What the broker's list looks like, and what it offers of the APIs used; nil where no list was seen.
    public var brokerGuess: String?
    public var offered: [ApiVersionsRow]?
    /// Where its requests went.
    public var servers: [OfferingServer] = []
    /// The least version that Kafka 4 takes of each API in `removed`; nil where it takes none.
    public var leastTaken: [Int?] = []
    public var brokersUpgrade = UpgradeRow(.brokers, .unknown)
    public var clientUpgrade = UpgradeRow(.client, .unknown)
    public var seen: Seen
    public init(seen: Seen) { self.seen = seen }

    public var upgrades: [UpgradeRow] { [brokersUpgrade, clientUpgrade] }
    public var worst: UpgradeOutlook { min(brokersUpgrade.outlook, clientUpgrade.outlook) }
}

/// What a capture says of all its clients.
public struct ReadinessVerdict: Sendable {
    /// Worst first; nil where the tables were not made.
    public let rows: [ReadinessRow]
    /// Connections that carried TLS and could not be opened: whoever is behind them is not in the rows.
    public let encryptedConnections: Int

    public init(_ report: Report) {
        rows = report.tables?.readiness ?? []
        encryptedConnections = report.listeners.reduce(0) { $0 + $1.notOpened }
    }

    public func count(_ outlook: UpgradeOutlook, of upgrade: Upgrade) -> Int {
        rows.count { row in row.upgrades.contains { $0.upgrade == upgrade && $0.outlook == outlook } }
    }

    /// Clients, or all of the capture, that could not be judged.
    public var isBlindToSome: Bool {
        rows.isEmpty || encryptedConnections > 0 || rows.contains { $0.brokersUpgrade.outlook == .unknown }
    }

    /// The worst that the brokers' upgrade does; `unknown` also where somebody could not be seen.
    public var brokersUpgrade: UpgradeOutlook {
        min(rows.map(\.brokersUpgrade.outlook).min() ?? .unknown, isBlindToSome ? .unknown : .ready)
    }
}
