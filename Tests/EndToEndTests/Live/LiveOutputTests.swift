import Foundation
import Pipeline
import ReportModel
import Reports
import Testing
import Vocabulary

/// What a live run shows: lines, rows of a screen, metrics, a page.
@Suite struct LiveOutputTests {
    private static let name = "crash-kill9.pcap"

    @Test func eachLineIsAnObject() throws {
        let live = try LiveRun.of([Repository.capture(Self.name)])
        let sink = StringSink()
        let writer = LiveLineWriter(sink: sink)
        writer.write(live.updates, in: live.report)
        if let status = live.statuses.last { writer.write(status) }
        let lines = sink.text.split(separator: "\n")
        var states: Set<String> = []
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let type = try #require(object["type"] as? String)
            if type == "finding" { states.insert(try #require(object["state"] as? String)) }
        }
        #expect(lines.count == live.updates.count + 1)
        #expect(states.isSuperset(of: ["open", "changed", "final"]))
    }

    @Test(arguments: [(30, 8), (40, 8), (59, 15), (60, 16), (80, 24), (100, 30), (140, 60), (200, 50)])
    func theScreenIsNeverTooLarge(_ width: Int, _ height: Int) throws {
        let live = try LiveRun.of([Repository.capture(Self.name)])
        let status = try #require(live.statuses.last)
        var choice = LiveChoice()
        for step in 0..<4 {
            choice.showsHelp = step == 1
            choice.finding = LiveScreen.order(status, choice, TextStyle()).first
            choice.detail = step == 2 ? 0 : nil
            choice.paused = step == 3
            for glyphs in TextStyle.Glyphs.allCases {
                let rows = LiveScreen(
                    status, choice, width: width, height: height, style: TextStyle(width: width, glyphs: glyphs)
                ).rows()
                #expect(rows.count <= height)
                #expect(rows.allSatisfy { $0.text.count <= width && !$0.text.contains("\u{1B}") })
                if glyphs == .ascii { #expect(rows.allSatisfy { $0.text.utf8.allSatisfy { $0 < 0x7F } }) }
            }
        }
    }

    @Test func theScreenTellsTheVerdictFirst() throws {
        let live = try LiveRun.of([Repository.capture(Self.name)])
        let status = try #require(live.statuses.last)
        let rows = LiveScreen(status, LiveChoice(), width: 80, height: 24, style: TextStyle(width: 80)).rows()
        #expect(rows.count == 24)
        #expect(rows[0].text.hasPrefix(" LIVE "))
        #expect(rows[1].text.contains("roker 2"))
        #expect(rows.contains { $0.text.contains("kafka-1.lab:9092") })
    }

    @Test func theFilterNarrowsTheFindings() throws {
        let live = try LiveRun.of([Repository.capture(Self.name)])
        let status = try #require(live.statuses.last)
        let all = status.report.findings
        func shown(_ filter: String) -> [Finding] {
            var choice = LiveChoice()
            choice.filter = filter
            let ids = LiveScreen.order(status, choice, TextStyle())
            return all.filter { ids.contains($0.id) }
        }
        #expect(shown("").count == all.count)
        #expect(shown("Disconnect-BEFORE").map(\.kind) == [.disconnectBeforeResponse])
        #expect(shown("10.10.0.12").count < all.count && !shown("10.10.0.12").isEmpty)
        #expect(shown("no such text").isEmpty)
        var choice = LiveChoice()
        choice.filter = "no such text"
        let rows = LiveScreen(status, choice, width: 80, height: 24, style: TextStyle(width: 80)).rows()
        #expect(rows.contains { $0.text.contains("findings (0 of \(all.count)) with no such text") })
    }

    /// However narrow the screen is, it says how to leave.
    @Test func theFootSaysHowToLeave() throws {
        let live = try LiveRun.of([Repository.capture(Self.name)])
        let status = try #require(live.statuses.last)
        var choice = LiveChoice()
        choice.finding = status.report.findings.first?.id
        for (width, step) in (40...130).flatMap({ width in (0..<3).map { (width, $0) } }) {
            choice.detail = step == 1 ? 0 : nil
            choice.showsHelp = step == 2
            let screen = LiveScreen(status, choice, width: width, height: 24, style: TextStyle(width: width))
            #expect(screen.rows().last?.text.contains("q quit") == true)
        }
    }

    @Test func textFromTheWireCannotMoveTheCursor() throws {
        var finding = Finding(
            kind: .errorResponse, severity: .warning, confidence: .certain, first: CaptureTime(nanoseconds: 0),
            last: CaptureTime(nanoseconds: 0))
        (finding.id, finding.clientId, finding.client) = ("x-1", "\u{1B}]0;owned\u{7}\n\u{202E}", "10.0.0.1")
        finding.error = "\u{1B}[2J"
        var status = LiveStatus(time: CaptureTime(nanoseconds: 0))
        status.report.findings = [finding]
        var client = LiveClient()
        (client.address, client.clientId) = ("10.0.0.1", finding.clientId)
        status.clients = [client]
        status.counters.errors = [.init("\u{1B}[31m\"\\\n", at: "10.0.0.1:9092"): 1]
        let rows = LiveScreen(status, LiveChoice(), width: 80, height: 24, style: TextStyle(glyphs: .block)).rows()
        let lines = LiveLines(style: TextStyle()).text([.finding(finding)], status)
        let metrics = OpenMetricsWriter.text(status, version: "1")
        let page = StringSink()
        LivePage(status).write(to: page)
        for text in rows.map(\.text) + [lines, metrics, page.text] {
            #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\u{7}"))
        }
        #expect(metrics.hasSuffix("# EOF\n"))
    }

    /// The lag of each group and partition, where it was asked for, as the report of the file has it.
    @Test func lagIsAMetricWhereItIsAskedFor() throws {
        let path = Repository.capture("healthy-java-kip848.pcap")
        let plain = try LiveRun.of([path])
        #expect(plain.statuses.allSatisfy { $0.lag == nil })
        let live = try LiveRun.of([path]) { $0.metricLabels = [.lag] }
        let status = try #require(live.statuses.last)
        let rows = try #require(status.lag)
        let report = try Analyzer(options: AnalyzerOptions()).run(paths: [path]) { _ in true }
        let table = try #require(report.tables?.lag)
        #expect(!rows.isEmpty && rows.count == table.count { $0.lagRecords != nil && $0.topic != nil })
        for row in rows {
            let same = table.first {
                $0.group == row.place.group && $0.topic == row.place.topic && $0.partition == row.place.partition
            }
            #expect(same?.lagRecords == row.records)
        }
        let metrics = OpenMetricsWriter.text(status, version: "1")
        let lines = metrics.split(separator: "\n").filter { $0.hasPrefix("brokertap_group_lag_records{") }
        #expect(lines.count == rows.count && metrics.contains("# UNIT brokertap_group_lag_records records"))
        #expect(live.report.findings.map(\.gist) == plain.report.findings.map(\.gist))
    }
}
