/// Small messages: connections in random order, 104-byte requests pipelined five deep, 60-byte answers, one a segment.
struct SmallTraffic {
    /// How the capture was spoilt.
    struct Damage {
        var reorderedPercent = 0
        var lostPercent = 0
        var midStreamPercent = 0
    }

    private static let depth = 5
    private static let frames = KafkaFrames(topic: "small-tpc", clientId: "c")

    private var connections: [Connection]
    private let damage: Damage
    private var random = Seeded(0x5A11)

    init(connections count: Int, damage: Damage = Damage()) {
        self.damage = damage
        connections = []
        for index in 0..<count {
            var connection = Connection(
                client: UInt32(truncatingIfNeeded: random.next()), server: UInt32(truncatingIfNeeded: random.next()))
            if random.below(100) < damage.midStreamPercent { connection.startInTheMiddle(index) }
            connections.append(connection)
        }
    }

    mutating func write(packets: Int, to file: CaptureFile) {
        while file.packets < packets {
            let index = random.below(connections.count)
            let (packet, frame) = connections[index].next(index, random.below(2) == 0)
            spoil(packet, frame, file)
        }
    }

    /// Loses the packet, holds it back behind the connection's next one, or passes it on.
    private mutating func spoil(_ packet: Packet, _ frame: [UInt8], _ file: CaptureFile) {
        if random.below(100) < damage.lostPercent { return }
        let index = packet.connection
        if connections[index].held == nil, random.below(100) < damage.reorderedPercent {
            connections[index].held = Held(packet: packet, frame: frame)
            return
        }
        file.add(packet) { $0 += frame }
        if let held = connections[index].held {
            connections[index].held = nil
            file.add(held.packet) { $0 += held.frame }
        }
    }

    private struct Held {
        var packet: Packet
        var frame: [UInt8]
    }

    private struct Connection {
        private var client: UInt32
        private var server: UInt32
        private var opening = 0
        private var asked: Int32 = 0
        private var answered: Int32 = 0
        var held: Held?

        init(client: UInt32, server: UInt32) { (self.client, self.server) = (client, server) }

        /// No handshake, and answers to come whose requests nobody saw.
        mutating func startInTheMiddle(_ index: Int) {
            opening = 3
            asked = Int32(100_000 + index % 1000)
            answered = asked - Int32(index % (SmallTraffic.depth + 1))
        }

        mutating func next(_ index: Int, _ prefersToAsk: Bool) -> (Packet, [UInt8]) {
            if opening < 3 { return (open(index), []) }
            let waiting = asked - answered
            let asks = waiting == 0 || (waiting < SmallTraffic.depth && prefersToAsk)
            let frame: Frame
            if asks {
                frame = SmallTraffic.frames.produceRequest(correlation: asked, records: 0)
                asked += 1
            } else {
                frame = SmallTraffic.frames.produceResponse(correlation: answered, offset: Int64(answered))
                answered += 1
            }
            let bytes = frame.head + [UInt8](repeating: 0x61, count: frame.payload) + frame.tail
            return (segment(index, fromClient: asks, bytes.count), bytes)
        }

        private mutating func segment(_ index: Int, fromClient: Bool, _ length: Int) -> Packet {
            let packet = Packet(
                connection: index, fromClient: fromClient, sequence: fromClient ? client : server,
                acknowledged: fromClient ? server : client, flags: Packet.push, length: length)
            if fromClient { client &+= UInt32(length) } else { server &+= UInt32(length) }
            return packet
        }

        private mutating func open(_ index: Int) -> Packet {
            var packet = segment(index, fromClient: opening != 1, 0)
            packet.flags = [Packet.syn, Packet.syn | Packet.ack, Packet.ack][opening]
            if opening == 0 { client &+= 1 }
            if opening == 1 { server &+= 1 }
            opening += 1
            return packet
        }
    }
}
