public import Vocabulary

/// How long answers took, what held them back, and when who was answered.
public struct TimeFacts {
    public internal(set) var slowAnswers: BoundedList<SlowAnswer>
    public internal(set) var throttles: BoundedTable<ThrottleRow.Key, ThrottleRow>
    /// Requests that waited behind a long Fetch of their own connection.
    public internal(set) var behindFetch: BoundedTable<BehindFetch.Key, BehindFetch>
    /// When each server was answering, in coarse steps: what shows a server that fell silent.
    public internal(set) var answering: BoundedTable<Endpoint, AnswerTimes>
    /// The same for each client host, as far as there is room: what shows that others were answered meanwhile.
    public internal(set) var answeringClients: BoundedTable<ClientAtServer, AnswerTimes>
    /// Response times: histograms in one block, and whose each is.
    let histograms = Pool<Histogram>()
    private var histogramPlaces: BoundedTable<LatencyKey, Int32>

    init(_ limits: Limits) {
        func bound(_ leftOut: String) -> Bound { Bound(name: "errorRows", most: limits.errorRows, leftOut: leftOut) }
        slowAnswers = BoundedList(Bound(name: "slowAnswers", most: limits.errorRows, leftOut: "slow answers beyond it"))
        throttles = BoundedTable(bound("throttle times of further clients"))
        behindFetch = BoundedTable(bound("requests behind a Fetch of further clients"))
        answering = BoundedTable(
            Bound(name: "answeringServers", most: limits.answeringServers, leftOut: "when further servers answered"))
        answeringClients = BoundedTable(
            Bound(
                name: "answeredPairs", most: limits.answeredPairs, leftOut: "when further clients were answered"))
        histogramPlaces = BoundedTable(
            Bound(name: "latencyRows", most: limits.latencyRows, leftOut: "response times of further clients"))
    }

    var limitsReached: [LimitTrip?] {
        [
            slowAnswers.limitReached, throttles.limitReached, behindFetch.limitReached, answering.limitReached,
            answeringClients.limitReached, histogramPlaces.limitReached,
        ]
    }

    /// Notes that a server answered a client host.
    mutating func noteAnswering(_ server: Endpoint, to client: IPAddress, _ time: CaptureTime) {
        answering.update(server, beginning: AnswerTimes()) { $0.note(time) }
        answeringClients.update(ClientAtServer(client: client, server: server), beginning: AnswerTimes()) {
            $0.note(time)
        }
    }

    mutating func addThrottle(_ ms: Int, _ key: ThrottleRow.Key, _ time: CaptureTime, _ frame: FrameRef) {
        throttles.update(key, beginning: ThrottleRow(key, at: time)) { row in
            row.count += 1
            row.last = time
            row.maxMs = max(row.maxMs, ms)
            row.totalMs = row.totalMs.addingSaturated(ms)
            if row.frames.count < CaseFile.framesPerFact { row.frames.append(frame) }
        }
    }

    /// The place of a histogram in `histograms`, made with its first use; -1 where there is no room.
    mutating func histogram(_ key: LatencyKey) -> Int32 {
        let (before, next) = (histogramPlaces.count, Int32(histograms.count))
        guard let place = histogramPlaces.place(of: key, beginning: next) else { return -1 }
        if histogramPlaces.count > before { histograms.append(Histogram()) }
        return histogramPlaces.values[place]
    }

    mutating func forget(before time: CaptureTime) {
        slowAnswers.removeAll { $0.answered < time }
        throttles.removeAll { $1.last < time }
        behindFetch.removeAll { $1.last < time }
        answering.changeEach { $0.forget(before: time) }
        answering.removeAll { $1.times.isEmpty }
        answeringClients.changeEach { $0.forget(before: time) }
        answeringClients.removeAll { $1.times.isEmpty }
    }
}

extension TimeFacts {
    /// When a server answered a client host, thinned out, in order.
    public func answers(of server: Endpoint, to client: IPAddress) -> [CaptureTime] {
        answeringClients[ClientAtServer(client: client, server: server)]?.times ?? []
    }

    /// When a server answered anybody, thinned out, in order.
    public func answers(of server: Endpoint) -> [CaptureTime] { answering[server]?.times ?? [] }

    /// Up to when a server may have answered anybody last, before an end; nil where it is not known to have answered.
    public func lastAnswer(of server: Endpoint, upTo end: CaptureTime) -> CaptureTime? {
        guard let answers = answering[server] else { return nil }
        let last = answers.times.last(upTo: end)
        return last == .distantPast ? nil : min(end, last.adding(nanoseconds: answers.step))
    }

    /// Between two of these answers there may have been others, where they are no further apart than this.
    public func answerStep(of server: Endpoint) -> Int64 { answering[server]?.step ?? 0 }

    /// Response times of an API at a server, waits for nothing to read left out; nil before its first answer.
    public func latency(of api: Int16, at server: Endpoint) -> Histogram? {
        histogram(of: LatencyKey(api: api, longPoll: false, server: server, clientId: .none, client: nil))
    }

    /// How many answers of an API a client got.
    public func answers(to api: Int16, of client: IPAddress, _ clientId: StringID) -> Int64 {
        [false, true].reduce(0) { sum, longPoll in
            let key = LatencyKey(api: api, longPoll: longPoll, server: nil, clientId: clientId, client: client)
            return sum + (histogram(of: key)?.count ?? 0)
        }
    }

    /// Response times with whose they are.
    public var latency: [LatencyKey: Histogram] {
        Dictionary(uniqueKeysWithValues: histogramPlaces.map { ($0, histograms[Int($1)]) })
    }

    private func histogram(of key: LatencyKey) -> Histogram? { histogramPlaces[key].map { histograms[Int($0)] } }
}
