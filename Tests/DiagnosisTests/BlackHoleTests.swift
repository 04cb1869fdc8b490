import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Paths that let small packets through and large ones not.
@Suite struct BlackHoleTests {
    private static let broker = "10.0.0.1:9092"

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .networkPath }.map {
            "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.server ?? "?") \($0.severity) \($0.confidence) \($0.count)"
        }
    }

    /// A connection whose client sends segments of a size again and again from a moment on.
    @discardableResult
    private func stuck(_ made: inout SmallCase, at start: Double, bytes: Int32 = 1448, heard: Bool = true)
        -> ConnectionRecord
    {
        let record = made.works(at: Self.broker, from: start, to: start + 12)
        var span = UnacknowledgedSpan(
            from: made.time(start + 2), to: made.time(start + 12), frame: made.nextFrame(), resends: 6, leastBytes: 40)
        (span.headResends, span.headBytes) = (5, bytes)
        record.tcp.sides.0.unacknowledged = [span]
        (record.tcp.sides.0.acknowledged, record.tcp.sides.0.streamEnd) = (400, 20_400)
        (record.tcp.sides.0.dataSegments, record.tcp.sides.0.retransmissions) = (24, 6)
        record.tcp.sides.0.lastDataTime = made.time(start + 12)
        record.tcp.sides.1.lastTime = made.time(start + (heard ? 2 : 1))
        return record
    }

    /// Another connection between the two, of segments of so many bytes.
    private func passes(_ made: inout SmallCase, at start: Double, bytes: Int64 = 100) {
        let record = made.works(at: Self.broker, from: start, to: start + 5)
        (record.tcp.sides.0.acknowledged, record.tcp.sides.0.streamEnd) = (10 * bytes, 10 * bytes)
        record.tcp.sides.0.dataSegments = 10
        record.tcp.sides.0.lastDataTime = made.time(start + 5)
    }

    @Test func largeSegmentsThatNeverArrive() {
        var made = SmallCase()
        stuck(&made, at: 0)
        stuck(&made, at: 13)
        passes(&made, at: 5)
        #expect(told(made) == ["mtu-black-hole \(SmallCase.client) \(Self.broker) error certain 2"])
    }

    @Test func oneStuckConnectionWhoseOtherEndIsHeard() {
        var made = SmallCase()
        stuck(&made, at: 0)
        passes(&made, at: 5)
        #expect(told(made) == ["mtu-black-hole \(SmallCase.client) \(Self.broker) error likely 1"])
    }

    /// A NAT or firewall has forgotten the connection: nothing of it passes, whatever its size.
    @Test func aForgottenConnectionIsNoBlackHole() {
        var made = SmallCase()
        stuck(&made, at: 0, heard: false)
        passes(&made, at: 5)
        #expect(told(made).isEmpty)
    }

    @Test func aHostThatIsGoneIsNoBlackHole() {
        var made = SmallCase()
        stuck(&made, at: 0)
        #expect(told(made).isEmpty)
    }

    @Test func smallSegmentsAreNoMatterOfSize() {
        var made = SmallCase()
        stuck(&made, at: 0, bytes: 300)
        stuck(&made, at: 13, bytes: 300)
        passes(&made, at: 5)
        #expect(told(made).filter { $0.hasPrefix("mtu") }.isEmpty)
    }

    @Test func whereLargeSegmentsPassElsewhereTheSizeIsNotIt() {
        var made = SmallCase()
        stuck(&made, at: 0)
        stuck(&made, at: 13)
        passes(&made, at: 5, bytes: 1448)
        #expect(told(made).filter { $0.hasPrefix("mtu") }.isEmpty)
    }

    @Test func whatArrivesInTheEndIsNoBlackHole() {
        var made = SmallCase()
        for start in [0.0, 13] { stuck(&made, at: start).tcp.sides.0.unacknowledged[0].recovered = true }
        passes(&made, at: 5)
        #expect(told(made).filter { $0.hasPrefix("mtu") }.isEmpty)
    }

    /// The path is open, for what is small: nothing interrupted it, though others were served meanwhile.
    @Test func whatIsTooLargeIsNoInterruption() {
        var made = SmallCase()
        stuck(&made, at: 0)
        stuck(&made, at: 13)
        passes(&made, at: 5)
        made.works(at: Self.broker, from: 0, to: 40, client: "10.0.0.101").tcp.sides.1.lastTime = made.time(40)
        let back = made.works(at: Self.broker, from: 26, to: 40)
        (back.tcp.sides.0.lastTime, back.tcp.sides.1.lastTime) = (made.time(40), made.time(40))
        for second in 1..<40 {
            made.file.times.noteAnswering(
                made.endpoint(Self.broker), to: made.address("10.0.0.101"), made.time(Double(second)))
        }
        #expect(told(made) == ["mtu-black-hole \(SmallCase.client) \(Self.broker) error certain 2"])
        // Small ones that are silent too show that it was.
        for record in made.file.connections.records.prefix(2) { record.tcp.sides.0.unacknowledged[0].headBytes = 90 }
        #expect(told(made).allSatisfy { $0.hasPrefix("interrupted") })
    }

    /// Captured at the receiver: of a server's long answer only its end arrives, and the client acknowledges nothing of it.
    private func holes(_ count: Int, acknowledged: Int64 = 0, waits: Double = 10) -> SmallCase {
        var made = SmallCase()
        for index in 0..<count {
            let start = Double(8 * index)
            let record = made.works(at: Self.broker, from: start, to: start + 12)
            (record.tcp.sides.1.gapBytes, record.tcp.sides.1.streamEnd) = (2896, 3600)
            (record.tcp.sides.1.acknowledged, record.tcp.sides.1.dataSegments) = (acknowledged, 1)
            record.tcp.sides.0.acknowledged = 517
            record.tcp.sides.1.lastDataTime = made.time(start + 0.1)
            record.tcp.sides.0.lastTime = made.time(start + 0.1 + waits)
        }
        return made
    }

    @Test func holesThatTheReceiverShows() {
        #expect(told(holes(2)) == ["mtu-black-hole \(SmallCase.client) \(Self.broker) error certain 2"])
    }

    @Test func whatTheReceiverAcknowledgedOnlyTheCaptureLacks() {
        #expect(told(holes(2, acknowledged: 3600)).isEmpty)
    }

    @Test func oneHoleMayBeChance() {
        #expect(told(holes(1)).isEmpty)
        #expect(told(holes(2, waits: 0.5)).isEmpty)
    }

    /// What was sent behind the missing segment is sent again too, and arrives: only what is waited for counts.
    @Test func headsOfHolesAreToldApart() {
        var spans = UnacknowledgedSpans()
        let start = CaptureTime(nanoseconds: 1_000_000_000_000)
        for (index, bytes) in [1448, 52, 1448, 52, 1448].enumerated() {
            let time = start.adding(nanoseconds: Span.milliseconds(400) * Int64(index))
            var resend = UnacknowledgedSpan(
                from: start, to: time, frame: FrameRef(source: 0, number: UInt64(index)), resends: 1,
                leastBytes: Int32(bytes))
            if bytes == 1448 { (resend.headResends, resend.headBytes) = (1, 1448) }
            spans.note(resend, acknowledged: 100)
        }
        let span = spans.all(end: start.adding(nanoseconds: Span.seconds(2)), acknowledged: 100).first
        #expect(span?.headResends == 3)
        #expect(span?.headBytes == 1448)
        #expect(span?.leastBytes == 52)
    }
}
