import ReportModel
import TestSupport
import Testing

/// What an error code means depends on what happened before it: the sentences name that, and not the code's usual meaning.
@Suite struct CauseWordsTests {
    @Test(arguments: [
        (
            "transaction-outlives-its-timeout", "longer than its transaction.timeout.ms of 10,000",
            "newer producer with the same"
        ),
        ("topic-deleted-in-use", "deleted topic orders at", "may not see it"),
        ("answers-dropped-seen-at-the-broker", "had not acknowledged the whole response when it closed", "stood still"),
    ])
    func theCauseIsNamed(_ capture: String, _ cause: String, _ usual: String) throws {
        let report = InProcess.json(try InProcess.report([Repository.capture("hunt/\(capture).pcap.gz")]))
        #expect(report.contains(cause))
        #expect(!report.contains(usual))
    }

    /// Programs of one host that fall back to what the broker knows, beside two that cannot.
    @Test func whoFallsBackIsNotCounted() throws {
        let report = try InProcess.report([Repository.capture("hunt/two-of-seven-programs-too-new.pcap.gz")])
        let warnings = report.findings.filter { $0.kind == .unsupportedVersion && $0.severity == .warning }
        #expect(warnings.count == 3)
        #expect(Set(warnings.flatMap(\.clientIds)) == ["kpp-app", "kpc-app"])
    }
}
