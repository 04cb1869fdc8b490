import Foundation

/// Requests and responses in right frames and right TCP, so that what is odd of them gets as far as rules, words and writers.
enum DialogueFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        var capture = DialogueCapture()
        if input.byte() & 1 == 0 { capture.begin() }
        while !input.isEmpty, capture.packets < 200 { capture.step(&input) }
        WholeFuzz.write(capture.file)
    }
}

/// A capture of two connections, one to each of two brokers, that is written packet by packet.
private struct DialogueCapture {
    private(set) var file: [UInt8] =
        [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 228, 0, 0, 0]
    private(set) var packets = 0
    /// By connection and side.
    private var next: [[UInt32]] = [[1000, 2000], [7000, 8000]]
    private var milliseconds = 0

    mutating func begin() {
        for connection in 0...1 {
            send(connection, 0, flags: 2)
            send(connection, 1, flags: 0x12)
            send(connection, 0, flags: 0x10)
        }
    }

    /// What comes next: whose, on which connection, how much later, and what it is.
    mutating func step(_ input: inout FuzzInput) {
        let (what, later) = (input.byte(), input.byte())
        milliseconds += later & 128 == 0 ? later : (later & 127) * 500
        let (connection, side) = (what >> 1 & 1, what & 1)
        switch what >> 2 & 7 {
        case 0, 1, 2, 3: send(connection, side, flags: 0x18, frame(side, &input))
        case 4: send(connection, side, flags: 0x18, input.piece())
        case 5: next[connection][side] &+= UInt32(input.byte())
        case 6: send(connection, side, flags: 0x11)
        default: send(connection, side, flags: what & 32 == 0 ? 0x14 : 0x10)
        }
    }

    private func frame(_ side: Int, _ input: inout FuzzInput) -> [UInt8] {
        let head: [UInt8]
        if side == 0 {
            let (api, version) = (UInt8(input.byte()), UInt8(input.byte()))
            head = [0, api, 0, version, 0, 0, 0, UInt8(input.byte()), 0, 1, 0x63]
        } else {
            head = [0, 0, 0, UInt8(input.byte())]
        }
        let body = head + input.piece()
        return Self.big(UInt32(body.count)) + body
    }

    private static func big(_ word: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }

    private mutating func send(_ connection: Int, _ side: Int, flags: UInt8, _ payload: [UInt8] = []) {
        packets += 1
        milliseconds += 1
        let payload = payload.prefix(60_000)
        let ends: [[UInt8]] = [[10, 0, 0, 1], [10, 0, 0, UInt8(2 + connection)]]
        let ports: [[UInt8]] = [[0x9C, 0x40], [0x23, 0x84]]
        let length = 40 + payload.count
        let big = Self.big
        let words = [
            UInt32(1_700_000_000 + milliseconds / 1000), UInt32(milliseconds % 1000 * 1000), UInt32(length),
            UInt32(length),
        ]
        file += words.flatMap { big($0).reversed() }
        file += [
            0x45, 0, UInt8(length >> 8), UInt8(length & 255), UInt8(packets >> 8), UInt8(packets & 255), 0x40, 0, 64, 6,
            0, 0,
        ]
        file += ends[side] + ends[1 - side] + ports[side] + ports[1 - side]
        file += big(next[connection][side]) + big(flags & 0x10 != 0 ? next[connection][1 - side] : 0)
        file += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
        next[connection][side] &+= UInt32(payload.count) + (flags & 3 == 0 ? 0 : 1)
    }
}
