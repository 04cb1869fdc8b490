import Streams
import Vocabulary

/// What every request and every answer adds to the facts, whatever it holds: each step is taken here and only here, whether the
/// frame was decoded, is like a known one, or was put together from pieces.
extension ConversationEngine {
    // MARK: Requests

    /// A request has begun: it waits from now on, for half a request can be lost too.
    @inline(__always)
    func begin(_ connection: Connection, _ index: Int32, _ request: Waiting) {
        append(connection, index)
        noteSent(connection, request)
    }

    @inline(__always)
    func noteSent(_ connection: Connection, _ request: Waiting) {
        file.totals.requests += 1
        if request.pointee.sent.since(connection.pointee.kafka.lastRequestTime) > Self.quietNanoseconds {
            noteQuiet(connection, request)
        }
        connection.pointee.lastCorrelationId = request.pointee.correlationId
        connection.pointee.kafka.requests += 1
        connection.pointee.kafka.lastRequestTime = request.pointee.sent
        connection.pointee.kafka.lastRequestFrame = request.pointee.frame
        connection.pointee.kafka.lastApi = request.pointee.api
        connection.pointee.kafka.lastVersion = request.pointee.version
        if !request.pointee.clientId.isNone { connection.pointee.kafka.clientId = request.pointee.clientId }
    }

    /// A client that sends nothing for so long may have left the connection.
    private static let quietNanoseconds = Span.seconds(1)

    @inline(never)
    private func noteQuiet(_ connection: Connection, _ request: Waiting) {
        guard connection.pointee.kafka.requests > 0 else { return }
        if let before = connection.pointee.lastQuiet, connection.pointee.kafka.lastResponseTime > before.to {
            connection.pointee.outlivedQuiet = max(connection.pointee.outlivedQuiet, before.to.since(before.from))
        }
        let quiet = (from: connection.pointee.kafka.lastRequestTime, to: request.pointee.sent)
        connection.pointee.lastQuiet = quiet
        let longest = connection.pointee.longestQuiet.map { $0.to.since($0.from) } ?? 0
        if quiet.to.since(quiet.from) > longest { connection.pointee.longestQuiet = quiet }
    }

    /// All of a request is there.
    @inline(__always)
    func noteWhole(
        _ connection: Connection, _ index: Int32, _ request: Waiting, lacksProducerId: Bool, at time: CaptureTime
    ) {
        if !request.pointee.group.isNone { connection.pointee.kafka.group = request.pointee.group }
        guard request.pointee.api == Api.produce else { return }
        if let acks = request.pointee.acks { noteProduce(connection, acks: acks, lacksProducerId: lacksProducerId) }
        if request.pointee.wantsNoAnswer { return }
        overdue.add(index, request, of: connection.pointee.slot)
        if overdue.isDue(now: time) { registerOverdue(now: time) }
    }

    @inline(__always)
    private func noteProduce(_ connection: Connection, acks: Int16, lacksProducerId: Bool) {
        connection.pointee.kafka.produced = true
        connection.pointee.kafka.leastAcks = min(connection.pointee.kafka.leastAcks, acks == -1 ? 2 : acks)
        if lacksProducerId { connection.pointee.kafka.producedWithoutIdempotence = true }
    }

    // MARK: Answers

    /// An answer is there, to a request that waits or to none.
    @inline(__always)
    func noteArrival(_ connection: Connection, at time: CaptureTime, _ frame: FrameRef) {
        file.totals.responses += 1
        connection.pointee.kafka.responses += 1
        connection.pointee.kafka.lastResponseTime = time
        connection.pointee.kafka.lastResponseFrame = frame
    }

    /// A request is answered, in time for its client, and waits no longer. It is kept until its client is known to have heard.
    /// - Parameters:
    ///   - first: where the answer's first byte was captured.
    ///   - time: when its last byte was.
    ///   - end: where in the TCP stream it ends.
    @inline(always)
    func complete(
        _ connection: Connection, _ index: Int32, _ request: Waiting, longPoll: Bool, from first: FrameRef,
        at time: CaptureTime, to end: Int64
    ) {
        let (api, waited) = (request.pointee.api, time.since(request.pointee.sentWhole))
        addLatency(connection, api: api, longPoll: longPoll, clientId: request.pointee.clientId, max(0, waited))
        noteAnswering(connection, time)
        noteWork(connection, request, at: time)
        takeOff(connection, index, request)
        if waited >= Self.noticeableWait { noteBehindFetch(connection, request, at: time, first) }
        keepUntilHeard(connection, index, request, from: first, at: time, to: end)
    }

    /// A Produce's first batch was stored.
    @inline(__always)
    func noteAppend(_ request: Waiting, first: Int64, at time: CaptureTime) {
        guard request.pointee.batch >= 0 else { return }
        let batch = batches.at(request.pointee.batch)
        let topic = file.topics.names.isEmpty ? batch.pointee.topic : file.named(batch.pointee.topic)
        appends.note(
            topic, batch.pointee.partition, first: first, records: batch.pointee.records, sent: request.pointee.sent,
            answered: time)
        if batch.pointee.producerId >= 0 { file.progress.note(batch.pointee, of: topic) }
        if !appends.proven.isEmpty { tellProven() }
    }

    @inline(never)
    private func tellProven() {
        for entry in appends.takeProven() { retries.noteNothingStored(entry) }
    }

    /// A request that is no sign-in was answered.
    @inline(__always)
    private func noteWork(_ connection: Connection, _ request: Waiting, at time: CaptureTime) {
        let api = request.pointee.api
        if Api.belongsToSignIn(api) { return }
        connection.pointee.kafka.workAnswered += 1
        if connection.pointee.kafka.firstWorkTime == .distantPast { noteFirstWork(connection, request, at: time) }
        if api == Api.fetch { connection.pointee.kafka.fetched = true }
        if api == Api.produce { connection.pointee.kafka.produceAnswered = true }
    }

    /// Who asks the way, or is refused, is not at work yet.
    @inline(never)
    private func noteFirstWork(_ connection: Connection, _ request: Waiting, at time: CaptureTime) {
        if request.pointee.api == Api.metadata || request.pointee.answerError != 0 { return }
        connection.pointee.kafka.firstWorkTime = time
    }

    @inline(__always)
    private func addLatency(
        _ connection: Connection, api: Int16, longPoll: Bool, clientId: StringID, _ nanoseconds: Int64
    ) {
        if !connection.pointee.lastTimes.isOf(api, longPoll, connection.pointee.clientSide, clientId) {
            chooseHistograms(connection, api, longPoll, clientId)
        }
        connection.pointee.stagedTimes.add(nanoseconds: nanoseconds)
        if connection.pointee.stagedTimes.isFull { tellTimes(connection) }
    }

    @inline(never)
    private func chooseHistograms(_ connection: Connection, _ api: Int16, _ longPoll: Bool, _ clientId: StringID) {
        tellTimes(connection)
        connection.pointee.lastTimes = LatencyPlaces(
            api: api, longPoll: longPoll, clientSide: connection.pointee.clientSide, clientId: clientId,
            ofServer: file.times.histogram(
                LatencyKey(api: api, longPoll: longPoll, server: connection.server, clientId: .none, client: nil)),
            ofClient: file.times.histogram(
                LatencyKey(
                    api: api, longPoll: longPoll, server: nil, clientId: clientId, client: connection.client.address)))
    }

    /// Adds the durations that wait to the histograms.
    @inline(never)
    func tellTimes(_ connection: Connection) {
        guard connection.pointee.stagedTimes.count > 0 else { return }
        let (server, client) = (connection.pointee.lastTimes.ofServer, connection.pointee.lastTimes.ofClient)
        if server >= 0 { file.times.histograms.at(Int(server)).pointee.add(connection.pointee.stagedTimes) }
        if client >= 0 { file.times.histograms.at(Int(client)).pointee.add(connection.pointee.stagedTimes) }
        connection.pointee.stagedTimes.clear()
    }

    /// A server that answers is noted a few times a second, not at every answer.
    @inline(__always)
    func noteAnswering(_ connection: Connection, _ time: CaptureTime) {
        guard time.since(connection.pointee.answersNoted) > Span.milliseconds(100) else { return }
        connection.pointee.answersNoted = time
        file.times.noteAnswering(connection.server, to: connection.client.address, time)
    }
}
