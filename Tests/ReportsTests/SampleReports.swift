import ReportModel
import Vocabulary

/// Reports made by hand, shaped like those of real captures.
enum SampleReports {
    static let all: [(name: String, report: Report)] = [
        ("crash", crash), ("localhost", localhost), ("healthy", healthy), ("partly-read", partlyRead),
        ("cannot-judge", cannotJudge), ("hostile", hostile), ("empty", Report()), ("many", many),
        ("two-files", twoFiles),
    ]

    /// 2026-11-21T03:18:10.288Z and so many milliseconds.
    static func time(_ ms: Double) -> CaptureTime {
        CaptureTime(nanoseconds: 1_795_231_090_288_000_000).adding(nanoseconds: Int64(ms * 1e6))
    }

    static func frame(_ number: UInt64, source: Int = 0) -> FrameRef { FrameRef(source: source, number: number) }

    static func base(_ name: String) -> Report {
        var report = Report()
        report.tool.version = "0.0.0"
        report.tool.arguments = [name]
        var source = SourceInfo()
        source.name = name
        source.format = "pcap"
        source.linkTypes = ["EN10MB"]
        (source.packets, source.bytes) = (5_800, 1_234_567)
        (source.first, source.last) = (time(0), time(16_446))
        report.capture.sources = [source]
        report.capture.coverage.tcpPayloadBytes = 1_000_000
        report.capture.coverage.understoodBytes = 1_000_000
        report.capture.coverage.messagesDecoded = 2_910
        report.summary.connections = 28
        (report.summary.answered, report.summary.responses) = (1_455, 1_455)
        (report.summary.status, report.summary.unjudged) = (.healthy, [])
        return report
    }

    static var crash: Report {
        var report = base("crash-kill9.pcap")
        report.names[IPAddress(v4: 0x0A0A_000C)] = "kafka-2.lab"
        var finding = Finding(
            kind: .disconnectBeforeResponse, severity: .error, confidence: .certain, nature: .transient,
            first: time(6_041),
            last: time(7_082))
        finding.id = "disconnect-before-response-3100"
        (finding.count, finding.client, finding.server, finding.nodeId) = (4, "10.10.0.100", "10.10.0.12:9092", 2)
        (finding.cause, finding.closedBy) = (.brokerCrashed, .broker)
        finding.facts = [
            Fact(.connectionsEnded, .number(8)), Fact(.endedWithin, .milliseconds(2.3)),
            Fact(.refusedAfterwards, .number(54)),
            Fact(.outageMs, .milliseconds(9_980)),
        ]
        finding.requests = [produce, request("Fetch", 1, 18, 78, "franz-consume", 5_936, 105, 3_100)]
        finding.evidence.frames = [3100, 3166, 3180, 5443, 5459].map { frame($0) }
        finding.evidence.connections = ["c1"]
        finding.clientSoftware = ["librdkafka 2.16.0"]
        report.findings = [finding]
        report.incidents = [incident(finding.id)]
        (report.summary.status, report.summary.rootIncident) = (.fault, report.incidents[0].id)
        (report.summary.connectionsRefused, report.summary.errors, report.summary.unanswered) = (54, 1, 2)
        (report.summary.answered, report.summary.lost) = (1_453, 2)
        report.connections = [connection]
        report.timeline = [
            TimelineEvent(time: time(100), frame: frame(4), connection: "c1", kind: .connectionOpened, text: "SYN"),
            TimelineEvent(time: time(6_041), frame: frame(3180), connection: "c1", kind: .connectionEnded, text: "RST"),
        ]
        report.latency = [latency]
        return report
    }

    private static var produce: LostRequest {
        var request = request("Produce", 0, 10, 49, "librdkafka-produce", 6_026.003, 17.7, 3_166)
        (request.topics, request.acks, request.idempotent, request.acknowledged) = (["t1"], -1, false, true)
        (request.outcome, request.resentFrame, request.resentTime) = (.possiblyTwice, frame(5443), time(14_746))
        (request.resentAnswerFrame, request.resentOffset, request.resentTo) = (frame(5459), 465, "10.10.0.13:9092")
        return request
    }

    static func request(
        _ api: String, _ key: Int, _ version: Int, _ correlation: Int, _ client: String, _ sent: Double,
        _ waited: Double,
        _ number: UInt64
    ) -> LostRequest {
        var request = LostRequest(
            api: api, apiKey: key, version: version, correlationId: correlation, sent: time(sent), waitedMs: waited,
            frame: frame(number))
        request.clientId = client
        return request
    }

    private static func incident(_ finding: String) -> Incident {
        var incident = Incident(kind: .brokerOutage, from: time(6_041), to: time(16_021))
        incident.id = "broker-outage-3100"
        (incident.rootServer, incident.nodeId, incident.findings) = ("10.10.0.12:9092", 2, [finding])
        incident.clients = [.init(client: "10.10.0.100", clientId: "librdkafka-produce", recoveredAfterMs: 8_720)]
        incident.related = [.init(error: "NOT_LEADER_OR_FOLLOWER", count: 3, server: "10.10.0.13:9092")]
        incident.facts = [Fact(.outageMs, .milliseconds(9_980))]
        return incident
    }

    private static var connection: ConnectionRow {
        var row = ConnectionRow(opened: time(100), last: time(6_041), firstFrame: frame(4), lastFrame: frame(3180))
        (row.id, row.client, row.server) = ("c1", "10.10.0.100:40000", "10.10.0.12:9092")
        (row.ended, row.end, row.handshake, row.handshakeMs) = (time(6_041), "reset", "seen", 0.051)
        (row.closedBy, row.protocol, row.securityProtocol) = (.broker, "kafka", "PLAINTEXT")
        return row
    }

    private static var latency: LatencyRow {
        var row = LatencyRow()
        (row.api, row.broker, row.count) = ("Produce", "10.10.0.11:9092", 812)
        (row.p50Ms, row.p90Ms, row.p99Ms, row.p999Ms, row.maxMs) = (2, 4.5, 9, 20, 41.25)
        return row
    }

    static var localhost: Report {
        var report = base("adv-localhost.pcap")
        var finding = Finding(
            kind: .advertisedAddressMismatch, severity: .error, confidence: .likely, nature: .structural,
            first: time(12),
            last: time(9_000))
        finding.id = "advertised-address-mismatch-12"
        (finding.client, finding.clientId, finding.server) = ("10.10.0.100", "java-produce", "localhost:9101")
        (finding.nodeIds, finding.advertisedBy, finding.detail) = ([1, 2, 3], ["10.10.0.11:9101"], .loopback)
        finding.facts = [
            Fact(.advertisedHost, .text("localhost")), Fact(.advertisedPort, .number(9101)),
            Fact(.bootstrapAddress, .text("10.10.0.11:9101")),
        ]
        finding.doubt = [.attemptNotSeen]
        finding.evidence.frames = [12, 27, 39].map { frame($0) }
        finding.clientSoftware = ["apache-kafka-java 4.1.1"]
        report.findings = [finding]
        report.summary.errors = 1
        (report.summary.status, report.summary.rootFinding) = (.fault, finding.id)
        return report
    }

    static var healthy: Report {
        var report = base("healthy.pcap")
        var aside = Finding(
            kind: .idleClose, severity: .info, confidence: .certain, first: time(5_000), last: time(5_000))
        aside.id = "idle-close-77"
        (aside.client, aside.server, aside.closedBy) = ("10.10.0.100:4000", "10.10.0.11:9092", .client)
        report.findings = [aside]
        report.summary.infos = 1
        return report
    }

    static var partlyRead: Report {
        var report = base("partly.pcap")
        report.findings = []
        (report.capture.coverage.tcpPayloadBytes, report.capture.coverage.understoodBytes) = (710_000, 710_000)
        report.capture.coverage.gapBytes = 290_000
        (report.summary.status, report.summary.unjudged) = (.cannotJudge, [.partlyRead])
        report.capture.coverage.reasons = ["290 kB of the streams are not in the capture"]
        return report
    }

    static var cannotJudge: Report {
        var report = base("tls.pcap")
        report.capture.coverage = Coverage()
        report.capture.coverage.tcpPayloadBytes = 500_000
        report.capture.coverage.encryptedBytes = 490_000
        (report.summary.answered, report.summary.responses) = (0, 0)
        (report.summary.status, report.summary.unjudged) = (.cannotJudge, [.encrypted])
        return report
    }

    static let evil =
        "\u{1B}]0;owned\u{07}\n\u{202E}\u{2066}</script>\u{FFFD}\"'$(reboot)" + String(repeating: "A", count: 10_000)

    static var hostile: Report {
        var report = crash
        report.findings[0].clientId = evil
        report.findings[0].requests[0].clientId = evil
        report.findings[0].requests[0].topics = [evil]
        report.findings[0].facts.append(Fact(.brokerMessage, .text(evil)))
        report.findings[0].server = "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535"
        report.capture.sources[0].name = "dir/\(evil)"
        report.capture.coverage.reasons = [evil]
        return report
    }

    /// More than are shown in full.
    static var many: Report {
        var report = base("many.pcap")
        for i in 0..<9 {
            var finding = Finding(
                kind: i % 2 == 0 ? .errorResponse : .throttled, severity: .warning, confidence: .certain,
                first: time(Double(i) * 100), last: time(Double(i) * 100 + 50))
            finding.id = "\(finding.kind.rawValue)-\(i + 1)"
            (finding.client, finding.server, finding.error) = (
                "10.0.0.\(i)", "10.10.0.11:9092", i % 2 == 0 ? "MESSAGE_TOO_LARGE" : nil
            )
            finding.evidence.frames = [frame(UInt64(i + 1))]
            report.findings.append(finding)
        }
        report.summary.warnings = 9
        (report.summary.status, report.summary.rootFinding) = (.degraded, report.findings[0].id)
        return report
    }

    static var twoFiles: Report {
        var report = crash
        report.capture.sources.append(report.capture.sources[0])
        report.capture.sources[1].name = "broker-side.pcap"
        report.findings[0].evidence.frames = [frame(3100), frame(12, source: 1)]
        return report
    }
}
