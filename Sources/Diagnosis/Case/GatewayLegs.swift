import Conversations
import Streams
import Vocabulary

/// Connections to a host and the ones that it made for them to brokers behind it, where the capture shows both. A proxy may
/// rewrite numbers, names and addresses, so the two are known by their time, their client and how much was asked on them.
struct GatewayLegs {
    struct Pair {
        var front: ConnectionRecord
        var behind: ConnectionRecord
    }

    /// By the host between.
    private(set) var pairs: [IPAddress: [Pair]] = [:]
    /// Connections behind, by the ids of those in front.
    private(set) var behind: [String: String] = [:]

    /// A gateway asks on within this time.
    private static let passedOnWithin = Span.seconds(1)
    /// Connections behind that are looked at for one in front.
    private static let triesAtMost = 64

    init(_ records: [ConnectionRecord], _ file: CaseFile) {
        let kafka = records.filter { $0.kafka.requests > 0 && !$0.startsMidway }
        let byServer = Dictionary(grouping: kafka) { HostAndHost(client: Self.relay($0), server: $0.server.address) }
        let byClient = Dictionary(grouping: kafka) { $0.client.address }
        for (way, front) in byServer.sorted(by: { ($0.key.server, $0.key.client) < ($1.key.server, $1.key.client) }) {
            guard let behind = byClient[way.client]?.filter({ $0.server.address != way.server }) else { continue }
            let found = Self.pair(front, behind, file)
            // One may be chance: a program beside a broker that asks another broker at that moment.
            guard found.count >= 2, 2 * found.count >= min(front.count, behind.count) else { continue }
            pairs[way.server, default: []] += found
            for pair in found { self.behind[pair.front.id] = pair.behind.id }
        }
    }

    /// The host that asks on for a connection: its server; or its client's own host, where what that sent was turned to a port of
    /// its loopback (a sidecar).
    static func relay(_ record: ConnectionRecord) -> IPAddress {
        record.server.address.isLoopback && !record.client.address.isLoopback
            ? record.client.address : record.server.address
    }

    private static func pair(
        _ front: [ConnectionRecord], _ behind: [ConnectionRecord], _ file: CaseFile
    ) -> [Pair] {
        let front = front.sorted { $0.tcp.firstTime < $1.tcp.firstTime }
        let behind = behind.sorted { $0.tcp.firstTime < $1.tcp.firstTime }
        var (taken, from): (Set<Int>, Int) = ([], 0)
        return front.compactMap { record in
            while from < behind.count, taken.contains(from) || behind[from].tcp.firstTime < record.tcp.firstTime {
                from += 1
            }
            let tries = from..<min(behind.count, from + triesAtMost)
            let fitting = tries.filter { !taken.contains($0) && isPassedOn(record, behind[$0], file) }
            // Of several that were opened at that moment, its own is the one whose requests came right behind its own.
            guard let at = fitting.min(by: { lateness(record, behind[$0]) < lateness(record, behind[$1]) }) else {
                return nil
            }
            taken.insert(at)
            return Pair(front: record, behind: behind[at])
        }
    }

    private static func lateness(_ front: ConnectionRecord, _ behind: ConnectionRecord) -> Int64 {
        let first = behind.kafka.firstRequestTime.since(front.kafka.firstRequestTime)
        let last = behind.kafka.lastRequestTime.since(front.kafka.lastRequestTime)
        return first.addingSaturated(Int64(clamping: last.magnitude))
    }

    private static func isPassedOn(
        _ front: ConnectionRecord, _ behind: ConnectionRecord, _ file: CaseFile
    ) -> Bool {
        guard front.server.address != behind.server.address, front.client.address != behind.server.address,
            behind.tcp.firstTime >= front.tcp.firstTime,
            behind.kafka.firstRequestTime >= front.kafka.firstRequestTime,
            behind.kafka.firstRequestTime.since(front.kafka.firstRequestTime) <= passedOnWithin,
            behind.kafka.lastRequestTime.since(front.kafka.lastRequestTime).magnitude <= passedOnWithin.magnitude
        else { return false }
        // Of the sign-in, a gateway may pass on all or nothing; at an end, the last request may not have been passed on.
        guard abs(work(front) - work(behind)) <= 1 else { return false }
        // One gateway for several tenants puts a name before the client's own.
        return (file.text(behind.kafka.clientId) ?? "").hasSuffix(file.text(front.kafka.clientId) ?? "")
    }

    /// Requests other than of the sign-in.
    private static func work(_ record: ConnectionRecord) -> Int {
        let signIn = record.signIn
        guard signIn.stage > .none else { return record.kafka.requests }
        return record.kafka.requests - 1 - (signIn.handshakeVersion >= 1 ? signIn.tokensFromClient : 0)
    }
}
