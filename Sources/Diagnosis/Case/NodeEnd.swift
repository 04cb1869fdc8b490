import Conversations
import Streams
import Vocabulary

/// A moment at which a server ended its connections together: a stop, or at least the look of one.
struct NodeEnd {
    var server: Endpoint
    var from: CaptureTime
    var to: CaptureTime
    /// Places in the view's records of connections that the server ended then.
    var ended: [Int]
    /// Connections to it that lived on.
    var survivors: Int
    /// Connections were accepted between the first end and the last: no dead process does that.
    var acceptedMeanwhile: Bool
    /// Attempts that were refused or not answered before one succeeded again.
    var refused: Int
    var firstRefused: CaptureTime?
    /// Places of connections that were accepted afterwards and closed without a byte, to the end or until one was served again,
    /// while other ports of that host served: a gateway whose broker is gone.
    var turnedAway: [Int]
    /// When a connection to it succeeded again; nil: not in this capture.
    var back: CaptureTime?
    /// Leadership or coordination moved away just before: a stop in good order.
    var announced: Bool
    var announcements: [FrameRef]

    /// One of the connections was at work: requests pending, or data a moment before. Idle ones end for reasons of their own.
    var wasBusy: Bool

    /// The process stopped: it refused everybody afterwards, or all of its several connections ended at once, at work or
    /// with their leadership moved away just before.
    var isStop: Bool {
        refused > 0 || isBehindGateway
            || (ended.count >= 2 && survivors == 0 && (announced || wasBusy && !acceptedMeanwhile))
    }
}

extension NodeEnd {
    private static let turnedAwayAtLeast = 3

    /// The port is a gateway's, which goes on, and its broker is gone.
    var isBehindGateway: Bool { turnedAway.count >= Self.turnedAwayAtLeast && survivors == 0 }

    /// The moment explains that connection's end.
    func explains(_ place: Int) -> Bool { ended.contains(place) || isBehindGateway && turnedAway.contains(place) }
}

extension CaseView {
    /// A connection's end is part of its server's stop.
    func isPartOfStop(_ place: Int) -> Bool {
        (nodeEnds[records[place].server] ?? []).contains { $0.isStop && $0.explains(place) }
    }

    /// A connection's end is part of one that its server's others had too, idle ones included: no habit of the server.
    func endedWithOthers(_ place: Int) -> Bool {
        (nodeEnds[records[place].server] ?? []).contains {
            $0.explains(place) && ($0.isStop || $0.endedWhileIdle(in: self))
        }
    }
}

/// Finds the moments at which servers ended their connections together.
enum NodeEnds {
    /// Ends that follow one another within this time belong together: a kernel closes all sockets of a dead process at
    /// once, a controlled stop takes some tens of milliseconds.
    private static let together = Span.milliseconds(400)
    /// How long after the end refused attempts are still its consequence.
    private static let refusedWithin = Span.seconds(120)
    /// How long before the end moved leadership still announces it.
    private static let announcedWithin = Span.seconds(10)

    static func find(in view: CaseView) -> [Endpoint: [NodeEnd]] {
        var found: [Endpoint: [NodeEnd]] = [:]
        for (server, places) in view.byServer {
            let ends = places.filter { view.records[$0].endedByServer }.sorted {
                closeTime(view, $0) < closeTime(view, $1)
            }
            found[server] = clusters(ends, view).map { describe($0, server, places, view) }
        }
        return found
    }

    private static func closeTime(_ view: CaseView, _ place: Int) -> CaptureTime {
        view.records[place].firstClose?.time ?? .distantPast
    }

    private static func clusters(_ ends: [Int], _ view: CaseView) -> [[Int]] {
        ends.runs { run, next in
            run.last.map { closeTime(view, next).since(closeTime(view, $0)) <= together } ?? false
        }
    }

    private static func describe(_ ended: [Int], _ server: Endpoint, _ places: [Int], _ view: CaseView) -> NodeEnd {
        let from = closeTime(view, ended[0])
        let to = closeTime(view, ended[ended.count - 1])
        let later = places.map { view.records[$0] }.filter { $0.tcp.firstTime > from }
        let back = later.first { $0.kafka.responses > 0 || ($0.wasEstablished && $0.fromServer.payloadBytes > 0) }?.tcp
            .firstTime
        let failed = later.filter {
            $0.isFailedAttempt && ($0.tcp.end != .noAnswer || $0.tcp.synCount > 1)
                && $0.tcp.firstTime.since(from) < refusedWithin
                && $0.tcp.firstTime < back ?? CaptureTime(nanoseconds: .max)
        }
        let announcements = view.file.errorEvents.filter {
            $0.server == server && ErrorCodes.wrongBroker.contains($0.code) && $0.time <= to
                && to.since($0.time) < announcedWithin && !isTakenBack($0, by: to, view)
        }
        let survivors = survivors(server, from, to, places, view)
        return NodeEnd(
            server: server, from: from, to: to, ended: ended,
            survivors: survivors,
            acceptedMeanwhile: later.contains { $0.wasEstablished && $0.tcp.firstTime < to }, refused: failed.count,
            firstRefused: failed.first?.tcp.firstTime,
            turnedAway: survivors > 0 ? [] : turnedAway(ended, server, from, until: back, places, view), back: back,
            announced: !announcements.isEmpty,
            announcements: announcements.prefix(4).map(\.frame),
            wasBusy: ended.contains { view.records[$0].wasBusyAtEnd } && ended.count { view.records[$0].hadWorked } >= 2
        )
    }

    /// A connection that a gateway turns away lives for no longer than this.
    private static let turnedAwayWithin = Span.seconds(1)

    private static func turnedAway(
        _ ended: [Int], _ server: Endpoint, _ from: CaptureTime, until back: CaptureTime?, _ places: [Int],
        _ view: CaseView
    ) -> [Int] {
        guard ended.contains(where: { view.records[$0].hadWorked }),
            view.byServer.keys.contains(where: { other in
                other.address == server.address && other.port != server.port
                    && view.file.answerTimes[other]?.times.contains { $0 > from } == true
            })
        else { return [] }
        let later = places.filter {
            let record = view.records[$0]
            return record.tcp.firstTime > from && record.wasEstablished
                && back.map { record.tcp.firstTime < $0 } ?? true
        }
        let closed = later.filter { view.records[$0].wasTurnedAway(within: turnedAwayWithin) }
        return closed.count == later.count ? closed : []
    }

    /// The server itself served the same again before its end: leadership came back, or had only just come.
    private static func isTakenBack(_ event: ErrorEvent, by end: CaptureTime, _ view: CaseView) -> Bool {
        guard let course = view.file.errorRows[event.row]?.courses[event.subject], let healed = course.healedAt else {
            return false
        }
        return course.healedBy == event.server && healed <= end
    }

    /// Connections that were open before and still carried answers after.
    private static func survivors(
        _ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime, _ places: [Int], _ view: CaseView
    ) -> Int {
        places.count {
            let record = view.records[$0]
            return record.wasEstablished && record.tcp.firstTime < from && record.fromServer.lastDataTime > to
                && (record.firstClose?.time ?? CaptureTime(nanoseconds: .max)) > to
        }
    }
}

extension ConnectionRecord {
    /// Something was answered on it, in this capture or before.
    fileprivate var hadWorked: Bool { kafka.responses > 0 || startsMidway }

    /// Requests were pending when it ended, or data had come a moment before.
    fileprivate var wasBusyAtEnd: Bool {
        guard let close = firstClose else { return false }
        if LostRequests.of(self).requests.contains(where: { $0.sent < close.time }) { return true }
        let asked = kafka.lastRequestTime <= close.time ? kafka.lastRequestTime : tcp.firstTime
        return close.time.since(max(kafka.lastResponseTime, asked)) < Span.milliseconds(1500)
    }

    /// Accepted, and closed by the server before a byte of an answer.
    func wasTurnedAway(within time: Int64) -> Bool {
        guard wasEstablished, !startsMidway, kafka.responses == 0, fromServer.payloadBytes == 0,
            clientClosedFirst == false, let end = firstClose
        else { return false }
        return end.time.since(tcp.firstTime) < time
    }

    /// The server's FIN or RST came first, on a connection that was established.
    var endedByServer: Bool { wasEstablished && clientClosedFirst == false }
}
