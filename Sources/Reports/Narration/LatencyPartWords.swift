internal import ReportModel

/// Network or broker: where the time of an API's requests went.
enum LatencyPartWords {
    /// A part that is less of the whole is not worth its words.
    private static let leastShare = 0.01

    /// By broker, what took longest first; what waited on purpose took no time from anybody.
    static func told(_ rows: [LatencyPartRow]) -> [LatencyPartRow] {
        rows.filter { $0.broker != nil && $0.requests > 0 }.sorted {
            let (one, other) = (busy($0), busy($1))
            return one == other ? ($0.api, $0.broker ?? "") < ($1.api, $1.broker ?? "") : one > other
        }
    }

    private static func busy(_ row: LatencyPartRow) -> Double { row.total.sumMs - row.onPurpose.sumMs }

    /// `Produce at 10.10.0.11:9092, 200 requests: 4.2 ms, 99th percentile 31 ms; in the broker 71 % (3.0 ms, 29 ms), …`.
    static func sentence(_ row: LatencyPartRow) -> String {
        let place = row.broker ?? row.clientId ?? row.client ?? row.topic ?? ""
        let parts = [
            ("in the broker", row.inBroker), ("on the wire", row.wire), ("behind earlier requests", row.queued),
            ("throttled", row.throttled), ("waiting on purpose", row.onPurpose),
        ].filter { $0.1.sumMs > 0 && $0.1.sumMs >= leastShare * row.total.sumMs }
        let shares = parts.sorted { $0.1.sumMs > $1.1.sumMs }.map { name, times in
            "\(Format.percent(times.sumMs / row.total.sumMs)) \(name) (\(both(times)))"
        }
        var text = "\(row.api) at \(Trim.name(place)), \(Format.count(row.requests, "request")): \(both(row.total))"
        if !shares.isEmpty { text += "; " + shares.joined(separator: ", ") }
        if row.resent > 0 { text += "; TCP sent parts of \(Format.count(row.resent)) again" }
        if row.roundTripUnknown == row.requests {
            text += "; the network round trip was not seen and counts as the broker's part"
        }
        return text
    }

    /// Median and 99th percentile.
    private static func both(_ times: PartTimes) -> String {
        "\(Format.duration(ms: times.p50Ms)), p99 \(Format.duration(ms: times.p99Ms))"
    }
}
