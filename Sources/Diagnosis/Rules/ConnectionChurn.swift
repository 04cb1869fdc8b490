import Conversations
import ReportModel
import Streams
import Vocabulary

/// Connections made and dropped at a rate that costs more than the work that they do.
struct ConnectionChurn: Rule {
    private static let least = 20
    private static let perMinute = 30.0
    /// Connections further apart than this are no run.
    private static let apart = Span.seconds(600)
    /// A connection shorter than this, with so few requests, is not worth its making.
    private static let shortLife = Span.seconds(5)
    private static let fewRequests = 6

    func judge(_ view: CaseView) -> [Verdict] {
        view.byClient.sorted { $0.key < $1.key }.compactMap { client, places in
            let runs = runs(places.map { view.records[$0] }.filter(isShort)).filter { rate($0) >= Self.perMinute }
            let short = runs.flatMap(\.self)
            guard let first = short.first, let last = short.last, let rate = runs.map(rate).max() else { return nil }
            var verdict = Verdict(.connectionChurn, .info, .certain, at: first.tcp.firstTime)
            verdict.last = last.tcp.lastTime
            verdict.count = short.count
            verdict.client = "\(client)"
            verdict.clientIds = short.compactMap { view.file.text($0.kafka.clientId) }.uniqued
            let servers = short.map { "\($0.server)" }.uniqued
            verdict.server = servers.count == 1 ? servers.first : nil
            verdict.frames = short.prefix(10).map(\.tcp.firstFrame)
            verdict.connections = short.prefix(10).map(\.id)
            verdict.add(.connectionsPerMinute, .number(Int(rate.rounded())))
            return verdict
        }
    }

    /// Enough connections that follow one another; what comes hours later is no part of the same rate.
    private func runs(_ short: [ConnectionRecord]) -> [[ConnectionRecord]] {
        short.runs { run, next in
            run.last.map { next.tcp.firstTime.since($0.tcp.firstTime) < Self.apart } ?? false
        }.filter { $0.count >= Self.least }
    }

    /// Connections a minute.
    private func rate(_ run: [ConnectionRecord]) -> Double {
        guard let first = run.first, let last = run.last else { return 0 }
        return Double(run.count) / max(Double(last.tcp.firstTime.since(first.tcp.firstTime)) / 60e9, 1.0 / 60)
    }

    private func isShort(_ record: ConnectionRecord) -> Bool {
        guard record.kafka.responses > 0, record.clientClosedFirst == true, let close = record.firstClose else {
            return false
        }
        return close.time.since(record.tcp.firstTime) < Self.shortLife && record.kafka.requests <= Self.fewRequests
    }
}
