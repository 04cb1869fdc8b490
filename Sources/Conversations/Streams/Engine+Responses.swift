import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// What a complete answer adds to the facts.
extension ConversationEngine {
    /// Error code of an ApiVersions answer whose body is in the form of version 0 (KIP-511).
    private static let unsupportedVersion: Int16 = 35
    /// An answer slower than this, beyond what its request allows, is looked at by the rules.
    static let slowNanoseconds = Span.milliseconds(1000)

    func finishResponse(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        file.totals.responses += 1
        live[slot].kafka.responses += 1
        let previousAnswer = live[slot].kafka.lastResponseTime
        live[slot].kafka.lastResponseTime = last.time
        live[slot].kafka.lastResponseFrame = last.frame
        guard reader.pending >= 0 else { return noteUnmatched(slot, reader, last) }
        skipUnseenAnswers(slot, before: reader.pending)
        let request = pending[reader.pending]
        let resent = request.isRegistered && retries.isResent(live[slot].serial, request.correlationId)
        if let closed = live[slot].clientClosed, closed <= last.time { return noteLate(slot, reader, last) }
        if resent { return noteLate(slot, reader, last) }
        if last.time.since(request.sentWhole) > Self.slowNanoseconds { keepSlow(slot, request, reader, last) }
        noteErrors(slot, reader, request, last)
        noteTimes(slot, reader, request, previousAnswer, last)
        noteAnswering(slot, last.time)
        noteGroup(slot, reader, request, last)
        noteAddresses(slot, reader, last)
        notePartitions(slot, reader, last)
        noteSignInAnswer(slot, reader, request, last)
        if request.resendOf >= 0 { retries.answer(request.resendOf, reader.response, frame: reader.startFrame) }
        if request.api == Api.fetch { live[slot].kafka.fetched = true }
        if request.api == Api.produce { live[slot].kafka.produceAnswered = true }
        if !Api.belongsToSignIn(request.api) { live[slot].kafka.workAnswered += 1 }
        if reader.api == Api.apiVersions, reader.ending != .decoded { live[slot].kafka.offerCut = true }
        if reader.api == Api.apiVersions, reader.ending == .decoded, !reader.response.versions.isEmpty,
            reader.response.topLevelError == 0
        {
            noteVersions(slot, reader)
        }
        logAnswer(slot, request, reader, last)
        removePending(slot, reader.pending)
    }

    /// An answer to a request that was not captured.
    private func noteUnmatched(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        live[slot].kafka.unmatchedAnswers += 1
        file.totals.unmatchedAnswers += 1
    }

    /// Answers come in order: where the answers' direction has a hole, requests older than the one answered now had theirs
    /// inside the hole.
    private func skipUnseenAnswers(_ slot: Int, before index: Int32) {
        guard live[slot].lastAnswerGap != nil else { return }
        while live[slot].pendingHead >= 0, live[slot].pendingHead != index {
            let head = live[slot].pendingHead
            guard let gap = live[slot].lastAnswerGap, pending[head].sent <= gap else { return }
            removePending(slot, head)
        }
    }

    private static let slowAnswersKept = 16

    private func keepSlow(_ slot: Int, _ request: PendingRequest, _ reader: MessageReader, _ last: Piece) {
        // What the client's TCP acknowledged, it heard.
        let heard = streams?.acknowledged(FlowSlot(slot), live[slot].clientSide.other) ?? -1
        dropSlow(slot) { $0.end <= heard }
        var (tail, count, place) = (Int32(-1), 0, live[slot].slowHead)
        while place >= 0 { (tail, count, place) = (place, count + 1, slowAnswers[place].next) }
        guard count < Self.slowAnswersKept else { return }
        var kept = request
        kept.answeredLate = (last.time, reader.startFrame)
        kept.overflow = -1
        let end = isInsideTLS(slot) ? wireEnd(slot, last) : reader.startOffset + 4 + reader.size
        let added = slowAnswers.insert(SlowlyAnswered(request: kept, end: end))
        if tail >= 0 { slowAnswers[tail].next = added } else { live[slot].slowHead = added }
    }

    /// Takes slow answers off a connection's list.
    func dropSlow(_ slot: Int, where drops: (borrowing SlowlyAnswered) -> Bool) {
        var (previous, place) = (Int32(-1), live[slot].slowHead)
        while place >= 0 {
            let next = slowAnswers[place].next
            if drops(slowAnswers[place]) {
                if previous >= 0 { slowAnswers[previous].next = next } else { live[slot].slowHead = next }
                slowAnswers.remove(place)
            } else {
                previous = place
            }
            place = next
        }
    }

    /// The client had closed before this came: it counts as no answer, but tells what the broker did.
    private func noteLate(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        pending[reader.pending].answeredLate = (last.time, reader.startFrame)
        if let first = reader.response.appends.first, first.error == 0 {
            pending[reader.pending].lateOffset = first.baseOffset
            retries.lateAnswer(of: live[slot].serial, pending[reader.pending].correlationId, offset: first.baseOffset)
        }
    }

    private func noteErrors(_ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ last: Piece) {
        guard !reader.response.failures.isEmpty else { return noteHealed(slot, request, last) }
        live[slot].kafka.errorResponses += 1
        // One response with an error on forty partitions is one event a code, and names the first partition.
        var seen: [Int16] = []
        for failure in reader.response.failures where !seen.contains(failure.code) {
            seen.append(failure.code)
            file.add(
                ErrorEvent(
                    time: last.time, frame: last.frame, code: failure.code, api: request.api, version: request.version,
                    client: live[slot].client, server: live[slot].server, clientId: request.clientId,
                    topic: failure.topic, partition: failure.partition, group: request.group,
                    message: reader.response.message))
        }
    }

    /// The same thing went well afterwards: an error that healed is told otherwise than one that stays.
    private func noteHealed(_ slot: Int, _ request: PendingRequest, _ last: Piece) {
        guard !file.errorRows.isEmpty else { return }
        file.heal(api: request.api, client: live[slot].client.address, clientId: request.clientId, at: last.time)
    }

    private func noteTimes(
        _ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ previousAnswer: CaptureTime, _ last: Piece
    ) {
        let duration = max(0, last.time.since(request.sentWhole))
        let longPoll = (request.api == Api.fetch || request.api == Api.shareFetch) && reader.response.recordBytes == 0
        addLatency(slot, api: request.api, longPoll: longPoll, clientId: request.clientId, duration)
        // Behind another request it waited for that one's answer, not for its own.
        let waitedAlone = min(duration, last.time.since(max(request.sentWhole, previousAnswer)))
        let allowed = Int64(request.allowedWaitMs ?? 0) * 1_000_000
        let mayWaitLonger = !request.bodyKnown && Api.waitsByItsFields(request.api)
        if !mayWaitLonger, waitedAlone - allowed > Self.slowNanoseconds { noteSlow(slot, reader, request, last) }
        noteThrottle(slot, reader, request, last)
    }

    private func addLatency(_ slot: Int, api: Int16, longPoll: Bool, clientId: StringID, _ nanoseconds: Int64) {
        if !live[slot].lastTimes.hold(api, longPoll, live[slot].clientSide, clientId) {
            live[slot].lastTimes = LatencyPlaces(
                api: api, longPoll: longPoll, clientSide: live[slot].clientSide, clientId: clientId,
                ofServer: file.histogram(
                    LatencyKey(api: api, longPoll: longPoll, server: live[slot].server, clientId: .none, client: nil)),
                ofClient: file.histogram(
                    LatencyKey(
                        api: api, longPoll: longPoll, server: nil, clientId: clientId, client: live[slot].client.address
                    )))
        }
        let (server, client) = (live[slot].lastTimes.ofServer, live[slot].lastTimes.ofClient)
        if server >= 0 { file.histograms[Int(server)].add(nanoseconds: nanoseconds) }
        if client >= 0 { file.histograms[Int(client)].add(nanoseconds: nanoseconds) }
    }

    /// A server that answers is noted a few times a second, not at every answer.
    private func noteAnswering(_ slot: Int, _ time: CaptureTime) {
        guard time.since(live[slot].answersNoted) > Span.milliseconds(100) else { return }
        live[slot].answersNoted = time
        file.answerTimes[live[slot].server, default: AnswerTimes()].note(time)
    }

    private func noteSlow(_ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ last: Piece) {
        let throttled = live[slot].kafka.throttledUntil >= request.sentWhole || reader.response.throttleMs > 0
        file.add(
            SlowAnswer(
                api: request.api, client: live[slot].client, clientId: request.clientId, server: live[slot].server,
                sent: request.sentWhole, answered: last.time, requestFrame: request.frame, frame: reader.startFrame,
                allowedMs: request.allowedWaitMs ?? 0, excused: throttled))
    }

    private func noteThrottle(_ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ last: Piece) {
        let ms = reader.response.throttleMs
        guard ms > 0, ms < 86_400_000 else { return }
        live[slot].kafka.throttledUntil = last.time.adding(nanoseconds: Int64(ms) * 1_000_000)
        file.addThrottle(
            ms, api: request.api, client: live[slot].client.address, clientId: request.clientId,
            server: live[slot].server,
            time: last.time, frame: last.frame)
    }

    private func noteAddresses(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        let (client, server) = (live[slot].client, live[slot].server)
        if !reader.response.clusterId.isNone {
            live[slot].kafka.clusterId = reader.response.clusterId
            file.addCluster(
                reader.response.clusterId, server: server, client: client.address, time: last.time, frame: last.frame)
        }
        for broker in reader.response.brokers where broker.node >= 0 && !broker.host.isNone && broker.port > 0 {
            _ = claims.add(
                AddressClaim(
                    client: client.address, clientId: live[slot].kafka.clientId, toldBy: server, node: broker.node,
                    host: broker.host, port: broker.port, rack: broker.rack, clusterId: reader.response.clusterId,
                    api: reader.api, overTLS: live[slot].layer != nil, signedIn: live[slot].signIn.stage == .succeeded,
                    firstTime: last.time, firstFrame: last.frame, lastTime: last.time, frames: [last.frame]), to: file)
        }
    }

    private func noteGroup(_ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ last: Piece) {
        guard [Api.joinGroup, Api.syncGroup, Api.leaveGroup].contains(request.api), !request.group.isNone,
            file.groupEvents.count < limits.errorRows
        else { return }
        file.groupEvents.append(
            GroupEvent(
                api: request.api, group: request.group, client: live[slot].client, clientId: request.clientId,
                server: live[slot].server, sent: request.sent, answered: last.time, frame: request.frame,
                answerFrame: reader.startFrame, failed: !reader.response.failures.isEmpty))
    }

    private func notePartitions(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        for (id, name) in reader.response.topicIds where file.topicNames.count < limits.internedStrings {
            file.topicNames[id] = name
        }
        for partition in reader.response.unhealthy {
            file.addPartition(
                PartitionHealth(
                    topic: partition.topic, partition: partition.index, server: live[slot].server,
                    client: live[slot].client.address, leaderless: partition.leader < 0, replicas: partition.replicas,
                    inSync: partition.inSync, first: last.time, last: last.time, count: 1, frames: [last.frame]))
        }
    }

    private func noteVersions(_ slot: Int, _ reader: MessageReader) {
        var ranges: [Int16: ClosedRange<Int16>] = [:]
        for version in reader.response.versions where version.low <= version.high {
            ranges[version.api] = version.low...version.high
        }
        live[slot].kafka.offered = offers.shared(ranges)
    }
}
