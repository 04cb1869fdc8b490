import Conversations
import Streams
import Vocabulary

/// What a host sent for a while in one source of several, and none of which another source shows that sees the same
/// connection further on: it was lost between the two.
struct LostOnTheWay {
    var sender: IPAddress
    var receiver: IPAddress
    var from: CaptureTime
    var to: CaptureTime
    /// Of the connection in the view's records.
    var place: Int
    var frame: FrameRef

    /// TCP sends again so often before a loss is no chance.
    private static let leastResends: Int32 = 2
    /// A burst of losses is over sooner, whichever ways it took.
    private static let shortest = Span.seconds(3)

    static func find(in view: CaseView) -> [LostOnTheWay] {
        guard view.capture.spans.count > 1, view.capture.dropped == 0 else { return [] }
        return view.records.indices.filter { view.records[$0].tcp.twinOf == nil }.flatMap { place in
            let tcp = view.records[place].tcp
            return losses(tcp.sides.0, from: tcp.initiator, to: tcp.responder, place, view)
                + losses(tcp.sides.1, from: tcp.responder, to: tcp.initiator, place, view)
                + behindNAT(tcp, place, view)
        }
    }

    // MARK: Behind a NAT

    /// Both legs of a NAT begin within this time.
    private static let twinsWithin = Span.seconds(1)

    /// Another source shows the connection under other addresses, and heard no more of a side from before it sent again in vain.
    private static func behindNAT(_ tcp: TCPFacts, _ place: Int, _ view: CaseView) -> [LostOnTheWay] {
        let key = TwinFlow(initiator: tcp.initiator, responder: tcp.responder)
        let twins = (view.twins[key] ?? []).filter {
            $0.firstFrame.source != tcp.firstFrame.source
                && $0.firstTime.since(tcp.firstTime).magnitude <= twinsWithin.magnitude
                && !view.capture.haveOneClock($0.firstFrame, tcp.firstFrame)
                && view.capture.spans.indices.contains(Int($0.firstFrame.source))
        }
        guard let twin = twins.first else { return [] }
        let ran = view.capture.spans[Int(twin.firstFrame.source)]
        let ways = [
            (tcp.sides.0, tcp.initiator, tcp.responder, twin.lastTimes.0),
            (tcp.sides.1, tcp.responder, tcp.initiator, twin.lastTimes.1),
        ]
        return ways.flatMap { side, sender, receiver, last in
            side.unacknowledged.filter { span in
                isUnseen(span) && ran.contains(span.from) && ran.contains(span.unseenTo)
                    && last <= span.from.adding(nanoseconds: clocksWithin)
            }.map { span in
                LostOnTheWay(
                    sender: sender.address, receiver: receiver.address, from: span.from, to: span.unseenTo,
                    place: place,
                    frame: span.frame)
            }
        }
    }

    /// Clocks that were put right agree to this.
    private static let clocksWithin = Span.milliseconds(50)

    // MARK: The same addresses

    private static func losses(
        _ side: SideFacts, from sender: Endpoint, to receiver: Endpoint, _ place: Int, _ view: CaseView
    ) -> [LostOnTheWay] {
        let record = view.records[place]
        // Two taps that have one direction each have no packet in common, and neither could show what the other has.
        let copies = record.tcp.sides.0.duplicatePackets.addingSaturated(record.tcp.sides.1.duplicatePackets)
        guard !side.otherView.isNone, copies > 0 else { return [] }
        return side.unacknowledged.filter(isUnseen).compactMap { span in
            // The one that shows nothing of it: it saw this side before or afterwards, and ran meanwhile.
            let first = record.tcp.firstFrame
            let other = span.frame.source == first.source ? side.otherView : first
            guard other.source != span.frame.source, !view.capture.haveOneClock(span.frame, other),
                view.capture.spans.indices.contains(other.source),
                view.capture.spans[other.source].contains(span.from),
                view.capture.spans[other.source].contains(span.unseenTo),
                arrives(from: receiver, during: span, record)
            else { return nil }
            return LostOnTheWay(
                sender: sender.address, receiver: receiver.address, from: span.from, to: span.unseenTo, place: place,
                frame: span.frame)
        }
    }

    /// The other way was open: nothing of it was sent again for want of an arrival.
    private static func arrives(
        from receiver: Endpoint, during span: UnacknowledgedSpan, _ record: ConnectionRecord
    ) -> Bool {
        let back = record.tcp.initiator == receiver ? record.tcp.sides.0 : record.tcp.sides.1
        return !back.unacknowledged.contains {
            isUnseen($0) && $0.from <= span.unseenTo && span.from <= $0.unseenTo
        }
    }

    private static func isUnseen(_ span: UnacknowledgedSpan) -> Bool {
        span.unseen >= leastResends && span.unseenTo.since(span.from) >= shortest
    }
}

extension CaseView {
    /// Two views prove that what the server sent to the client's host was lost on the way, while a connection of the two waited.
    func lostBetweenViews(_ record: ConnectionRecord, from sent: CaptureTime?, to end: CaptureTime) -> Bool {
        guard let sent else { return false }
        return lostOnTheWay.contains {
            $0.sender == record.server.address && $0.receiver == record.client.address && $0.from <= end
                && $0.to >= sent
        }
    }
}
