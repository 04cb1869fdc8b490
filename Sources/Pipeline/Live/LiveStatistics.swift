import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Rates and counts of a live run: what the facts do not keep, because it is about a moment or outlives them.
struct LiveStatistics {
    private var counters = LiveCounters()
    private var brokers = BrokerLabels()
    private var lives = FindingCounts(patience: Span.seconds(5))
    private var goneThrottledMs = 0
    private var last: Sums?
    /// Sums as told last.
    private var told: [String: LiveCounters.BrokerBytes] = [:]
    private var toldRetransmissions: Int64 = 0
    private var window = LatencyWindow()
    private var messages: Int64 = 0
    private var lastKafka: CaptureTime?

    private struct Sums {
        var time: Int64
        var packets: Int64
        var bytes: Int64
        var requests: Int64
    }

    mutating func note(_ told: [Finding], at now: CaptureTime) {
        for finding in told { lives.note(finding, &counters, at: now) { brokers.label($0) } }
        lives.settle(&counters, at: now)
    }

    mutating func note(_ forgotten: ConversationEngine.Forgotten) {
        for row in forgotten.errors { counters.errors[place(row), default: 0] += Int64(row.count) }
        goneThrottledMs += forgotten.throttledMs
    }

    private func place(_ row: ErrorRow) -> LiveCounters.AtBroker {
        .init(Self.name(row.key.code), at: brokers.label(row.key.server))
    }

    /// Connections that ended since the last tick.
    mutating func note(_ ended: [ConnectionRecord], _ file: CaseFile) {
        for record in ended {
            if record.kafka.responses > 0 { brokers.learn(record.server) }
            let broker = brokers.label(record.server)
            counters.connectionsByEnd[.init(Self.name(record.tcp.end), at: broker), default: 0] += 1
            counters.bytes[broker, default: .init()].requests += record.fromClient.payloadBytes
            counters.bytes[broker, default: .init()].responses += record.fromServer.payloadBytes
            counters.retransmissions += record.fromClient.retransmissions + record.fromServer.retransmissions
            if record.signIn.stage > .none { countSignIn(record, file) }
        }
    }

    private mutating func countSignIn(_ record: ConnectionRecord, _ file: CaseFile) {
        let outcome =
            switch record.signIn.stage {
            case .succeeded: "succeeded"
            case .refused: "refused"
            default: "unfinished"
            }
        let mechanism = file.text(record.signIn.mechanism) ?? "unknown"
        let known = counters.authAttempts.keys.contains { $0.mechanism == mechanism }
        let name = known || counters.authAttempts.count < 100 ? mechanism : "_other"
        counters.authAttempts[LiveCounters.AuthLabels(mechanism: name, outcome: outcome), default: 0] += 1
    }

    private static func name(_ end: TCPFacts.End) -> String {
        switch end {
        case .stillOpen: "open"
        case .fin: "fin"
        case .reset: "reset"
        case .refused: "refused"
        case .rejected: "rejected"
        case .noAnswer: "no-answer"
        case .evicted: "evicted"
        }
    }

    /// When messages were last seen, to a tick; nil: never.
    mutating func lastKafka(_ file: CaseFile, at time: CaptureTime?) -> CaptureTime? {
        let all = Int64(file.totals.requests) + Int64(file.totals.responses)
        if all > messages { lastKafka = time }
        messages = max(all, messages)
        return lastKafka
    }

    // MARK: The status

    /// - Parameter file: holding also the connections that are still there.
    mutating func fill(_ status: inout LiveStatus, _ file: CaseFile, _ streams: StreamEngine) {
        let view = LiveRows(file: file, findings: status.report.findings, now: status.time)
        for record in view.open where record.kafka.responses > 0 { brokers.learn(record.server) }
        fillRates(&status)
        status.memoryBytes = LiveClock.residentBytes()
        status.process = ProcessReader.facts()
        (status.waiting, status.waitingAt) = (view.waiting, view.waitingAt)
        status.openConnections = view.open.count
        status.openConnectionsAt = brokers.zeros
        for record in view.open { status.openConnectionsAt[brokers.label(record.server), default: 0] += 1 }
        let latency = file.times.latency
        status.times = Self.times(latency)
        window.note(latency, at: MonotonicClock.now)
        status.brokers = view.brokers(window)
        status.clients = view.clients
        status.counters = total(view, file)
    }

    private mutating func fillRates(_ status: inout LiveStatus) {
        let sources = status.report.capture.sources
        let sums = Sums(
            time: MonotonicClock.now, packets: sources.reduce(0) { $0 + $1.packets },
            bytes: sources.reduce(0) { $0 + $1.bytes }, requests: status.report.summary.requests)
        if let last {
            let seconds = max(0.001, Double(sums.time - last.time) / 1e9)
            status.packetsPerSecond = Double(sums.packets - last.packets) / seconds
            status.bytesPerSecond = Double(sums.bytes - last.bytes) / seconds
            status.requestsPerSecond = Double(sums.requests - last.requests) / seconds
        }
        last = sums
    }

    private mutating func total(_ view: LiveRows, _ file: CaseFile) -> LiveCounters {
        var all = counters
        for row in file.errors.rows.values { all.errors[place(row), default: 0] += Int64(row.count) }
        all.throttledMs = Int64(goneThrottledMs + file.times.throttles.values.reduce(0) { $0 + $1.totalMs })
        for name in brokers.zeros.keys { all.bytes[name, default: .init()].requests += 0 }
        for record in view.there {
            let broker = brokers.label(record.server)
            all.bytes[broker, default: .init()].requests += record.fromClient.payloadBytes
            all.bytes[broker, default: .init()].responses += record.fromServer.payloadBytes
            all.retransmissions += record.fromClient.retransmissions + record.fromServer.retransmissions
        }
        // Not all connections are looked at where there are very many; a counter never goes back all the same. Nor does it
        // where a server is known as a broker only now, and its bytes have moved.
        for (broker, bytes) in told {
            var most = all.bytes[broker] ?? .init()
            (most.requests, most.responses) = (
                max(most.requests, bytes.requests), max(most.responses, bytes.responses)
            )
            all.bytes[broker] = most
        }
        told = all.bytes
        toldRetransmissions = max(all.retransmissions, toldRetransmissions)
        all.retransmissions = toldRetransmissions
        return all
    }

    private static func name(_ code: Int16) -> String { KafkaError.name(of: Int(code)) ?? "\(code)" }

    private static func times(_ latency: [LatencyKey: Histogram]) -> [ResponseTimes] {
        latency.compactMap { key, histogram in
            guard let server = key.server else { return nil }
            var row = ResponseTimes()
            row.api = Api.name(key.api)
            row.broker = "\(server)"
            row.longPoll = key.longPoll
            row.count = histogram.count
            row.sumSeconds = histogram.sumMs / 1000
            row.counts = histogram.counts(upTo: ResponseTimes.bounds)
            return row
        }.sorted { ($0.api, $0.broker, $0.longPoll ? 1 : 0) < ($1.api, $1.broker, $1.longPoll ? 1 : 0) }
    }
}

/// Response times of the last minute: the histograms as they were a while ago, to be taken off those of now.
struct LatencyWindow {
    private struct State {
        var time: Int64
        var histograms: [LatencyKey: Histogram]
        var answers: [Endpoint: Int64]
    }

    /// Every few seconds for a minute, oldest first.
    private var states: [State] = []
    private var latest: State?
    private static let step = Span.seconds(6)
    private static let kept = 10
    /// Histograms kept of one moment.
    private static let room = 200

    mutating func note(_ latency: [LatencyKey: Histogram], at time: Int64) {
        let byServer = latency.filter { $0.key.server != nil && !$0.key.longPoll }
        var state = State(time: time, histograms: byServer, answers: [:])
        for (key, histogram) in latency {
            if let server = key.server { state.answers[server, default: 0] += histogram.count }
        }
        if state.histograms.count > Self.room {
            let busiest = byServer.sorted { $0.value.count > $1.value.count }.prefix(Self.room)
            state.histograms = Dictionary(uniqueKeysWithValues: busiest.map { ($0.key, $0.value) })
        }
        latest = state
        guard states.last.map({ time - $0.time >= Self.step }) ?? true else { return }
        states.append(state)
        if states.count > Self.kept { states.removeFirst() }
    }

    /// Answers a second, over the last few steps.
    func rate(of server: Endpoint) -> Double {
        guard let latest, let first = states.suffix(2).first, latest.time > first.time else { return 0 }
        let count = (latest.answers[server] ?? 0) - (first.answers[server] ?? 0)
        return Double(count) * 1e9 / Double(latest.time - first.time)
    }

    /// By API, what was answered in the last minute.
    func recent(of server: Endpoint) -> [(api: Int16, times: Histogram)] {
        guard let latest else { return [] }
        let first = states.first.flatMap { $0.time < latest.time ? $0.histograms : nil } ?? [:]
        return latest.histograms.filter { $0.key.server == server }
            .map { ($0.key.api, first[$0.key].map($0.value.since) ?? $0.value) }.filter { $0.times.count > 0 }
    }

    /// Answers in each step, the latest last.
    func history(of server: Endpoint) -> [Int] {
        let all = states + (latest.map { [$0] } ?? [])
        return zip(all, all.dropFirst()).map { Int(clamping: ($1.answers[server] ?? 0) - ($0.answers[server] ?? 0)) }
    }
}
