import Vocabulary

@testable import Streams

/// Builds a connection packet by packet, with the numbers that two real ends would use.
struct Scenario {
    var packets: [TestPacket] = []
    var client = Endpoint(IPAddress(v4: 0x0A00_0001), 40_000)
    var server = Endpoint(IPAddress(v4: 0x0A00_0002), 9092)
    var clientNext: UInt32
    var serverNext: UInt32
    var time: Int64 = 1_700_000_000_000_000_000
    var step = Span.milliseconds(1)
    var ipID: Int32 = 100
    var window: UInt16 = 500
    var hasTimestamp = false
    var isV6 = false

    init(clientISN: UInt32 = 1000, serverISN: UInt32 = 9000) {
        clientNext = clientISN
        serverNext = serverISN
    }

    /// Adds any packet; sequence numbers default to what is due.
    mutating func send(
        _ side: Side, _ flags: TCPFlags, _ text: String = "", seq: UInt32? = nil, ack: UInt32? = nil,
        captured: Int? = nil
    ) {
        var packet = TestPacket()
        let (from, to) = side == .initiator ? (client, server) : (server, client)
        packet.headers.source = from.address
        packet.headers.sourcePort = from.port
        packet.headers.destination = to.address
        packet.headers.destinationPort = to.port
        packet.headers.ttl = side == .initiator ? 64 : 63
        packet.headers.ipID = isV6 ? -1 : ipID
        packet.headers.flags = flags
        packet.headers.window = window
        packet.headers.hasTimestamp = hasTimestamp
        packet.headers.timestamp = hasTimestamp ? UInt32(truncatingIfNeeded: time / 1_000_000) : 0
        packet.headers.sequence = seq ?? (side == .initiator ? clientNext : serverNext)
        if flags.contains(.ack) {
            packet.headers.acknowledgement = ack ?? (side == .initiator ? serverNext : clientNext)
        }
        packet.payload = Array(text.utf8)
        packet.captured = captured
        packet.time = time
        packets.append(packet)
        ipID += 1
        time += step
        guard seq == nil else { return }
        let used = UInt32(packet.payload.count) + (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
        if side == .initiator { clientNext &+= used } else { serverNext &+= used }
    }

    mutating func handshake() {
        send(.initiator, .syn)
        send(.responder, [.syn, .ack])
        send(.initiator, .ack)
    }
    mutating func client(_ text: String, captured: Int? = nil) {
        send(.initiator, [.ack, .push], text, captured: captured)
    }
    mutating func server(_ text: String, captured: Int? = nil) {
        send(.responder, [.ack, .push], text, captured: captured)
    }
    mutating func ack(_ side: Side) { send(side, .ack) }
    mutating func fin(_ side: Side) { send(side, [.fin, .ack]) }
    mutating func reset(_ side: Side) { send(side, [.reset, .ack]) }
    mutating func wait(_ nanoseconds: Int64) { time += nanoseconds }
    /// The next packet was sent but not captured.
    mutating func dropLast() { packets.removeLast() }
    /// Repeats a packet as TCP would: the same bytes in a new datagram.
    mutating func resend(_ index: Int) {
        var packet = packets[index]
        packet.headers.ipID = ipID
        packet.time = time
        packets.append(packet)
        ipID += 1
        time += step
    }
    /// Repeats a packet as a second capture point would.
    mutating func duplicateLast(after: Int64 = 1000) {
        guard var packet = packets.last else { return }
        packet.time += after
        packet.headers.ttl -= 1
        packets.append(packet)
    }
}
