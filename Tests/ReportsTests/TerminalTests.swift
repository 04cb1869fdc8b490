import ReportModel
import Testing

@testable import Reports

@Suite struct TerminalTests {
    private func text(_ report: Report, _ style: TextStyle) -> String {
        let sink = StringSink()
        TerminalReportWriter(report: report, sink: sink, style: style).write()
        return sink.text
    }

    @Test(arguments: [40, 60, 80, 120, 200], SampleReports.all.map(\.name))
    func noRowIsWiderThanAsked(_ width: Int, _ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        let commands = Self.commands(report)
        for all in [false, true] {
            for row in text(report, TextStyle(width: width, showAll: all)).split(separator: "\n") {
                // A command is copied as a whole, so it is never broken.
                let isCommand = commands.contains { row.hasSuffix($0) }
                #expect(isCommand || Visible.width(row) <= width, "\(row)")
            }
        }
    }

    @Test(arguments: [40, 80]) func commandsHaveRowsOfTheirOwn(_ width: Int) {
        let rows = text(SampleReports.crash, TextStyle(width: width)).split(separator: "\n")
        let context = NarrationContext(SampleReports.crash)
        for command in Narration(SampleReports.crash.findings[0], in: context).steps.compactMap(\.command) {
            #expect(rows.contains("      \(command)"), "\(command)")
        }
    }

    private static func commands(_ report: Report) -> [String] {
        let context = NarrationContext(report)
        let file = report.capture.sources.first.map { Trim.shell($0.name) } ?? "FILE"
        let own = ["--all", "--tables", "--html report.html"].map {
            "brokertap analyze \(file)\(ViewWords.flags(report)) \($0)"
        }
        return report.findings.flatMap { Narration($0, in: context).steps }.compactMap(\.command) + own
            + [Verdict(report).firstHelp?.command, "brokertap explain"].compactMap(\.self)
            + FindingKind.allCases.flatMap { kind in
                ([""] + Explain.sectionNames(kind).map { "/" + $0 }).map { "brokertap explain \(kind.rawValue)\($0)" }
            }
    }

    @Test(arguments: SampleReports.all.map(\.name))
    func asciiStaysAscii(_ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        #expect(text(report, TextStyle()).utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func hostileNamesCannotReachTheTerminal() {
        let shown = text(SampleReports.hostile, TextStyle(glyphs: .block))
        #expect(!shown.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 7 })
        #expect(shown.contains("\\u{1b}"))
        #expect(shown.contains(":65535"))
        #expect(shown.utf8.count < 20_000)
    }

    @Test func portsStayWhole() {
        for width in [40, 60] {
            #expect(text(SampleReports.hostile, TextStyle(width: width)).contains(":65535"))
        }
    }

    @Test func verdictAndHelpFitTheFirstScreen() {
        let rows = text(SampleReports.crash, TextStyle()).split(separator: "\n", omittingEmptySubsequences: false)
        let firstRows = rows.prefix(6).joined(separator: " ")
        #expect(firstRows.contains("roker 2"))
        #expect(firstRows.contains("03:18:16.329"))
        #expect(firstRows.contains("2 requests"))
        #expect(rows.prefix(24).contains { $0.contains("= help") })
    }

    @Test func localhostNamesTheSetting() {
        let rows = text(SampleReports.localhost, TextStyle()).split(separator: "\n").prefix(24).joined(separator: "\n")
        #expect(rows.contains("advertised.listeners="))
        #expect(rows.contains("localhost:9101"))
        #expect(Verdict(SampleReports.localhost).text.contains("10.10.0.100"))
    }

    @Test func colourOnlyWhereAsked() {
        #expect(!text(SampleReports.crash, TextStyle()).contains("\u{1B}"))
        #expect(text(SampleReports.crash, TextStyle(color: true)).contains("\u{1B}[31;1m"))
        #expect(!text(SampleReports.healthy, TextStyle(color: true)).contains("\u{1B}[31"))
    }

    @Test func manyFindingsAreFoldedUnlessAsked() {
        let folded = text(SampleReports.many, TextStyle())
        #expect(folded.contains("--all shows them"))
        // What is not shown in full keeps its title.
        let flat = folded.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let context = NarrationContext(SampleReports.many)
        for finding in SampleReports.many.findings where finding.severity > .info {
            let title = Narration(finding, in: context).title
            #expect(flat.contains(title), "\(title)")
        }
        #expect(!text(SampleReports.many, TextStyle(showAll: true)).contains("--all shows"))
    }
}
