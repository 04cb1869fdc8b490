import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Brokers that stop, and do not all come back.
@Suite struct MissingBrokerTests {
    private static let notLeader: Int16 = 6

    /// A connection that the server ends.
    @discardableResult
    private func stops(
        _ made: inout SmallCase, at server: String, from: Double, to: Double, client: String = SmallCase.client
    ) -> ConnectionRecord {
        let record = made.works(at: server, from: from, to: to, client: client)
        (record.tcp.firstCloser, record.tcp.end) = (.responder, .fin)
        (record.tcp.sides.1.finFrame, record.tcp.sides.1.finTime) = (made.nextFrame(), made.time(to))
        return record
    }

    /// Three brokers that stop in good order, one after another, each refusing for four seconds.
    /// - Parameter attempts: at the last one.
    private func restart(back: Bool, attempts: Int) -> Incident? {
        var made = SmallCase()
        made.told()
        for (place, server) in SmallCase.brokers.enumerated() {
            let (stop, isLast) = (10 + Double(place) * 10, place == 2)
            made.refuses(Self.notLeader, at: stop - 0.1, server: server)
            for client in [SmallCase.client, "10.0.0.101"] {
                stops(&made, at: server, from: 0, to: stop, client: client)
                made.fails(at: server, from: stop + 1, times: isLast ? attempts : 4, client: client)
            }
            guard !isLast || back else { continue }
            made.works(at: server, from: stop + 6, to: 60).kafka.firstWorkTime = made.time(stop + 6)
        }
        for second in 0..<60 {
            for client in [SmallCase.client, "10.0.0.101"] {
                made.file.times.noteAnswering(
                    made.endpoint(SmallCase.brokers[0]), to: made.address(client), made.time(Double(second)))
            }
        }
        made.ends(at: back ? 60 : 31.5 + Double(attempts))
        return Diagnosis.judge(made.file).incidents.first { $0.kind == .rollingRestart }
    }

    private func value(_ key: FactKey, of incident: Incident?) -> FactValue? {
        incident?.facts.first { $0.key == key }?.value
    }

    @Test func oneOfARollingRestartThatStaysDownIsTheRoot() {
        let incident = restart(back: false, attempts: 20)
        #expect(value(.notBack, of: incident) == .list([SmallCase.brokers[2]]))
        #expect(value(.downSince, of: incident) == .time(SmallCase().time(30)))
        #expect(value(.servedMeanwhile, of: incident) == .flag(true))
        #expect(incident?.rootServer == SmallCase.brokers[2])
        #expect(incident?.nodeId == 3)
    }

    @Test func whereAllComeBackNoneIsMissing() {
        let incident = restart(back: true, attempts: 4)
        #expect(incident != nil)
        #expect(value(.notBack, of: incident) == nil)
        #expect(incident?.rootServer == nil)
    }

    /// The capture ends before it is gone for as long as the others were.
    @Test func theLastMayStillBeOnItsWay() {
        let incident = restart(back: false, attempts: 3)
        #expect(incident != nil)
        #expect(value(.notBack, of: incident) == nil)
    }

    /// Broker 2 dies with a Produce; the client then works on a new connection to broker 1.
    /// - Parameter attempts: so many, a second apart, at the dead one.
    private func dies(attempts: Int) -> (Incident?, Double?) {
        var made = SmallCase()
        made.told()
        let dead = SmallCase.brokers[1]
        let record = stops(&made, at: dead, from: 0, to: 10)
        record.unanswered = [
            .waiting(Api.produce, at: made.time(9.9), made.text("shop"), made.nextFrame())
        ]
        stops(&made, at: dead, from: 0, to: 10, client: "10.0.0.101")
        made.works(at: SmallCase.brokers[0], from: 14, to: 40).kafka.firstWorkTime = made.time(14)
        made.fails(at: dead, from: 11, times: attempts)
        made.ends(at: 40)
        let incident = Diagnosis.judge(made.file).incidents.first { $0.kind == .brokerOutage }
        return (incident, incident?.clients.first { $0.client == SmallCase.client }?.recoveredAfterMs)
    }

    @Test func whatAnotherAnswersIsNoRecoveryWhileTheDeadOneIsTried() {
        let (incident, recovered) = dies(attempts: 28)
        #expect(value(.notBack, of: incident) == .list([SmallCase.brokers[1]]))
        #expect(recovered == nil)
    }

    @Test func whoGivesUpTheDeadOneAndWorksElsewhereHasRecovered() {
        let (incident, recovered) = dies(attempts: 2)
        #expect(value(.notBack, of: incident) == .list([SmallCase.brokers[1]]))
        #expect(recovered == 4_000)
    }
}
