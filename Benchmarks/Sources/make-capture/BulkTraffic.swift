/// Large batches: 64 connections, each in turn with 1 MiB Produce and Fetch, interleaved by segment; a pure ACK for two.
struct BulkTraffic {
    private static let segment = 1448
    private static let records = 1 << 20

    private var connections: [Connection]
    private let filler: [UInt8]

    init(connections count: Int) {
        var random = Seeded(0xB01D)
        filler = (0..<(Self.records + 4096)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        connections = (0..<count).map { Connection(index: $0) }
    }

    mutating func write(packets: Int, to file: CaptureFile) {
        while file.packets < packets {
            for index in connections.indices where file.packets < packets {
                connections[index].step(file, filler, Self.segment, Self.records)
            }
        }
    }

    private struct Connection {
        let index: Int
        private let frames: KafkaFrames
        private var sequences: [UInt32]
        private var opening = 0
        private var frame = Frame(head: [])
        private var sent = 0
        private var fromClient = false
        private var round: Int32 = 0
        private var step = 0
        private var unacknowledged = 0

        init(index: Int) {
            self.index = index
            frames = KafkaFrames(topic: "bulk", clientId: "bulk-\(index)")
            sequences = [UInt32(index) &* 7919, UInt32(index) &* 104_729]
        }

        /// Sends the next packet: of the handshake, an ACK that is due, or a segment.
        mutating func step(_ file: CaptureFile, _ filler: [UInt8], _ segment: Int, _ records: Int) {
            if opening < 3 { return open(file) }
            if unacknowledged == 2 {
                unacknowledged = 0
                return emit(file, client: !fromClient, length: 0, flags: Packet.ack) { _ in }
            }
            if sent == frame.length { next(records) }
            let length = min(segment, frame.length - sent)
            let (frame, start) = (frame, sent)
            emit(file, client: fromClient, length: length, flags: Packet.push) {
                frame.append(start..<start + length, filler, to: &$0)
            }
            sent += length
            unacknowledged += 1
        }

        private mutating func open(_ file: CaptureFile) {
            let flags = [Packet.syn, Packet.syn | Packet.ack, Packet.ack][opening]
            emit(file, client: opening != 1, length: 0, flags: flags) { _ in }
            if opening < 2 { sequences[opening] &+= 1 }
            opening += 1
        }

        /// Produce request, its answer, Fetch request, its answer, and so on.
        private mutating func next(_ records: Int) {
            switch step % 4 {
            case 0: frame = frames.produceRequest(correlation: round, records: records)
            case 1: frame = frames.produceResponse(correlation: round, offset: Int64(round) * 1000)
            case 2: frame = frames.fetchRequest(correlation: round + 1, offset: Int64(round) * 1000)
            default: frame = frames.fetchResponse(correlation: round + 1, offset: Int64(round) * 1000, records: records)
            }
            fromClient = step % 2 == 0
            if step % 4 == 3 { round += 2 }
            step += 1
            (sent, unacknowledged) = (0, 0)
        }

        private mutating func emit(
            _ file: CaptureFile, client: Bool, length: Int, flags: UInt8, _ payload: (inout [UInt8]) -> Void
        ) {
            let (own, other) = client ? (0, 1) : (1, 0)
            let packet = Packet(
                connection: index, fromClient: client, sequence: sequences[own], acknowledged: sequences[other],
                flags: flags, length: length)
            file.add(packet, payload: payload)
            sequences[own] &+= UInt32(length)
        }
    }
}

extension Frame {
    /// Appends a part of the frame's bytes; the payload is taken from the filler.
    func append(_ range: Range<Int>, _ filler: [UInt8], to buffer: inout [UInt8]) {
        var at = range.lowerBound
        if at < head.count {
            let end = min(range.upperBound, head.count)
            buffer += head[at..<end]
            at = end
        }
        if at < min(range.upperBound, head.count + payload) {
            let end = min(range.upperBound, head.count + payload)
            buffer += filler[at - head.count..<end - head.count]
            at = end
        }
        if at < range.upperBound {
            buffer += tail[(at - head.count - payload)..<(range.upperBound - head.count - payload)]
        }
    }
}
