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
    var turnedAway: ArraySlice<Int>
    /// When a connection to it succeeded again; nil: not in this capture.
    var back: CaptureTime?
    /// Leadership or coordination moved away just before: a stop in good order.
    var announced: Bool
    var announcements: [FrameRef]

    /// Its host was restarted: since when it had been silent.
    var silentSince: CaptureTime?

    /// The next connections were accepted, answered while they were set up, and then closed on a request: no process is gone, but one
    /// that goes on closing on what it is asked.
    var closesAgain = false

    /// One of the connections was at work: requests pending, or data a moment before. Idle ones end for reasons of their own.
    var wasBusy: Bool

    /// The process stopped: it refused everybody afterwards, or all of its several connections ended at once, at work or
    /// with their leadership moved away just before.
    var isStop: Bool {
        refused > 0 || isBehindGateway
            || (ended.count >= 2 && survivors == 0 && (announced || wasBusy && !acceptedMeanwhile && !closesAgain))
    }
}

extension NodeEnd {
    private static let turnedAwayAtLeast = 3

    /// The port is a gateway's, which goes on, and its broker is gone.
    var isBehindGateway: Bool { turnedAway.count >= Self.turnedAwayAtLeast && survivors == 0 }
}

extension CaseView {
    /// A connection's end is part of its server's stop.
    func isPartOfStop(_ place: Int) -> Bool {
        nodeEndsByPlace.stop(of: place) != nil
    }

    /// A connection's end is part of one that its server's others had too, idle ones included: no habit of the server.
    func endedWithOthers(_ place: Int) -> Bool {
        nodeEndsByPlace.stop(of: place) != nil
            || nodeEndsByPlace.end(of: place).map { $0.endedWhileIdle(in: self) } ?? false
    }
}

extension ConnectionRecord {
    /// Something was answered on it, in this capture or before.
    var hadWorked: Bool { kafka.responses > 0 || startsMidway }

    /// Requests were pending when it ended, or data had come a moment before.
    var wasBusyAtEnd: Bool {
        guard let close = firstClose else { return false }
        if LostRequests.of(self).requests.contains(where: { $0.sent < close.time }) { return true }
        let asked = kafka.lastRequestTime <= close.time ? kafka.lastRequestTime : tcp.firstTime
        return close.time.since(max(kafka.lastResponseTime, asked)) < Span.milliseconds(1500)
    }

    /// A connection that is turned away lives for no longer than this.
    private static let turnedAwayWithin = Span.seconds(1)

    /// Accepted, and closed by the server before a byte of an answer.
    var wasTurnedAway: Bool {
        guard wasClosedUnanswered, let end = firstClose else { return false }
        return end.time.since(tcp.firstTime) < Self.turnedAwayWithin
    }

    /// The same, however long that took: a proxy first tries to reach what stands behind it.
    var wasClosedUnanswered: Bool {
        wasEstablished && !startsMidway && kafka.responses == 0 && fromServer.payloadBytes == 0
            && clientClosedFirst == false
    }

    /// Set up, and closed by the server on the first request that was more than that.
    var isClosedOnFirstWork: Bool {
        !startsMidway && kafka.responses > 0 && kafka.workAnswered == 0 && endedByServer
            && !LostRequests.of(self).requests.isEmpty
    }

    /// Nothing of it was captured but the server's RST.
    var isBareReset: Bool {
        fromServer.resetSeen && fromServer.packets == 1 && fromClient.packets == 0 && !fromServer.finSeen
    }

    /// Of a connection from before the capture, or whose SYN it lacks, nothing but its end was captured: kernels answer a FIN for
    /// processes that are gone, and a RST is no service.
    var isBareEnd: Bool {
        startsMidway && fromClient.payloadBytes + fromServer.payloadBytes == 0
            && (fromServer.resetSeen || fromServer.finSeen || fromClient.finSeen || fromClient.resetSeen)
    }

    /// The server's FIN or RST came first, on a connection that was established.
    var endedByServer: Bool { wasEstablished && clientClosedFirst == false }
}
