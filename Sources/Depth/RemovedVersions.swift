import Conversations

/// What Kafka 4 no longer takes (KIP-896).
enum RemovedVersions {
    /// The greatest version of an API that is gone; nil where all are still there.
    static func upTo(_ api: Int16) -> Int? { last[api] }

    /// Requests between brokers and a controller before KRaft: gone with all their versions.
    static func isOfZooKeeper(_ api: Int16) -> Bool { last[api] == .max }

    private static let last: [Int16: Int] = [
        0: 2, 1: 3, 2: 0, 8: 1, 9: 0, 19: 1, 20: 0, 23: 1, 27: 0, 29: 0, 30: 0, 31: 0, 32: 0, 34: 0, 35: 0, 38: 0,
        39: 0, 40: 0, 41: 0, 4: .max, 5: .max, 6: .max, 7: .max,
    ]
}

/// Which Kafka a list of versions comes from. Other servers that speak Kafka look like the one whose list they took.
enum BrokerVersions {
    private struct Mark {
        var api: Int16
        var greatest: Int
        var name: String
    }

    /// Newest first: the first that the list reaches is the least that it can be.
    private static let marks = [
        Mark(api: 18, greatest: 5, name: "4.4 or later"), Mark(api: 0, greatest: 13, name: "4.1 or later"),
        Mark(api: 0, greatest: 12, name: "4.0"), Mark(api: 1, greatest: 17, name: "3.9"),
        Mark(api: 0, greatest: 11, name: "3.8"), Mark(api: 1, greatest: 16, name: "3.7"),
        Mark(api: 1, greatest: 15, name: "3.5 or 3.6"), Mark(api: 1, greatest: 13, name: "3.1 to 3.4"),
        Mark(api: 1, greatest: 12, name: "2.7 to 3.0"), Mark(api: 1, greatest: 11, name: "2.3 to 2.6"),
        Mark(api: 1, greatest: 10, name: "2.1 or 2.2"), Mark(api: 1, greatest: 8, name: "2.0"),
        Mark(api: 1, greatest: 7, name: "1.1"), Mark(api: 1, greatest: 6, name: "1.0"),
        Mark(api: 1, greatest: 5, name: "0.11"), Mark(api: 1, greatest: 3, name: "0.10.1 or 0.10.2"),
        Mark(api: 1, greatest: 2, name: "0.10.0"),
    ]
    /// The first Fetch of 2.1, the oldest broker that Kafka 4's clients support.
    private static let fetchOf21 = 10

    static func guess(_ offered: [Int16: ClosedRange<Int>]) -> String? {
        marks.first { mark in offered[mark.api].map { $0.upperBound >= mark.greatest } ?? false }?.name
    }

    static func isKafka4(_ offered: [Int16: ClosedRange<Int>]) -> Bool { guess(offered)?.hasPrefix("4.") ?? false }

    /// Nil where the list has no Fetch: a controller's, for one.
    static func isBefore21(_ offered: [Int16: ClosedRange<Int>]) -> Bool? {
        offered[Api.fetch].map { $0.upperBound < fetchOf21 }
    }
}

/// What a client that tells no software seems to be: by the name that a library gives itself, and by the newest requests that
/// it sends.
enum SoftwareGuess {
    /// - Parameter isBound: the request is the newest that the broker offers, and may not be the newest that the client knows.
    static func text(clientId: String?, used: [Int16: ClosedRange<Int>], isBound: (Int16) -> Bool) -> String? {
        let parts = [clientId.flatMap(library), era(used, isBound)].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Names that libraries use where a program gives none.
    private static func library(_ clientId: String) -> String? {
        switch clientId {
        case "rdkafka": return "librdkafka"
        case "sarama", "kafkajs", "ruby-kafka", "pykafka": return clientId
        case "kgo": return "franz-go"
        case "console-producer", "console-consumer", "perf-producer-client", "perf-consumer-client": return "Java tools"
        default: break
        }
        for name in ["kafka-python", "aiokafka"] where clientId.hasPrefix(name + "-") { return name }
        if clientId.hasPrefix("connector-producer-") || clientId.hasPrefix("connector-consumer-") {
            return "Kafka Connect"
        }
        let isNumbered = clientId.split(separator: "-").last.map { $0.allSatisfy(\.isNumber) } ?? false
        let isJava = ["producer-", "consumer-", "adminclient-"].contains { clientId.hasPrefix($0) }
        return isNumbered && isJava ? "Java client" : nil
    }

    /// The Kafka that brought the newest Fetch or Produce that it sends.
    private static func era(_ used: [Int16: ClosedRange<Int>], _ isBound: (Int16) -> Bool) -> String? {
        for (api, names) in [(Api.fetch, fetches), (Api.produce, produces)] {
            guard let version = used[api]?.upperBound, let name = names.last(where: { $0.version <= version }) else {
                continue
            }
            return "speaks as of Kafka \(name.name)"
                + (isBound(api) && !name.name.hasSuffix("later") ? " or later" : "")
        }
        return nil
    }

    private static let fetches: [(version: Int, name: String)] = [
        (0, "0.8"), (1, "0.9"), (2, "0.10.0"), (3, "0.10.1 or 0.10.2"), (4, "0.11"), (6, "1.0"), (7, "1.1"),
        (8, "2.0"), (10, "2.1 or 2.2"), (11, "2.3 to 2.6"), (12, "2.7 to 3.0"), (13, "3.1 to 3.4"),
        (14, "3.5 or 3.6"), (16, "3.7 or 3.8"), (17, "3.9 or 4.0"), (18, "4.1 or later"),
    ]
    private static let produces: [(version: Int, name: String)] = [
        (0, "0.8"), (1, "0.9"), (2, "0.10"), (3, "0.11"), (4, "1.0 or 1.1"), (6, "2.0"), (7, "2.1 to 2.3"),
        (8, "2.4 to 2.7"), (9, "2.8 to 3.6"), (10, "3.7"), (11, "3.8 or 3.9"), (12, "4.0"), (13, "4.1 or later"),
    ]
}
