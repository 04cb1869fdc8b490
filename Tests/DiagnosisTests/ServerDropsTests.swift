import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Connections at work that the server's side ends, nothing being lost.
@Suite struct ServerDropsTests {
    private func drop(_ made: inout SmallCase, at server: String, from: Double, to: Double, client: Int) {
        let record = made.works(at: server, from: from, to: to, client: "10.0.1.\(client)")
        record.kafka.lastResponseTime = made.time(to - 0.1)
        (record.tcp.firstCloser, record.tcp.end) = (.responder, .reset)
        (record.tcp.sides.1.resetFrame, record.tcp.sides.1.resetTime) = (made.nextFrame(), made.time(to))
    }

    /// Twelve connections, one after another.
    /// - Parameter ages: of every connection in turn.
    private func aged(_ ages: [Double], older: Bool = false) -> [Finding] {
        var made = SmallCase()
        for number in 0..<12 {
            let start = Double(number) * 4
            drop(
                &made, at: SmallCase.brokers[0], from: start, to: start + ages[number % ages.count], client: number % 3)
        }
        if older { made.works(at: SmallCase.brokers[0], from: 0, to: 50, client: "10.0.1.9") }
        made.ends(at: 90)
        return told(made)
    }

    private func told(_ made: SmallCase) -> [Finding] {
        made.findings().filter { $0[.droppedAtAgeMs] != nil || $0[.droppedMoments] != nil }
    }

    @Test func allAtOneAgeIsGoodToKnow() {
        let found = aged([10, 10.1])
        #expect(found.map(\.severity) == [.info])
        #expect(found.first?[.droppedAtAgeMs] == .milliseconds(10_100))
        #expect(found.first?.count == 12)
    }

    @Test func whatEndsAtAnyAgeOrGrowsOlderIsNot() {
        #expect(aged([10, 14, 22]).isEmpty)
        #expect(aged([10], older: true).isEmpty)
        #expect(aged([1]).isEmpty)
    }

    /// Connections to two brokers that end at one moment.
    private func atOnce(moments: [Double], back: Double) -> [Finding] {
        var made = SmallCase()
        var begin = 0.0
        for moment in moments {
            for client in 0..<6 {
                drop(&made, at: SmallCase.brokers[client % 2], from: begin, to: moment, client: client)
            }
            begin = moment + back
        }
        for client in 0..<6 {
            made.works(at: SmallCase.brokers[client % 2], from: begin, to: 80, client: "10.0.1.\(client)")
        }
        made.ends(at: 90)
        return told(made)
    }

    @Test func allAtOneMomentIsGoodToKnow() {
        let found = atOnce(moments: [20, 40], back: 0.2)
        #expect(found.map(\.severity) == [.info])
        #expect(found.first?[.droppedMoments] == .number(2))
        #expect(found.first?.count == 12)
    }

    @Test func whoComesBackLateHadStopped() {
        #expect(atOnce(moments: [20, 47], back: 8).isEmpty)
    }
}
