import ReportModel
import Testing
import Vocabulary

@testable import ClientLogs

/// One incident, told by packets and by a log whose clock and zone are anything.
@Suite struct OffsetTests {
    static let start = CaptureTime(nanoseconds: 1_795_725_405_000_000_000)

    /// A broker goes: two connections end, attempts are refused in growing intervals.
    static func report() -> Report {
        var report = Report()
        var source = SourceInfo()
        (source.first, source.last) = (start, start.adding(nanoseconds: Span.seconds(40)))
        report.capture.sources = [source]
        func add(_ id: Int, _ from: Int64, _ to: Int64, _ end: String) {
            let (opened, ended) = (
                start.adding(nanoseconds: from * 1_000_000), start.adding(nanoseconds: to * 1_000_000)
            )
            let frame = FrameRef(source: 0, number: UInt64(id))
            var row = ConnectionRow(opened: opened, last: ended, firstFrame: frame, lastFrame: frame)
            (row.id, row.client, row.server) = ("c\(id)", "10.0.0.9:\(40_000 + id)", "10.0.0.2:9092")
            (row.end, row.ended) = (end, ended)
            if end == "fin" { (row.handshake, row.handshakeMs, row.clientId) = ("seen", 0.1, "app") }
            report.connections.append(row)
        }
        add(1, 400, 9000, "fin")
        add(2, 1730, 9001, "fin")
        for (i, at) in [9055, 9170, 9380, 9790, 10_600, 12_250, 15_500, 21_900].enumerated() {
            add(3 + i, Int64(at), Int64(at) + 1, "refused")
        }
        report.findings = [
            finding("lost", .disconnectBeforeResponse, 9000, 9001, ["c1", "c2"]),
            finding("out", .brokerUnavailable, 9055, 21_901, ["c3", "c4"]),
        ]
        report.clients = [ClientRow()]
        report.clients[0].clientIds = ["app"]
        return report
    }

    private static func finding(
        _ id: String, _ kind: FindingKind, _ from: Int64, _ to: Int64, _ connections: [String]
    ) -> Finding {
        var finding = Finding(
            kind: kind, severity: .error, confidence: .certain, first: start.adding(nanoseconds: from * 1_000_000),
            last: start.adding(nanoseconds: to * 1_000_000))
        (finding.id, finding.server, finding.clientIds) = (id, "10.0.0.2:9092", ["app"])
        finding.evidence.connections = connections
        return finding
    }

    /// What the client writes of it, some milliseconds later.
    static func log(shiftedBy shift: Int64, zone: String = "", digits: Int = 3) -> String {
        let delays: [Int64] = [2, 5, 3, 9, 4, 2, 17, 3, 2, 6]
        return report().connections.enumerated().map { i, row in
            let time = (row.ended ?? row.last).adding(nanoseconds: delays[i] * 1_000_000 + shift)
            let calendar = CalendarTime(time)
            let said =
                row.end == "fin"
                ? "Node 2 disconnected." : "Connection to node 2 (/10.0.0.2:9092) could not be established."
            return
                "\(calendar.date) \(calendar.clock(fractionDigits: digits))\(zone) INFO [Producer clientId=app] \(said)\n"
        }.joined()
    }

    static func laid(_ text: String) -> Report {
        var report = report()
        var reader = LogReader(source: "app.log", day: start, limits: Limits())
        reader.take(Array(text.utf8)[...])
        var overlay = ClientLogOverlay(limits: Limits(), isNarrowed: false)
        overlay.lay([reader.finish()], on: &report)
        return report
    }

    static let shifts: [Int64] = [
        0, 40, -1300, 3217, 65_000, -420_000, 3_600_000, 7_200_000, -28_800_000, 19_800_000, 20_700_000 + 1234,
        -3_600_000 + 421_000,
    ]

    /// The same lines are tied to the same connections and findings, whatever the log's clock and zone.
    @Test(arguments: shifts) func theSameLinesAreTied(shift: Int64) throws {
        let report = Self.laid(Self.log(shiftedBy: shift * 1_000_000))
        let rows = try #require(report.clientLog)
        #expect(rows.map(\.finding) == ["lost", "lost"] + [String](repeating: "out", count: 8))
        #expect(rows.dropFirst(2).map(\.connection) == (3...10).map { "c\($0)" })
        let file = report.clientLogFiles[0]
        #expect(abs((file.offsetMs ?? .infinity) - Double(shift)) < 25)
        #expect((file.lowMs ?? .infinity) <= Double(shift) + 10 && (file.highMs ?? -.infinity) >= Double(shift))
        #expect(report.timeline.count { $0.kind == .clientLog } == 10)
    }

    @Test func wholeSecondsAreEnough() throws {
        let report = Self.laid(Self.log(shiftedBy: Span.seconds(7200), digits: 0))
        #expect(try #require(report.clientLog).allSatisfy { $0.finding != nil })
        #expect(abs((report.clientLogFiles[0].offsetMs ?? 0) - 7_200_000) < 1000)
    }

    @Test func aZoneInTheLineIsBelieved() throws {
        let report = Self.laid(Self.log(shiftedBy: Span.seconds(7200), zone: "+0200"))
        #expect(abs(report.clientLogFiles[0].offsetMs ?? .infinity) < 25)
        #expect(try #require(report.clientLog).count == 10)
    }

    @Test func whatNothingExplainsIsListed() throws {
        let more =
            "2026-11-26 20:37:10.000 WARN [Producer clientId=app] Connection to node 7 (/10.0.0.7:9092) could not be established.\n"
        let report = Self.laid(Self.log(shiftedBy: 0) + more)
        let row = try #require(report.clientLog?.last)
        #expect(row.unexplained && row.finding == nil && row.connection == nil)
        #expect(report.clientLogFiles[0].unexplained == 1)
    }

    /// Each line's own digits count: those that are whole seconds make the others no coarser.
    @Test func fineLinesTellTheClock() throws {
        let log = Self.log(shiftedBy: Span.seconds(7200)) + Self.log(shiftedBy: Span.seconds(7200), digits: 0)
        let file = Self.laid(log).clientLogFiles[0]
        #expect(abs((file.offsetMs ?? 0) - 7_200_000) < 25)
        #expect((file.highMs ?? .infinity) - (file.lowMs ?? 0) < 30)
    }

    /// A line that is given out late is about what was there before, and not about what began behind it, however near.
    @Test func noLineIsAboutWhatBeganLater() throws {
        let more = "2026-11-26 20:36:55.590 WARN Connection to node 2 (/10.0.0.2:9092) could not be established.\n"
        let report = Self.laid(Self.log(shiftedBy: 0) + more)
        let row = try #require(report.clientLog?.first { $0.line == 11 })
        #expect(row.connection == "c6" && row.finding == "out")
    }

    /// Addresses and ports that the capture has not: the log is another cluster's, whatever its node ids and times.
    @Test(arguments: ["/10.0.9.2:19092", "kafka-2.prod.example/10.0.9.2:19092", "/10.0.9.2:9092"])
    func anotherClustersLogIsNotTied(address: String) {
        for shift in [0, 7_200_000, 18_246] as [Int64] {
            let log = Self.log(shiftedBy: shift * 1_000_000).replacing("/10.0.0.2:9092", with: address)
            let report = Self.laid(log)
            let tied = report.clientLog?.filter { $0.text.contains("established") && $0.finding != nil } ?? []
            #expect(tied.isEmpty, "\(shift)")
            if address.hasSuffix("19092") { #expect(report.clientLogFiles[0].offsetMs == nil) }
        }
    }

    /// Another day's log is told to be that, and no line of it is tied.
    @Test func anotherTimeIsNotForced() {
        let report = Self.laid(Self.log(shiftedBy: Span.seconds(86_400 * 9)))
        #expect(report.clientLog?.isEmpty == true)
        #expect(report.clientLogFiles[0].offsetMs == nil)
    }

    /// Connections that were folded may be the ones meant.
    @Test func whatWasFoldedIsNotCalledUnexplained() {
        var report = Self.report()
        var group = ConnectionGroupRow()
        (group.client, group.server, group.connections) = ("10.0.0.9", "10.0.0.7:9092", 9)
        report.connectionGroups = [group]
        var overlay = ClientLogOverlay(limits: Limits(), isNarrowed: false)
        overlay.lay([SaidTests.read("2026-11-26 20:37:10.000 WARN Node 7 disconnected.")], on: &report)
        #expect(report.clientLog?.contains(where: \.unexplained) == false)
    }

    /// Lines of a sign-in that was refused, and of refusals elsewhere, are of another incident, however near they lie.
    @Test(arguments: [
        "Authentication failed during authentication due to: Authentication failed: Invalid username or password",
        "[Producer clientId=app] Connection to node 2 (localhost/127.0.0.1:9101) could not be established.",
    ]) func linesOfAnotherIncidentAreNotTied(said: String) {
        for shift in [0, 18_246] as [Int64] {
            let lines = Self.log(shiftedBy: shift * 1_000_000).split(separator: "\n").map {
                $0.prefix(while: { $0 != "I" }) + "ERROR \(said)\n"
            }
            let report = Self.laid(lines.joined())
            #expect(report.clientLog?.allSatisfy { $0.finding == nil } == true, "\(shift)")
        }
    }
}
