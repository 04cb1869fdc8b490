import Conversations
import ReportModel
import Streams
import Vocabulary

/// A reset in the server's name that is not the server's: a device on the way made it.
enum ForeignReset {
    /// Hops that a path may change by without anybody forging a packet.
    private static let hops = 1

    /// The reset is unlike everything that the server sent: other TTL, wrong sequence, or the server went on afterwards.
    static func isForeign(_ record: ConnectionRecord, in view: CaseView) -> Bool {
        let side = record.fromServer
        guard side.resetSeen, let usual = usualTTL(record, in: view) else { return false }
        let below = usual.lowerBound - Int(side.resetTTL)
        let above = Int(side.resetTTL) - usual.upperBound
        // A kernel without the socket answers with the full TTL of its host as well, so a difference is another host.
        return below > hops || above > hops || side.packetsAfterReset > 1
    }

    /// Least and greatest TTL of the server's other packets: of this connection, or of its others where none was seen here.
    static func usualTTL(_ record: ConnectionRecord, in view: CaseView) -> ClosedRange<Int>? {
        let here = record.fromServer
        if here.ttlLow > 0 { return Int(here.ttlLow)...Int(here.ttlHigh) }
        return view.traits(of: record.server).ttl
    }

    /// Those of each server, in order of time.
    struct Times {
        private var byServer: [Endpoint: [CaptureTime]] = [:]
        /// So near to one another they have one cause.
        private static let together = Span.seconds(1)

        init(_ view: CaseView) {
            for record in view.records where record.fromServer.resetSeen {
                guard let close = record.firstClose, close.reset, isForeign(record, in: view) else { continue }
                byServer[record.server, default: []].append(close.time)
            }
            for server in byServer.keys { byServer[server]?.sort() }
        }

        func isBeside(_ server: Endpoint, _ time: CaptureTime) -> Bool {
            guard let times = byServer[server] else { return false }
            let next = times.partitionPoint { $0 >= time.adding(nanoseconds: -Self.together) }
            return next < times.count && times[next].since(time) <= Self.together
        }
    }

    /// What shows it.
    static func facts(_ record: ConnectionRecord, in view: CaseView) -> [Fact] {
        guard let usual = usualTTL(record, in: view) else { return [] }
        return [
            Fact(.ttlOfReset, .number(Int(record.fromServer.resetTTL))),
            Fact(.ttlSeen, .number(usual.lowerBound)),
        ]
    }
}
