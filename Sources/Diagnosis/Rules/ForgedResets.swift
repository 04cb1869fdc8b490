import Conversations
import ReportModel
import Streams
import Vocabulary

/// Connections at work that another machine resets in the server's name, again and again, and that had no request pending by luck:
/// nothing was lost yet, and the next time it may be.
struct ForgedResets: EndRule {
    /// One such moment may be a balancer's own end.
    private static let moments = 2
    private static let connections = 3
    private static let atOnce = Span.seconds(1)

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let forged = ends.places.filter { isForged($0, view) }
        let byHost = Dictionary(grouping: forged) { view.records[$0].client.address }
        return byHost.sorted { $0.key < $1.key }.flatMap { _, places -> [EndVerdict] in
            let times = places.compactMap { view.records[$0].firstClose?.time }.sorted()
            let moments = times.runs { run, next in next.since(run[0]) < Self.atOnce }.count
            guard moments >= Self.moments, places.count >= Self.connections else { return [] }
            return Dictionary(grouping: places) { PathEnds(of: view.records[$0]) }.sorted { $0.key < $1.key }.map {
                verdict($0, $1, moments, view)
            }
        }
    }

    private func isForged(_ place: Int, _ view: CaseView) -> Bool {
        let record = view.records[place]
        guard record.kafka.responses > 0, record.clientClosedFirst == false, record.firstClose?.reset == true,
            !record.fromServer.finSeen, record.idleBeforeEnd.map({ $0 < Idleness.least }) ?? false
        else { return false }
        return ForeignReset.isForeign(record, in: view) && record.fromServer.packetsAfterReset <= 1
    }

    private func verdict(_ ends: PathEnds, _ places: [Int], _ moments: Int, _ view: CaseView) -> EndVerdict {
        let hit = places.map { view.records[$0] }
        let times = hit.compactMap { $0.firstClose?.time }
        let from = times.min() ?? hit[0].tcp.lastTime
        var verdict = Verdict(
            path: ends, .forgedResets, .warning, .likely, from: from, to: times.max() ?? from, hit: hit, in: view)
        (verdict.cause, verdict.closedBy, verdict.nature) = (.middleboxReset, .middlebox, .structural)
        verdict.frames = hit.prefix(12).compactMap { $0.firstClose?.frame }
        verdict.facts += ForeignReset.facts(hit[0], in: view)
        verdict.add(.droppedMoments, .number(moments))
        return EndVerdict(place: places[0], verdict: verdict, alsoExplains: Array(places.dropFirst()))
    }
}
