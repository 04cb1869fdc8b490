import Pipeline
import ReportModel
import TestSupport
import Testing

/// Real captures that were changed as a capturing host may change them: its clock is set, or it stands still. A live run takes
/// its clock as it is.
@Suite struct ChangedCaptureTests {
    private func report(_ name: String) throws -> Report {
        try InProcess.report([Repository.capture("changed/\(name).pcap.gz")])
    }

    /// A server stands still for 6.9 s, and the clock is set back by 20 s meanwhile. One pair of hosts is in sight.
    @Test func whatIsLostAroundAStepBackIsLost() throws {
        let report = try report("clock-set-back-over-lost-answers")
        #expect(report.capture.clockSteps.map { Int(($0.byMs / 1000).rounded()) } == [-20])
        #expect(report.findings.contains { $0.kind == .disconnectBeforeResponse && $0.severity == .error })
        #expect(report.summary.lost == 8 && report.summary.status == .fault)
    }

    /// An hour, in the middle of one connection's burst.
    @Test func nobodyWaitedForAnHour() throws {
        let report = try report("clock-set-forward-in-a-burst")
        #expect(report.capture.clockSteps.map { Int(($0.byMs / 1000).rounded()) } == [3600])
        #expect(report.findings.allSatisfy { $0.severity == .info } && report.summary.status == .healthy)
    }

    /// Nobody is seen for 20 s, and behind it every connection has a hole: nobody hangs, and much is unknown.
    @Test func aCollectorThatStoodStillAccusesNobody() throws {
        let report = try report("collector-stood-still")
        #expect(report.findings.allSatisfy { $0.severity == .info } && report.summary.status == .cannotJudge)
    }
}
