import Capture
import Foundation
import Pipeline
import ReportModel
import Reports
import Testing
import Vocabulary

/// A live run comes to the verdicts of one over the file, whatever it said on its way.
@Suite struct LiveVerdictTests {
    @Test(arguments: Label.all.keys.sorted()) func endsWithTheSameFindings(name: String) throws {
        let path = Repository.capture(try #require(Label.all[name]).capture)
        var options = AnalyzerOptions()
        // Live reads no message that a plain run passes over.
        options.makesTables = false
        let offline = try InProcess.report([path], options)
        let live = try LiveRun.of([path])
        #expect(live.report.findings.map(\.gist).sorted() == offline.findings.map(\.gist).sorted())
        #expect(live.report.summary.requests == offline.summary.requests)
        #expect(live.report.connections.count == offline.connections.count)
        #expect(live.report.summary.status == offline.summary.status)
        #expect(live.report.summary.unjudged == offline.summary.unjudged)
        #expect(live.report.capture.coverage.otherProtocolBytes == offline.capture.coverage.otherProtocolBytes)
        #expect(live.report.capture.coverage.unknownBytes == offline.capture.coverage.unknownBytes)
        try checkLives(live)
    }

    /// Each finding is opened once, changes in order, and ends once, withdrawn or final; what is final is in the report.
    private func checkLives(_ live: LiveRun.Ended) throws {
        var lives: [String: [Finding]] = [:]
        for finding in live.findings { lives[finding.id, default: []].append(finding) }
        for (id, life) in lives {
            #expect(life.map(\.revision) == Array(1...life.count), "\(id): \(life.map(\.revision))")
            #expect(life.first?.state == .open, "\(id) begins as \(life.first?.state.rawValue ?? "-")")
            let last = try #require(life.last)
            #expect(last.state == .final || last.state == .withdrawn, "\(id) ends as \(last.state)")
            #expect(life.dropLast().allSatisfy { $0.state == .open || $0.state == .changed })
            #expect((last.state == .final) == live.report.findings.contains { $0.id == id })
        }
    }

    /// Facts leave soon: findings are final long before the end, none is lost, and none is told twice.
    @Test(arguments: ["crash-kill9", "connection-churn", "error-codes", "auth-java-plain-wrong"])
    func forgettingLosesNoFinding(name: String) throws {
        let path = Repository.capture(try #require(Label.all[name]).capture)
        let offline = try InProcess.report([path])
        let live = try LiveRun.of([path], every: 20) { $0.analysis.limits.factLifeNanoseconds = Span.seconds(2) }
        let wanted = Set(offline.findings.filter { $0.severity == .error }.map(\.kind))
        #expect(Set(live.report.findings.map(\.kind)).isSuperset(of: wanted))
        try checkLives(live)
    }

    @Test func countersOnlyRise() throws {
        let live = try LiveRun.of([Repository.capture("crash-kill9.pcap")], every: 50) {
            $0.analysis.limits.factLifeNanoseconds = Span.seconds(1)
        }
        for (a, b) in zip(live.statuses, live.statuses.dropFirst()) {
            #expect(a.counters.requestBytes <= b.counters.requestBytes)
            #expect(a.counters.responseBytes <= b.counters.responseBytes)
            for (error, count) in a.counters.errors { #expect(count <= b.counters.errors[error] ?? 0) }
            for row in a.times {
                let later = b.times.first { ($0.api, $0.broker, $0.longPoll) == (row.api, row.broker, row.longPoll) }
                #expect(row.count <= later?.count ?? 0)
                #expect(zip(row.counts, row.counts.dropFirst()).allSatisfy { $0 <= $1 })
            }
        }
    }

    /// What hangs is told while it hangs.
    @Test func tellsWhatWaitsNow() throws {
        let live = try LiveRun.of([Repository.capture("hang-now.pcap")], every: 20)
        #expect(live.statuses.contains { !$0.waiting.isEmpty })
        #expect(live.findings.contains { $0.kind == .responseOverdue && $0.state == .open })
        // It has not ended yet, and then it has.
        let verdicts = live.statuses.map { status in
            LiveScreen(status, LiveChoice(), width: 200, height: 50, style: TextStyle(width: 200)).rows()[1].text
        }
        #expect(verdicts.contains { $0.contains("has hung since") && $0.contains("so far") })
        #expect(!verdicts.contains { $0.contains("until the capture ended") })
        #expect(InProcess.text(live.report).contains("until the capture ended"))
    }

    @Test func aReportBeforeTheEndChangesNothing() throws {
        let path = Repository.capture("crash-kill9.pcap")
        var options = LiveOptions()
        options.pipes = [path]
        let analyzer = try LiveAnalyzer(options: options)
        while !analyzer.isEnded {
            _ = try analyzer.read(most: 500)
            _ = analyzer.tick()
            #expect(analyzer.report().summary.connections <= 100)
        }
        let (_, report) = analyzer.finish(stopped: false)
        var plain = AnalyzerOptions()
        plain.makesTables = false
        let offline = try InProcess.report([path], plain)
        #expect(report.findings.map(\.gist).sorted() == offline.findings.map(\.gist).sorted())
        #expect(report.summary.connections == offline.summary.connections)
    }

    /// Keys that a pcapng in a pipe has inside (a decryption secrets block) open its connections.
    @Test func keysInsideAPipeAreUsed() throws {
        let scratch = try Scratch()
        let recorder = try PacketRecorder(path: scratch.path("all.pcapng"), rotation: .init()) { _ in "" }
        let unread = try LiveRun.of([Repository.capture("tls13-keylog.pcap")]) { _ in
        } prepare: {
            $0.add(recorder)
        }
        recorder.close()
        #expect(unread.report.summary.requests == 0)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("all.pcapng"))))
        let keys = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Repository.capture("tls13-keylog.keys"))))
        let word = { (value: Int) in (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let padding = [UInt8](repeating: 0, count: -keys.count & 3)
        let length = word(20 + keys.count + padding.count)
        let secrets = word(10) + length + word(0x544C_534B) + word(keys.count) + keys + padding + length
        let endOfHeader = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << ($1 * 8) }
        bytes.insert(contentsOf: secrets, at: endOfHeader)
        let path = try scratch.write(bytes, as: "keyed.pcapng")
        let offline = try InProcess.report([path])
        let live = try LiveRun.of([path])
        #expect(offline.summary.requests > 0)
        #expect(live.report.summary.requests == offline.summary.requests)
    }

    /// The default filter leaves nothing out that the analysis could use, whatever it is wrapped in.
    @Test(arguments: Label.all.keys.sorted()) func theDefaultFilterKeepsTheVerdict(name: String) throws {
        let path = Repository.capture(try #require(Label.all[name]).capture)
        var options = AnalyzerOptions()
        let all = try InProcess.report([path], options)
        options.filter = LiveCaptureOptions.defaultFilter(session: nil)
        let filtered = try InProcess.report([path], options)
        #expect(filtered.findings.map(\.gist).sorted() == all.findings.map(\.gist).sorted())
        #expect(filtered.summary.requests == all.summary.requests)
    }

    @Test(arguments: [
        ("10.1.2.3 50000 10.1.2.4 22", "host 10.1.2.3 and host 10.1.2.4 and tcp port 50000 and tcp port 22"),
        ("fe80::1%eth0 50000 fe80::2%eth0 22", "host fe80::1 and host fe80::2 and tcp port 50000 and tcp port 22"),
    ])
    func theSessionItselfIsLeftOut(_ session: String, _ ends: String) {
        let all = LiveCaptureOptions.defaultFilter(session: nil)
        #expect(LiveCaptureOptions.defaultFilter(session: session) == "(\(all)) and not (\(ends))")
        #expect(LiveCaptureOptions.defaultFilter(session: "nonsense") == all)
    }
}
