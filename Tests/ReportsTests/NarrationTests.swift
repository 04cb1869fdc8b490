import ReportModel
import Testing
import Vocabulary

@testable import Reports

@Suite struct NarrationTests {
    /// Each kind with each cause or detail that its page knows, with many facts and with none.
    static let cases: [Finding] = FindingKind.allCases.flatMap { kind -> [Finding] in
        let names = Explain.sectionNames(kind)
        return (names.isEmpty ? [""] : names).flatMap { name in [false, true].map { finding(kind, name, full: $0) } }
    }

    private static func finding(_ kind: FindingKind, _ name: String, full: Bool) -> Finding {
        var finding = Finding(
            kind: kind, severity: .error, confidence: .likely, first: SampleReports.time(0), last: SampleReports.time(1)
        )
        finding.cause = Cause(rawValue: name)
        if finding.cause == nil || kind == .advertisedAddressMismatch || kind == .connectFailure {
            (finding.cause, finding.detail) = (nil, Detail(rawValue: name))
        }
        guard full else { return finding }
        finding.facts = FactKey.allCases.map { Fact($0, .text("value of \($0.rawValue)")) }
        (finding.client, finding.clientId, finding.server, finding.nodeId) = ("10.0.0.9", "app", "10.0.0.1:9092", 3)
        finding.clientSoftware = ["apache-kafka-java 3.9"]
        finding.requests = SampleReports.crash.findings[0].requests
        finding.doubt = Doubt.allCases
        return finding
    }

    @Test(arguments: cases.indices)
    func everyCaseHasWords(_ index: Int) {
        let words = Narration(Self.cases[index], in: NarrationContext(SampleReports.crash))
        let texts = [words.title, words.explanation] + words.advice
        #expect(!words.advice.isEmpty)
        for text in texts {
            #expect(!text.isEmpty)
            for bad in ["nil", "Optional(", "  ", "()", ".."] where !text.contains("...") && !text.contains("flush()") {
                #expect(!text.contains(bad), "\(bad) in: \(text)")
            }
        }
        #expect(!words.title.hasSuffix("."))
    }

    @Test(arguments: FindingKind.allCases)
    func everyKindIsExplained(_ kind: FindingKind) {
        for markdown in [false, true] { #expect(Explain.page(kind, markdown: markdown).utf8.count > 300) }
        for name in Explain.sectionNames(kind) { #expect(Explain.section(kind, name, markdown: false) != nil) }
        #expect(Explain.section(kind, "no-such", markdown: false) == nil)
    }

    @Test func everyCauseAndDetailIsExplainedSomewhere() {
        let known = Set(FindingKind.allCases.flatMap(Explain.sectionNames))
        for cause in Cause.allCases { #expect(known.contains(cause.rawValue)) }
        for detail in Detail.allCases { #expect(known.contains(detail.rawValue)) }
    }

    @Test func commandsQuoteWhatCameFromTheWire() {
        #expect(Trim.shell("orders-1") == "orders-1")
        #expect(Trim.shell("a b") == "'a b'")
        #expect(Trim.shell("$(reboot)") == "'$(reboot)'")
        #expect(Trim.shell("it's") == "'it'\\''s'")
        #expect(Trim.shell("-rf") == "'-rf'")
    }

    @Test func onlyHealthIsCalledThat() {
        #expect(
            Verdict(SampleReports.healthy).text.hasPrefix(
                "Nothing wrong found in 16.4 s: 1,455 of 1,455 requests answered"))
        #expect(
            Verdict(SampleReports.partlyRead).text.hasPrefix("Cannot judge: only 71 % of the traffic could be read."))
        for report in [SampleReports.cannotJudge, SampleReports.partlyRead, Report()] {
            #expect(!Verdict(report).text.lowercased().contains("nothing wrong"))
            #expect(Verdict(report).firstStep != nil)
        }
    }

    @Test func filtersAreOneASource() {
        let report = SampleReports.twoFiles
        let words = Narration(report.findings[0], in: NarrationContext(report))
        #expect(words.displayFilters.map(\.text) == ["frame.number in {3100}", "frame.number in {12}"])
        #expect(words.displayFilters.map(\.source) == [0, 1])
    }
}
