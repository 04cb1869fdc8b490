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

    func finishResponse(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        let previousAnswer = connection.pointee.kafka.lastResponseTime
        noteArrival(connection, at: last.time, last.frame)
        guard reader.pointee.pending >= 0 else {
            return isAnswerUnasked(connection, reader) ? () : noteUnmatched(connection, reader, last)
        }
        // What a message that contradicts its schema seems to say may be anything.
        if reader.pointee.ending == .malformed {
            reader.pointee.response.reset()
            connection.pointee.kafka.noteMalformed(reader.pointee.api, reader.pointee.startFrame)
        }
        skipUnseenAnswers(connection, before: reader.pointee.pending)
        connection.pointee.kafka.noteOrder(
            pending[reader.pointee.pending].streamEnd,
            isOldest: connection.pointee.pendingHead == reader.pointee.pending, reader.pointee.startFrame)
        let request = pending.at(reader.pointee.pending)
        let resent =
            request.pointee.isRegistered && retries.isResent(connection.pointee.serial, request.pointee.correlationId)
        // Whatever became of this client, the broker gives these addresses out.
        noteAddresses(connection, reader, last)
        if let closed = connection.pointee.clientClosed, closed <= last.time,
            connection.pointee.clientHeard < last.wireEnd
        {
            return noteLate(connection, reader, last)
        }
        if resent { return noteLate(connection, reader, last) }
        if observes { tellAnswer(connection, reader, last, isLate: false) }
        noteErrors(connection, reader, request, last)
        noteTimes(connection, reader, request, previousAnswer, last)
        noteGroup(connection, reader, request, last)
        if !request.pointee.identity.isNone { noteIdentity(connection, reader, request, last) }
        notePartitions(connection, reader, last)
        noteSignInAnswer(connection, reader, request, last)
        if request.pointee.resendOf >= 0 {
            retries.answer(request.pointee.resendOf, reader.pointee.response, frame: reader.pointee.startFrame)
        }
        if reader.pointee.api == Api.apiVersions, reader.pointee.ending != .decoded {
            connection.pointee.kafka.offerCut = true
        }
        if reader.pointee.api == Api.apiVersions, reader.pointee.ending == .decoded,
            !reader.pointee.response.versions.isEmpty,
            reader.pointee.response.topLevelError == 0
        {
            noteVersions(connection, reader)
        }
        logAnswer(connection, request, reader, last)
        if let append = reader.pointee.response.append, append.error == 0 {
            noteAppend(request, first: append.baseOffset, at: last.time)
        }
        request.pointee.answerError = reader.pointee.response.append?.error ?? 0
        let longPoll = Api.waitsForRecords(request.pointee.api) && reader.pointee.response.recordBytes == 0
        complete(
            connection, reader.pointee.pending, request, longPoll: longPoll, from: reader.pointee.startFrame,
            at: last.time, to: last.wireEnd)
    }

    /// Some servers (Azure Event Hubs) answer a Produce with acks=0 too. Its number is one that the client has used, and the
    /// requests that want an answer still wait for theirs or had it.
    private func isAnswerUnasked(_ connection: Connection, _ reader: Reader) -> Bool {
        guard let first = connection.pointee.firstCorrelationId,
            connection.pointee.unaskedAnswers < connection.pointee.kafka.wantNoAnswer,
            first <= reader.pointee.correlationId,
            reader.pointee.correlationId <= connection.pointee.lastCorrelationId
        else { return false }
        connection.pointee.unaskedAnswers += 1
        if observes { tellUnasked(connection, reader) }
        return true
    }

    /// An answer to a request that was not captured.
    private func noteUnmatched(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        connection.pointee.kafka.unmatchedAnswers += 1
        if connection.pointee.kafka.responses == 1 {
            connection.pointee.kafka.rare.value.firstUnmatched = reader.pointee.startFrame
            connection.pointee.kafka.rare.value.firstUnmatchedTime = reader.pointee.startTime
        }
        file.totals.unmatchedAnswers += 1
        noteNumber(connection, reader.pointee.correlationId)
        if observes { tellUnseen(connection, reader, last) }
    }

    /// Answers come in order: where the answers' direction has a hole, requests older than the one answered now had theirs
    /// inside the hole.
    private func skipUnseenAnswers(_ connection: Connection, before index: Int32) {
        guard connection.pointee.lastAnswerGap != nil else { return }
        while connection.pointee.pendingHead >= 0, connection.pointee.pendingHead != index {
            let head = connection.pointee.pendingHead
            guard let gap = connection.pointee.lastAnswerGap, pending[head].sent <= gap else { return }
            if observes { tellEnd(head, .answerNotSeen, at: gap) }
            removePending(connection, head)
        }
    }

    /// The client had closed before this came: whether it heard the answer, its acknowledgements tell in the end
    /// (`heardLate`). Until then it counts as none, but tells what the broker did.
    private func noteLate(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        if observes { tellAnswer(connection, reader, last, isLate: true) }
        pending[reader.pointee.pending].answered = last.time
        pending[reader.pointee.pending].answerFrame = reader.pointee.startFrame
        pending[reader.pointee.pending].answerEnd = last.wireEnd
        if let first = reader.pointee.response.append {
            retries.lateAnswer(
                of: connection.pointee.serial, pending[reader.pointee.pending].correlationId, error: first.error,
                offset: first.baseOffset)
        }
    }

    private func noteErrors(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        if !reader.pointee.response.failures.isEmpty { noteFailures(connection, reader, request, last) }
        noteHealed(connection, reader, request, last)
    }

    private func noteFailures(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        connection.pointee.kafka.errorResponses += 1
        // One response with an error on forty partitions is one event a code, and names the first partition.
        var seen: [Int16] = []
        let failures = reader.pointee.response.failures
        for failure in failures where !seen.contains(failure.code) {
            seen.append(failure.code)
            let subjects = failures.filter { $0.code == failure.code }.map {
                ErrorSubject(
                    topic: $0.topic, partition: $0.partition, group: request.pointee.group,
                    owner: $0.owner.isNone ? request.pointee.owner : $0.owner, member: request.pointee.member)
            }
            file.add(
                ErrorEvent(
                    time: last.time, frame: last.frame, code: failure.code, api: request.pointee.api,
                    version: request.pointee.version,
                    client: connection.client, server: connection.server, clientId: request.pointee.clientId,
                    topic: failure.topic, partition: failure.partition, group: request.pointee.group,
                    owner: failure.owner.isNone ? request.pointee.owner : failure.owner, member: request.pointee.member,
                    message: reader.pointee.response.message),
                about: subjects.unique)
        }
    }

    /// The same thing went well afterwards: an error that healed is told otherwise than one that stays.
    private func noteHealed(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        guard file.errors.unhealed.mayHeal(request.pointee.api, request.pointee.clientId) else { return }
        let content = reader.pointee.response
        // Of an answer that was cut, what was read before the cut is as good.
        let isCut = reader.pointee.ending == .cut
        guard reader.pointee.ending == .decoded || isCut else { return }
        file.heal(
            GoodAnswer(
                api: request.pointee.api, client: connection.client.address, end: connection.client,
                clientId: request.pointee.clientId,
                server: connection.server, group: request.pointee.group, owner: request.pointee.owner,
                member: request.pointee.member, time: last.time, successes: content.successes,
                isComplete: content.successesLeftOut == 0, isIdempotent: request.pointee.idempotent,
                failsAtTop: content.failures.contains { $0.topic.isNone } || isCut && content.topLevelError != 0))
    }

    private func noteTimes(
        _ connection: Connection, _ reader: Reader, _ request: Waiting, _ previousAnswer: CaptureTime, _ last: Piece
    ) {
        if isSlow(connection, request, behind: queueBegan(connection, previousAnswer), reader.pointee.startTime) {
            noteSlow(connection, reader, request, behind: previousAnswer, last)
        }
        noteThrottle(connection, reader, request, last)
    }

    /// It took longer than its request lets the broker wait on purpose, and not for want of another answer before it. That a
    /// Produce or a commit allows its broker half a minute makes no wait of that length usual.
    /// - Parameter answered: when the answer's first byte came; the others' time is the network's.
    func isSlow(
        _ connection: Connection, _ request: Waiting, behind previousAnswer: CaptureTime, _ answered: CaptureTime
    ) -> Bool {
        if !request.pointee.bodyKnown, Api.waitsByItsFields(request.pointee.api) { return false }
        let began = couldBeTaken(connection, request)
        let duration = max(0, answered.since(began))
        // Behind another request it waited for that one's answer, not for its own.
        let waitedAlone = min(duration, answered.since(max(began, previousAnswer)))
        let waits = Api.waitsOnPurpose(request.pointee.api)
        let allowed = waits ? Int64(request.pointee.allowedWaitMs ?? 0) * 1_000_000 : 0
        return waitedAlone.subtractingSaturated(allowed) > Self.slowNanoseconds
    }

    private func noteSlow(
        _ connection: Connection, _ reader: Reader, _ request: Waiting, behind previousAnswer: CaptureTime,
        _ last: Piece
    ) {
        // Until then the broker had no request, or had said that it would take none.
        let began = couldBeTaken(connection, request)
        // What is sent into a closed window is dropped, and sent again when that opens.
        let sentAgain = began < request.pointee.sentWhole ? .distantPast : lastSentAgain(connection, request)
        let heldUp = max(sentAgain, connection.pointee.kafka.throttledUntil)
        let since = max(began, queueBegan(connection, previousAnswer), heldUp)
        let span = since...max(since, reader.pointee.startTime)
        let pause = max(noRoom(connection, span), unseen(span))
        // Brokers before KIP-219 hold back the answer itself for as long as it says.
        let onPurpose = Int64(reader.pointee.response.throttleMs) * 1_000_000
        let isBehind =
            previousAnswer > request.pointee.sentWhole && connection.pointee.lastSlow.answered == previousAnswer
        let behind = isBehind ? connection.pointee.lastSlow.request : .none
        if request.pointee.api == Api.produce { appends.followsTimes = true }
        connection.pointee.lastSlow = (request.pointee.frame, since, last.time)
        file.times.slowAnswers.append(
            SlowAnswer(
                api: request.pointee.api, client: connection.client, clientId: request.pointee.clientId,
                server: connection.server, partition: partition(of: request), sent: request.pointee.sentWhole,
                waitsSince: since, aloneSince: max(began, previousAnswer, heldUp),
                behind: behind, shutOutFor: max(0, request.pointee.sentWhole.since(since)),
                firstByte: reader.pointee.startTime, answered: last.time, requestFrame: request.pointee.frame,
                frame: reader.pointee.startFrame,
                allowedMs: Api.waitsOnPurpose(request.pointee.api) ? request.pointee.allowedWaitMs ?? 0 : 0,
                heldBackFor: pause.addingSaturated(max(0, onPurpose)),
                acknowledgedLate: acknowledgedLate(connection, request)))
    }

    /// Where a Produce's first batch goes.
    private func partition(of request: Waiting) -> PartitionName? {
        guard request.pointee.batch >= 0 else { return nil }
        let batch = batches.at(request.pointee.batch)
        return PartitionName(topic: file.named(batch.pointee.topic), partition: batch.pointee.partition)
    }

    /// How long within a span nothing could be seen: an answer may have come then, and what is seen later be its repeat.
    private func unseen(_ span: ClosedRange<CaptureTime>) -> Int64 {
        blindTimes.reduce(0) { $0.addingSaturated($1.overlap(span.lowerBound, span.upperBound)) }
    }

    /// When the client's TCP last had to send the request, or what came before it, again: until then the broker may not have had the request.
    private func lastSentAgain(_ connection: Connection, _ request: Waiting) -> CaptureTime {
        lastResent(connection, connection.pointee.clientSide, before: request.pointee.streamEnd)
    }

    private func noteThrottle(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        let ms = reader.pointee.response.throttleMs
        guard ms > 0, ms < 86_400_000 else { return }
        connection.pointee.kafka.throttledUntil = last.time.adding(nanoseconds: Int64(ms) * 1_000_000)
        file.times.addThrottle(
            ms,
            ThrottleRow.Key(
                client: connection.client.address, clientId: request.pointee.clientId, server: connection.server,
                api: request.pointee.api),
            last.time, last.frame)
    }

    private func noteAddresses(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        guard !reader.pointee.response.clusterId.isNone || !reader.pointee.response.brokers.isEmpty else { return }
        if !reader.pointee.response.clusterId.isNone {
            connection.pointee.kafka.clusterId = reader.pointee.response.clusterId
            file.clusters.add(
                reader.pointee.response.clusterId, server: connection.server, client: connection.client.address,
                time: last.time, frame: last.frame)
        }
        for broker in reader.pointee.response.brokers where broker.node >= 0 && !broker.host.isNone && broker.port > 0 {
            _ = claims.add(claim(of: broker, connection, reader, last), to: file)
        }
    }

    private func claim(
        of broker: ResponseContent.Broker, _ connection: Connection, _ reader: Reader, _ last: Piece
    ) -> AddressClaim {
        var claim = AddressClaim(
            client: connection.client.address, clientId: connection.pointee.kafka.clientId,
            toldBy: connection.server, node: broker.node, host: broker.host, port: broker.port, rack: broker.rack,
            clusterId: reader.pointee.response.clusterId, api: reader.pointee.api,
            overTLS: connection.pointee.tls != nil, signedIn: connection.pointee.signIn.stage == .succeeded,
            firstTime: last.time, firstFrame: last.frame, lastTime: last.time, frames: [last.frame])
        claim.leads = reader.pointee.response.led.of(broker.node)
        claim.leadersTold = !reader.pointee.response.led.isEmpty
        claim.coordinates = reader.pointee.api == Api.findCoordinator
        if !broker.coordinates.isNone { claim.coordinated = [broker.coordinates] }
        return claim
    }

    private func noteGroup(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        guard [Api.joinGroup, Api.syncGroup, Api.leaveGroup].contains(request.pointee.api),
            !request.pointee.group.isNone
        else { return }
        file.groupEvents.append(
            GroupEvent(
                api: request.pointee.api, group: request.pointee.group, client: connection.client,
                clientId: request.pointee.clientId,
                server: connection.server, sent: request.pointee.sent, answered: last.time,
                frame: request.pointee.frame,
                answerFrame: reader.pointee.startFrame, failed: !reader.pointee.response.failures.isEmpty))
    }

    private func notePartitions(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        for (id, name) in reader.pointee.response.topicIds {
            file.topics.learn(name, of: id)
        }
        if !reader.pointee.response.healthyAgain.isEmpty {
            file.partitions.noteWell(reader.pointee.response.healthyAgain, at: last.time)
        }
        for partition in reader.pointee.response.unhealthy {
            file.partitions.add(
                PartitionHealth(
                    topic: partition.topic, partition: partition.index, server: connection.server,
                    client: connection.client.address, leaderless: partition.leader < 0, replicas: partition.replicas,
                    inSync: partition.inSync, first: last.time, last: last.time, count: 1, frames: [last.frame]))
        }
    }

    private func noteVersions(_ connection: Connection, _ reader: Reader) {
        var ranges: [Int16: ClosedRange<Int16>] = [:]
        for version in reader.pointee.response.versions where version.low <= version.high {
            ranges[version.api] = version.low...version.high
        }
        connection.pointee.kafka.offered = offers.shared(ranges)
    }
}
