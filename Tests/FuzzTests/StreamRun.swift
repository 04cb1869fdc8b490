import Vocabulary

@testable import Streams

/// A segment on its way into an engine.
struct FuzzSegment {
    var headers = PacketHeaders()
    var payload: [UInt8] = []
    /// Bytes of the payload that the capture has.
    var captured: Int?
    var outcome = PacketOutcome.tcp
    var time = CaptureTime(nanoseconds: 0)
    /// Batches in which it has been held back.
    var age = 0

    static let client = Endpoint(IPAddress(v4: 0x0A00_0001), 40_000)
    static let server = Endpoint(IPAddress(v4: 0x0A00_0002), 9092)

    /// A segment of one side of the one connection.
    static func of(_ side: Side, _ flags: TCPFlags, _ payload: [UInt8] = []) -> FuzzSegment {
        var segment = FuzzSegment()
        let (from, to) = side == .initiator ? (client, server) : (server, client)
        segment.headers.source = from.address
        segment.headers.sourcePort = from.port
        segment.headers.destination = to.address
        segment.headers.destinationPort = to.port
        segment.headers.ttl = 64
        segment.headers.window = 500
        segment.headers.flags = flags
        segment.payload = payload
        return segment
    }
}

/// An engine that is given segments one by one, each in bytes of its own.
final class FuzzStreams {
    let engine: StreamEngine
    private var number: UInt64 = 0
    private let told: (StreamBatch) -> Void

    init(_ limits: Limits, told: @escaping (StreamBatch) -> Void) {
        engine = StreamEngine(limits: limits, seed: 1)
        self.told = told
    }

    func take(_ segment: FuzzSegment) {
        number += 1
        engine.begin()
        segment.payload.withUnsafeBufferPointer { payload in
            var headers = segment.headers
            headers.payload = payload.isEmpty ? nil : payload.baseAddress
            headers.payloadLength = Int32(payload.count)
            headers.payloadCaptured = Int32(min(segment.captured ?? payload.count, payload.count))
            withUnsafePointer(to: headers) {
                engine.ingest(
                    $0, outcome: segment.outcome, time: segment.time, frame: FrameRef(source: 0, number: number))
            }
            told(engine.told)
        }
    }

    func finish() { engine.finish(told) }
}
