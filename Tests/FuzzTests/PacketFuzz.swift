import Vocabulary

@testable import Streams

/// Link layers, envelopes, IP with its fragments, and what lies in it.
enum PacketFuzz {
    private static let linkTypes: [UInt16] = [1, 0, 12, 101, 108, 113, 228, 229, 276, 105]

    /// A byte for the link type, one for how it is read, then packets behind their lengths.
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let linkType = linkTypes[input.byte() % linkTypes.count]
        let how = input.byte()
        var limits = Limits()
        if how & 2 != 0 { limits.fragmentedDatagrams = 1 }
        let engine = StreamEngine(limits: limits, verifiesChecksums: how & 1 != 0, seed: 1)
        var (number, sum) = (UInt64(0), 0)
        while !input.isEmpty {
            let packet = input.piece()
            number += 1
            sum &+= packet.withUnsafeBufferPointer { take($0, number, linkType, cut: how >> 4, engine) }
        }
        engine.finish { sum &+= look($0) }
        if engine.liveConnections != 0 { FuzzTarget.fail("connections are left behind the end") }
    }

    private static func take(
        _ packet: UnsafeBufferPointer<UInt8>, _ number: UInt64, _ linkType: UInt16, cut: Int, _ engine: StreamEngine
    ) -> Int {
        guard let start = packet.baseAddress else { return 0 }
        var entry = PacketEntry(
            bytes: start, capturedLength: UInt32(packet.count), wireLength: UInt32(packet.count + cut * 16),
            time: CaptureTime(nanoseconds: Int64(number) * 1_000_000), frame: FrameRef(source: 0, number: number),
            linkType: linkType, interface: 0)
        return withUnsafePointer(to: &entry) {
            look(engine.process(UnsafeBufferPointer(start: $0, count: 1)))
        }
    }

    /// Every byte that is told of.
    private static func look(_ batch: StreamBatch) -> Int {
        var sum = 0
        for event in batch.events where event.kind == .data {
            sum = UnsafeBufferPointer(start: event.bytes, count: Int(event.length)).reduce(sum) { $0 &+ Int($1) }
        }
        for datagram in batch.datagrams where datagram.captured > 0 {
            sum = UnsafeBufferPointer(start: datagram.bytes, count: datagram.captured).reduce(sum) { $0 &+ Int($1) }
        }
        return sum
    }
}
