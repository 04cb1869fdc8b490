import Conversations
import ReportModel
import Streams
import Vocabulary

/// A reset in one end's name that is not that end's: a device on the way made it.
enum ForeignReset {
    /// Hops that a path may change by without anybody forging a packet.
    private static let hops = 1
    /// Resets in one host's name to several of its servers within this time are one event.
    private static let atOnce = Span.milliseconds(20)

    /// The reset is unlike everything that the server sent: other TTL, wrong sequence, or the server went on afterwards.
    static func isForeign(_ record: ConnectionRecord, in view: CaseView) -> Bool {
        let side = record.fromServer
        guard side.resetSeen, let usual = usualTTL(record, in: view) else { return false }
        return isOff(side, usual) || side.packetsAfterReset > 1
    }

    // A kernel without the socket answers with the full TTL of its host as well, so a difference is another host.
    private static func isOff(_ side: SideFacts, _ usual: ClosedRange<Int>) -> Bool {
        usual.lowerBound - Int(side.resetTTL) > hops || Int(side.resetTTL) - usual.upperBound > hops
    }

    /// As a broker sees it: the first close is a reset in the client's name, with another TTL than all that the client sent.
    static func isInClientsName(_ record: ConnectionRecord) -> Bool {
        let side = record.fromClient
        guard record.clientClosedFirst == true, record.firstClose?.reset == true, !side.finSeen, side.ttlLow > 0 else {
            return false
        }
        return isOff(side, Int(side.ttlLow)...Int(side.ttlHigh))
    }

    /// How sure that is: a NAT or balancer that resets one flow of a client by itself is not told from one that was forged; one
    /// moment at several servers is.
    static func confidence(_ record: ConnectionRecord, in view: CaseView) -> Confidence {
        guard let close = record.firstClose else { return .likely }
        return view.records(of: record.client.address).contains {
            $0.server != record.server && isInClientsName($0)
                && ($0.firstClose?.time.since(close.time).magnitude).map { $0 <= atOnce.magnitude } == true
        } ? .certain : .likely
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
        /// Of connections that no pause was behind.
        private var busy: [IPAddress: [CaptureTime]] = [:]
        /// So near to one another they have one cause.
        private static let together = Span.seconds(1)

        init(_ view: CaseView) {
            for record in view.records where record.fromServer.resetSeen {
                guard let close = record.firstClose, close.reset, isForeign(record, in: view) else { continue }
                byServer[record.server, default: []].append(close.time)
                if record.wasBusyAtEnd, record.idleBeforeLoss.map({ $0 < Idleness.least }) ?? false {
                    busy[record.server.address, default: []].append(close.time)
                }
            }
            for server in byServer.keys { byServer[server]?.sort() }
            for host in busy.keys { busy[host]?.sort() }
        }

        /// Busy connections to that host were reset at the same moment: no limit on idle time does that.
        func hitBusy(_ server: Endpoint, _ time: CaptureTime) -> Bool {
            busy[server.address].map { Self.isNear(time, $0) } ?? false
        }

        private static func isNear(_ time: CaptureTime, _ times: [CaptureTime]) -> Bool {
            let next = times.partitionPoint { $0 >= time.adding(nanoseconds: -together) }
            return next < times.count && times[next].since(time) <= together
        }

        func isBeside(_ server: Endpoint, _ time: CaptureTime) -> Bool {
            byServer[server].map { Self.isNear(time, $0) } ?? false
        }
    }

    /// What shows it.
    static func facts(_ record: ConnectionRecord, in view: CaseView) -> [Fact] {
        guard let usual = usualTTL(record, in: view) else { return [] }
        return facts(record.fromServer, usual.lowerBound)
    }

    static func factsOfClient(_ record: ConnectionRecord) -> [Fact] {
        facts(record.fromClient, Int(record.fromClient.ttlLow))
            + [Fact(.resetInNameOf, .text("\(record.client.address)"))]
    }

    private static func facts(_ side: SideFacts, _ usual: Int) -> [Fact] {
        [Fact(.ttlOfReset, .number(Int(side.resetTTL))), Fact(.ttlSeen, .number(usual))]
    }
}
