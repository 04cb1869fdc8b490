import Conversations
import ReportModel
import Streams
public import Vocabulary

/// A time in which a broker accepted nobody.
public struct BrokerOutage: Equatable, Sendable {
    public var from: CaptureTime
    /// When a connection came about again that was served; nil: not yet.
    public var back: CaptureTime?
    /// Attempts that failed meanwhile.
    public var attempts = 0
}

/// When each broker that was seen at work stopped, and when it accepted again, whoever tried: what a live run tells at once.
/// The findings say whom it hit, and the same times.
public struct BrokerOutages {
    /// Of brokers that were gone, in order of time.
    public private(set) var byServer: [Endpoint: [BrokerOutage]] = [:]
    /// The last connection of each broker that was served: when it was accepted.
    public private(set) var lastAccepted: [Endpoint: CaptureTime] = [:]

    /// A stop shortly before the first failed attempt is when it began.
    private static let justBefore = Span.seconds(10)
    /// Of one server; the latest.
    private static let most = 50

    init(byServer: [Endpoint: [BrokerOutage]], lastAccepted: [Endpoint: CaptureTime] = [:]) {
        (self.byServer, self.lastAccepted) = (byServer, lastAccepted)
    }

    init(_ view: CaseView) {
        for (server, places) in view.byServer where Self.isBroker(server, view) {
            let served = places.filter { view.records[$0].isServed }.map { view.records[$0] }
                .sorted { $0.acceptedAt < $1.acceptedAt }
            lastAccepted[server] = served.last?.acceptedAt
            let failed = places.map { view.records[$0] }.filter(Self.isFailure)
            let outages = Self.joined(
                Self.ofAttempts(failed, served) + (view.nodeEnds[server] ?? []).filter(\.isStop).map(Self.outage))
            if !outages.isEmpty { byServer[server] = outages.suffix(Self.most) }
        }
    }

    private static func isBroker(_ server: Endpoint, _ view: CaseView) -> Bool {
        view.kafkaServers.contains(server) || view.isKafkaPort(server.port) && view.servedPlaces[server] != nil
    }

    /// A SYN that was not sent again was not waited for.
    private static func isFailure(_ record: ConnectionRecord) -> Bool {
        record.isFailedAttempt && !record.wasEstablished && (record.tcp.end != .noAnswer || record.tcp.synCount > 1)
    }

    private static func outage(_ end: NodeEnd) -> BrokerOutage {
        BrokerOutage(from: end.from, back: end.back, attempts: end.refused)
    }

    /// Attempts that follow one another, nobody having been served between them or meanwhile.
    private static func ofAttempts(_ failed: [ConnectionRecord], _ served: [ConnectionRecord]) -> [BrokerOutage] {
        // The latest answer on any connection that was accepted before each one was.
        var heard: [CaptureTime] = []
        for record in served { heard.append(max(heard.last ?? .distantPast, record.lastServed)) }
        let begins = served.map(\.acceptedAt)
        var outages: [(outage: BrokerOutage, to: CaptureTime)] = []
        for record in failed.sorted(by: { $0.tcp.firstTime < $1.tcp.firstTime }) {
            let time = record.tcp.firstTime
            if let last = outages.last?.outage, last.back.map({ $0 > time }) ?? true {
                outages[outages.count - 1].outage.attempts += 1
                outages[outages.count - 1].to = max(record.tcp.lastTime, outages[outages.count - 1].to)
                continue
            }
            let next = begins.partitionPoint { $0 > time }
            let back = next < begins.count ? begins[next] : nil
            outages.append((BrokerOutage(from: time, back: back, attempts: 1), record.tcp.lastTime))
        }
        return outages.filter { outage, to in
            let before = begins.partitionPoint { $0 >= outage.from }
            // Somebody was served in the middle of it: it is the way there, and not the broker.
            return (before == 0 || heard[before - 1] <= outage.from) && outage.back.map { $0 >= to } ?? true
        }.map(\.outage)
    }

    /// What is told of one time by attempts and by connections that ended.
    private static func joined(_ all: [BrokerOutage]) -> [BrokerOutage] {
        var outages: [BrokerOutage] = []
        for next in all.sorted(by: { $0.from < $1.from }) {
            guard let last = outages.last, last.back.map({ next.from <= $0 }) ?? true else {
                outages.append(next)
                continue
            }
            let isNear = next.from.since(last.from) <= justBefore || last.attempts > 0
            outages[outages.count - 1].attempts = max(last.attempts, next.attempts)
            if !isNear { outages[outages.count - 1].from = next.from }
            outages[outages.count - 1].back = last.back ?? next.back
        }
        return outages
    }
}

extension ConnectionRecord {
    /// When the server took a connection that it served: with its SYN+ACK, whenever it was asked first. Where that was not
    /// captured, the client's first request followed it; where it came before the capture, it was there from the start.
    var acceptedAt: CaptureTime {
        if !tcp.synAckFrame.isNone { return max(tcp.firstTime, tcp.synAckTime) }
        return startsMidway || kafka.requests == 0 ? tcp.firstTime : max(tcp.firstTime, kafka.firstRequestTime)
    }
}
