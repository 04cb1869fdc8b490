import Conversations
import ReportModel
import Streams
import Vocabulary

/// Two brokers or more that lead nothing of what they are asked for, to the end, though Metadata says they do: the addresses lead
/// to each other's hosts (DNS records, a hosts file, port forwards that were swapped). One alone may have lost its place among the
/// brokers.
struct SwappedNodes: Rule {
    private static let code = ErrorCodes.named("NOT_LEADER_OR_FOLLOWER")
    private static let apis: Set<Int16> = [Api.produce, Api.fetch]
    private static let atLeast: Int64 = 10
    private static let partitions = 2

    private struct Refused {
        var server: Endpoint
        var node: Int
        var rows: [ErrorRow]
        var from: CaptureTime { rows.map(\.first).min() ?? .distantPast }
        var to: CaptureTime { rows.map(\.last).max() ?? .distantPast }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let rows = view.file.errors.rows.values.filter {
            Self.code.contains($0.key.code) && Self.apis.contains($0.key.api)
        }
        guard Set(rows.map(\.key.server)).count > 1 else { return [] }
        let answers = Self.answers(view)
        var all: [Refused] = []
        for (server, rows) in Dictionary(grouping: rows.filter { !Self.isMisled($0, view) }, by: \.key.server) {
            if let found = refused(server, rows, answers[server] ?? 0, view) { all.append(found) }
        }
        let together = all.filter { one in all.contains { isBeside($0, one, view) } }.sorted { $0.server < $1.server }
        return together.flatMap { verdicts($0, view) }
    }

    /// A gateway asked it for what clients had meant for another node: that node's port at the gateway leads wrong, and not this
    /// server's address.
    private static func isMisled(_ row: ErrorRow, _ view: CaseView) -> Bool {
        guard let node = view.node(at: row.key.server) else { return false }
        let meant = view.nodesMeant[ClientAtServer(client: row.key.client, server: row.key.server)] ?? []
        return !meant.isEmpty && !meant.contains(node)
    }

    private func isBeside(_ other: Refused, _ one: Refused, _ view: CaseView) -> Bool {
        other.server != one.server && other.from <= one.to && one.from <= other.to
            && view.file.mayBeOneCluster(other.server, one.server)
    }

    /// How many requests for records, and to store some, each server answered.
    private static func answers(_ view: CaseView) -> [Endpoint: Int64] {
        view.file.times.latency.reduce(into: [:]) { sums, row in
            guard let server = row.key.server, apis.contains(row.key.api) else { return }
            sums[server, default: 0] += row.value.count
        }
    }

    /// Nothing but that code was answered, for long, of all that the node is told to lead.
    private func refused(_ server: Endpoint, _ rows: [ErrorRow], _ answers: Int64, _ view: CaseView) -> Refused? {
        guard let node = view.node(at: server) else { return nil }
        let found = Refused(server: server, node: node, rows: rows)
        let count = rows.reduce(Int64(0)) { $0 + Int64($1.count) }
        let courses = rows.flatMap(\.courses)
        let failing = Set(courses.map(\.key)).filter { $0.partition >= 0 }.count
        let leads = view.file.addresses.claims.filter { $0.node == Int32(node) }.map(\.leads.count).max() ?? 0
        guard count >= Self.atLeast, count >= answers, found.to.since(found.from) >= ErrorExcuses.healsWithin,
            courses.allSatisfy({ $0.value.failingSince != nil }), failing >= max(Self.partitions, leads)
        else { return nil }
        return found
    }

    private func verdicts(_ refused: Refused, _ view: CaseView) -> [Verdict] {
        Dictionary(grouping: refused.rows, by: \.key.client).sorted { $0.key < $1.key }.map { client, rows in
            verdict(refused, client, rows.sorted { $0.first < $1.first }, view)
        }
    }

    private func verdict(_ refused: Refused, _ client: IPAddress, _ rows: [ErrorRow], _ view: CaseView) -> Verdict {
        var verdict = Verdict.wrongNode(
            .error, .likely, Int32(refused.node), at: refused.server, of: client, from: rows[0].first, view)
        verdict.last = rows.map(\.last).max() ?? rows[0].last
        verdict.count = rows.reduce(0) { $0 + $1.count }
        verdict.clientIds = rows.compactMap { view.file.text($0.key.clientId) }.uniqued
        verdict.frames += rows.flatMap(\.frames).sorted().prefix(12)
        verdict.add(.responses, .number(verdict.count))
        verdict.add(.errorCode, .text("NOT_LEADER_OR_FOLLOWER"))
        if view.wasAtWorkBefore(client) { verdict.doubt(.startsMidway) }
        return verdict
    }
}
