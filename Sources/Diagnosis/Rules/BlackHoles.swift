import Conversations
import ReportModel
import Streams
import Vocabulary

/// Large segments between two hosts are never acknowledged while small ones pass: something on the way drops packets above a
/// size without saying so (path MTU, RFC 2923).
struct BlackHoles: EndRule {
    /// Full-sized, if only on a path of small packets: a segment that no usual path would let through cut smaller.
    private static let large: Int32 = 1000
    /// Sent again so often without an acknowledgement, for so long.
    private static let resends: Int32 = 3
    private static let lasting = Span.milliseconds(1200)
    /// So much of a large segment's length is a connection's usual one where large segments pass.
    private static let share = 0.8

    /// A connection on which one side's large segments do not arrive.
    private struct Stuck {
        var place: Int
        var span: UnacknowledgedSpan
    }

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        view.paths { Self.span(of: $0.fromClient) != nil || Self.span(of: $0.fromServer) != nil }.flatMap {
            path, places in
            [path.low, path.high].flatMap { sender -> [EndVerdict] in
                let stuck = places.filter(ends.contains).compactMap { place in
                    Self.span(of: view.records[place].sent(by: sender)).map { Stuck(place: place, span: $0) }
                }
                guard !stuck.isEmpty, stuck.contains(where: { view.concernsKafka(view.records[$0.place]) }),
                    passesSmall(stuck, sender, path, places, view), !passesLarge(stuck, sender, places, view)
                else { return [] }
                return verdicts(stuck, view)
            }
        }
    }

    /// The time, up to the end, in which what the other side waits for was sent again in vain, in large segments only.
    private static func span(of side: SideFacts) -> UnacknowledgedSpan? {
        side.unacknowledged.last {
            !$0.recovered && $0.headBytes >= large && $0.headResends >= resends && $0.nanoseconds >= lasting
        }
    }

    // MARK: What passes

    /// Something that the sender sent at the same time arrived, on a further connection. Where only one is stuck, its other end has
    /// to be heard on it meanwhile: what has forgotten a connection lets nothing of it pass, whatever its size.
    private func passesSmall(
        _ stuck: [Stuck], _ sender: IPAddress, _ path: HostPath, _ places: [Int], _ view: CaseView
    ) -> Bool {
        let first = stuck.map(\.span.from).min() ?? view.captureEnd
        let last = stuck.map(\.span.to).max() ?? first
        let receiver = path.other(than: sender)
        guard
            stuck.count > 1
                || stuck.contains(where: {
                    view.records[$0.place].sent(by: receiver).lastTime >= $0.span.from
                })
        else { return false }
        let opened = places.contains { place in
            let record = view.records[place]
            return record.tcp.firstTime >= first && record.tcp.firstTime <= last
                && record.sent(by: sender).acknowledged > 0
        }
        return opened || answered(path, first, last, view)
    }

    private func answered(_ path: HostPath, _ first: CaptureTime, _ last: CaptureTime, _ view: CaseView) -> Bool {
        view.file.answersByClient.contains { key, answers in
            HostPath(key.client, key.server.address) == path && answers.times.contains { $0 > first && $0 <= last }
        }
    }

    /// Segments of that size were acknowledged on another connection of the same time.
    private func passesLarge(_ stuck: [Stuck], _ sender: IPAddress, _ places: [Int], _ view: CaseView) -> Bool {
        let least = Double(stuck.map(\.span.headBytes).min() ?? 0)
        let first = stuck.map(\.span.from).min() ?? view.captureEnd
        let mine = Set(stuck.map(\.place))
        return places.contains { place in
            let side = view.records[place].sent(by: sender)
            guard side.lastDataTime >= first || mine.contains(place), side.acknowledged > 0 else { return false }
            let unacknowledged = Double(max(0, side.streamEnd - side.acknowledged))
            let segments = Double(side.dataSegments - side.retransmissions) - unacknowledged / max(1, least)
            return Double(side.acknowledged) / max(1, segments) >= Self.share * least
        }
    }

    // MARK: What is told

    private func verdicts(_ stuck: [Stuck], _ view: CaseView) -> [EndVerdict] {
        Dictionary(grouping: stuck) { PathEnds(of: view.records[$0.place]) }.sorted { $0.key < $1.key }.map {
            ends, stuck in
            EndVerdict(
                place: stuck[0].place, verdict: verdict(ends, stuck, view),
                alsoExplains: stuck.dropFirst().map(\.place))
        }
    }

    private func verdict(_ ends: PathEnds, _ stuck: [Stuck], _ view: CaseView) -> Verdict {
        let hit = stuck.map { view.records[$0.place] }
        let first = stuck.map(\.span.from).min() ?? view.captureEnd
        let last = stuck.map(\.span.to).max() ?? first
        var verdict = Verdict(
            path: ends, .mtuBlackHole, .error, stuck.count > 1 ? .certain : .likely, from: first, to: last, hit: hit,
            in: view)
        verdict.nature = .structural
        verdict.frames = stuck.prefix(10).flatMap { [$0.span.frame, view.records[$0.place].tcp.lastFrame] }
        verdict.requests = hit.flatMap { record in
            record.unanswered.filter { !$0.wantsNoAnswer }.map {
                LostRequest($0, of: record, in: view, ended: record.firstClose?.time ?? record.tcp.lastTime)
            }
        }
        verdict.add(.segmentBytes, .number(Int(stuck.map(\.span.headBytes).min() ?? 0)))
        return verdict
    }
}
