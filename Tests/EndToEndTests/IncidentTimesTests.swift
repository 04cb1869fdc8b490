import Pipeline
import ReportModel
import TestSupport
import Testing

/// From when to when an incident is told, and which of its clients are said to work again.
@Suite struct IncidentTimesTests {
    private func incident(_ path: String) throws -> Incident {
        let report = try InProcess.report([Repository.capture("\(path).pcap.gz")])
        #expect(report.incidents.count == 1)
        return try #require(report.incidents.first)
    }

    /// It stops when its connections end, though nobody asks it for 37 s, and is back when somebody is served. An hour, of which a live
    /// run forgets most.
    @Test func aCrashIsToldFromItsStopOn() throws {
        let crash = try incident("changed/crash-of-quiet-clients")
        #expect(crash.kind == .brokerOutage && crash.rootServer == "10.20.0.15:9092")
        // Its FINs are at 11:31:40.000; the first connection that was served is accepted at 11:36:06.
        #expect(Int(crash.to.milliseconds(since: crash.from) / 1000) == 266)
    }

    /// Each Produce is as late as the one before it, and the next one waits when the capture ends.
    @Test func nobodyIsSaidToWorkAgainWhoseAnswersStayLate() throws {
        let stall = try incident("hunt/late-to-the-end")
        #expect(stall.kind == .brokerStall && stall.clients.count == 2)
        #expect(stall.clients.allSatisfy { $0.recoveredAfterMs == nil })
    }

    /// One host's line takes 1.8 s for 20 s. The brokers acknowledge as late as they answer.
    @Test func aSlowLineIsNoBrokersFault() throws {
        let slow = try incident("hunt/line-of-one-host-slow")
        #expect(slow.kind == .pathTrouble && slow.rootServer == nil)
    }
}
