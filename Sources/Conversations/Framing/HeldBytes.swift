import Streams
import Vocabulary

/// Bytes of a direction that are too few to tell what begins there, with the pieces that they came in: once it is known, each
/// goes its way with its own time and frame, as if it had come then. So nothing that is found in a stream depends on where
/// its segments end.
struct HeldBytes {
    private struct Mark {
        var start: Int
        var offset: Int64
        var time: CaptureTime
        var frame: FrameRef
        var sealedEnd: Int64
    }

    /// So many bytes that are done with may stand before the others: moving these each time would cost more.
    private static let spare = 1024

    private var all: [UInt8] = []
    private var marks: [Mark] = []
    /// Bytes at the beginning that are done with.
    private var done = 0
    /// So many bytes there must be before another look is worth it.
    var wanted = 0
    /// Looks before that, so few that they cost no more than the others.
    private var earlyLooks = 0
    /// So many bytes there were at the last of them.
    private var lookedThrough = 0
    private static let mostEarlyLooks = 8

    var count: Int { all.count - done }
    var capacity: Int { all.capacity }

    mutating func removeAll() {
        all.removeAll(keepingCapacity: true)
        marks.removeAll(keepingCapacity: true)
        (done, wanted, earlyLooks, lookedThrough) = (0, 0, 0, 0)
    }

    /// Whether bytes have come since the last look ahead of time, of which there are few.
    mutating func mayLookEarly() -> Bool {
        guard earlyLooks < Self.mostEarlyLooks, all.count > lookedThrough else { return false }
        (earlyLooks, lookedThrough) = (earlyLooks + 1, all.count)
        return true
    }

    /// Where pieces begin.
    var starts: [Int] { marks.compactMap { $0.start < done ? nil : $0.start - done } }

    /// Time and frame of the first piece.
    var began: (time: CaptureTime, frame: FrameRef)? { marks.first.map { ($0.time, $0.frame) } }

    mutating func append(_ piece: Piece) {
        marks.append(
            Mark(
                start: all.count, offset: piece.offset, time: piece.time, frame: piece.frame,
                sealedEnd: piece.sealedEnd))
        all += piece.bytes
    }

    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        all.withUnsafeBufferPointer { body($0.slice(from: done)) }
    }

    /// Calls with the pieces, from a byte on.
    func forEachPiece(from first: Int = 0, _ body: (Piece) -> Void) {
        all.withUnsafeBufferPointer { bytes in
            for (index, mark) in marks.enumerated() {
                let end = index + 1 < marks.count ? marks[index + 1].start : bytes.count
                guard end > done + first else { continue }
                let piece = Piece(
                    bytes: bytes.slice(from: mark.start, count: end - mark.start), offset: mark.offset, time: mark.time,
                    frame: mark.frame, sealedEnd: mark.sealedEnd)
                body(piece.dropping(max(0, done + first - mark.start)))
            }
        }
    }

    /// The first bytes are done with.
    mutating func drop(first count: Int) {
        done += count
        guard done > Self.spare else { return }
        var rest = HeldBytes()
        forEachPiece { rest.append($0) }
        (rest.wanted, rest.earlyLooks, rest.lookedThrough) = (wanted, earlyLooks, 0)
        self = rest
    }
}
