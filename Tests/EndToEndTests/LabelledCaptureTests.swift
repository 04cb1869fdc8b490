import Foundation
import Pipeline
import ReportModel
import Testing

/// Every capture of captures/ is judged by its label.
@Suite struct LabelledCaptureTests {
    @Test func theLabelsAreThere() {
        #expect(Label.all.count >= 50)
        for name in Shortfalls.known.keys { #expect(Label.all[name] != nil, "\(name) is listed but not there") }
    }

    @Test(arguments: Label.all.keys.sorted()) func findsWhatItsLabelSays(name: String) throws {
        let label = try #require(Label.all[name])
        let text = InProcess.json(try InProcess.report([Repository.capture(label.capture)]))
        let report = try JSONDecoder().decode(JSONReport.self, from: Data(text.utf8))
        #expect(report.schema == "brokertap.report/1")
        let notes =
            Verdict.shortfalls(report.findings, label, withKeys: false)
            + Verdict.shortfalls(try JSONValue(report: text), label)
        if let reason = Shortfalls.known[name] {
            #expect(!notes.isEmpty, "\(name) is right now: take it off the list (\(reason))")
        } else {
            #expect(notes.isEmpty, "\(name): \(notes.joined(separator: "; "))")
        }
    }

    /// What labels ask for and no rule gives is known, and shows in each run.
    @Test func whatIsNotToldYetIsListed() throws {
        let kinds = Set(FindingKind.allCases.map(\.rawValue))
        let wanted = Set(Label.all.values.flatMap { $0.expect.map(\.kind) }).subtracting(kinds)
        #expect(wanted == Set(NotYet.kinds.keys))
        let asked = Set(Label.all.values.flatMap { $0.facts ?? [] }.map(\.table))
        #expect(NotYet.tables.isSubset(of: asked))
        let text = InProcess.json(try InProcess.report([Repository.capture("own-host-name.pcap")]))
        let report = try JSONValue(report: text)
        for table in NotYet.tables { #expect(report.at(path: table).rows.isEmpty, "\(table) is there: take it off") }
        for (name, label) in Label.all.sorted(by: { $0.key < $1.key }) {
            for want in label.expect {
                guard let about = NotYet.kinds[want.kind] else { continue }
                withKnownIssue("\(name) wants \(want): \(about)") {
                    let report = try InProcess.readBack(InProcess.report([Repository.capture(label.capture)]))
                    #expect(report.findings.contains(where: want.fits))
                }
            }
        }
    }

    @Test(arguments: KeyLogs.names) func findsMoreWithKeys(name: String) throws {
        let label = try #require(Label.all[name])
        var options = AnalyzerOptions()
        options.keylog = [try #require(KeyLogs.path(of: name))]
        let report = try InProcess.readBack(InProcess.report([Repository.capture(label.capture)], options))
        let notes = Verdict.shortfalls(report.findings, label, withKeys: true)
        #expect(notes.isEmpty, "\(name): \(notes.joined(separator: "; "))")
    }

    /// What is plain and complete is understood, but for a thousandth.
    @Test(arguments: Label.all.keys.sorted().filter { $0.hasPrefix("healthy-") })
    func understandsPlainTraffic(name: String) throws {
        let label = try #require(Label.all[name])
        let coverage = try InProcess.readBack(InProcess.report([Repository.capture(label.capture)])).capture.coverage
        #expect(coverage.tcpPayloadBytes > 0)
        guard coverage.encryptedBytes == 0, coverage.gapBytes == 0 else { return }
        #expect(coverage.understoodBytes * 1000 >= coverage.tcpPayloadBytes * 999)
    }
}

/// Compares findings with a label.
private enum Verdict {
    /// More findings than this on healthy traffic are noise, whatever their severity.
    static let noise = 20

    static func shortfalls(_ findings: [JSONReport.Finding], _ label: Label, withKeys: Bool) -> [String] {
        missing(findings, label, withKeys) + alarms(findings, label) + hollow(findings)
    }

    /// What the label asks of the rest of the report.
    static func shortfalls(_ report: JSONValue, _ label: Label) -> [String] {
        var notes: [String] = []
        let summary = report["summary"]
        // A status that rests on a kind which is not told yet cannot be right.
        let waits = label.expect.contains { NotYet.kinds[$0.kind] != nil }
        if !waits, let want = label.status, summary["status"] != want, !want.rows.contains(summary["status"]) {
            notes.append("status is \(summary["status"]), not \(want)")
        }
        for (name, want) in label.counts ?? [:] where !summary[name].holds(want) {
            notes.append("\(name) is \(summary[name]), not \(want)")
        }
        for row in label.facts ?? [] where !NotYet.tables.contains(row.table) && !isThere(row, in: report) {
            notes.append("no row of \(row.table) where \(row.where ?? [:]) has \(row.want)")
        }
        return notes + accounting(report["capture"]["coverage"])
    }

    private static func isThere(_ row: Label.Row, in report: JSONValue) -> Bool {
        report.at(path: row.table).rows.contains { found in
            (row.where ?? [:]).allSatisfy { found[$0.key] == $0.value }
                && row.want.allSatisfy { found[$0.key].holds($0.value) }
        }
    }

    /// No byte is counted twice.
    private static func accounting(_ coverage: JSONValue) -> [String] {
        let parts = ["understoodBytes", "encryptedBytes", "unknownBytes"].compactMap { coverage[$0].number }
        let whole = ["tcpPayloadBytes", "gapBytes"].compactMap { coverage[$0].number }
        guard parts.count == 3, whole.count == 2 else { return ["coverage lacks a field"] }
        return parts.reduce(0, +) > whole.reduce(0, +) ? ["more bytes are explained than there are: \(coverage)"] : []
    }

    private static func missing(_ findings: [JSONReport.Finding], _ label: Label, _ withKeys: Bool) -> [String] {
        label.expect.filter { (!$0.needsKeyLog || withKeys) && NotYet.kinds[$0.kind] == nil }.compactMap { want in
            let total = findings.filter(want.fits).reduce(0) { $0 + max($1.count ?? 1, 1) }
            return total < want.min || total > want.max ? "expected \(want), got \(total)" : nil
        }
    }

    private static func alarms(_ findings: [JSONReport.Finding], _ label: Label) -> [String] {
        var notes = findings.filter { finding in finding.isAlarm && label.forbid.contains { $0.fits(finding) } }
            .map { "false alarm \($0.id)" }
        if label.forbid.contains(where: { $0.kind == "*" }), findings.count > noise {
            notes.append("\(findings.count) findings are noise")
        }
        return notes
    }

    private static func hollow(_ findings: [JSONReport.Finding]) -> [String] {
        findings.filter { !$0.hollowParts.isEmpty }.map { "\($0.id) lacks \($0.hollowParts.joined(separator: ", "))" }
    }
}
