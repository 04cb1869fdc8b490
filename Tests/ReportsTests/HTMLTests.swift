import Foundation
import ReportModel
import Testing
import Vocabulary

@testable import Reports

@Suite struct HTMLTests {
    @Test(arguments: SampleReports.all.map(\.name))
    func theSameReportGivesTheSameBytes(_ name: String) throws {
        let report = try #require(SampleReports.all.first { $0.name == name }?.report)
        #expect(html(report) == html(report))
    }

    @Test func theFirstScreenTellsVerdictAndAdvice() {
        let page = html(SampleReports.crash)
        let verdict = Verdict(SampleReports.crash)
        for text in verdict.sentences { #expect(page.contains(HTMLText.content(text))) }
        for text in [verdict.firstHelp?.text, verdict.firstHelp?.command].compactMap(\.self) {
            #expect(page.contains(HTMLText.content(text)))
        }
        #expect(page.contains("id=\"f-disconnect-before-response-3100\""))
    }

    /// The map says of an address what the finding says, though no attempt was seen; and leads to the finding.
    @Test func theMapTellsWhatAFindingTells() {
        var report = SampleReports.crash
        var finding = Finding(
            kind: .advertisedAddressMismatch, severity: .error, confidence: .certain, first: SampleReports.time(1),
            last: SampleReports.time(2))
        (finding.id, finding.detail, finding.client, finding.nodeIds) = ("m-1", .loopback, "10.0.0.9", [1, 2])
        finding.facts = [Fact(.advertisedHost, .text("localhost")), Fact(.advertisedPort, .number(9101))]
        report.findings.append(finding)
        report.addresses = [1, 2, 3].map {
            AddressRow(
                client: "10.0.0.9", nodeId: $0, address: "localhost:9101", first: SampleReports.time(1), frame: .none,
                fate: .notTried)
        }
        let words = report.addresses.map { AddressOutcome($0, findings: report.findings) }
        #expect(words.map(\.isBad) == [true, true, false])
        #expect(words[0].finding == "m-1" && words[2].words == "not tried")
        let page = html(report)
        #expect(page.contains("<a href=\"#f-m-1\"><g class=\"node bad\">"))
        #expect(page.contains("means the client&#39;s own machine"))
    }

    /// Lines of a log stand below one another: no line feed is shown as its escape.
    @Test func linesOfLogsStandEachOnItsOwn() {
        var report = SampleReports.crash
        report.clientLog = (1...3).map { line in
            var row = ClientLogRow(time: SampleReports.time(3), offsetMs: 0, topic: .disconnected)
            (row.source, row.line, row.text) = ("app.log", line, "Node 2 disconnected.")
            row.finding = report.findings[0].id
            return row
        }
        let page = html(report)
        #expect(page.contains("app.log:1 Node 2 disconnected.\n") && page.contains("app.log:3 Node 2 disconnected.\n"))
        #expect(!page.contains("disconnected.\\u{a}"))
    }

    @Test func topicsInTroubleAreGathered() throws {
        var report = SampleReports.crash
        report.findings[0].requests[0].topics = ["orders"]
        var error = ErrorCountRow(first: SampleReports.time(1), last: SampleReports.time(2), frame: .none)
        (error.error, error.api, error.topics) = ("NOT_LEADER_OR_FOLLOWER", "Produce", ["orders", "other"])
        report.errorCounts = [error]
        let rows = TopicTrouble.rows(report)
        let orders = try #require(rows.first { $0.topic == "orders" })
        #expect(orders.lost == 1 && orders.findings == [report.findings[0].id])
        #expect(orders.errors == ["NOT_LEADER_OR_FOLLOWER in Produce"])
        #expect(rows.contains { $0.topic == "other" && $0.lost == 0 })
        #expect(TableWriter.term("client", "a\"b") == "client:\"*a*b*\"")
        #expect(TableWriter.term("client", "a b") == "client:\"=a b\"")
    }

    @Test func thePolicyNamesTheHashesOfWhatIsThere() throws {
        let page = html(SampleReports.crash)
        let style = try between("<style>", "</style>", page)
        let script = try #require(page.range(of: "<script>", options: .backwards)).upperBound
        let end = try #require(page.range(of: "</script>", options: .backwards)).lowerBound
        #expect(HTMLReportWriter.policy.contains("style-src 'sha256-\(SHA256.base64(Array(style.utf8)))'"))
        #expect(
            HTMLReportWriter.policy.contains("script-src 'sha256-\(SHA256.base64(Array(page[script..<end].utf8)))'"))
        #expect(page.contains(HTMLText.attribute(HTMLReportWriter.policy)))
        #expect(SHA256.base64([]) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test func theAssetsAreThoseOfTheSources() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let build = Process()
        build.executableURL = URL(filePath: "/usr/bin/env")
        build.arguments = ["python3", root.appending(path: "Tools/html/build").path, "--check"]
        try build.run()
        build.waitUntilExit()
        #expect(build.terminationStatus == 0)
    }

    /// What comes from the wire can end no element, begin none, and hide nothing.
    @Test(arguments: [
        "</script><img src=x onerror=alert(1)>", "__proto__", "a\u{2028}b", "\"><svg onload=alert(1)>", "'-alert(1)-'",
        "\u{202E}evil",
        "]]><!--", "&lt;b&gt;", "\u{0}\u{1B}[31m",
    ])
    func hostileNamesStayText(_ name: String) {
        let page = html(hostile(name))
        #expect(!page.contains("<img"))
        #expect(!page.contains("<svg onload"))
        #expect(!page.contains("\u{2028}") && !page.contains("\u{202E}") && !page.contains("\u{0}"))
        #expect(page.components(separatedBy: "</script>").count == 5)
        #expect(page.contains(HTMLText.content(name)))
    }

    @Test func escapingHasAFormForEachContext() {
        #expect(HTMLText.content("<a b=\"c\">&'\u{202E}") == "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\\u{202e}")
        #expect(HTMLText.identifier("a-1.2/\"é") == "a-1.2_2f_22_c3_a9")
    }

    @Test func base64IsThatOfTheStandard() {
        for length in Array(0..<20) + [49_151, 49_152, 49_153, 150_000] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(String(decoding: base64(bytes), as: UTF8.self) == Data(bytes).base64EncodedString())
        }
    }

    private func base64(_ bytes: [UInt8]) -> [UInt8] {
        let sink = StringSink()
        Base64.encode(bytes, to: sink)
        return sink.bytes
    }

    @Test func aHundredThousandRequestsAreSmall() {
        var report = SampleReports.crash
        report.requestLog = ManyRequests.columns(100_000)
        let page = html(report)
        #expect(page.utf8.count < 2_500_000)
        #expect(page.utf8.count > 500_000)
    }

    @Test func whatFindsNoRoomIsThinnedAndCounted() {
        let columns = ManyRequests.columns(20_000)
        let thin = columns.thinned()
        #expect(thin.ordinaryStride == 2)
        #expect(thin.notableStride == 1)
        #expect(thin.seen == 20_000)
        #expect(thin.marks.count { $0.contains(.lost) } == columns.marks.count { $0.contains(.lost) })
        #expect(abs(thin.count - 10_000) < 100)
        var report = SampleReports.crash
        report.requestLog = columns
        let (all, some) = (PackedRows(report).packed(budget: .max), PackedRows(report).packed(budget: 60_000))
        #expect(some.count <= 60_000 && all.count > 60_000)
    }

    /// Requests that errors name are never let go, so that a page of nothing else may be larger than it should: it is one all the same.
    @Test(arguments: [1, 60_000]) func whatCannotBeThinnedEnds(budget: Int) {
        var report = SampleReports.crash
        report.connections = ManyRequests.connections
        var columns = ManyRequests.columns(20_000)
        columns.marks = columns.marks.map { $0.union([.lost, .namedByError]) }
        report.requestLog = columns
        #expect(PackedRows(report).packed(budget: budget).count > 60_000)
    }

    @Test func columnsAreSortedAsRows() {
        var columns = ManyRequests.columns(3000)
        let rows = columns.sent.indices.map {
            (columns.sent[$0], columns.frames[$0], columns.microseconds[$0], columns.marks[$0].rawValue)
        }
        var mixed = RequestColumns()
        for i in columns.sent.indices { mixed.append((i * 1009) % 3000, of: columns) }
        columns = mixed
        columns.sort()
        let again = columns.sent.indices.map {
            (columns.sent[$0], columns.frames[$0], columns.microseconds[$0], columns.marks[$0].rawValue)
        }
        #expect(zip(rows, again).allSatisfy { $0 == $1 })
    }

    @Test func requestsWithoutAnAnswerAreToldApart() {
        var report = SampleReports.crash
        #expect(OpenRequests(report).phrases == ["2 lost"])
        (report.summary.givenUp, report.summary.stillWaiting) = (3, 5)
        var abandoned = report.findings[0]
        (abandoned.kind, abandoned.severity, abandoned.id, abandoned.requestsLeftOut) = (
            .abandonedByClient, .info, "a", 1
        )
        var overdue = abandoned
        (overdue.kind, overdue.id, overdue.requestsLeftOut) = (.responseOverdue, "o", 3)
        report.findings += [abandoned, overdue]
        #expect(
            OpenRequests(report).phrases == ["2 lost", "3 given up by their clients", "5 still waiting at the end"])
        let page = html(report)
        for chip in ["2 requests lost", "3 given up by their clients", "5 still waiting"] {
            #expect(page.contains(">\(chip)<"))
        }
    }

    /// Where no incident tells it, the first screen says how the first finding is known.
    @Test func theFirstScreenSaysWhy() throws {
        var report = SampleReports.crash
        report.incidents = []
        let why = Narration(report.findings[0], in: NarrationContext(report)).sentences
        let screen = try between("id=\"verdict\"", "</section>", html(report))
        #expect(why.count > 1 && screen.contains(HTMLText.content(why[1])))
    }

    /// Writes a report of 10^6 requests where BROKERTAP_HTML_MILLION names a file, for timing in a browser.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BROKERTAP_HTML_MILLION"] != nil))
    func aMillion() throws {
        let path = try #require(ProcessInfo.processInfo.environment["BROKERTAP_HTML_MILLION"])
        let count = ProcessInfo.processInfo.environment["BROKERTAP_HTML_EVENTS"].flatMap { Int($0) } ?? 1_000_000
        var report = SampleReports.crash
        report.connections = ManyRequests.connections
        report.requestLog = ManyRequests.columns(count)
        let page = html(report)
        #expect(page.utf8.count < HTMLReportWriter.greatestBytes)
        try page.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func hostile(_ name: String) -> Report {
        var report = SampleReports.crash
        (report.findings[0].clientId, report.findings[0].server) = (name, name)
        report.findings[0].requests[0].topics = [name]
        report.findings[0].requests[0].clientId = name
        (report.connections[0].clientId, report.connections[0].server) = (name, name)
        report.capture.sources[0].name = name.split(separator: "/").last.map(String.init) ?? name
        report.timeline[0].text = name
        report.latency[0].api = name
        report.addresses = [
            AddressRow(
                client: name, nodeId: 1, address: name, first: SampleReports.time(1), frame: .none, fate: .refused)
        ]
        report.addresses[0].toldBy = [name]
        var error = ErrorCountRow(first: SampleReports.time(1), last: SampleReports.time(2), frame: .none)
        (error.error, error.topics) = ("MESSAGE_TOO_LARGE", [name])
        report.errorCounts = [error]
        return report
    }

    private func html(_ report: Report) -> String {
        let sink = StringSink()
        HTMLReportWriter(report: report, sink: sink).write()
        return sink.text
    }

    private func between(_ start: String, _ end: String, _ text: String) throws -> String {
        let from = try #require(text.range(of: start)).upperBound
        return String(text[from..<(try #require(text.range(of: end, range: from..<text.endIndex))).lowerBound])
    }
}
