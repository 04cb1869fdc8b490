import ReportModel
import Testing

@testable import Pipeline

/// What keeps a report without findings from being called healthy.
@Suite struct StatusTests {
    private func summary(answersUnread: Int64) -> Summary {
        var report = Report()
        var source = SourceInfo()
        source.packets = 1000
        report.capture.sources = [source]
        (report.capture.coverage.tcpPayloadBytes, report.capture.coverage.understoodBytes) = (50_000, 50_000)
        report.capture.coverage.messagesDecoded = 900
        report.capture.coverage.answersUnread = answersUnread
        (report.summary.answered, report.summary.responses) = (450, 450)
        var summary = report.summary
        StatusJudge(report: report, unexplainedAttempts: 0, unexplainedSilences: 0).fill(&summary)
        return summary
    }

    @Test func answersOfANewerFormMayRefuse() {
        #expect(summary(answersUnread: 24).status == .cannotJudge)
        #expect(summary(answersUnread: 24).unjudged == [.partlyRead])
    }

    @Test func oneOddMessageIsNoDoubt() {
        #expect(summary(answersUnread: 0).status == .healthy)
        #expect(summary(answersUnread: 2).status == .healthy)
    }
}
