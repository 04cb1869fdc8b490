import TLS
import Vocabulary

/// TLS: records in pieces and with holes, and handshake messages that lie in records as they should.
enum TLSFuzz {
    /// A key log behind its length, then pieces: a byte that says whose it is and whether it is lost, and the length.
    static func records(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let log = KeyLog(limits: Limits())
        log.read(input.piece())
        log.finishLine()
        let session = session(log)
        while !input.isEmpty {
            let what = input.byte()
            let count = input.word()
            if what & 2 != 0 {
                // A hole may be as long as no capture of ours is.
                let length = Int64(count) << Int64(what >> 3)
                if session.lose(first: what & 1 == 0, bytes: max(1, length)) < 0 {
                    FuzzTarget.fail("less than nothing")
                }
            } else {
                feed(session, first: what & 1 == 0, input.bytes(count))
            }
        }
    }

    /// Messages: whose, their type, and their body behind its length.
    static func handshake(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let session = session(KeyLog(limits: Limits()))
        while !input.isEmpty {
            let (what, type) = (input.byte(), UInt8(input.byte()))
            let body = input.piece()
            let message = [type, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
            for start in stride(from: 0, to: message.count, by: 16_384) {
                let part = message[start..<min(message.count, start + 16_384)]
                let head: [UInt8] = [what & 2 == 0 ? 22 : 21, 3, 3, UInt8(part.count >> 8), UInt8(part.count & 255)]
                feed(session, first: what & 1 == 0, head + part)
            }
        }
        _ = session.facts.serverName
    }

    private static func session(_ log: KeyLog) -> TLSSession {
        TLSSession(keyLog: log, limits: Limits(), scratch: TLSScratch(), firstIsClient: true)
    }

    private static func feed(_ session: TLSSession, first: Bool, _ bytes: [UInt8]) {
        let moment = Moment(CaptureTime(nanoseconds: 1), FrameRef(source: 0, number: 1))
        bytes.withUnsafeBufferPointer { all in
            var rest = all
            var turns = 3 * all.count + 8
            while !rest.isEmpty {
                turns -= 1
                if turns < 0 { FuzzTarget.fail("bytes that are never used up") }
                let step = session.take(first: first, rest, at: moment)
                if step.used > rest.count || step.lostBefore < 0 { FuzzTarget.fail("more used than there was") }
                _ = step.plaintext?.reduce(0) { $0 &+ Int($1) }
                rest = UnsafeBufferPointer(rebasing: rest[step.used...])
            }
        }
    }
}
