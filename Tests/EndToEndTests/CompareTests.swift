import Foundation
import ReportModel
import Testing

@testable import Reports

/// Two captures or reports side by side.
@Suite struct CompareTests {
    private static let crash = "captures/crash-kill9.pcap"
    private static let healthy = "captures/healthy-java.pcap"

    /// One capture twice: whatever is in it, nothing is new, worse, gone or other.
    @Test(arguments: Label.all.values.map(\.capture).sorted()) func aCaptureIsAsItself(_ capture: String) throws {
        let path = "captures/\(capture)"
        let run = try Tool.run(["compare", path, path, "--json", "-", "--fail-on", "info"])
        let document = try object(run.output)
        #expect(run.status == 0 && document["changed"] as? Bool == false, "\(capture): \(run.text.prefix(500))")
        for list in ["latency", "settings"] { #expect((document[list] as? [Any])?.isEmpty == true) }
    }

    /// The report of a capture says what the capture does.
    @Test func aReportStandsForItsCapture() throws {
        let scratch = try Scratch()
        let path = scratch.path("report.json")
        _ = try Tool.run([Self.crash, "-q", "--json", path])
        for pair in [[path, Self.crash], [Self.crash, path]] {
            let run = try Tool.run(["compare"] + pair + ["--width", "80"])
            #expect(run.status == 0 && run.text == "VERDICT  Nothing changed from A to B.\n", "\(run.text)")
        }
    }

    @Test func whatIsNewIsGoneTheOtherWayRound() throws {
        let there = try findings(Self.healthy, Self.crash)
        let back = try findings(Self.crash, Self.healthy)
        #expect(!there.new.isEmpty && there.new == back.gone && there.gone == back.new)
        #expect(there.new.contains("disconnect-before-response"))
        #expect(try Tool.run(["compare", Self.healthy, Self.crash, "-q", "--fail-on", "error"]).status == 1)
        #expect(try Tool.run(["compare", Self.crash, Self.healthy, "-q", "--fail-on", "error"]).status == 0)
    }

    @Test func theDifferenceIsAsRecorded() throws {
        let run = try Tool.run(["compare", Self.healthy, Self.crash, "--width", "80", "--glyphs", "ascii"])
        try GoldenTests.compare(run.text, with: "compare-healthy-crash.txt")
    }

    @Test func whatIsNoReportIsRefused() throws {
        let scratch = try Scratch()
        let other = try scratch.write(Array(#"{"schema": "other/1"}"#.utf8), as: "other.json")
        let cut = try scratch.write(Array(#"{"schema": "brokertap.report/1", "findings": ["#.utf8), as: "cut.json")
        for path in [other, cut, scratch.path("missing.json")] {
            let run = try Tool.run(["compare", path, Self.healthy])
            #expect(
                run.status == 2 && run.errors.contains(URL(fileURLWithPath: path).lastPathComponent), "\(run.errors)")
        }
        #expect(try Tool.run(["compare", Self.healthy]).status == 2)
        #expect(try Tool.run(["compare", "-", Self.healthy]).status == 2)
    }

    // MARK: By itself

    private func digest(
        findings: String = "", apis: String = "", groups: String = "", flows: String = "", first: String = "00",
        last: String = "10"
    ) throws -> ReportDigest {
        let times = #""first":"2026-01-01T00:00:\#(first).000000000Z","last":"2026-01-01T00:00:\#(last).000000000Z""#
        let text = """
            {"schema":"brokertap.report/1","summary":{"status":"healthy"},"tablesState":"made","view":null,
            "capture":{"sources":[{"name":"a.pcap",\(times)}]},"timeline":[{"text":"}]\\"{"}],
            "findings":[\(findings)],"apis":[\(apis)],"groups":[\(groups)],
            "topicClients":[\(flows)]}
            """
        return try ReportDigest(json: Array(text.utf8))
    }

    private func finding(_ count: Int, _ client: String = "10.0.0.1", severity: String = "warning") -> String {
        """
        {"id":"x","kind":"slow-response","severity":"\(severity)","count":\(count),"server":"b:9092","client":"\(client)",
        "title":"late"}
        """
    }

    private func change(_ a: ReportDigest, _ b: ReportDigest) -> Comparison.Change? {
        Comparison(a, b).problems.first?.change
    }

    /// Batches without compression have no name of it in a report; that they are without is a setting all the same.
    @Test func compressionThatBeginsIsTold() throws {
        func flow(_ names: String, batches: Int = 690) -> String {
            """
            {"topic":"t","clientId":"shop","direction":"produce","batches":\(batches),"compression":[\(names)]}
            """
        }
        let changes = Comparison(try digest(flows: flow("")), try digest(flows: flow("\"gzip\""))).settings
        #expect(changes.map(\.key.setting) == ["compression"] && changes[0].a == ["none"] && changes[0].b == ["gzip"])
        #expect(
            Comparison(try digest(flows: flow("", batches: 0)), try digest(flows: flow("\"gzip\""))).settings.isEmpty)
    }

    /// An API whose answers were all long polls has no times, which is neither slower nor faster.
    @Test func timesOfNothingAreNoChange() throws {
        func api(_ time: String) -> String {
            #"{"api":"ShareFetch","answers":50,"longPolls":9,"p50Ms":\#(time),"p99Ms":\#(time),"errors":{}}"#
        }
        let rows = Comparison(try digest(apis: api("null")), try digest(apis: api("90.5"))).apis
        #expect(rows.count == 1 && rows[0].trend == .same && rows[0].a?.p50Ms == nil && rows[0].b?.p50Ms == 90.5)
    }

    /// As often in a capture that is twice as long is less often; a graver one, or another client's, is worse at once.
    @Test func worseIsMeasuredByTime() throws {
        let short = try digest(findings: finding(10))
        #expect(change(short, try digest(findings: finding(20))) == .worse)
        #expect(change(short, try digest(findings: finding(12))) == nil)
        #expect(change(short, try digest(findings: finding(20), last: "30")) == nil)
        #expect(change(short, try digest(findings: finding(5, severity: "error"))) == .worse)
        #expect(change(short, try digest(findings: finding(5) + "," + finding(1, "10.0.0.2:4"))) == .worse)
        #expect(change(short, try digest(findings: finding(5, "10.0.0.2:4"))) == nil)
    }

    private func api(_ p50: Double, answers: Int = 100, errors: Int = 0) -> String {
        #"{"api":"Produce","answers":\#(answers),"p50Ms":\#(p50),"p99Ms":\#(p50),"errors":{"X":\#(errors)}}"#
    }

    @Test func timesAndRatesHaveTrends() throws {
        func trend(_ a: String, _ b: String) throws -> Comparison.Trend? {
            Comparison(try digest(apis: a), try digest(apis: b)).apis.first?.trend
        }
        #expect(try trend(api(2), api(2)) == nil)
        #expect(try trend(api(2), api(4)) == .worse)
        #expect(try trend(api(4), api(2)) == .better)
        #expect(try trend(api(20), api(24)) == .same)
        #expect(try trend(api(0.1), api(0.3)) == .same)
        #expect(try trend(api(2), api(40, answers: 3)) == .same)
        #expect(try trend(api(2), api(2, errors: 5)) == .worse)
    }

    /// Null, and what only one of them has, is no change.
    @Test func settingsChangeWhereBothAreKnown() throws {
        func group(_ timeout: String) -> String {
            #"{"group":"g","type":"classic","members":[{"sessionTimeoutMs":\#(timeout),"rebalanceTimeoutMs":1}]}"#
        }
        let (short, long) = (try digest(groups: group("6000")), try digest(groups: group("45000")))
        let changed = Comparison(short, long).settings
        #expect(changed.count == 1 && changed.first?.a == ["6000"] && changed.first?.b == ["45000"])
        #expect(Comparison(short, try digest(groups: group("null"))).settings.isEmpty)
        #expect(Comparison(short, try digest()).settings.isEmpty)
    }

    private func findings(_ a: String, _ b: String) throws -> (new: [String], gone: [String]) {
        let findings = try #require(
            try object(try Tool.run(["compare", a, b, "--json", "-"]).output)["findings"] as? [String: [[String: Any]]])
        func kinds(_ name: String) -> [String] { (findings[name] ?? []).compactMap { $0["kind"] as? String } }
        return (kinds("new"), kinds("gone"))
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
