import Conversations
import Depth
import Vocabulary

@testable import Streams

/// What speaks on a stream and where its frames begin: pieces of both sides, with holes, on a connection with or without its
/// beginning.
enum FramingFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let how = input.byte()
        let talk = Talk(isObserved: how & 1 != 0)
        if how & 2 == 0 { talk.begin() }
        while !input.isEmpty {
            let what = input.byte()
            let side: Side = what & 1 == 0 ? .initiator : .responder
            talk.pass(milliseconds: what >> 5)
            switch what >> 1 & 7 {
            case 6: talk.lose(side, input.word())
            case 7: talk.end(side, what & 16 == 0 ? [.fin, .ack] : [.reset, .ack])
            default: talk.say(side, input.piece())
            }
        }
        talk.finish()
    }
}

/// One connection whose sides speak in turn, through TCP to facts.
final class Talk {
    private let conversations = ConversationEngine(limits: Limits())
    private let depth: DepthObserver?
    private let streams: FuzzStreams
    private var next: [UInt32] = [1000, 2000]
    private var now: Int64 = 0

    init(isObserved: Bool) {
        depth = isObserved ? DepthObserver(limits: Limits()) : nil
        if let depth { conversations.observe(by: depth) }
        streams = FuzzStreams(Limits()) { [conversations] in conversations.consume($0) }
    }

    func begin() {
        send(.initiator, .syn)
        send(.responder, [.syn, .ack])
        send(.initiator, .ack)
    }

    func pass(milliseconds: Int) { now += Int64(milliseconds) * 1_000_000 }

    func say(_ side: Side, _ bytes: [UInt8]) { send(side, [.ack, .push], bytes) }

    /// Bytes that were sent, acknowledged and never captured.
    func lose(_ side: Side, _ count: Int) {
        next[side.index] &+= UInt32(count)
        send(side.other, .ack)
    }

    func end(_ side: Side, _ flags: TCPFlags) { send(side, flags) }

    func finish() {
        streams.finish()
        conversations.settle()
        _ = depth?.tables(end: conversations.file.lastTime)
    }

    private func send(_ side: Side, _ flags: TCPFlags, _ payload: [UInt8] = []) {
        now += 100_000
        var segment = FuzzSegment.of(side, flags, payload)
        segment.headers.sequence = next[side.index]
        segment.headers.acknowledgement = flags.contains(.ack) ? next[side.other.index] : 0
        segment.time = CaptureTime(nanoseconds: now)
        conversations.note(CaptureSpan(first: CaptureTime(nanoseconds: 0), last: segment.time, packets: 1))
        streams.take(segment)
        let isMarked = flags.contains(.syn) || flags.contains(.fin)
        next[side.index] &+= UInt32(payload.count) + (isMarked ? 1 : 0)
    }
}
