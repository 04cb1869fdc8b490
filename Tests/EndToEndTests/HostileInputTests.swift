import Foundation
import ReportModel
import Reports
import Testing

/// Small inputs that once ended the analysis, leaked, or were judged oddly, each named after what it was (`Hostile/README.md`).
@Suite struct HostileInputTests {
    private static let folder = Repository.root.appendingPathComponent("Tests/EndToEndTests/Hostile")
    private static let names = Repository.files(in: folder).filter { $0.contains(".pcap") }

    private static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @Test func theyAreThere() { #expect(Self.names.count >= 18) }

    @Test(arguments: names) func aReportOrANamedFault(name: String) throws {
        try Everything.run(Self.path(name), every: 1)
        try Everything.run(Self.path(name))
    }

    @Test(arguments: [
        ["times-file-a.pcapng", "times-file-b.pcapng"], ["times-file-b.pcapng", "times-file-a.pcapng"],
        ["drop-counters-half.pcapng", "drop-counters-half.pcapng"],
    ])
    func severalFiles(names: [String]) throws {
        _ = InProcess.text(try InProcess.report(names.map(Self.path)), .init(showAll: true))
        _ = try LiveRun.of(names.map(Self.path))
    }

    /// By the program itself, with all outputs.
    @Test(arguments: names) func theProgramEndsWell(name: String) throws {
        let scratch = try Scratch()
        let path = Self.path(name)
        let runs = [
            [
                "analyze", path, "--all", "--anonymize", "--tables", "--json", scratch.path("j"), "--html",
                scratch.path("h"),
            ],
            ["annotate", path, "--out", scratch.path("a")], ["decode", path], ["decode", path, "--json", "-"],
        ]
        for arguments in runs {
            let ended = try Tool.run(arguments)
            #expect((0...2).contains(ended.status), "\(arguments): \(ended.errors.suffix(300))")
        }
        let live = try Tool.run(["live", "-", "--plain", "-q", "--evidence", scratch.path("e")], input: path)
        #expect((0...2).contains(live.status), "\(live.errors.suffix(300))")
    }

    // MARK: Nothing leaks

    /// Marks that stand where no decoder shows that they are harmless.
    private static let marks = [
        "zQ7vK9xW2mJ4hT6r", "SECRETMARK08", "SECRETMARK09", "SECRETMARK11", "SECRETMARK13", "SECRETMARK22",
        "SECRETMARK23",
    ]

    @Test(arguments: names.filter { $0.hasPrefix("evidence-") }) func liveEvidenceShowsNone(name: String) throws {
        let scratch = try Scratch()
        _ = try Tool.run(["live", "-", "--plain", "-q", "--evidence", scratch.path("e")], input: Self.path(name))
        let files = Repository.files(in: scratch.folder.appendingPathComponent("e"))
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try Data(contentsOf: scratch.folder.appendingPathComponent("e/\(file)"))
            for mark in Self.marks { #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(file) shows \(mark)") }
        }
    }

    @Test(arguments: names.filter { $0.hasPrefix("evidence-") }) func cutEvidenceShowsNone(name: String) throws {
        for finding in try InProcess.report([Self.path(name)]).findings.prefix(6) {
            let scratch = try Scratch()
            let out = scratch.path("e.pcapng")
            _ = try Tool.run(["evidence", Self.path(name), "--finding", finding.id, "--out", out])
            guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: out)) else { continue }
            for mark in Self.marks { #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(finding.id) shows \(mark)") }
        }
    }

    @Test func anonymizingLeavesNoName() throws {
        for name in ["anonymize-odd-names.pcap", "anonymize-names.pcap"] {
            let report = Anonymizer.anonymized(try InProcess.report([Self.path(name)]))
            for text in [InProcess.json(report), InProcess.text(report, .init(width: 400, showAll: true))] {
                for word in ["wildcardcorp", "principal-secretcorp", "id with blank", "hostsecret"] {
                    #expect(!text.contains(word), "\(name) tells \(word)")
                }
            }
        }
    }

    // MARK: Verdicts

    @Test func aScanOfOtherPortsIsNoFault() throws {
        for name in ["ssh-scan.pcap", "port-scan.pcap"] {
            #expect(try InProcess.report([Self.path(name)]).findings.allSatisfy { $0.severity == .info })
        }
    }

    @Test func zooKeeperIsNotKafka() throws {
        let report = try InProcess.report([Self.path("zookeeper.pcap")])
        #expect(report.findings.isEmpty && report.summary.requests == 0 && report.summary.status == .cannotJudge)
    }

    // MARK: Small things

    @Test func standardErrorIsEscaped() throws {
        let ended = try Tool.run(["analyze", "\u{1B}[31mnone\u{07}.pcap"])
        #expect(ended.status == 2 && !ended.errors.contains("\u{1B}") && !ended.errors.contains("\u{07}"))
        #expect(ended.errors.hasSuffix("\n"))
    }

    @Test(arguments: ["--json", "--html", "--report"]) func noReportOverwritesTheCapture(flag: String) throws {
        let scratch = try Scratch()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture("idle-close.pcap"))))
        let path = try scratch.write(bytes, as: "in.pcap")
        #expect(try Tool.run(["analyze", path, flag, path]).status == 2)
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
    }
}
