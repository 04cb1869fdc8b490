import ReportModel
import TLS
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Steps of a connection's beginning that take long.
@Suite struct SetupTests {
    private static let broker = "10.0.0.1:9093"

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .slowSetup }.map {
            "\($0.detail?.rawValue ?? "?") \($0.cause?.rawValue ?? "-") \($0.client ?? "?") \($0.server ?? "?") \($0.severity) \($0.count)"
        }
    }

    @discardableResult
    private func handshake(_ made: inout SmallCase, at start: Double, takes: Double) -> ConnectionRecord {
        let record = made.works(at: Self.broker, from: start, to: start + takes + 1)
        (record.tcp.synAckTime, record.tcp.synCount) = (made.time(start), 1)
        record.tls.handshake.clientHello = Moment(made.time(start), made.nextFrame())
        record.tls.handshake.serverHello = Moment(made.time(start + takes), made.nextFrame())
        return record
    }

    private func asksForTheClient(_ made: inout SmallCase, from: Double, to: Double, isAnswered: Bool) {
        var asked = DNSAnswer(
            client: made.address("10.0.0.1"), name: made.text("100.0.0.10.in-addr.arpa"), type: 12, code: nil,
            addresses: [],
            firstTime: made.time(from), lastTime: made.time(to), frames: [made.nextFrame()], lastId: 7)
        if isAnswered { asked.answer(0, [made.address("10.0.0.1")], at: made.time(from + 0.01), made.nextFrame()) }
        made.file.addresses.dns.append(asked)
    }

    @Test func handshakesThatWaitForReverseDNS() {
        var made = SmallCase()
        handshake(&made, at: 1, takes: 8)
        handshake(&made, at: 10, takes: 8)
        asksForTheClient(&made, from: 1.1, to: 15, isAnswered: false)
        #expect(told(made) == ["tls reverse-dns \(SmallCase.client) \(Self.broker) warning 2"])
    }

    @Test func reverseDNSThatAnswersIsNoCause() {
        var made = SmallCase()
        for index in 0..<3 { handshake(&made, at: Double(10 * index), takes: 3) }
        asksForTheClient(&made, from: 1.1, to: 15, isAnswered: true)
        #expect(told(made) == ["tls - \(SmallCase.client) \(Self.broker) warning 3"])
    }

    @Test func oneSlowHandshakeOfManyIsNoSetting() {
        var made = SmallCase()
        for index in 0..<6 { handshake(&made, at: Double(10 * index), takes: index == 2 ? 8 : 0.01) }
        asksForTheClient(&made, from: 20, to: 28, isAnswered: false)
        #expect(told(made).isEmpty)
    }

    @Test func aHelloThatHadToBeSentAgainIsTheNetworks() {
        var made = SmallCase()
        for index in 0..<4 { handshake(&made, at: Double(10 * index), takes: 3).tcp.sides.0.lateResends = 2 }
        #expect(told(made).isEmpty)
    }

    @Test func aHandshakeWithoutItsServerHelloSaysNothing() {
        var made = SmallCase()
        for index in 0..<4 { handshake(&made, at: Double(10 * index), takes: 3).tls.handshake.serverHello = nil }
        #expect(told(made).isEmpty)
    }

    /// Connections whose SYN had to be sent again, while another one is served.
    private func lateSyns(_ count: Int, served: Bool = true, resends: Int64 = 0) -> SmallCase {
        var made = SmallCase()
        let old = made.works(at: Self.broker, from: 0, to: 60, client: "10.0.0.101")
        if served { made.file.times.noteAnswering(old.server, to: old.client.address, made.time(12)) }
        for index in 0..<count {
            let start = Double(10 + 2 * index)
            let record = made.works(at: Self.broker, from: start, to: start + 5)
            (record.tcp.synCount, record.tcp.synAckTime) = (2, made.time(start + 1))
            record.tcp.lastSynTime = made.time(start + 1)
            (record.tcp.sides.0.dataSegments, record.tcp.sides.0.resends) = (100, resends)
        }
        return made
    }

    @Test func anAcceptQueueThatIsFull() {
        #expect(told(lateSyns(3)) == ["tcp accept-queue-full \(SmallCase.client) \(Self.broker) warning 3"])
    }

    @Test func twoLateSynsAreChance() {
        #expect(told(lateSyns(2)).isEmpty)
    }

    @Test func aServerThatServesNobodyIsNoFullQueue() {
        #expect(told(lateSyns(4, served: false)).isEmpty)
    }

    @Test func aPathThatLosesPacketsLosesSyns() {
        #expect(told(lateSyns(4, resends: 6)).isEmpty)
    }

    /// A name that leads to the broker, looked up so often, so slowly.
    private func lookUps(_ times: [Double], roundTrip: Double = 0.001) -> SmallCase {
        var made = SmallCase()
        var asked = DNSAnswer(
            client: made.address(SmallCase.client), name: made.text("kafka.lab"), type: 1, code: nil, addresses: [],
            firstTime: made.time(1), lastTime: made.time(1), frames: [made.nextFrame()], lastId: 7)
        for (index, time) in times.enumerated() {
            asked.ask(at: made.time(Double(1 + 40 * index)))
            asked.answer(0, [made.address("10.0.0.1")], at: made.time(Double(1 + 40 * index) + time), made.nextFrame())
        }
        made.file.addresses.dns.append(asked)
        made.lookedUp("kafka.lab", at: 1, addresses: ["10.0.0.1"])
        let record = made.works(at: Self.broker, from: 200, to: 260)
        (record.tcp.synCount, record.tcp.synAckTime) = (1, made.time(200 + roundTrip))
        return made
    }

    @Test func aNameThatIsFoundLate() {
        #expect(told(lookUps([5, 5])) == ["dns - \(SmallCase.client) \(Self.broker) warning 2"])
    }

    @Test func oneDatagramMayGetLost() {
        #expect(told(lookUps([5])).isEmpty)
        #expect(told(lookUps([0.002, 5, 0.002, 5, 0.002])).isEmpty)
    }

    @Test func aNameThatIsFoundSoonEnough() {
        #expect(told(lookUps([0.4, 0.4])).isEmpty)
        #expect(told(lookUps([1.2, 1.2], roundTrip: 0.5)).isEmpty)
    }

    @Test func signInsThatTakeSeconds() {
        var made = SmallCase()
        for index in 0..<4 {
            let record = made.works(at: Self.broker, from: Double(10 * index), to: Double(10 * index + 9))
            record.signIn.stage = .succeeded
            record.signIn.startTime = made.time(Double(10 * index))
            record.signIn.succeededTime = made.time(Double(10 * index) + (index == 0 ? 0.1 : 2.5))
        }
        #expect(told(made) == ["sign-in - \(SmallCase.client) \(Self.broker) warning 3"])
    }
}
