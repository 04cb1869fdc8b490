import Conversations
import ReportModel
import Streams
import TLS
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

    /// A hole that nobody fills for so long was not only lost once.
    private static let unfilled = Span.seconds(3)

    /// A connection on which one side's large segments do not arrive.
    private struct Stuck {
        var place: Int
        var from: CaptureTime
        var to: CaptureTime
        var frame: FrameRef
        /// Of the smallest segment sent again; nil where none was captured, for the capture shows what arrived.
        var bytes: Int32?
    }

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        found(view, among: ends.contains).flatMap { verdicts($0, view) }
    }

    /// Connections that a hole of that kind holds up, whoever explains their ends.
    static func connections(in view: CaseView) -> Set<Int> {
        Set(BlackHoles().found(view) { _ in true }.joined().map(\.place))
    }

    /// One path in one direction.
    private struct Way {
        var sender: IPAddress
        var receiver: IPAddress
        var stuck: [Stuck]
        var isProven: Bool
        /// Large segments passed while these did not.
        var isRefuted: Bool

        var from: CaptureTime { stuck.map(\.from).min() ?? .distantPast }
        var to: CaptureTime { stuck.map(\.to).max() ?? .distantPast }
    }

    /// When large packets of a host, or to one, were surely lost.
    private struct Spans {
        private var byHost: [IPAddress: ClosedRange<CaptureTime>] = [:]

        mutating func add(_ host: IPAddress, _ way: Way) {
            let before = byHost[host] ?? way.from...max(way.from, way.to)
            byHost[host] = min(before.lowerBound, way.from)...max(before.upperBound, way.to)
        }

        func hasMet(_ host: IPAddress, _ way: Way) -> Bool {
            byHost[host].map { $0.lowerBound <= way.to && way.from <= $0.upperBound } ?? false
        }
    }

    /// By path and direction.
    private func found(_ view: CaseView, among isOpen: (Int) -> Bool) -> [[Stuck]] {
        let ways = view.paths { Self.mayBeStuck($0.fromClient) || Self.mayBeStuck($0.fromServer) }.flatMap {
            path, places in
            [path.low, path.high].compactMap { way(from: $0, path, places, view, among: isOpen) }
        }
        var (senders, receivers) = (Spans(), Spans())
        for way in ways where way.isProven {
            senders.add(way.sender, way)
            receivers.add(way.receiver, way)
        }
        // What drops large packets before one host does so on its ways to all others.
        return ways.filter {
            $0.isProven || !$0.isRefuted && (senders.hasMet($0.sender, $0) || receivers.hasMet($0.receiver, $0))
        }.map(\.stuck)
    }

    private func way(
        from sender: IPAddress, _ path: HostPath, _ places: [Int], _ view: CaseView, among isOpen: (Int) -> Bool
    ) -> Way? {
        let stuck = places.filter(isOpen).compactMap { Self.stuck($0, sender, view) }
        guard !stuck.isEmpty, stuck.contains(where: { view.concernsKafka(view.records[$0.place]) }) else { return nil }
        let (during, before) = passesLarge(stuck, sender, places, view)
        let isProven = !during && !before && passesSmall(stuck, sender, path, places, view)
        return Way(
            sender: sender, receiver: path.other(than: sender), stuck: stuck, isProven: isProven, isRefuted: during)
    }

    private static func mayBeStuck(_ side: SideFacts) -> Bool {
        !spans(of: side).isEmpty || hasHole(side) || isAhead(side)
    }

    private static func stuck(_ place: Int, _ sender: IPAddress, _ view: CaseView) -> Stuck? {
        let record = view.records[place]
        let side = record.sent(by: sender)
        if let span = spans(of: side).last(where: { $0.deafSince == nil || heardBare(record, $0, sender) }) {
            return Stuck(place: place, from: span.from, to: span.to, frame: span.frame, bytes: span.headBytes)
        }
        let receiver = sender == record.tcp.initiator.address ? record.tcp.sides.1 : record.tcp.sides.0
        let from = hasHole(side) ? side.lastDataTime : side.sentAheadSince
        // Of an open connection that says no more, all was said until the capture's end.
        let isLastWord =
            record.isOpen
            && (receiver.lastTime >= from && record.tcp.lastTime <= receiver.lastTime
                || isUnheardFlight(record, sender))
        let to = isLastWord ? view.captureEnd(of: record) : receiver.lastTime
        guard hasHole(side) || isAhead(side), to.since(from) >= unfilled else { return nil }
        return Stuck(place: place, from: from, to: to, frame: side.lastDataFrame, bytes: nil)
    }

    /// The time, up to the end, in which what the other side waits for was sent again in vain, in large segments only.
    private static func spans(of side: SideFacts) -> [UnacknowledgedSpan] {
        // Where the other side hears not even bare acknowledgements, nothing of the connection passes, whatever its size.
        side.unacknowledged.filter {
            !$0.recovered && $0.headBytes >= large && $0.headResends >= resends && $0.lasted >= lasting
        }
    }

    /// Of a TLS server's first flight: the client sent its hello again once or twice, for its acknowledgement came with that flight,
    /// and then no more. So it had heard a bare one.
    private static func heardBare(_ record: ConnectionRecord, _ span: UnacknowledgedSpan, _ sender: IPAddress) -> Bool {
        let client = record.fromClient
        return sender == record.server.address && record.tls.handshake.clientHello != nil
            && record.tls.clientRecords == 0
            && span.nanoseconds >= flightLasts && client.retransmissions <= flightRepeats
            && client.acknowledged >= client.streamEnd && client.lastDataTime.since(span.from) < flightLasts / 2
    }
    private static let flightLasts = Span.seconds(6)
    private static let flightRepeats: Int64 = 2

    /// What lies behind a hole arrived, the hole itself did not: the receiver goes on acknowledging what is before it. What the
    /// capture alone lacks is acknowledged.
    private static func hasHole(_ side: SideFacts) -> Bool {
        side.gapBytes >= Int64(large) && side.cutBytes == 0 && side.acknowledged >= 0
            && side.streamEnd.subtractingSaturated(side.acknowledged) > side.gapBytes
    }

    /// The side's own numbers say that it sent more than a large segment, of which nothing got here, and nothing was acknowledged.
    private static func isAhead(_ side: SideFacts) -> Bool {
        side.sentAhead >= Int64(large) && side.cutBytes == 0 && side.acknowledged >= 0
            && side.acknowledged <= side.streamEnd
    }

    // MARK: What passes

    /// Something that the sender sent at the same time arrived, on a further connection. Where only one is stuck, its other end has
    /// to be heard on it meanwhile: what has forgotten a connection lets nothing of it pass, whatever its size.
    private func passesSmall(
        _ stuck: [Stuck], _ sender: IPAddress, _ path: HostPath, _ places: [Int], _ view: CaseView
    ) -> Bool {
        let first = stuck.map(\.from).min() ?? view.captureEnd
        let last = stuck.map(\.to).max() ?? first
        let receiver = path.other(than: sender)
        let isHeard = stuck.contains { stuck in
            stuck.bytes != nil && view.records[stuck.place].sent(by: receiver).lastTime >= stuck.from
        }
        // The hello was answered with more than one segment, as the numbers say that a bare acknowledgement brought along.
        if stuck.contains(where: { Self.isUnheardFlight(view.records[$0.place], sender) }) { return true }
        guard stuck.count > 1 || isHeard else { return false }
        let opened = places.contains { place in
            let record = view.records[place]
            guard record.tcp.firstTime >= first, record.tcp.firstTime <= last else { return false }
            // Of a server the bare acknowledgements are small packets, too.
            return record.sent(by: sender).acknowledged > 0
                || sender == record.tcp.responder.address && record.sent(by: receiver).acknowledged > 0
        }
        return opened || answered(path, first, last, view)
    }

    private static func isUnheardFlight(_ record: ConnectionRecord, _ sender: IPAddress) -> Bool {
        if spans(of: record.fromServer).contains(where: { heardBare(record, $0, sender) }) { return true }
        return sender == record.server.address && record.tls.handshake.clientHello != nil
            && record.fromServer.payloadBytes == 0
            && record.fromServer.gapBytes == 0 && isAhead(record.fromServer)
            && record.fromClient.acknowledged >= record.fromClient.streamEnd
    }

    private func answered(_ path: HostPath, _ first: CaptureTime, _ last: CaptureTime, _ view: CaseView) -> Bool {
        view.file.times.answeringClients.contains { key, answers in
            HostPath(key.client, key.server.address) == path && answers.times.contains { $0 > first && $0 <= last }
        }
    }

    /// So many connections on which no large segment ever passed are proof enough.
    private static let proof = 2
    private static let surelyLost = Span.seconds(10)

    /// Segments of that size were acknowledged on another connection of the same time; or before on one that is stuck, where few
    /// others are.
    private func passesLarge(
        _ stuck: [Stuck], _ sender: IPAddress, _ places: [Int], _ view: CaseView
    ) -> (during: Bool, before: Bool) {
        let least = Double(stuck.compactMap(\.bytes).min() ?? Self.large)
        let first = stuck.map(\.from).min() ?? view.captureEnd
        let mine = Set(stuck.map(\.place))
        let passed = places.filter { hadLargePassed(view.records[$0].sent(by: sender), least) }
        if passed.contains(where: { !mine.contains($0) && view.records[$0].sent(by: sender).lastDataTime >= first }) {
            return (true, false)
        }
        // What TCP sends again for so long, in vain, is lost for its size, whatever passed before.
        if stuck.count(where: { $0.to.since($0.from) >= Self.surelyLost }) >= Self.proof { return (false, false) }
        return (false, mine.subtracting(passed).count < Self.proof && !mine.isDisjoint(with: passed))
    }

    private func hadLargePassed(_ side: SideFacts, _ least: Double) -> Bool {
        guard side.acknowledged > 0 else { return false }
        let unacknowledged = Double(max(0, side.streamEnd - side.acknowledged))
        let segments = Double(side.dataSegments - side.retransmissions) - unacknowledged / max(1, least)
        return Double(side.acknowledged) / max(1, segments) >= Self.share * least
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
        let first = stuck.map(\.from).min() ?? view.captureEnd
        let last = stuck.map(\.to).max() ?? first
        var verdict = Verdict(
            path: ends, .mtuBlackHole, .error, stuck.count > 1 ? .certain : .likely, from: first, to: last, hit: hit,
            in: view)
        verdict.nature = .structural
        verdict.frames = stuck.prefix(10).flatMap { [$0.frame, view.records[$0.place].tcp.lastFrame] }
        verdict.requests = hit.flatMap { record in
            record.unanswered.filter { !$0.wantsNoAnswer }.map {
                LostRequest($0, of: record, in: view, ended: record.firstClose?.time ?? record.tcp.lastTime)
            }
        }
        verdict.add(.segmentBytes, stuck.compactMap(\.bytes).min().map { .number(Int($0)) })
        return verdict
    }
}
