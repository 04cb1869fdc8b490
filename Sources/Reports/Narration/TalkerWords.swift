internal import ReportModel

/// Who produces most, who reads most, which broker carries most, in a sentence each.
struct TalkerWords {
    let report: Report
    let context: NarrationContext
    /// A broker that serves half as much again as it would if all served alike is worth a word, where there is something to share.
    private static let unfair = 1.5
    private static let leastRequests: Int64 = 100

    private struct Talker {
        var name: String
        var amount: Int64
    }

    var sentences: [String] {
        guard let tables = report.tables else { return [] }
        return [
            flow(tables, .produce, ("Only", "produces"), "Most is produced by"),
            flow(tables, .fetch, ("Only", "reads"), "Most is read by"), requests(tables), topic(tables), broker,
        ].compactMap(\.self)
    }

    private func sums<Row>(_ rows: [Row], _ name: (Row) -> String?, _ amount: (Row) -> Int64) -> [Talker] {
        var sums: [String: Int64] = [:]
        for row in rows { if let name = name(row) { sums[name, default: 0] += amount(row) } }
        return sums.map { Talker(name: $0.key, amount: $0.value) }.filter { $0.amount > 0 }
            .sorted { $0.amount == $1.amount ? $0.name < $1.name : $0.amount > $1.amount }
    }

    private func share(_ first: Talker, of all: [Talker]) -> Double {
        Double(first.amount) / Double(max(1, all.reduce(0) { $0 + $1.amount }))
    }

    private func flow(
        _ tables: DepthTables, _ direction: FlowDirection, _ only: (String, String), _ most: String
    ) -> String? {
        let rows = tables.topicClients.filter { $0.direction == direction }
        let all = sums(rows, { TableWords.name($0.clientId, $0.client) }) { $0.bytes }
        guard let first = all.first else { return nil }
        if all.count == 1 { return "\(only.0) \(first.name) \(only.1): \(Format.bytes(first.amount))." }
        return "\(most) \(first.name): \(Format.bytes(first.amount)), \(Format.percent(share(first, of: all))) of all"
            + " (\(Format.count(all.count, "client")))."
    }

    private func requests(_ tables: DepthTables) -> String? {
        let rows = tables.latencyParts.filter { $0.client != nil }
        let all = sums(rows, { TableWords.name($0.clientId, $0.client ?? "") }) { $0.requests }
        guard let first = all.first, all.count > 1 else { return nil }
        return "Most requests come from \(first.name): \(Format.count(first.amount)), "
            + "\(Format.percent(share(first, of: all))) of those that were answered."
    }

    private func topic(_ tables: DepthTables) -> String? {
        guard tables.topics.count > 1 else { return nil }
        let written = sums(tables.topics, { $0.topic.map(Trim.name) }) { $0.producedBytes }
        let read = sums(tables.topics, { $0.topic.map(Trim.name) }) { $0.fetchedBytes }
        let parts =
            [written.first.map { "into \($0.name) (\(Format.bytes($0.amount)))" }]
            + [read.first.map { "out of \($0.name) (\(Format.bytes($0.amount)))" }]
        let told = parts.compactMap(\.self)
        return told.isEmpty ? nil : "Most goes \(told.joined(separator: " and "))."
    }

    private var broker: String? {
        let all = sums(report.brokers, { $0.addresses.first }) { $0.requests }
        guard let first = all.first, all.count > 1 else { return nil }
        let share = share(first, of: all)
        let name = context.named(first.name)
        let numbers = "\(Format.count(first.amount, "request")), \(Format.percent(share)) of all"
        if share * Double(all.count) >= Self.unfair, all.reduce(0, { $0 + $1.amount }) >= Self.leastRequests {
            let fair = Format.percent(1 / Double(all.count))
            return "\(name) carries more than its share: \(numbers); of \(all.count) brokers each would have \(fair)."
        }
        return "Most goes to \(name): \(numbers) (\(all.count) brokers)."
    }
}
