import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Both legs of a gateway: who ended the one behind tells where to look.
@Suite struct GatewayLegTests {
    private static let gate = "10.0.0.30"
    private static let front = "10.0.0.30:9193"
    private static let broker = "10.0.0.1:9092"

    private enum Behind { case gateway, broker, open }

    /// The gateway closes two clients' connections in the tenth second; what it had passed on for them ends so.
    private func told(_ behind: Behind, sent: Double = 9.9, api: Int16 = Api.fetch) -> [Finding] {
        var made = SmallCase()
        for index in 0..<2 {
            let frame = Double(index) / 1000
            let front = made.works(at: Self.front, from: Double(index), to: sent)
            let back = made.works(at: Self.broker, from: Double(index) + 0.01, to: sent, client: Self.gate)
            for record in [front, back] {
                (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
                record.tcp.sides.0.packets = 9
            }
            front.unanswered = [.lost(made.time(sent + frame), made.text("shop"), made.nextFrame(), api)]
            back.unanswered = [.lost(made.time(sent + frame + 0.0005), made.text("shop"), made.nextFrame(), api)]
            made.dies(front, at: 10.002)
            switch behind {
            case .gateway:
                made.dies(back, at: 10.001)
                back.tcp.firstCloser = .initiator
                (back.tcp.sides.0.resetFrame, back.tcp.sides.0.resetTime) = (
                    back.tcp.sides.1.resetFrame, made.time(10.001)
                )
                back.tcp.sides.1.resetFrame = .none
            case .broker: made.dies(back, at: 10)
            case .open: break
            }
        }
        made.ends(at: 40)
        return made.findings().filter { $0.kind == .disconnectBeforeResponse && $0.server == Self.front }
    }

    @Test func aGatewayThatEndsBothLegsIsLookedAtItself() throws {
        let finding = try #require(told(.gateway).first)
        #expect(finding.upstreams.isEmpty && finding[.endedByGateway] == .text(Self.broker))
    }

    @Test func theBrokersEndIsTheCauseInFrontToo() throws {
        let finding = try #require(told(.broker).first)
        #expect(finding.cause == .brokerCrashed && finding.confidence == .likely)
        #expect(finding.upstreams == [Self.broker])
    }

    /// It gave up on a broker that owed the answer for seconds, or that has not ended yet.
    @Test func whatIsOverdueBehindIsTheBrokers() throws {
        #expect(try #require(told(.gateway, sent: 5, api: Api.produce).first).upstreams == [Self.broker])
        let open = try #require(told(.open).first)
        #expect(open.upstreams == [Self.broker] && open.cause == .unknown)
    }

    /// The gateway's own attempt was refused, or sent again and again without an answer, before it closed.
    private func notPassedOn(_ end: TCPFacts.End, closed: Double, attempt: Double = 12.001) -> [String] {
        var made = SmallCase()
        made.works(at: Self.broker, from: 0, to: 9, client: Self.gate)
        let front = made.works(at: Self.front, from: 12, to: 12)
        (front.kafka.requests, front.kafka.responses, front.kafka.workAnswered) = (1, 0, 0)
        front.unanswered = [.lost(made.time(12), made.text("shop"), made.nextFrame(), Api.apiVersions)]
        made.fails(at: Self.broker, from: attempt, times: 1, end: end, client: Self.gate)
        made.dies(front, at: closed)
        made.ends(at: 40)
        return made.findings().first { $0.kind == .disconnectBeforeResponse }?.upstreams ?? []
    }

    @Test func whatCouldNotBePassedOnIsTheBrokers() {
        #expect(notPassedOn(.refused, closed: 12.01) == [Self.broker])
        #expect(notPassedOn(.noAnswer, closed: 17) == [Self.broker])
        // Seconds before, or for another connection.
        #expect(notPassedOn(.refused, closed: 17).isEmpty)
        #expect(notPassedOn(.noAnswer, closed: 20, attempt: 14).isEmpty)
    }
}
