import Conversations
import Streams
import Vocabulary

/// DNS in datagrams: questions and answers of several hosts, about names that repeat.
enum NameFuzz {
    static func dns(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let streams = StreamEngine(limits: Limits(), seed: 1)
        let conversations = ConversationEngine(limits: Limits())
        var now: Int64 = 0
        var number: UInt64 = 0
        while !input.isEmpty {
            let what = input.byte()
            number += 1
            now += Int64(what >> 3) * 1_000_000
            let packet = datagram(
                input.piece(), isAnswer: what & 1 != 0, client: UInt8(what >> 1 & 1), isKDC: what & 4 != 0)
            packet.withUnsafeBufferPointer { packet in
                guard let start = packet.baseAddress else { return }
                var entry = PacketEntry(
                    bytes: start, capturedLength: UInt32(packet.count), wireLength: UInt32(packet.count),
                    time: CaptureTime(nanoseconds: now), frame: FrameRef(source: 0, number: number), linkType: 228,
                    interface: 0)
                withUnsafePointer(to: &entry) {
                    conversations.consume(streams.process(UnsafeBufferPointer(start: $0, count: 1)))
                }
            }
        }
        streams.finish { conversations.consume($0) }
        conversations.settle()
    }

    /// IPv4 and UDP round a message.
    private static func datagram(_ message: [UInt8], isAnswer: Bool, client: UInt8, isKDC: Bool) -> [UInt8] {
        let message = message.prefix(60_000)
        let port: [UInt8] = [0, isKDC ? 88 : 53]
        let (here, there): ([UInt8], [UInt8]) = ([10, 0, 0, client], [10, 0, 0, 99])
        func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }
        var packet: [UInt8] = [0x45, 0] + big(28 + message.count) + [0, 0, 0, 0, 64, 17, 0, 0]
        packet += isAnswer ? there + here : here + there
        packet += isAnswer ? port + [0x9C, 0x40] : [0x9C, 0x40] + port
        return packet + big(8 + message.count) + [0, 0] + message
    }
}
