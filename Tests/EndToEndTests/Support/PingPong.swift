/// One connection on which a client sends heartbeats and the broker answers.
enum PingPong {
    /// - Parameter unanswered: heartbeats behind those that were answered; then the broker resets the connection.
    static func capture(rounds: Int, unanswered: Int = 0) -> [UInt8] {
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
        var (asked, answered): (UInt32, UInt32) = (1, 1)
        for round in 0..<rounds + unanswered {
            let id = big(UInt32(round))
            // Heartbeat version 0: group "g", generation 1, member "m".
            let request = frame([0, 12, 0, 0] + id + [0, 1, 0x63, 0, 1, 0x67, 0, 0, 0, 1, 0, 1, 0x6D])
            let response = frame(id + [0, 0])
            append(&file, request, fromClient: true, asked, answered, UInt32(2 * round))
            asked &+= UInt32(request.count)
            guard round < rounds else { continue }
            append(&file, response, fromClient: false, answered, asked, UInt32(2 * round + 1))
            answered &+= UInt32(response.count)
        }
        if unanswered > 0 {
            append(&file, [], fromClient: false, answered, asked, UInt32(2 * (rounds + unanswered)), flags: 0x14)
        }
        return file
    }

    static func frame(_ body: [UInt8]) -> [UInt8] { big(UInt32(body.count)) + body }

    static func append(
        _ file: inout [UInt8], _ payload: [UInt8], fromClient: Bool, _ sequence: UInt32, _ acknowledged: UInt32,
        _ tick: UInt32, flags: UInt8 = 0x18
    ) {
        let length = UInt32(54 + payload.count)
        for word in [1_700_000_000 + tick / 1000, tick % 1000 * 1000, length, length] { file += big(word).reversed() }
        let (from, to): (UInt8, UInt8) = fromClient ? (1, 2) : (2, 1)
        let ports: [UInt8] = fromClient ? [0x9C, 0x40, 0x23, 0x84] : [0x23, 0x84, 0x9C, 0x40]
        let total = UInt16(40 + payload.count)
        file += [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0, UInt8(total >> 8), UInt8(total & 255)]
        file += [0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, from, 10, 0, 0, to] + ports
        file += big(sequence) + big(acknowledged) + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    }

    static func big(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}
