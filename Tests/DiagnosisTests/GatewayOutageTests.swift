import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Ends of connections that nobody refuses afterwards: a broker that is gone behind its gateway, and idle ones that end at once.
@Suite struct GatewayOutageTests {
    private static let gone = "10.0.0.1:9093"
    private static let other = "10.0.0.1:9094"

    /// A request was lost when the port's connection ended in the tenth second; later ones are accepted and closed without a byte.
    private func behindGateway(othersServe: Bool = true, later: Int = 4, isServedAgain: Bool = false) -> [String] {
        var made = SmallCase()
        let record = made.works(at: Self.gone, from: 0, to: 9.8)
        (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
        record.tcp.sides.0.packets = 1
        record.unanswered = [.lost(made.time(9.8), made.text("shop"), made.nextFrame())]
        made.dies(record, at: 10)
        let others = made.works(at: Self.other, from: 0, to: 30)
        if othersServe { made.file.times.noteAnswering(others.server, to: others.client.address, made.time(20)) }
        for second in 0..<later {
            let start = 11 + Double(second)
            let turned = made.works(at: Self.gone, from: start, to: start)
            (turned.kafka.responses, turned.kafka.workAnswered, turned.kafka.requests) = (0, 0, 1)
            turned.unanswered = [.lost(made.time(start), made.text("shop"), made.nextFrame(), Api.apiVersions)]
            made.dies(turned, at: start + 0.01)
        }
        if isServedAgain { made.works(at: Self.gone, from: 12.5, to: 30) }
        made.ends(at: 40)
        return made.findings().filter { $0.kind == .disconnectBeforeResponse && $0.server == Self.gone }.map {
            "\($0.cause?.rawValue ?? "?") \($0.confidence) \($0.count)"
        }.sorted()
    }

    @Test func aGatewayGoesOnWithoutItsBroker() {
        #expect(behindGateway() == ["broker-crashed likely 5"])
    }

    @Test func withoutOtherPortsOrWithAnAnswerItIsNone() {
        for told in [behindGateway(othersServe: false), behindGateway(later: 1)] {
            #expect(!told.contains { $0.hasPrefix("broker-crashed") })
        }
    }

    // MARK: Several brokers

    /// Brokers 1 and 2 die one after the other, each with a request, and refuse everybody afterwards.
    private func outages(apart: Double) -> [Incident] {
        var made = SmallCase()
        made.told()
        for (index, server) in SmallCase.brokers.prefix(2).enumerated() {
            let end = 10 + Double(index) * apart
            let record = made.works(at: server, from: 0, to: end - 0.2)
            (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
            record.tcp.sides.0.packets = 1
            record.unanswered = [.lost(made.time(end - 0.2), made.text("shop"), made.nextFrame())]
            made.dies(record, at: end)
            made.fails(at: server, from: end + 1)
        }
        made.ends(at: 60)
        return Diagnosis.judge(made.file).incidents.filter { $0.kind == .brokerOutage }
    }

    @Test func brokersThatDieTogetherAreOneIncident() {
        let one = outages(apart: 0.3)
        #expect(one.count == 1)
        #expect(one.first?.facts.first { $0.key == .tried }?.value == .list(Array(SmallCase.brokers.prefix(2))))
        #expect(outages(apart: 20).count == 2)
    }

    // MARK: What a device forgets

    /// A request behind a pause is met by a RST; another connection may have lived through a pause of its own.
    private func forgotten(after pause: Double, survived: Double? = nil) -> Finding? {
        var made = SmallCase()
        let sent = 10 + pause
        let record = made.works(at: Self.gone, from: 0, to: 10)
        record.unanswered = [.lost(made.time(sent), made.text("shop"), made.nextFrame())]
        made.dies(record, at: sent + 0.001)
        if let survived {
            let other = made.works(at: Self.gone, from: 0, to: survived + 20)
            other.lastQuiet = made.time(5)...made.time(5 + survived)
        }
        made.ends(at: sent + 30)
        return made.findings().first { $0.kind == .disconnectBeforeResponse }
    }

    @Test func aLimitIsNamedNearItAndBehindIt() {
        let near = forgotten(after: 350.4)
        #expect(near?.cause == .idleTimeout && near?[.passedLimits] == nil)
        #expect(near?[.knownLimit] == .text("350 s: AWS NLB, NAT gateway or PrivateLink"))
        #expect(forgotten(after: 240.2)?[.knownLimit] == .text("4 min: Azure load balancer or NAT gateway, Event Hubs"))
        // The device says so at the next packet only: the first of those that were passed is as likely as the last.
        let late = forgotten(after: 500)
        guard case .list(let passed)? = late?[.passedLimits] else { return #expect(Bool(false), "no limits") }
        #expect(late?[.knownLimit] == nil && passed.count == 3)
        #expect(passed.first?.hasPrefix("350 s") == true && passed[1].hasPrefix("4 min"))
    }

    /// A pause that the path bore rules shorter limits out; one shorter than all limits has none.
    @Test func whatWasBornIsNoLimit() {
        guard case .list(let passed)? = forgotten(after: 500, survived: 300)?[.passedLimits] else {
            return #expect(Bool(false), "no limits")
        }
        #expect(passed.count == 1 && passed[0].hasPrefix("350 s"))
        let short = forgotten(after: 20)
        #expect(short != nil && short?[.passedLimits] == nil && short?[.knownLimit] == nil)
    }

    /// What outlived as long a pause met no limit.
    @Test func whatWasOutlivedIsNoIdleLimit() {
        #expect(forgotten(after: 20)?.cause == .idleTimeout)
        #expect(forgotten(after: 20, survived: 19)?.cause == .idleTimeout)
        #expect(forgotten(after: 20, survived: 21)?.cause == .unknown)
    }

    // MARK: Idle connections that end at one moment

    /// Connections of three hosts, idle for a time each, are closed by the server.
    private func idle(_ idle: [Double], ends: [Double] = [30, 30.0001, 30.0002], isBack: Bool = false) -> Int {
        var made = SmallCase()
        for (index, seconds) in idle.enumerated() {
            let record = made.works(
                at: Self.gone, from: 0, to: ends[index] - seconds, client: "10.0.0.\(100 + index)")
            (record.tcp.firstCloser, record.tcp.end) = (.responder, .fin)
            (record.tcp.sides.1.finFrame, record.tcp.sides.1.finTime) = (made.nextFrame(), made.time(ends[index]))
            record.tcp.lastTime = made.time(ends[index])
        }
        if isBack { made.works(at: Self.gone, from: 35, to: 36) }
        made.ends(at: 40)
        return Diagnosis.judge(made.file).unexplainedSilences
    }

    @Test func idleConnectionsThatEndAtOnceFollowNoLimit() {
        #expect(idle([5, 8, 11]) == 1)
    }

    /// Each at its own limit; all idle for the same time; served again.
    @Test func aLimitEndsEachInItsTurn() {
        #expect(idle([8, 8, 8], ends: [30, 31, 32]) == 0)
        #expect(idle([8, 8.0001, 8.0002]) == 0)
        #expect(idle([5, 8, 11], isBack: true) == 0)
    }
}

extension UnansweredRequest {
    static func lost(
        _ sent: CaptureTime, _ clientId: StringID, _ frame: FrameRef, _ api: Int16 = Api.fetch
    ) -> Self {
        UnansweredRequest(
            api: api, version: 9, correlationId: 5, clientId: clientId, sent: sent, sentWhole: sent, frame: frame,
            streamEnd: 0, partial: false, wantsNoAnswer: false, acksKnown: true, bodyKnown: true, allowedWaitMs: nil,
            acks: nil, topics: [], group: .none, batches: [], idempotent: false, transactional: false,
            answeredLate: nil,
            queuedBehind: 0)
    }
}
