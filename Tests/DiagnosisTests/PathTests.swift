import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What packets that are lost between two hosts show, and what only looks so.
@Suite struct PathTests {
    private static let broker = "10.0.0.2:9092"
    private static let otherHost = "10.0.0.101"

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .networkPath }.map {
            "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.server ?? "?") \($0.severity) \($0.confidence) \($0.count)"
        }
    }

    private func silence(_ made: inout SmallCase, _ from: Double, _ to: Double) -> UnacknowledgedSpan {
        UnacknowledgedSpan(
            from: made.time(from), to: made.time(to), frame: made.nextFrame(), resends: 6, leastBytes: 100)
    }

    /// The client's connection was silent from the fifth second on, and another host was answered at these times.
    private func interrupted(to end: Double = 12, served: [Double] = [7, 8, 9]) -> (SmallCase, ConnectionRecord) {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 30)
        record.tcp.sides.0.unacknowledged = [silence(&made, 5, end)]
        (record.tcp.sides.0.lastTime, record.tcp.sides.1.lastTime) = (made.time(30), made.time(30))
        made.works(at: Self.broker, from: 0, to: 30, client: Self.otherHost)
        for second in served {
            made.file.times.noteAnswering(
                record.server, to: IPAddress(Self.otherHost) ?? record.server.address, made.time(second))
        }
        return (made, record)
    }

    @Test func silenceWhileAnotherHostIsServed() {
        #expect(told(interrupted().0) == ["interrupted \(SmallCase.client) \(Self.broker) warning certain 1"])
    }

    /// Nothing tells which of the two it was, but that nothing came through is certain.
    @Test func aHostThatServesNobodyMayHaveStoodStill() {
        let found = interrupted(served: [1, 2, 20]).0.findings().filter { $0.kind == .networkPath }
        #expect(found.map(\.confidence) == [.likely])
        #expect(found.first?[.hostMayHaveStood] == .text("10.0.0.2"))
    }

    @Test func whatEveryServerDoesAtOnceIsTheWay() {
        var (made, _) = interrupted(served: [])
        let other = made.works(at: "10.0.0.3:9092", from: 0, to: 30)
        other.tcp.sides.0.unacknowledged = [silence(&made, 6, 12.5)]
        (other.tcp.sides.0.lastTime, other.tcp.sides.1.lastTime) = (made.time(30), made.time(30))
        let found = made.findings().filter { $0.kind == .networkPath }
        #expect(found.map(\.server) == [nil])
        #expect(found.first?[.tried] == .list([Self.broker, "10.0.0.3:9092"]))
        #expect(found.first?[.hostMayHaveStood] == nil)
    }

    @Test func aShortSilenceIsNone() {
        #expect(told(interrupted(to: 7.5, served: [6]).0).isEmpty)
    }

    @Test func whatComesThroughMeanwhileEndsIt() {
        let (made, record) = interrupted()
        made.file.times.noteAnswering(record.server, to: record.client.address, made.time(7))
        #expect(told(made).isEmpty)
    }

    @Test func aSilentHostThatIsHeardSendingLives() {
        let (made, record) = interrupted(served: [])
        record.tcp.sides.0.unacknowledged[0].deafSince = made.time(8)
        #expect(told(made) == ["interrupted \(SmallCase.client) \(Self.broker) warning certain 1"])
    }

    @Test func aHostThatWakesUpSendsAgainToo() {
        let (made, record) = interrupted(served: [])
        record.tcp.sides.0.unacknowledged[0].deafSince = made.time(11.5)
        #expect(told(made) == ["interrupted \(SmallCase.client) \(Self.broker) warning likely 1"])
    }

    @Test func aHostThatForgotItsConnectionsWasRestarted() {
        var (made, record) = interrupted()
        record.tcp.sides.1.resetFrame = made.nextFrame()
        record.tcp.sides.1.resetTime = made.time(12)
        #expect(told(made).isEmpty)
    }

    @Test func aSilentClientHostMayBeAsleep() {
        let (made, record) = interrupted()
        record.tcp.sides.1.unacknowledged = record.tcp.sides.0.unacknowledged
        record.tcp.sides.0.unacknowledged = []
        #expect(told(made) == ["interrupted \(SmallCase.client) \(Self.broker) warning likely 1"])
    }

    @Test func whereThePathNeverComesBackItIsNoInterruption() {
        let (made, record) = interrupted()
        record.tcp.sides.1.lastTime = made.time(5)
        #expect(told(made).isEmpty)
    }

    /// A path of two connections with so many segments.
    private func lossy(segments: Int64, again: Int64, late: Int64) -> SmallCase {
        var made = SmallCase()
        for _ in 0..<2 {
            let record = made.works(at: Self.broker, from: 0, to: 30)
            record.tcp.sides.0.dataSegments = segments / 2
            record.tcp.sides.0.resends = again / 2
            record.tcp.sides.0.lateResends = late / 2
        }
        return made
    }

    @Test func fiveOfAHundredSentAgain() {
        let made = lossy(segments: 2000, again: 100, late: 30)
        #expect(told(made) == ["lossy \(SmallCase.client) \(Self.broker) warning certain 2"])
    }

    @Test func whatIsLostEverywhereIsNotLossy() {
        #expect(told(lossy(segments: 6000, again: 100, late: 30)).isEmpty)
        #expect(told(lossy(segments: 400, again: 40, late: 30)).isEmpty)
    }

    @Test func whatComesAgainAtOnceDelaysNobody() {
        #expect(told(lossy(segments: 2000, again: 100, late: 2)).isEmpty)
    }

    /// So many connections of which nothing behind the handshake arrives.
    private func oneWay(_ connections: Int) -> SmallCase {
        var made = SmallCase()
        for index in 0..<connections {
            let record = made.works(at: Self.broker, from: Double(10 * index), to: Double(10 * index + 9))
            (record.kafka.responses, record.kafka.workAnswered) = (0, 0)
            record.tcp.sides.1.synAckRepeats = 3
            (record.tcp.sides.0.streamEnd, record.tcp.sides.0.acknowledged) = (71, 0)
        }
        return made
    }

    @Test func nothingBehindTheHandshakeArrives() {
        #expect(told(oneWay(3)) == ["one-way \(SmallCase.client) \(Self.broker) error likely 3"])
    }

    @Test func oneConnectionProvesNothing() {
        #expect(told(oneWay(1)).isEmpty)
    }

    @Test func whereOthersGetThroughItIsTheServer() {
        var made = oneWay(3)
        made.works(at: Self.broker, from: 0, to: 30).tcp.sides.0.acknowledged = 500
        #expect(told(made).isEmpty)
    }

    @Test func withoutTheAnswersDirectionNothingIsKnown() {
        let made = oneWay(3)
        for record in made.file.connections.records { record.tcp.sides.0.acknowledged = -1 }
        #expect(told(made).isEmpty)
    }

    // MARK: Two views

    /// Two sources beside each other show a connection; what the server sends from the fifth to the ninth second only the
    /// second shows.
    private func seenTwice(unseen: Int32 = 4, isInBoth: Bool = true, back: Int32 = 0, laterFile: Bool = false)
        -> [String]
    {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 30)
        if isInBoth { record.tcp.sides.1.otherView = FrameRef(source: 1, number: 3) }
        // What the other source has of it besides.
        record.tcp.sides.0.duplicatePackets = 20
        var span = UnacknowledgedSpan(
            from: made.time(5), to: made.time(9.5), frame: FrameRef(source: 1, number: 90), resends: 5, leastBytes: 100)
        (span.unseen, span.unseenTo) = (unseen, made.time(9))
        record.tcp.sides.1.unacknowledged = [span]
        if back > 0 {
            span.frame = FrameRef(source: 0, number: 91)
            span.unseen = back
            record.tcp.sides.0.unacknowledged = [span]
            record.tcp.sides.0.otherView = FrameRef(source: 1, number: 4)
        }
        made.ends(at: 40)
        var capture = CaptureHealth()
        capture.sources = 2
        let first = made.time(0)...made.time(laterFile ? 5 : 40)
        capture.spans = [first, made.time(laterFile ? 5 : 0)...made.time(40)]
        return made.findings(capture).filter { $0.kind == .networkPath && $0.detail == .oneWay }.map {
            "\($0.server ?? "") \($0.severity)"
        }
    }

    @Test func whatLeavesInOneViewAndArrivesInNoOther() {
        #expect(seenTwice() == ["\(Self.broker) error"])
        // One that did not arrive is a lost packet.
        #expect(seenTwice(unseen: 1).isEmpty)
    }

    @Test func aViewThatNeverShowsThatSideSaysNothing() {
        #expect(seenTwice(isInBoth: false).isEmpty)
        #expect(seenTwice(laterFile: true).isEmpty)
    }

    @Test func whereBothWaysWereDeadItIsNoOneWay() {
        #expect(seenTwice(back: 4).isEmpty)
        #expect(seenTwice(back: 1).count == 1)
    }

    // MARK: SYNs that are answered in vain

    /// Attempts of which every SYN is answered, and sent again. The server may serve the host on another connection.
    private func unheard(syns: Int = 3, attempts: Int = 2, alsoServed: Bool = false, acknowledged: Bool = false)
        -> [String]
    {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 40)
        for attempt in 0..<attempts {
            let start = 2 + Double(attempt) * 10
            made.fails(at: Self.broker, from: start, times: 1, end: .noAnswer)
            guard let record = made.file.connections.records.last else { continue }
            (record.tcp.end, record.tcp.synCount) = (.stillOpen, syns)
            (record.tcp.synAckFrame, record.tcp.synAckTime) = (made.nextFrame(), made.time(start + 0.001))
            record.tcp.lastSynTime = made.time(start + (syns > 1 ? 3 : 0))
            record.tcp.established = acknowledged
        }
        if alsoServed {
            let record = made.works(at: Self.broker, from: 5, to: 30)
            (record.tcp.sides.0.acknowledged, record.tcp.sides.1.payloadBytes) = (100, 100)
        }
        made.ends(at: 40)
        return told(made)
    }

    @Test func synsThatAreAnsweredInVain() {
        #expect(unheard() == ["one-way \(SmallCase.client) \(Self.broker) error likely 2"])
        #expect(unheard(syns: 4, attempts: 1).count == 1)
    }

    @Test func whatIsAcknowledgedOrNotRepeatedIsOpen() {
        #expect(unheard(syns: 1).isEmpty)
        #expect(unheard(syns: 2, attempts: 1).isEmpty)
        #expect(unheard(alsoServed: true).isEmpty)
        #expect(unheard(acknowledged: true).isEmpty)
    }

    // MARK: Resets in the client's name

    /// At a moment its connections to some brokers end by resets in a client's name, each with a Fetch in flight.
    private func resets(ttl: UInt8, brokers: Int = 3, apart: Double = 0) -> [String] {
        var made = SmallCase()
        for (index, broker) in SmallCase.brokers.prefix(brokers).enumerated() {
            let record = made.works(at: broker, from: 0, to: 9.9)
            let end = 10 + Double(index) * apart
            (record.tcp.sides.0.payloadBytes, record.tcp.sides.1.payloadBytes) = (100, 100)
            (record.tcp.sides.0.packets, record.tcp.sides.0.ttlLow, record.tcp.sides.0.ttlHigh) = (9, 64, 64)
            (record.tcp.firstCloser, record.tcp.end) = (.initiator, .reset)
            (record.tcp.sides.0.resetFrame, record.tcp.sides.0.resetTime) = (made.nextFrame(), made.time(end))
            (record.tcp.sides.0.resetTTL, record.tcp.lastTime) = (ttl, made.time(end))
            record.unanswered = [.lost(made.time(9.9), made.text("shop"), made.nextFrame())]
        }
        made.ends(at: 40)
        return made.findings().filter { $0.kind == .disconnectBeforeResponse }.map {
            "\($0.cause?.rawValue ?? "?") \($0.closedBy?.rawValue ?? "?") \($0.confidence)"
        }
    }

    @Test func resetsThatAreNotTheClients() {
        #expect(resets(ttl: 60) == [String](repeating: "middlebox-reset middlebox certain", count: 3))
        #expect(resets(ttl: 60, brokers: 1) == ["middlebox-reset middlebox likely"])
        #expect(resets(ttl: 60, brokers: 2, apart: 3).allSatisfy { $0.hasSuffix("likely") })
    }

    @Test func aClientMayResetItsConnections() {
        #expect(resets(ttl: 64).isEmpty)
        #expect(resets(ttl: 63).isEmpty)
    }
}
