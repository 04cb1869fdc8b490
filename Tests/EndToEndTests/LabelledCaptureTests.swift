import Pipeline
import Testing

/// Every capture of captures/ is judged by its label.
@Suite struct LabelledCaptureTests {
    @Test func theLabelsAreThere() {
        #expect(Label.all.count >= 50)
        for name in Shortfalls.known.keys { #expect(Label.all[name] != nil, "\(name) is listed but not there") }
    }

    @Test(arguments: Label.all.keys.sorted()) func findsWhatItsLabelSays(name: String) throws {
        let label = try #require(Label.all[name])
        let report = try InProcess.readBack(InProcess.report([Repository.capture(label.capture)]))
        #expect(report.schema == "brokertap.report/1")
        let notes =
            Verdict.shortfalls(report.findings, label, withKeys: false) + Verdict.miscounts(report.summary, label)
        if let reason = Shortfalls.known[name] {
            #expect(!notes.isEmpty, "\(name) is right now: take it off the list (\(reason))")
        } else {
            #expect(notes.isEmpty, "\(name): \(notes.joined(separator: "; "))")
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

    static func miscounts(_ summary: JSONReport.Summary, _ label: Label) -> [String] {
        (label.counts ?? [:]).filter { summary.counts[$0.key] != $0.value }
            .map { "\($0.key) is \(summary.counts[$0.key].map(String.init) ?? "absent"), not \($0.value)" }
    }

    private static func missing(_ findings: [JSONReport.Finding], _ label: Label, _ withKeys: Bool) -> [String] {
        label.expect.filter { !$0.needsKeyLog || withKeys }.compactMap { want in
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
