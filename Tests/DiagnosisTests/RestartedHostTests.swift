import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams
@testable import TLS

/// Resets that tell of something else than a broker that ended: a machine that was restarted, or a device on the way.
@Suite struct RestartedHostTests {
    private static let broker = SmallCase.brokers[1]

    /// A connection whose request at the tenth second was sent again until a reset came.
    @discardableResult
    private func reset(
        _ made: inout SmallCase, after silence: Double = 13, client: String = SmallCase.client, recovered: Bool = false
    ) -> ConnectionRecord {
        let record = made.works(at: Self.broker, from: 0, to: 10, client: client)
        record.kafka.lastResponseTime = made.time(9.9)
        let end = 10 + silence
        var span = UnacknowledgedSpan(
            from: made.time(10), to: made.time(end), frame: made.nextFrame(), resends: 5, leastBytes: 200)
        (span.headResends, span.headBytes, span.recovered) = (5, 200, recovered)
        record.tcp.sides.0.unacknowledged = [span]
        record.tcp.sides.1.lastDataTime = made.time(9.9)
        (record.tcp.sides.1.resetFrame, record.tcp.sides.1.resetTime) = (made.nextFrame(), made.time(end + 0.001))
        record.tcp.firstCloser = .responder
        record.tcp.lastTime = made.time(end + 0.001)
        record.unanswered = [
            UnansweredRequest(
                api: 0, version: 9, correlationId: 5, clientId: record.kafka.clientId, sent: made.time(10),
                sentWhole: made.time(10), frame: made.nextFrame(), streamEnd: 100, partial: false,
                wantsNoAnswer: false, acksKnown: true, bodyKnown: true, allowedWaitMs: 30_000, acks: -1, topics: [],
                group: .none, batches: [], idempotent: false, transactional: false, queuedBehind: 0)
        ]
        made.ends(at: 60)
        return record
    }

    private func told(_ made: SmallCase) -> [String] {
        let judged = Diagnosis.judge(made.file)
        let causes = judged.findings.filter { $0.kind == .disconnectBeforeResponse }.map { $0.cause?.rawValue ?? "?" }
        let incidents = judged.incidents.map {
            "\($0.kind.rawValue) from \(Int($0.from.milliseconds(since: made.time(0)) / 1000))"
        }
        return Array(Set(causes)) + incidents
    }

    @Test func whoComesBackWithoutItsConnectionsWasRestarted() {
        var made = SmallCase()
        for client in [SmallCase.client, "10.0.0.101", "10.0.0.102"] { reset(&made, client: client) }
        made.works(at: Self.broker, from: 25, to: 60)
        #expect(told(made) == ["host-unreachable", "host-unreachable from 10"])
    }

    @Test func aResetAtOnceIsAProcessThatDied() {
        var made = SmallCase()
        for client in [SmallCase.client, "10.0.0.101", "10.0.0.102"] { reset(&made, after: 0.9, client: client) }
        made.works(at: Self.broker, from: 25, to: 60)
        #expect(told(made) == ["broker-crashed", "broker-outage from 10"])
    }

    @Test func aServerThatAnsweredOthersMeanwhileWasThere() {
        var made = SmallCase()
        reset(&made)
        made.works(at: Self.broker, from: 0, to: 60, client: "10.0.0.101")
        for second in 11..<23 {
            made.file.times.noteAnswering(
                made.endpoint(Self.broker), to: made.address("10.0.0.101"), made.time(Double(second)))
        }
        #expect(!told(made).contains("host-unreachable"))
    }

    /// Acknowledgements that the capture lacks: the bytes had arrived in the end.
    @Test func whatWasAcknowledgedInTheEndShowsNoSilence() {
        var made = SmallCase()
        for client in [SmallCase.client, "10.0.0.101"] { reset(&made, client: client, recovered: true) }
        #expect(!told(made).contains("host-unreachable"))
    }

    // MARK: TLS

    /// Hellos that a reset answers.
    private func hellos(resetTTL: UInt8, ttl: UInt8 = 64, elsewhere: Bool = false) -> [String] {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 30)
        for index in 0..<3 {
            let start = Double(index)
            let record = made.works(at: "10.0.0.1:9093", from: start, to: start + 0.1)
            (record.clientSpoke, record.serverSpoke) = (.tls, .silent)
            (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (0, 0, 0)
            record.tls.handshake.clientHello = Moment(made.time(start + 0.05), made.nextFrame())
            record.tcp.sides.0.lastDataFrame = made.nextFrame()
            (record.tcp.sides.1.resetFrame, record.tcp.sides.1.resetTime) = (made.nextFrame(), made.time(start + 0.1))
            (record.tcp.sides.1.ttlLow, record.tcp.sides.1.ttlHigh) = (ttl, ttl)
            record.tcp.sides.1.resetTTL = resetTTL
            record.tcp.firstCloser = .responder
        }
        return made.findings().filter { $0.severity == .error }.map {
            "\($0.kind.rawValue) \($0.detail?.rawValue ?? $0.cause?.rawValue ?? "?") \($0.closedBy?.rawValue ?? "?") \($0.confidence)"
        }
    }

    @Test func aResetOfAnotherHostIsNoWordOfTheListener() {
        #expect(hellos(resetTTL: 250) == ["tls-failure middlebox-reset middlebox certain"])
    }

    @Test func itsOwnResetMayBe() {
        #expect(hellos(resetTTL: 64) == ["protocol-mismatch tls-to-plaintext broker likely"])
        #expect(hellos(resetTTL: 63) == ["protocol-mismatch tls-to-plaintext broker likely"])
    }

    /// No packet of the server's own was captured: what its TTL is nobody knows.
    @Test func withoutItsOwnPacketsNobodyKnows() {
        #expect(hellos(resetTTL: 250, ttl: 0) == ["protocol-mismatch tls-to-plaintext broker likely"])
    }
}
