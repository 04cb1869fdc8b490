import ReportModel
import Vocabulary

/// Whether a reader comes back to one offset again and again and commits nothing behind it: a record there is delivered each
/// time anew, for its program cannot process it.
struct OffsetReturns {
    private struct Place {
        var offset: Int64
        var since: CaptureTime
        var last: CaptureTime
        var times = 1
        /// Commits behind it that were refused.
        var refused = 0
        /// When the log last grew while it came back.
        var moved = CaptureTime.distantPast
    }

    /// A restart or a seek by hand brings a reader back once or twice.
    private static let least = 4
    private var place: Place?

    /// - Parameter position: where it had been.
    mutating func asks(_ offset: Int64, _ position: Int64, at time: CaptureTime) {
        guard offset < position else { return }
        guard var now = place, now.offset == offset else {
            place = Place(offset: offset, since: time, last: time)
            return
        }
        now.times += 1
        now.last = time
        place = now
    }

    mutating func endMoved(at time: CaptureTime) { place?.moved = time }

    /// - Returns: what a commit behind that offset ends.
    mutating func committed(_ offset: Int64) -> PartitionStall? {
        guard let now = place, offset > now.offset else { return nil }
        defer { place = nil }
        return stall
    }

    /// Its program got behind that offset, and may not say so any more.
    mutating func refused(_ offset: Int64) {
        if let now = place, offset > now.offset { place?.refused += 1 }
    }

    var stall: PartitionStall? {
        guard let now = place, now.times >= Self.least else { return nil }
        let length = now.last.since(now.since)
        guard length >= Standstills.least, now.moved.since(now.since) >= length / 2 else { return nil }
        var stall = PartitionStall(from: now.since, to: now.last)
        stall.isFetched = true
        stall.returns = PartitionStall.Returns(offset: now.offset, times: now.times, refused: now.refused)
        return stall
    }
}

/// How often a group's members committed the same offset, one time after the other.
struct CommitRepeats {
    private static let least = 4
    let offset: Int64
    let since: CaptureTime
    private var times = 1
    /// The first of them, and the last.
    private(set) var frames: [FrameRef]
    private static let framesKept = 4

    init(_ offset: Int64, at time: CaptureTime, _ frame: FrameRef) {
        (self.offset, since, frames) = (offset, time, [frame])
    }

    func again(_ frame: FrameRef) -> CommitRepeats {
        var next = self
        next.times += 1
        if next.frames.count == Self.framesKept { next.frames.removeLast() }
        next.frames.append(frame)
        return next
    }

    var isOften: Bool { times >= Self.least }
}
