import TestSupport
import Testing

@testable import Conversations

/// Frames are found in any stream, however it is cut into pieces and whatever is missing, as a plain model finds them that
/// looks at one byte after another.
@Suite struct FramingTests {
    enum Event: Equatable {
        case begin(size: Int, at: Int)
        case end(at: Int)
        case misaligned(size: Int, at: Int)
        case lost(at: Int)
    }

    private static let sizes = 0...5000

    /// One byte of a stream after another; nil: it is missing.
    static func model(_ stream: [UInt8?]) -> [Event] {
        var (events, left, length): ([Event], Int, [UInt8]) = ([], 0, [])
        for (at, byte) in stream.enumerated() {
            if left > 0 {
                left -= 1
                if left == 0 { events.append(.end(at: at + 1)) }
                continue
            }
            guard let byte else { return events + [.lost(at: at - length.count)] }
            length.append(byte)
            guard length.count == 4 else { continue }
            let size = length.reduce(0) { $0 << 8 | Int($1) }
            length = []
            let signed = size > Int(Int32.max) ? size - 1 << 32 : size
            guard sizes.contains(signed) else { return events + [.misaligned(size: signed, at: at - 3)] }
            events.append(.begin(size: signed, at: at + 1))
            left = signed
        }
        return events
    }

    /// The same by `Framing`, in pieces that end at `ends`; what is missing stands in pieces of its own.
    static func framed(_ stream: [UInt8?], ends: [Int]) -> [Event] {
        var (framing, events, at) = (Framing(), [Event](), 0)
        for end in ends where end > at {
            let piece = stream[at..<end]
            guard piece.first ?? nil != nil else {
                let kept = framing.keptBytes
                switch framing.pass(Int64(piece.count)) {
                case .inside(_, let isEnd): if isEnd { events.append(.end(at: end)) }
                case .over(let inside):
                    if inside > 0 { events.append(.end(at: at + Int(inside))) }
                    return events + [.lost(at: at + Int(inside) - kept)]
                }
                at = end
                continue
            }
            let bytes = piece.map { $0 ?? 0 }
            guard take(bytes, at, &framing, &events) else { return events }
            at = end
        }
        return events
    }

    private static func take(_ bytes: [UInt8], _ start: Int, _ framing: inout Framing, _ events: inout [Event]) -> Bool
    {
        bytes.withUnsafeBufferPointer { all in
            var at = 0
            while at < all.count {
                let rest = UnsafeBufferPointer(rebasing: all[at...])
                switch framing.take(rest, sizes: sizes) {
                case .begins(let size, let used):
                    at += used
                    events.append(.begin(size: size, at: start + at))
                case .bytes(let count, let isEnd):
                    at += count
                    if isEnd { events.append(.end(at: start + at)) }
                case .needsMore: at = all.count
                case .misaligned(let size, let kept):
                    events.append(.misaligned(size: size, at: start + at - kept))
                    return false
                }
            }
            return true
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>) func findsWhatTheModelFinds(seed: UInt64) {
        var random = Seeded(seed)
        var stream: [UInt8?] = []
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let odd = Int.random(in: 0..<60, using: &random) == 0
            let size =
                odd ? Int(Int32.random(in: .min ... .max, using: &random)) : Int.random(in: 0...40, using: &random)
            stream += withUnsafeBytes(of: UInt32(truncatingIfNeeded: size).bigEndian) { Array($0) }
            stream += [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: max(0, min(size, 300)))
        }
        var ends = Set(
            (0..<Int.random(in: 0...40, using: &random)).map { _ in Int.random(in: 0...stream.count, using: &random) })
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let from = Int.random(in: 0..<stream.count, using: &random)
            let to = min(stream.count, from + Int.random(in: 1...30, using: &random))
            for at in from..<to { stream[at] = nil }
            ends.formUnion([from, to])
        }
        // A piece is all there, or all missing.
        ends.formUnion(stream.indices.dropFirst().filter { (stream[$0] == nil) != (stream[$0 - 1] == nil) })
        let pieces = ends.sorted() + [stream.count]
        #expect(Self.framed(stream, ends: pieces) == Self.model(stream))
        #expect(Self.framed(stream, ends: Array(1...stream.count)) == Self.model(stream))
    }

    /// Every byte counts once: as understood, at once or when the guess has proved right, or as given up.
    @Test(arguments: 0..<100 as Range<UInt64>) func aGuessKeepsCount(seed: UInt64) {
        var (random, framing) = (Seeded(seed), Framing())
        framing.align(isSure: false)
        #expect(framing.alignment == .guessed)
        var (taken, understood) = (0, 0)
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let count = Int.random(in: 0...100, using: &random)
            taken += count
            understood += framing.understood(count)
            if Bool.random(using: &random) { understood += Int(framing.confirm(isWitnessed: count > 90)) }
        }
        let wasSure = framing.alignment == .sure
        #expect(wasSure ? understood == taken : understood == 0)
        if Bool.random(using: &random) {
            #expect(understood + Int(framing.settle()) == taken && framing.alignment == .sure)
        } else {
            #expect(Int(framing.lose()) == (wasSure ? 0 : taken) && framing.alignment == .none)
        }
    }

    @Test func threeFramesMakeAGuessSure() {
        var framing = Framing()
        framing.align(isSure: false)
        #expect(framing.confirm(isWitnessed: false) + framing.confirm(isWitnessed: false) == 0)
        #expect(framing.alignment == .guessed)
        _ = framing.confirm(isWitnessed: false)
        #expect(framing.alignment == .sure && framing.awaitsMessage)
    }
}
