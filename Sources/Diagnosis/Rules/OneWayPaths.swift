import Conversations
import ReportModel
import Streams
import Vocabulary

/// The server's SYN+ACK arrives again and again though the client answered it, and nothing that the client sends behind it
/// is ever acknowledged, on all of its connections to that server: what it sends does not arrive.
struct OneWayPaths: EndRule {
    private static let atLeast = 2

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let hit = view.oneWayConnections.filter(ends.contains).sorted()
        return Dictionary(grouping: hit) { PathEnds(of: view.records[$0]) }.sorted { $0.key < $1.key }.map {
            let (path, places) = $0
            return EndVerdict(
                place: places[0], verdict: verdict(path, places.map { view.records[$0] }, view),
                alsoExplains: Array(places.dropFirst()))
        }
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
