import Conversations
import ReportModel
import Streams
import Vocabulary

/// Answers that came, but late: not long polls, not throttling, not held up by the reader's own closed window.
struct SlowAnswers: Rule {
    /// A stall holds up several connections; one slow answer alone must stand out from its kind by this factor.
    private static let outlier = 20.0
    private static let leastMs = 1000.0
    /// APIs that wait for other members, for elections or for storage, and say nothing of the broker's speed.
    private static let waitsForOthers: Set<Int16> = [Api.joinGroup, Api.syncGroup, 19, 20, 37, 43, 44, 45, 66, 69]

    func judge(_ view: CaseView) -> [Verdict] {
        struct Key: Hashable {
            var client: IPAddress
            var server: Endpoint
        }
        let slow = view.file.slowAnswers.filter {
            !$0.excused && !Self.waitsForOthers.contains($0.api) && !isHeldUpByReader($0, view)
        }
        let groups = Dictionary(grouping: slow) { Key(client: $0.client.address, server: $0.server) }
        return groups.sorted { ($0.key.client, $0.key.server) < ($1.key.client, $1.key.server) }
            .compactMap { verdict($0.value, $0.key.client, $0.key.server, view) }
    }

    /// The client's window was closed, so the delay is its own.
    private func isHeldUpByReader(_ slow: SlowAnswer, _ view: CaseView) -> Bool {
        guard
            let record = view.connections(from: slow.client).first(where: {
                $0.server == slow.server && $0.tcp.firstTime <= slow.sent && $0.tcp.lastTime >= slow.answered
            })
        else { return false }
        return record.fromClient.zeroWindows > 0 || record.startsMidway && record.fromClient.packets == 0
    }

    private func verdict(_ all: [SlowAnswer], _ client: IPAddress, _ server: Endpoint, _ view: CaseView) -> Verdict? {
        let connections = Set(all.map(\.client)).count
        let standing = all.filter { connections > 1 || standsOut($0, view) }
        guard let first = standing.min(by: { $0.sent < $1.sent }),
            let worst = standing.max(by: { $0.milliseconds < $1.milliseconds })
        else { return nil }
        var verdict = Verdict(.slowResponse, .warning, connections > 1 ? .certain : .likely, at: first.sent)
        verdict.last = standing.map(\.answered).max() ?? first.answered
        verdict.count = standing.count
        verdict.client = "\(client)"
        verdict.server = "\(server)"
        verdict.nodeId = view.node(at: server)
        verdict.clientIds = ([worst] + standing).compactMap { view.file.text($0.clientId) }.uniqued
        verdict.nature = .transient
        verdict.frames = standing.prefix(12).flatMap { [$0.requestFrame, $0.frame] }.sorted()
        verdict.add(.apiName, .text(standing.map { Api.name($0.api) }.uniqued.joined(separator: ", ")))
        verdict.add(.maxMs, .milliseconds(worst.milliseconds))
        verdict.add(.usualMs, usual(worst, view).map { .milliseconds($0) })
        verdict.add(.connectionsEnded, .number(connections))
        return verdict
    }

    private func standsOut(_ slow: SlowAnswer, _ view: CaseView) -> Bool {
        guard slow.milliseconds - Double(slow.allowedMs) > Self.leastMs, let usual = usual(slow, view) else {
            return false
        }
        return slow.milliseconds > max(usual * Self.outlier, Double(slow.allowedMs) + Self.leastMs)
    }

    /// The median of its kind at that broker, where there are enough of them.
    private func usual(_ slow: SlowAnswer, _ view: CaseView) -> Double? {
        guard let histogram = view.file.latency(of: slow.api, at: slow.server), histogram.count >= 10 else {
            return nil
        }
        return histogram.percentileMs(0.5)
    }
}
