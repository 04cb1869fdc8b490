import ReportModel
import Testing
import Vocabulary

@testable import ClientLogs

/// Which connection a line is about, where several ended at one moment, and where time alone tells none.
@Suite struct TiedLineTests {
    private static let start = OffsetTests.start

    private static func at(_ milliseconds: Int64) -> CaptureTime {
        start.adding(nanoseconds: Span.milliseconds(milliseconds))
    }

    /// A program with a connection to its bootstrap address and a later one on which it works; both end with the broker, and
    /// every attempt behind that is refused, in equal steps.
    private static func report() -> Report {
        var report = Report()
        var source = SourceInfo()
        (source.first, source.last) = (start, at(60_000))
        report.capture.sources = [source]
        func add(_ id: Int, _ from: Int64, _ to: Int64, _ end: String, requests: Int64, unanswered: Int64) {
            let frame = FrameRef(source: 0, number: UInt64(id))
            var row = ConnectionRow(opened: at(from), last: at(to), firstFrame: frame, lastFrame: frame)
            (row.id, row.client, row.server) = ("c\(id)", "10.0.0.9:\(40_000 + id)", "10.0.0.2:9092")
            (row.end, row.ended, row.requests, row.unanswered) = (end, at(to), requests, unanswered)
            (row.handshake, row.nodeId) = (end == "refused" ? "refused" : "seen", 2)
            if end != "refused" { row.clientId = "app" }
            report.connections.append(row)
        }
        add(1, 400, 9000, "fin", requests: 2, unanswered: 0)
        add(2, 490, 9000, "reset", requests: 71, unanswered: 1)
        for i in 0..<30 {
            add(3 + i, 9100 + Int64(i) * 1000, 9101 + Int64(i) * 1000, "refused", requests: 0, unanswered: 0)
        }
        var lost = finding("lost", .disconnectBeforeResponse, 9000, 9000, ["c1", "c2"])
        var request = LostRequest(
            api: "Produce", apiKey: 0, version: 9, correlationId: 204, sent: at(8990), waitedMs: 10,
            frame: FrameRef(source: 0, number: 90))
        request.clientId = "app"
        lost.requests = [request]
        report.findings = [lost, finding("out", .brokerUnavailable, 9100, 38_101, ["c3"])]
        report.clients = [ClientRow()]
        report.clients[0].clientIds = ["app"]
        return report
    }

    private static func finding(_ id: String, _ kind: FindingKind, _ from: Int64, _ to: Int64, _ connections: [String])
        -> Finding
    {
        var finding = Finding(kind: kind, severity: .error, confidence: .certain, first: at(from), last: at(to))
        (finding.id, finding.server, finding.clientIds, finding.nodeId) = (id, "10.0.0.2:9092", ["app"], 2)
        finding.evidence.connections = connections
        return finding
    }

    private static func laid(_ lines: [(at: Int64, said: String)], shiftedBy shift: Int64 = 0) -> Report {
        let text = lines.map { line in
            let calendar = CalendarTime(at(line.at + shift))
            return "\(calendar.date) \(calendar.clock(fractionDigits: 3))Z INFO \(line.said)\n"
        }.joined()
        var report = report()
        var reader = LogReader(source: "app.log", day: start, limits: Limits())
        reader.take(Array(text.utf8)[...])
        var overlay = ClientLogOverlay(limits: Limits(), isNarrowed: false)
        overlay.lay([reader.finish()], on: &report)
        return report
    }

    @Test func theRequestAndTheRoleTellTheConnection() throws {
        let mark = "[Producer clientId=app]"
        let lines: [(at: Int64, said: String)] = [
            (9001, "\(mark) Node 2 disconnected."),
            (
                9004,
                "\(mark) Cancelled in-flight PRODUCE request with correlation id 204 due to node 2 being disconnected"
                    + " (elapsed time since creation: 25ms, elapsed time since send: 25ms, throttle time: 0ms)"
            ),
            (9006, "\(mark) Node -1 disconnected."),
        ]
        let rows = try #require(Self.laid(lines).clientLog)
        #expect(rows.map(\.connection) == ["c2", "c2", "c1"])
        #expect(rows.allSatisfy { $0.finding == "lost" })
        let reversed = try #require(Self.laid([(9001, lines[2].said), (9003, lines[0].said)]).clientLog)
        #expect(reversed.map(\.connection) == ["c1", "c2"])
    }

    private static let refused = "Connect to ipv4#10.0.0.2:9092 failed: Connection refused"
    private static let thread = "[app#producer-1] [thrd:kafka-2:9092/2]: kafka-2:9092/2:"

    /// However far its clock is off: who was connected for seconds was not refused, and the clock's bounds hold the truth.
    @Test(arguments: [0, 250, -3300, 9_400, 47_000, -47_000, 420_000, 9_640_000] as [Int64])
    func whatWasUpIsNoRefusedAttempt(shift: Int64) throws {
        let lines: [(at: Int64, said: String)] = [
            (9001, "\(Self.thread) Disconnected: Connection reset by peer (after 8508ms in state UP)"),
            (
                9102,
                "\(Self.thread) Connect to ipv4#10.0.0.2:9092 failed: Connection refused (after 1ms in state CONNECT)"
            ),
            (
                10_102,
                "\(Self.thread) Connect to ipv4#10.0.0.2:9092 failed: Connection refused (after 0ms in state CONNECT)"
            ),
        ]
        let report = Self.laid(lines, shiftedBy: shift)
        let up = report.clientLog?.first { $0.line == 1 }
        #expect([nil, "c2"].contains(up?.connection), "\(shift)")
        let file = report.clientLogFiles[0]
        if let low = file.lowMs, let high = file.highMs {
            #expect(low - 10 <= Double(shift) && Double(shift) <= high + 10, "\(shift): \(low) to \(high)")
        }
    }

    /// Attempts in equal steps tell no clock: what fits as well a step later is within the bounds.
    @Test(arguments: [17_400, -17_400, 100_400] as [Int64]) func equalStepsTellNoClock(shift: Int64) {
        let said = "\(Self.refused) (after 0ms in state CONNECT)"
        let report = Self.laid((3..<7).map { (9102 + Int64($0) * 1000, "\(Self.thread) \(said)") }, shiftedBy: shift)
        let file = report.clientLogFiles[0]
        if let low = file.lowMs, let high = file.highMs {
            #expect(low - 10 <= Double(shift) && Double(shift) <= high + 10, "\(low) to \(high)")
            #expect(report.clientLog?.allSatisfy { $0.connection == nil } == true)
        }
    }

    /// A port that the capture has no connection of: the line is about one that was not captured.
    @Test func aPortThatIsNotHereIsNobodyElses() throws {
        let rows = try #require(
            Self.laid([(9001, "<KafkaTCPTransport [10.0.0.2:9092<-35754]>: socket disconnected")]).clientLog)
        // That its broker was gone for all holds of it too; who lost requests is another.
        #expect(rows.map(\.connection) == [nil])
        #expect(rows.allSatisfy { $0.finding != "lost" })
        let mine = try #require(
            Self.laid([(9001, "<KafkaTCPTransport [10.0.0.2:9092<-40002]>: socket disconnected")]).clientLog)
        #expect(mine.map(\.connection) == ["c2"])
    }

    /// Aliases know only hosts that a row names.
    @Test func aRowNamesTheHostsOfItsText() throws {
        let said =
            "Failed authentication with db-7.acme.example/10.77.3.9 (channelId=10.0.0.2:9092-10.0.0.9:40022-3) (Authentication failed)"
        let rows = try #require(Self.laid([(9001, said)]).clientLog)
        for host in ["db-7.acme.example", "10.77.3.9", "10.0.0.2", "10.0.0.9"] where rows[0].text.contains(host) {
            #expect(rows[0].hosts.contains(host))
        }
        #expect(rows[0].text.contains("10.0.0.9"))
    }
}
