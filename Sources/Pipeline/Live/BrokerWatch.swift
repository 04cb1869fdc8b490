import Conversations
import Diagnosis
import ReportModel
import Vocabulary

/// How each broker is, from tick to tick, and what changed: it stopped, it hangs, it is at work again. What view, lines and
/// metrics tell of brokers is this and nothing else.
struct BrokerWatch {
    private struct State {
        var condition = BrokerCondition.up
        var since = CaptureTime.distantPast
    }

    private var states: [String: State] = [:]
    private var nodes: [String: Int] = [:]
    /// The newest first.
    private(set) var news: [BrokerChange] = []
    /// How often each broker came to be so.
    private(set) var changes: [String: [BrokerCondition: Int64]] = [:]
    /// Brokers that were ever not at work.
    private static let most = 1_000
    private static let newsKept = 20
    /// Answers that were under way when the oldest request was sent do not end a hanging.
    private static let underWay = Span.milliseconds(500)
    /// What hung so long ago, and has no request that says so any more, is forgotten.
    private static let hangLife = Span.seconds(600)

    /// Brokers that are, or were, not at work.
    var conditions: [BrokerChange] {
        states.sorted { $0.key < $1.key }.map { server, state in
            BrokerChange(time: state.since, server: server, nodeId: nodes[server], condition: state.condition)
        }
    }

    /// - Parameters:
    ///   - findings: as told.
    ///   - answered: when a server answered first behind a moment.
    mutating func update(
        _ outages: BrokerOutages, _ findings: [Finding], at now: CaptureTime,
        answered: (String, CaptureTime) -> CaptureTime?
    ) -> [BrokerChange] {
        var changed: [BrokerChange] = []
        for (server, list) in outages.byServer.sorted(by: { $0.key < $1.key }) {
            for outage in list { take(outage, at: "\(server)", &changed) }
        }
        for (server, time) in outages.lastAccepted {
            let isGone = outages.byServer[server]?.contains { $0.back == nil } ?? false
            if let state = states["\(server)"], state.condition == .down, !isGone, time > state.since {
                set("\(server)", .up, time, &changed)
            }
        }
        takeHanging(findings, now, answered, &changed)
        news = Array((changed.reversed() + news).prefix(Self.newsKept))
        return changed
    }

    private mutating func take(_ outage: BrokerOutage, at server: String, _ changed: inout [BrokerChange]) {
        let state = states[server] ?? State()
        if state.condition != .down {
            guard outage.from > state.since else { return }
            set(server, .down, outage.from, &changed)
        }
        let since = states[server]?.since ?? outage.from
        if let back = outage.back, back > since { set(server, .up, back, &changed) }
    }

    private mutating func takeHanging(
        _ findings: [Finding], _ now: CaptureTime, _ answered: (String, CaptureTime) -> CaptureTime?,
        _ changed: inout [BrokerChange]
    ) {
        var hanging: [String: CaptureTime] = [:]
        for finding in findings where Self.saysHanging(finding) {
            guard let server = finding.server else { continue }
            nodes[server] = finding.nodeId ?? nodes[server]
            hanging[server] = min(finding.first, hanging[server] ?? finding.first)
        }
        for (server, since) in hanging.sorted(by: { $0.key < $1.key }) {
            let state = states[server] ?? State()
            if state.condition == .up, since > state.since { set(server, .hanging, since, &changed) }
        }
        for (server, state) in states where state.condition == .hanging && hanging[server] == nil {
            if let time = answered(server, state.since.adding(nanoseconds: Self.underWay)) {
                set(server, .up, time, &changed)
            } else if now.since(state.since) > Self.hangLife {
                states[server] = State(condition: .up, since: now)
            }
        }
    }

    /// A server that answers others meanwhile does not hang.
    private static func saysHanging(_ finding: Finding) -> Bool {
        finding.kind == .responseOverdue && finding.severity == .error && finding.state != .final
            && finding[.servedMeanwhile] == nil
    }

    private mutating func set(
        _ server: String, _ condition: BrokerCondition, _ time: CaptureTime, _ changed: inout [BrokerChange]
    ) {
        guard states[server] != nil || states.count < Self.most else { return }
        var change = BrokerChange(time: time, server: server, nodeId: nodes[server], condition: condition)
        if let before = states[server] {
            change.was = before.condition
            if before.since > .distantPast { change.afterMs = time.milliseconds(since: before.since) }
        }
        states[server] = State(condition: condition, since: time)
        changes[server, default: [:]][condition, default: 0] += 1
        changed.append(change)
    }

    /// The node ids of servers, where they are known by now.
    mutating func learn(_ nodes: [String: Int]) { if nodes.count <= Self.most { self.nodes = nodes } }
}
