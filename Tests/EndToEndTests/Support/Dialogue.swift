/// A capture of one connection joined in mid-stream, made segment by segment.
struct Dialogue {
    private(set) var capture = PingPong.capture(rounds: 0)
    private var (asked, answered): (UInt32, UInt32) = (1, 1)
    private var tick: UInt32 = 0

    /// - Parameter captured: whether the packet is in the capture; the other end acknowledges it in any case.
    mutating func client(_ payload: [UInt8], captured: Bool = true, flags: UInt8 = 0x18) {
        if captured { PingPong.append(&capture, payload, fromClient: true, asked, answered, tick, flags: flags) }
        asked &+= UInt32(payload.count) + (flags & 3 == 0 ? 0 : 1)
        tick += 1
    }

    mutating func server(_ payload: [UInt8], captured: Bool = true, flags: UInt8 = 0x18) {
        if captured { PingPong.append(&capture, payload, fromClient: false, answered, asked, tick, flags: flags) }
        answered &+= UInt32(payload.count) + (flags & 3 == 0 ? 0 : 1)
        tick += 1
    }

    /// A Kafka request with the client id `c`.
    static func request(_ api: UInt8, _ version: UInt8, _ id: UInt32, _ body: [UInt8]) -> [UInt8] {
        PingPong.frame([0, api, 0, version] + PingPong.big(id) + [0, 1, 0x63] + body)
    }

    /// Heartbeat version 0: group "g", generation 1, member "m".
    static func heartbeat(_ id: UInt32) -> [UInt8] {
        request(12, 0, id, [0, 1, 0x67, 0, 0, 0, 1, 0, 1, 0x6D])
    }

    static func answer(_ id: UInt32, _ body: [UInt8] = [0, 0]) -> [UInt8] { PingPong.frame(PingPong.big(id) + body) }
}
