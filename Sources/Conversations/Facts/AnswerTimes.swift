public import Vocabulary

/// The moments at which a server answered anything, thinned out to one in a step. The step doubles where there would be
/// too many, so a long capture costs no more than a short one.
public struct AnswerTimes: Sendable {
    public private(set) var times: [CaptureTime] = []
    /// As long as that behind a moment there may have been others.
    public private(set) var step = Span.milliseconds(100)
    private static let limit = 2048

    mutating func note(_ time: CaptureTime) {
        if let last = times.last, time.since(last) < step { return }
        times.append(time)
        guard times.count > Self.limit else { return }
        step *= 2
        times = times.indices.filter { $0 % 2 == 0 }.map { times[$0] }
    }

    /// Drops what lies before a moment. The step then is as small as the rest allows.
    mutating func forget(before time: CaptureTime) {
        let kept = times.firstIndex { $0 >= time } ?? times.count
        guard kept > 0 else { return }
        times.removeFirst(kept)
        if times.count < Self.limit / 4 { step = max(Span.milliseconds(100), step / 2) }
    }
}
