import Conversations
import Streams
import Vocabulary

/// When the capture is known to have lost packets: what was not seen then proves nothing.
struct CaptureHoles {
    /// Somebody counted dropped packets, without saying when.
    private let anyTime: Bool
    private let last: CaptureTime?

    /// TCP sends again what is not acknowledged after a second at most, where it knows the path.
    private static let sendsAgainWithin = Span.seconds(2)

    init(_ records: [ConnectionRecord], dropped: Int64, captureEnd: CaptureTime) {
        anyTime = dropped > 0
        last = records.lazy.compactMap { Self.lastHole($0, captureEnd) }.max()
    }

    private static func lastHole(_ record: ConnectionRecord, _ captureEnd: CaptureTime) -> CaptureTime? {
        if isLeftHanging(record, captureEnd) { return record.tcp.lastTime }
        if record.isOneSided || record.fromClient.finNotCaptured || record.fromServer.finNotCaptured {
            return record.tcp.lastTime
        }
        let gaps = [
            record.lastAnswerGap, record.lastRequestGap, record.lacksHalfItsHandshake ? record.tcp.firstTime : nil,
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

    /// Packets are missing somewhere.
    var areThere: Bool { anyTime || last != nil }

    /// Packets may be missing from that moment on.
    func mayBeAfter(_ time: CaptureTime) -> Bool { anyTime || last.map { $0 >= time } ?? false }
}

extension ConnectionRecord {
    /// A SYN that was answered, or an answer to a SYN: the other of the two was not captured.
    fileprivate var lacksHalfItsHandshake: Bool {
        wasEstablished && tcp.synFrame.isNone != tcp.synAckFrame.isNone
    }
}
