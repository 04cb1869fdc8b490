import Capture
import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Puts the report together from facts and findings.
struct ReportBuilder {
    let file: CaseFile
    let options: AnalyzerOptions
    var findings: [Finding] = []
    var incidents: [Incident] = []
    /// Runs of connection attempts that failed to the end and that no finding explains.
    var unexplainedAttempts = 0
    var requestLog: RequestLog?
    /// No other report will be made: the log may be let go while it is read.
    var isLast = false

    func report(sources: [SourceFacts], streams: StreamSummary, stopped: Bool) -> Report {
        var report = head(sources: sources, streams: streams, stopped: stopped)
        report.brokers = BrokerRows(file: file).rows
        report.clients = ClientRows(file: file).rows
        let rows = ConnectionRows(file: file, findings: findings, limit: options.limits.reportedConnections)
        report.connections = rows.rows
        report.connectionGroups = rows.groups
        report.latency = LatencyRows(file: file).rows
        let timeline = TimelineRows(file: file, findings: findings, limit: options.limits.timelineEvents)
        report.timeline = timeline.events
        report.timelineFolded = timeline.folded
        report.addresses = AddressRows(file: file).rows
        report.errorCounts = ErrorCountRows(file: file).rows
        let view = ReportView(options, start: file.firstTime)
        view.narrow(&report)
        report.requestLog = requestLog.map {
            RequestLogRows(file: file, findings: findings, connections: report.connections, view: view)
                .columns($0, isLast: isLast)
        }
        return report
    }

    /// What a reader sees first, without the rows.
    func head(sources: [SourceFacts], streams: StreamSummary, stopped: Bool) -> Report {
        var report = Report()
        report.tool.filter = options.filter
        report.tool.keysUsed = file.totals.keysUsed
        report.findings = findings
        report.incidents = incidents
        var accounts = Accounts(file: file, findings: findings)
        report.capture = captureInfo(sources, streams, stopped)
        accounts.balance(&report.capture.coverage)
        report.summary = summary(&accounts)
        report.limits = file.trips.values.sorted { $0.name < $1.name } + streams.limitTrips + accounts.trips
        report.names = file.names
        StatusJudge(report: report, unexplainedAttempts: unexplainedAttempts).fill(&report.summary)
        report.putRootFirst()
        return report
    }

    private func summary(_ accounts: inout Accounts) -> Summary {
        var summary = Summary()
        summary.connections = file.totals.connections
        summary.connectionsRefused = file.totals.refusedAttempts
        summary.responses = file.totals.responses
        accounts.fill(&summary)
        for finding in findings {
            switch finding.severity {
            case .error: summary.errors += 1
            case .warning: summary.warnings += 1
            case .info: summary.infos += 1
            }
        }
        return summary
    }

    private func captureInfo(_ sources: [SourceFacts], _ streams: StreamSummary, _ stopped: Bool) -> CaptureInfo {
        var info = CaptureInfo()
        info.sources = sources.map(Self.source)
        info.dropped = sources.drops
        info.coverage = CoverageReader(file: file, sources: sources, strayBytes: streams.strayBytes).coverage
        info.packetOutcomes = streams.outcomes.filter { $0.count > 0 }.map { ($0.outcome.name, Int64($0.count)) }
        info.partial = stopped
        return info
    }

    private static func source(_ facts: SourceFacts) -> SourceInfo {
        var info = SourceInfo()
        info.name = facts.name
        info.format = facts.format
        info.linkTypes = facts.linkTypes
        info.packets = Int64(clamping: facts.packets)
        info.bytes = Int64(clamping: facts.bytes)
        info.first = facts.firstTime
        info.last = facts.lastTime
        info.cutPackets = Int64(clamping: facts.cutPackets)
        info.truncated = facts.truncated
        info.fault = facts.fault?.reason
        info.faultOffset = facts.fault?.offset
        return info
    }
}

extension PacketOutcome {
    /// The outcome's name in the report.
    fileprivate var name: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .icmpError: "icmp-error"
        case .otherIP: "other-ip"
        case .notIP: "not-ip"
        case .fragmentHeld: "fragment"
        case .truncated: "truncated"
        case .malformed: "malformed"
        case .unknownLinkType: "unknown-link-type"
        }
    }
}
