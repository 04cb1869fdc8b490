import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// `readiness`: which versions each program used, what Kafka 4 no longer takes of them, and what its broker offers.
struct ReadinessTable {
    private struct Key: Hashable {
        var client: ClientKey
        var software: String?
        var version: String?
    }

    private struct Entry {
        var used: [Int16: ClosedRange<Int>] = [:]
        var offered: [Int16: ClosedRange<Int>]?
        var seen: Seen
    }

    private var entries: [Key: Entry] = [:]
    /// What the connections told that are open, or were.
    private var told: [UInt64: (name: String, version: String?)] = [:]
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthClients", limits.depthClients, beyond: leftOut, "clients and their versions")
    }

    mutating func took(_ request: ObservedRequest) {
        if request.api == Api.apiVersions, let name = request.body.root.string("ClientSoftwareName"), !name.isEmpty,
            told.count < limits.depthConnections
        {
            told[request.connection] = (name, request.body.root.string("ClientSoftwareVersion"))
        }
        let version = Int(request.version)
        change(request) { entry in
            entry.seen.add(request.sentWhole)
            let known = entry.used[request.api] ?? version...version
            entry.used[request.api] = min(known.lowerBound, version)...max(known.upperBound, version)
        }
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        guard request.api == Api.apiVersions, answer.body.isWhole, answer.body.root.integer("ErrorCode") == 0 else {
            return
        }
        var offered: [Int16: ClosedRange<Int>] = [:]
        for row in answer.body.root.elements("ApiKeys") {
            guard let api = row.integer("ApiKey"), let low = row.integer("MinVersion"),
                let high = row.integer("MaxVersion"), low <= high
            else { continue }
            offered[Int16(clamping: api)] = Int(low)...Int(high)
        }
        change(request) { $0.offered = offered }
    }

    private mutating func change(_ request: ObservedRequest, _ body: (inout Entry) -> Void) {
        let software = told[request.connection]
        let key = Key(client: ClientKey(request), software: software?.name, version: software?.version)
        guard entries[key] != nil || entries.count < limits.depthClients else {
            leftOut += 1
            return
        }
        body(&entries[key, default: Entry(seen: Seen(first: request.sent, last: request.sentWhole))])
    }

    func rows() -> [ReadinessRow] {
        let rows = entries.map { key, entry in
            var row = ReadinessRow(seen: entry.seen)
            (row.client, row.clientId) = (key.client.address, key.client.clientId)
            (row.software, row.softwareVersion) = (key.software, key.version)
            let used = entry.used.sorted { $0.key < $1.key }
            row.apis = used.map { Self.row($0.key, $0.value) }
            row.removed = used.compactMap { api, range in
                RemovedVersions.upTo(api).flatMap { last in
                    range.lowerBound > last ? nil : Self.row(api, range.lowerBound...min(range.upperBound, last))
                }
            }
            row.brokerGuess = entry.offered.flatMap { BrokerVersions.guess($0) }
            row.offered = entry.offered.map { offered in
                used.compactMap { api, _ in offered[api].map { Self.row(api, $0) } }
            }
            return row
        }
        return rows.sorted {
            (-$0.removed.count, $0.client, $0.clientId ?? "", $0.software ?? "", $0.softwareVersion ?? "")
                < (-$1.removed.count, $1.client, $1.clientId ?? "", $1.software ?? "", $1.softwareVersion ?? "")
        }
    }

    private static func row(_ api: Int16, _ range: ClosedRange<Int>) -> ApiVersionsRow {
        ApiVersionsRow(api: Api.name(api), minVersion: range.lowerBound, maxVersion: range.upperBound)
    }
}
