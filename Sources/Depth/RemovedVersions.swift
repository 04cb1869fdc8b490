/// What Kafka 4 no longer takes (KIP-896).
enum RemovedVersions {
    /// The greatest version of an API that is gone; nil where all are still there.
    static func upTo(_ api: Int16) -> Int? { last[api] }

    private static let last: [Int16: Int] = [
        0: 2, 1: 3, 2: 0, 8: 1, 9: 0, 19: 1, 20: 0, 23: 1, 27: 0, 29: 0, 30: 0, 31: 0, 32: 0, 34: 0, 35: 0, 38: 0,
        39: 0,
        40: 0, 41: 0,
        // Between brokers and a controller before KRaft: gone with all their versions.
        4: .max, 5: .max, 6: .max, 7: .max,
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

    static func guess(_ offered: [Int16: ClosedRange<Int>]) -> String? {
        marks.first { mark in offered[mark.api].map { $0.upperBound >= mark.greatest } ?? false }?.name
    }
}
