import Conversations
import ReportModel
import Streams
import Vocabulary

/// Answers that came, but late: not long polls, not throttling, not held up by the reader's own closed window, and not what
/// that API always takes.
struct SlowAnswers: Rule {
    /// At least so late, and so many times the usual.
    private static let leastMs = 1000.0
    private static let outlier = 10.0
    /// A closed window of the server is told where it kept the request out for so long.
    private static let shutOut = Span.seconds(1)
    /// Beyond the wait that such a request itself allows: those that wait for other members, elections or storage say nothing of
    /// the broker's speed before.
    private static let pastItsLimitMs = 5000.0

    func judge(_ view: CaseView) -> [Verdict] {
        let usual = UsualTimes(view)
        var lateRequests: Set<FrameRef> = []
        let slow = view.file.times.slowAnswers.filter {
            guard !isLost($0, view), !mayBeHeldUpByReader($0, view), !isPathsDelay($0, view),
                !view.slowSignIns.explain($0),
                isLate($0, behindLate: lateRequests.contains($0.behind), usual, view)
            else { return false }
            lateRequests.insert($0.requestFrame)
            return true
        }
        let (ways, atServer) = (SlowWays(view, slow), Dictionary(grouping: slow, by: \.server))
        let bySlowWay = Dictionary(grouping: slow) { ways.time(of: $0) != nil }
        return judged(bySlowWay[false] ?? [], usual, view) { verdict, run in
            verdict.add(.alsoLate, .some(alsoLate(verdict, run, atServer[run[0].server] ?? [])))
            if run.allSatisfy({ ServedBeside.others(while: $0, view) }) {
                verdict.add(.servedMeanwhile, .flag(true))
                if ServedBeside.areFirst(run, view.connection) {
                    verdict.add(.firstOnConnection, .flag(true))
                    verdict.subject = "first on connections"
                    verdict.nature = nil
                }
            }
        }
            + judged(bySlowWay[true] ?? [], usual, view) { verdict, run in
                let longest = run.compactMap(ways.time).max() ?? 0
                verdict.add(.wayTookMs, .milliseconds(Double(longest) / 1e6))
            }
    }

    private func judged(
        _ slow: [SlowAnswer], _ usual: UsualTimes, _ view: CaseView, add: (inout Verdict, [SlowAnswer]) -> Void
    ) -> [Verdict] {
        let groups = Dictionary(grouping: slow) { ClientAtServer(client: $0.client.address, server: $0.server) }
        return groups.sorted { ($0.key.client, $0.key.server) < ($1.key.client, $1.key.server) }.flatMap { pair, late in
            runs(late).compactMap { run in
                guard var verdict = verdict(run, pair, usual, view) else { return nil }
                add(&verdict, run)
                return verdict
            }
        }
    }

    /// What other hosts had late from that server meanwhile, of other APIs.
    private func alsoLate(_ verdict: Verdict, _ mine: [SlowAnswer], _ all: [SlowAnswer]) -> [String] {
        let (from, to, apis) = (verdict.first, verdict.last, Set(mine.map(\.api)))
        let others = Set(all.filter { $0.waitsSince <= to && $0.answered >= from }.map(\.api)).subtracting(apis)
        return others.sorted().map(Api.name)
    }

    /// What lies minutes apart is told as of its own; the findings are folded.
    private static let apart = Span.seconds(600)

    private func runs(_ late: [SlowAnswer]) -> [[SlowAnswer]] {
        late.sorted { ($0.answered, $0.requestFrame) < ($1.answered, $1.requestFrame) }.runs { run, next in
            run.last.map { next.waitsSince.since($0.answered) < Self.apart } ?? false
        }
    }

    /// The answer met the client's RST: it counts as none, and the request as lost.
    private func isLost(_ slow: SlowAnswer, _ view: CaseView) -> Bool {
        view.connection(of: slow)?.unanswered.contains { $0.frame == slow.requestFrame } == true
    }

    /// Packets of this path are lost time and again, or all of them were for a while, and a wait that they explain says nothing of
    /// the broker.
    private func isPathsDelay(_ slow: SlowAnswer, _ view: CaseView) -> Bool {
        view.wasInterrupted(slow.client.address, slow.server.address, slow.waitsSince, slow.answered)
            || view.lossyPaths.explain(
                waitOf: slow.milliseconds - Double(slow.allowedMs), between: slow.client.address,
                and: slow.server.address)
    }

    /// The network's round trip is in the wait and in the usual: neither is the broker's.
    /// - Parameter behindLate: what it waited behind is late itself.
    private func isLate(_ slow: SlowAnswer, behindLate: Bool, _ usual: UsualTimes, _ view: CaseView) -> Bool {
        let trip = view.connection(of: slow).flatMap(\.roundTripMs) ?? 0
        let late =
            slow.milliseconds(since: behindLate ? slow.waitsSince : slow.aloneSince) - Double(slow.allowedMs) - trip
        if waitsForOthers(slow.api) { return slow.allowedMs > 0 && late >= Self.pastItsLimitMs }
        guard late >= Self.leastMs, !usual.isByNature(slow) else { return false }
        return usual.milliseconds(slow).map { late >= Self.outlier * max(0, $0 - trip) } ?? true
    }

    private func waitsForOthers(_ api: Int16) -> Bool {
        api == Api.joinGroup || api == Api.syncGroup || ErrorCodes.mayTakeLong.contains(api) && Api.waitsOnPurpose(api)
            || ErrorCodes.asksOthers.contains(api)
    }

    /// Nothing was captured of the client, so that its window may have been closed. Where its packets show that, the wait
    /// counts from when it opened.
    private func mayBeHeldUpByReader(_ slow: SlowAnswer, _ view: CaseView) -> Bool {
        guard let record = view.connection(of: slow) else { return false }
        return record.startsMidway && record.fromClient.packets == 0
    }

    private func verdict(_ late: [SlowAnswer], _ pair: ClientAtServer, _ usual: UsualTimes, _ view: CaseView)
        -> Verdict?
    {
        guard let first = late.min(by: { $0.waitsSince < $1.waitsSince }),
            let worst = late.max(by: { $0.milliseconds < $1.milliseconds })
        else { return nil }
        let connections = Set(late.map(\.client)).count
        var verdict = Verdict(.slowResponse, .warning, connections > 1 ? .certain : .likely, at: first.waitsSince)
        verdict.last = late.map(\.answered).max() ?? first.answered
        verdict.count = late.count
        verdict.client = "\(pair.client)"
        verdict.server = "\(pair.server)"
        verdict.nodeId = view.node(at: pair.server)
        verdict.clientIds = ([worst] + late).compactMap { view.file.text($0.clientId) }.uniqued
        verdict.nature = .transient
        verdict.frames = late.prefix(12).flatMap { [$0.requestFrame, $0.frame] }.sorted()
        verdict.add(.apiName, .text(late.map { Api.name($0.api) }.uniqued.joined(separator: ", ")))
        verdict.ownApis = late.filter { $0.behind.isNone }.map { Api.name($0.api) }.uniqued
        verdict.add(.maxMs, .milliseconds(worst.milliseconds))
        verdict.add(.usualMs, usual.milliseconds(worst).map { .milliseconds($0) })
        verdict.add(.connectionsEnded, .number(connections))
        if worst.shutOutFor >= Self.shutOut { verdict.add(.windowClosed, .flag(true)) }
        return verdict
    }
}

/// How long answers usually take: the median of an API at a broker, the late ones left out.
private struct UsualTimes {
    private struct Kind: Hashable {
        var api: Int16
        var server: Endpoint
    }

    /// With fewer answers of its API all of the broker's count.
    private static let enough: Int64 = 20
    /// So many answers of an API, all of them late, make that its nature, where it does much.
    private static let atLeast: Int64 = 3

    /// The late answers of an API at all brokers.
    private struct Late {
        var count: Int64 = 0
        var lastStart = CaptureTime.distantPast
        var firstEnd = CaptureTime(nanoseconds: .max)
    }

    private var late: [Kind: Int64] = [:]
    private var lateByApi: [Int16: Late] = [:]
    private var answers: [Int16: Int64] = [:]
    private var histograms: [Kind: Histogram] = [:]
    private var ofServer: [Endpoint: Double] = [:]

    init(_ view: CaseView) {
        for slow in view.file.times.slowAnswers { add(slow) }
        var medians: [Endpoint: [(ms: Double, count: Int64)]] = [:]
        for (key, histogram) in view.file.times.latency {
            guard let server = key.server else { continue }
            answers[key.api, default: 0] += histogram.count
            if key.longPoll { continue }
            histograms[Kind(api: key.api, server: server)] = histogram
            let quick = histogram.count - (late[Kind(api: key.api, server: server)] ?? 0)
            // Those that wait for records say nothing of the broker's speed.
            if quick > 0, !Api.waitsOnPurpose(key.api) {
                medians[server, default: []].append((median(histogram, quick), quick))
            }
        }
        ofServer = medians.mapValues(Self.middle)
    }

    private mutating func add(_ slow: SlowAnswer) {
        late[Kind(api: slow.api, server: slow.server), default: 0] += 1
        var api = lateByApi[slow.api] ?? Late()
        api.count += 1
        api.lastStart = max(api.lastStart, slow.waitsSince)
        api.firstEnd = min(api.firstEnd, slow.firstByte)
        lateByApi[slow.api] = api
    }

    /// Of the answers that were not late.
    private func median(_ histogram: Histogram, _ quick: Int64) -> Double {
        histogram.percentileMs(0.5 * Double(quick) / Double(max(1, histogram.count)))
    }

    /// The median of several medians, each as often as it has answers.
    private static func middle(_ medians: [(ms: Double, count: Int64)]) -> Double {
        let half = medians.reduce(0) { $0 + $1.count } / 2
        var seen: Int64 = 0
        for median in medians.sorted(by: { $0.ms < $1.ms }) {
            seen += median.count
            if seen > half { return median.ms }
        }
        return medians.last?.ms ?? 0
    }

    /// Nil where nothing was answered but late.
    func milliseconds(_ slow: SlowAnswer) -> Double? {
        let kind = Kind(api: slow.api, server: slow.server)
        if let histogram = histograms[kind], histogram.count >= Self.enough {
            let quick = histogram.count - (late[kind] ?? 0)
            if quick > 0 { return median(histogram, quick) }
        }
        return ofServer[slow.server]
    }

    /// Each answer of that API takes long, at whatever broker and time: it does much. A broker that stands still holds up what
    /// is asked at one moment.
    func isByNature(_ slow: SlowAnswer) -> Bool {
        let least = ErrorCodes.mayTakeLong.contains(slow.api) ? Self.atLeast : Self.enough
        guard let api = lateByApi[slow.api], api.count >= least, api.count >= answers[slow.api] ?? 0 else {
            return false
        }
        return api.lastStart > api.firstEnd
    }
}

extension CaseView {
    /// The connection that a late answer came on.
    fileprivate func connection(of slow: SlowAnswer) -> ConnectionRecord? {
        connections(from: slow.client).first {
            $0.server == slow.server && $0.tcp.firstTime <= slow.sent && $0.tcp.lastTime >= slow.answered
        }
    }
}

extension ConnectionRecord {
    /// The handshake's: from the SYN to the SYN+ACK, as the capture saw them.
    fileprivate var roundTripMs: Double? {
        guard !tcp.synFrame.isNone, !tcp.synAckFrame.isNone else { return nil }
        return max(0, tcp.synAckTime.milliseconds(since: tcp.firstTime))
    }
}
