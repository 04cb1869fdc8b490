import Conversations
import Streams
import Vocabulary

/// Attempts to connect of which every SYN stayed without an answer, while others to the same server, before it was given up,
/// were accepted at the first: a way of several that drops what is sent on it, a table of connections that is full, or a queue.
struct LostAttempts {
    /// All those of one server.
    struct AtServer {
        /// Places in the view's records.
        var lost: [Int]
        /// Attempts in the same time that were accepted with their first SYN, and with a later one.
        var accepted: Int
        var acceptedLate: Int
    }

    /// Repeated so often, for so long, a SYN was not lost by chance.
    private static let syns = 3
    private static let waiting = Span.seconds(3)
    /// Fewer may be two programs' own trouble.
    private static let atLeast = 3
    private static let beside = Span.seconds(10)
    /// A handful among thousands is what any network has; but not where all SYNs of each were lost.
    private static let perThousand = 5

    private(set) var byServer: [Endpoint: AtServer] = [:]
    private var ids: Set<String> = []

    init(_ view: CaseView) {
        let silent = view.records.indices.filter { Self.isLost(view.records[$0], view) }
        for (server, places) in Dictionary(grouping: silent, by: { view.records[$0].server }) {
            guard places.count >= Self.atLeast, let found = Self.find(places, at: server, view) else { continue }
            byServer[server] = found
            ids.formUnion(found.lost.map { view.records[$0].id })
            ids.formUnion(Self.unfinished(at: server, found, view))
        }
    }

    func contains(_ record: ConnectionRecord) -> Bool { !ids.isEmpty && ids.contains(record.id) }

    private static func isLost(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        !record.wasEstablished && record.tcp.end == .noAnswer && record.tcp.twinOf == nil
            && record.tcp.synCount >= syns && record.tcp.lastSynTime.since(record.tcp.firstTime) >= waiting
            && view.concernsKafka(record) && !view.scans.contains(record.id)
    }

    /// Those during which others were accepted at once, of the same host or of two hosts at least.
    private static func find(_ places: [Int], at server: Endpoint, _ view: CaseView) -> AtServer? {
        let others = view.connections(to: server).filter {
            $0.wasEstablished && !$0.tcp.synFrame.isNone && !$0.tcp.synAckFrame.isNone && $0.isServed
        }.sorted { $0.tcp.firstTime < $1.tcp.firstTime }
        let prompt = others.filter { $0.tcp.synCount <= 1 }.map(\.tcp.firstTime)
        let late = others.filter { $0.tcp.synCount > 1 }.map(\.tcp.firstTime)
        func isBeside(_ place: Int, within margin: Int64) -> Bool {
            let tcp = view.records[place].tcp
            let from = tcp.firstTime.adding(nanoseconds: -margin)
            return count(prompt, from: from, to: tcp.lastSynTime.adding(nanoseconds: margin)) > 0
        }
        guard places.count(where: { isBeside($0, within: 0) }) >= atLeast else { return nil }
        // Where that is proven, one that nobody else tried beside is most likely another.
        let lost = places.filter { isBeside($0, within: beside) }
        guard let first = lost.map({ view.records[$0].tcp.firstTime }).min(),
            let last = lost.map({ view.records[$0].tcp.lastSynTime }).max()
        else { return nil }
        let (from, to) = (first.adding(nanoseconds: -beside), last.adding(nanoseconds: beside))
        let (accepted, behind) = (count(prompt, from: from, to: to), count(late, from: from, to: to))
        guard lost.count * 1000 >= (accepted + lost.count) * perThousand, isOfTheWay(lost, others, from, to, view)
        else { return nil }
        return AtServer(lost: lost.sorted(), accepted: accepted, acceptedLate: behind)
    }

    /// One of the hosts that got no answer was accepted too: what keeps out a host keeps out all that it tries.
    private static func isOfTheWay(
        _ lost: [Int], _ accepted: [ConnectionRecord], _ from: CaptureTime, _ to: CaptureTime, _ view: CaseView
    ) -> Bool {
        let hosts = Set(lost.map { view.records[$0].client.address })
        let alsoAccepted = Set(
            accepted.filter { $0.tcp.firstTime >= from && $0.tcp.firstTime <= to }.map(\.client.address))
        return hosts.isSubset(of: alsoAccepted)
    }

    /// Attempts of the same hosts that the capture's end cut short.
    private static func unfinished(at server: Endpoint, _ found: AtServer, _ view: CaseView) -> [String] {
        let hosts = Set(found.lost.map { view.records[$0].client.address })
        return view.connections(to: server).filter {
            !$0.wasEstablished && $0.tcp.end == .noAnswer && hosts.contains($0.client.address)
                && view.captureEnd.since($0.tcp.firstTime) <= beside
        }.map(\.id)
    }

    private static func count(_ times: [CaptureTime], from: CaptureTime, to: CaptureTime) -> Int {
        max(0, times.partitionPoint { $0 > to } - times.partitionPoint { $0 >= from })
    }
}
