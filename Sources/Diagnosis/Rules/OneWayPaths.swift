import Conversations
import ReportModel
import Streams
import Vocabulary

/// The server's SYN+ACK arrives again and again though the client answered it, and nothing that the client sends behind it
/// is ever acknowledged, on all of its connections to that server: what it sends does not arrive. Or the client sends its SYN
/// again and again though the server answers each: what the server sends does not arrive.
struct OneWayPaths: EndRule {
    private static let atLeast = 2

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let hit = view.oneWayConnections.filter(ends.contains).sorted()
        return Dictionary(grouping: hit) { PathEnds(of: view.records[$0]) }.sorted { $0.key < $1.key }.map {
            let (path, places) = $0
            return EndVerdict(
                place: places[0], verdict: verdict(path, places.map { view.records[$0] }, view),
                alsoExplains: Array(places.dropFirst()))
        } + unheard(ends, view)
    }

    /// Every SYN of a host was answered, and it sent them again to the end.
    private func unheard(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let hit = view.records.indices.filter { ends.contains($0) && view.records[$0].isUnheard }
        let groups = Dictionary(grouping: hit) { PathEnds(of: view.records[$0]) }.filter { ends, places in
            view.concernsKafka(view.records[places[0]])
                && !Self.wasHeard(ends, since: view.records[places[0]].tcp.firstTime, view)
                && places.reduce(0) { $0 + view.records[$1].tcp.synCount - 1 } >= Self.atLeast
        }
        return groups.sorted { $0.key < $1.key }.map { path, places in
            EndVerdict(
                place: places[0], verdict: unheard(path, places.map { view.records[$0] }, view),
                alsoExplains: Array(places.dropFirst()))
        }
    }

    private func unheard(_ ends: PathEnds, _ hit: [ConnectionRecord], _ view: CaseView) -> Verdict {
        let first = hit[0].tcp.firstTime
        let last = hit.map(\.tcp.lastTime).max() ?? first
        let views = hit.contains(where: \.isSeenAtTwoPlaces)
        var verdict = Verdict(
            path: ends, .oneWay, .error, views ? .certain : .likely, from: first, to: last, hit: hit, in: view)
        verdict.nature = .structural
        verdict.frames = hit.prefix(10).flatMap { [$0.tcp.synFrame, $0.tcp.synAckFrame, $0.tcp.lastFrame] }
        verdict.add(.lostFrom, .text("\(ends.server.address)"))
        verdict.add(.attemptCount, .number(hit.count))
        if views { verdict.add(.seenElsewhere, .flag(true)) }
        return verdict
    }

    /// Places of the connections of which nothing behind the handshake arrives.
    static func connections(in view: CaseView) -> Set<Int> {
        let deaf = view.records.indices.filter { isDeaf(view.records[$0]) }
        let groups = Dictionary(grouping: deaf) { PathEnds(of: view.records[$0]) }.filter { ends, places in
            places.count >= atLeast && view.concernsKafka(view.records[places[0]]) && !gotThrough(ends, view)
        }
        return Set(groups.values.joined()).union(joinedMidway(on: Set(groups.keys), view))
    }

    /// Connections on these paths whose handshake came before the capture, and of which nothing arrives either.
    private static func joinedMidway(on paths: Set<PathEnds>, _ view: CaseView) -> [Int] {
        guard !paths.isEmpty else { return [] }
        return view.records.indices.filter {
            let record = view.records[$0]
            return record.startsMidway && record.fromServer.payloadBytes == 0 && record.fromClient.streamEnd > 0
                && record.fromClient.acknowledged <= 0 && record.tcp.twinOf == nil
                && paths.contains(PathEnds(of: record))
        }
    }

    /// Open as the client sees it, and not as the server does.
    private static func isDeaf(_ record: ConnectionRecord) -> Bool {
        record.fromServer.synAckRepeats > 0 && record.fromServer.payloadBytes == 0 && record.fromClient.streamEnd > 0
            && record.fromClient.acknowledged == 0 && record.tcp.twinOf == nil && !record.fromServer.finSeen
    }

    /// Another connection of that host to that server was acknowledged something: then the path is open, and it is the
    /// server that takes its time.
    private static func gotThrough(_ ends: PathEnds, _ view: CaseView) -> Bool {
        view.connections(of: ends.client, to: ends.server).contains {
            ($0.fromServer.payloadBytes > 0 || $0.fromClient.acknowledged > 0)
        }
    }

    /// Packets of the server arrived at that host meanwhile: a connection was opened, or all of what it was sent acknowledged.
    private static func wasHeard(_ ends: PathEnds, since first: CaptureTime, _ view: CaseView) -> Bool {
        view.connections(of: ends.client, to: ends.server).contains { record in
            if record.tcp.established, !record.startsMidway, record.tcp.firstTime >= first { return true }
            let server = record.fromServer
            return server.lastDataTime > first && server.acknowledged >= server.streamEnd && server.streamEnd > 0
        }
    }

    private func verdict(_ ends: PathEnds, _ hit: [ConnectionRecord], _ view: CaseView) -> Verdict {
        let first = hit[0].tcp.firstTime
        let last = hit.map(\.tcp.lastTime).max() ?? first
        var verdict = Verdict(path: ends, .oneWay, .error, .likely, from: first, to: last, hit: hit, in: view)
        verdict.nature = .structural
        verdict.frames = hit.prefix(10).flatMap { record in
            [record.tcp.synAckFrame, record.fromClient.lastDataFrame, record.tcp.lastFrame]
        }
        let lost = hit.flatMap { record in
            record.unanswered.filter { !$0.wantsNoAnswer }.map {
                LostRequest($0, of: record, in: view, ended: record.firstClose?.time ?? record.tcp.lastTime)
            }
        }
        verdict.requests = lost
        for i in verdict.requests.indices { verdict.requests[i].outcome = .noEffect }
        verdict.add(.connectionsEnded, .number(hit.count))
        return verdict
    }
}

extension ConnectionRecord {
    /// The server answered its SYN, which was sent again behind that, and nothing else came of it.
    fileprivate var isUnheard: Bool {
        tcp.synCount > 1 && !tcp.synAckFrame.isNone && !tcp.established && tcp.twinOf == nil
            && tcp.lastSynTime.since(tcp.synAckTime) >= Self.synAgain
            && fromClient.payloadBytes + fromServer.payloadBytes == 0 && !fromClient.finSeen && !fromClient.resetSeen
            && !fromServer.resetSeen
    }

    /// A SYN is sent again after a second.
    private static var synAgain: Int64 { Span.milliseconds(900) }

    /// One source shows the SYN, and another the server's answer to it.
    fileprivate var isSeenAtTwoPlaces: Bool {
        tcp.synAckFrame.source != tcp.firstFrame.source || !fromClient.otherView.isNone
    }
}
