import Conversations
import Streams
import Vocabulary

/// Where the capture is known to have lost packets: what was not seen there, and then, proves nothing. A hole on one connection
/// hides nothing of another's.
enum CaptureHoles {
    /// TCP sends again what is not acknowledged after a second at most, where it knows the path.
    private static let sendsAgainWithin = Span.seconds(2)

    static func lastHole(_ record: ConnectionRecord, _ captureEnd: CaptureTime) -> CaptureTime? {
        if isLeftHanging(record, captureEnd) { return record.tcp.lastTime }
        if record.isOneSided || record.fromClient.finNotCaptured || record.fromServer.finNotCaptured {
            return record.tcp.lastTime
        }
        let gaps = [
            record.lastAnswerGap, record.lastRequestGap, record.lacksHalfItsHandshake ? record.tcp.firstTime : nil,
            // Its handshake was lost right before.
            record.lacksItsHandshake ? record.tcp.firstTime.adding(nanoseconds: -1) : nil,
        ]
        return gaps.compactMap { $0 }.max()
    }

    /// The last bytes of a connection that goes on were neither acknowledged nor sent again.
    private static func isLeftHanging(_ record: ConnectionRecord, _ captureEnd: CaptureTime) -> Bool {
        guard record.tcp.firstCloser == nil, captureEnd.since(record.tcp.lastTime) > sendsAgainWithin else {
            return false
        }
        return [record.fromClient, record.fromServer].contains {
            $0.acknowledged >= 0 && $0.acknowledged < $0.streamEnd && $0.retransmissionsUnanswered == 0
        }
    }

    /// So few errors in a row may have been followed by a success that one lost packet hid; more would show others.
    private static let fewErrors = 2

    /// The success that followed an error may be among packets that are missing: on a connection of the same client, from
    /// then on.
    static func mayHideSuccess(
        behind course: ErrorCourse, of client: IPAddress, _ clientId: StringID, in view: CaseView
    )
        -> Bool
    {
        if view.capture.dropped > 0, course.count <= fewErrors { return true }
        return [view.program(client, clientId), view.program(client, .none)].contains { program in
            // Error codes may be among what was cut off.
            if let cut = program.lastCut, cut >= course.last { return true }
            let next = program.holes.partitionPoint { $0 >= course.last }
            return next < program.holes.count && program.holes[next].since(course.last) < soon
        }
    }

    /// A hole that comes later hides no success that was due before.
    private static let soon = Span.seconds(60)

    /// Packets of one connection are missing from a moment on.
    static func mayBeMissing(on record: ConnectionRecord, since time: CaptureTime, in view: CaseView) -> Bool {
        lastHole(record, view.captureEnd).map { $0 >= time } ?? false
    }

    /// Behind the hole that its last packet stands before, its client goes on with the same work on another connection, whose beginning
    /// the hole hides, or finds the port closed: the end of this one, or what it waits for, lies in that hole too.
    static func hideItsEnd(_ record: ConnectionRecord, in view: CaseView) -> Bool {
        let last = record.tcp.lastTime
        if record.isOpen, isBetweenFiles(last, view.capture.spans) { return true }
        guard record.isOpen, view.mayBeMissing(of: record.client.address, since: last) else { return false }
        return view.connections(of: record.client.address, to: record.server).contains {
            guard $0.tcp.firstTime > last, $0.tcp.firstTime.since(last) <= goesOnWithin else { return false }
            return $0.tcp.end == .refused || isOfSameWork($0, record)
        }
    }

    /// The files of a capture follow one another with a pause, and this was shortly before one.
    private static func isBetweenFiles(_ last: CaptureTime, _ spans: [ClosedRange<CaptureTime>]) -> Bool {
        spans.contains { file in
            guard file.contains(last), file.upperBound.since(last) <= goesOnWithin else { return false }
            let next = file.upperBound.adding(nanoseconds: pauseOfFiles)
            return spans.contains { $0.lowerBound > next }
                && spans.allSatisfy { $0.upperBound <= file.upperBound || $0.lowerBound > next }
        }
    }

    /// Less lies between packets of any capture.
    private static let pauseOfFiles = Span.milliseconds(300)

    private static func isOfSameWork(_ next: ConnectionRecord, _ record: ConnectionRecord) -> Bool {
        next.startsMidway && next.kafka.clientId == record.kafka.clientId && next.kafka.responses > 0
            && next.kafka.fetched == record.kafka.fetched && next.kafka.produced == record.kafka.produced
    }
    private static let goesOnWithin = Span.seconds(5)
}

extension ConnectionRecord {
    /// A SYN that was answered, or an answer to a SYN: the other of the two was not captured.
    fileprivate var lacksHalfItsHandshake: Bool {
        wasEstablished && tcp.synFrame.isNone != tcp.synAckFrame.isNone
    }

    /// Clients name their software first of all (KIP-511), so it began where it was first seen.
    fileprivate var lacksItsHandshake: Bool { startsMidway && !kafka.softwareName.isNone }
}

extension CaseView {
    /// Packets of some connection of a host are missing from a moment on.
    func mayBeMissing(of client: IPAddress, since time: CaptureTime) -> Bool {
        traits(of: client).lastHole.map { $0 >= time } ?? false
    }
}
