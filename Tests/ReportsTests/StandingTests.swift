import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// Whether the fault of the first screen is over, and whom it struck.
@Suite struct StandingTests {
    private func standing(_ report: Report) -> String? { Standing(report, in: NarrationContext(report)).words }

    @Test func aFaultFromWhichAllCameBackIsOver() {
        var report = SampleReports.crash
        #expect(standing(report) == "over")
        report.incidents[0].clients[0].recoveredAfterMs = nil
        #expect(standing(report)?.hasPrefix("last seen ") == true)
    }

    @Test func whatWaitsAtTheEndGoesOn() {
        var report = SampleReports.localhost
        report.findings[0].kind = .responseOverdue
        #expect(standing(report) == "still going on when the capture ended")
        report.isInterim = true
        #expect(standing(report) == "going on now")
        report.findings[0].kind = .brokerUnavailable
        #expect(standing(report) == "going on now")
        report.findings[0].facts.append(Fact(.outageMs, .milliseconds(10)))
        #expect(standing(report) != "going on now")
    }

    @Test func whatWasSeenLastIsSaidWithItsDistance() throws {
        var report = SampleReports.localhost
        let end = try #require(report.capture.sources.compactMap(\.last).max())
        report.findings[0].last = end.adding(nanoseconds: -12_000_000_000)
        #expect(standing(report) == "last seen 12.0 s before the capture ended")
        report.findings[0].last = end
        #expect(standing(report) == "seen until the capture ended")
    }

    @Test func noFaultHasNone() {
        for report in [SampleReports.healthy, SampleReports.crash] {
            var report = report
            report.summary.status = .cannotJudge
            #expect(standing(report) == nil)
        }
        #expect(standing(SampleReports.healthy) == nil)
    }

    private func words(_ clients: [(String, String?)], isOver: Bool = true) -> String {
        AffectedClients(
            clients.map { Incident.ClientRecovery(client: $0.0, clientId: $0.1, recoveredAfterMs: nil) }
        ).sentence(isOver: isOver)
    }

    @Test func clientsAreNamedAndCounted() {
        #expect(words([("10.0.0.5", "pay")]) == "pay (10.0.0.5) was affected")
        #expect(words([("10.0.0.5", nil)], isOver: false) == "Host 10.0.0.5 is affected")
        #expect(words([("10.0.0.5", "a"), ("10.0.0.5", "b")]) == "2 clients were affected (a and b at 10.0.0.5)")
        #expect(
            words([("10.0.0.5", "a"), ("10.0.0.6", nil)], isOver: false)
                == "2 clients are affected: a (10.0.0.5) and host 10.0.0.6")
        #expect(
            words((1...5).map { ("10.0.0.\($0)", "p\($0)") })
                == "5 clients were affected: p1 (10.0.0.1), p2 (10.0.0.2), p3 (10.0.0.3), p4 (10.0.0.4) and 1 more")
    }
}
