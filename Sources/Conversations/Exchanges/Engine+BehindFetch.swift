import Streams
import Vocabulary

/// What a group waits for, sent behind a Fetch that lets the broker wait for records: the broker takes a connection's requests
/// one after the other, so that the wait is the client's own. Looked at only where an answer took more than a second.
extension ConversationEngine {
    /// Shorter waits keep no group waiting.
    static let noticeableWait = Span.seconds(1)
    /// A Fetch that took so much longer than it allows was held up by something else.
    private static let slack = Span.milliseconds(500)

    func noteBehindFetch(_ connection: Connection, _ request: Waiting, at time: CaptureTime, _ frame: FrameRef) {
        if Api.waitsForRecords(request.pointee.api) {
            connection.pointee.longFetch = LongFetch(
                sent: request.pointee.sent, answered: time, allowedMs: request.pointee.allowedWaitMs ?? 0,
                frame: request.pointee.frame)
            return
        }
        let fetch = connection.pointee.longFetch
        let allowed = Int64(fetch.allowedMs) * 1_000_000
        let waited = fetch.answered.since(max(request.pointee.sentWhole, fetch.sent))
        guard Api.keepsMembership(request.pointee.api), request.pointee.sent >= fetch.sent, fetch.answered <= time,
            waited >= Self.noticeableWait, allowed >= Self.noticeableWait,
            fetch.answered.since(fetch.sent) <= allowed + Self.slack
        else { return }
        let key = BehindFetch.Key(
            client: connection.client.address, clientId: request.pointee.clientId, server: connection.server,
            api: request.pointee.api)
        file.times.behindFetch.update(
            key, beginning: BehindFetch(key, group: request.pointee.group, at: request.pointee.sent)
        ) {
            $0.add(waited, behind: fetch, request.pointee, connection.client)
        }
    }
}

extension BehindFetch {
    fileprivate mutating func add(
        _ waited: Int64, behind fetch: LongFetch, _ request: borrowing PendingRequest, _ client: Endpoint
    ) {
        count += 1
        last = max(last, request.sent)
        if waited > longest { (longest, allowedMs) = (waited, fetch.allowedMs) }
        if frames.count < CaseFile.framesPerFact { frames += [fetch.frame, request.frame] }
        if connections.count < CaseFile.framesPerFact, !connections.contains(client) { connections.append(client) }
    }
}
