import Capture
import Conversations
import Diagnosis
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
    var losses = LossesByConnection()
    var excuses: [ExcuseCount] = []
    /// Hosts that look at everything and speak no Kafka: their bytes are none of Kafka's.
    var probes: Set<IPAddress> = []
    /// Runs of connection attempts that failed to the end and that no finding explains.
    var unexplainedAttempts = 0
    var unexplainedSilences = 0
    var requestLog: RequestLog?
    /// Nil: packets as they come.
    var depth: DepthSwitch?
    var tables: DepthTables?
    var tableTrips: [LimitTrip] = []
    var clockSteps: [ClockStep] = []
    var clockOffsets: [ClockOffset] = []
    /// No other report will be made: the log may be let go while it is read.
    var isLast = false

    /// Takes all that the rules say: what a file and a live run are judged by is the same.
    init(file: CaseFile, options: AnalyzerOptions, verdict: Diagnosis.Judged) {
        (self.file, self.options) = (file, options)
        (findings, incidents) = (verdict.findings, verdict.incidents)
        (losses, excuses, probes) = (verdict.losses, verdict.excuses, verdict.probes)
        (unexplainedAttempts, unexplainedSilences) = (verdict.unexplainedAttempts, verdict.unexplainedSilences)
    }

    func report(sources: [SourceFacts], streams: StreamSummary, stopped: Bool) -> Report {
        var report = head(sources: sources, streams: streams, stopped: stopped)
        guard options.isNarrowed else {
            report.latency = LatencyRows(file: file).rows
            report.apis = ApiRows(file: file).rows
            fill(&report, file, nil)
            return report
        }
        let view = ReportView(options, file)
        let part = file.narrowed(to: view.selection)
        ViewedReport(view: view, options: options, part: part, losses: losses, log: requestLog).narrow(&report)
        // Bytes of no known connection are in no view.
        report.capture.coverage = CoverageReader(file: part, sources: sources, strayBytes: 0).coverage
        var accounts = Accounts(file: part, findings: report.findings)
        accounts.balance(&report.capture.coverage)
        report.latency =
            requestLog == nil
            ? LatencyRows(file: file).rows.filter(view.shows)
            : ViewSums(view: view, part: part, losses: losses, log: requestLog).latency
        // Failed attempts of others leave nothing unjudged here.
        judge(&report, unexplainedAttempts: report.summary.connectionsRefused > 0 ? unexplainedAttempts : 0)
        fill(&report, part, view)
        return report
    }

    /// The rows.
    /// - Parameter part: the facts that they are made of: all, or those of a view.
    private func fill(_ report: inout Report, _ part: CaseFile, _ view: ReportView?) {
        report.brokers = BrokerRows(file: part, capture: file).rows
        report.clients = ClientRows(file: part).rows
        let rows = ConnectionRows(file: part, findings: report.findings, limit: options.limits.reportedConnections)
        report.connections = rows.rows
        for i in report.connections.indices { report.connections[i].views = rows.views(i, of: report.capture.sources) }
        report.connectionGroups = rows.groups
        let timeline = TimelineRows(
            file: part, findings: report.findings, limit: options.limits.timelineEvents, covers: view?.covers)
        report.timeline = timeline.events
        report.timelineFolded = timeline.folded
        report.addresses = AddressRows(file: file).rows.filter { view?.shows($0) ?? true }
        report.errorCounts = ErrorCountRows(file: part).rows
        report.setup = SetupRows(file: part).rows
        let hosts = Set(
            part.connections.records.flatMap {
                ["\($0.server.address)"] + ($0.proxyHeader ? ["\($0.client.address)"] : [])
            })
        report.listeners = Listeners(part, capture: file).rows
        report.gateways = Gateways(file, tables: tables).rows.filter { hosts.contains($0.address) }
        guard let requestLog, options.keepsRequests else { return }
        report.requestLog = RequestLogRows(
            file: file, findings: report.findings, connections: report.connections, view: view
        ).columns(requestLog, isLast: isLast)
        report.requestLog?.take(tables?.requestParts ?? [:])
    }

    /// What a reader sees first, without the rows.
    func head(sources: [SourceFacts], streams: StreamSummary, stopped: Bool) -> Report {
        var report = Report()
        report.tool.filter = options.filter
        report.tool.keysUsed = file.totals.keysUsed
        report.tool.keysGiven = options.usesKeys && !options.keylog.isEmpty
        report.findings = findings
        report.incidents = incidents
        var accounts = Accounts(file: file, findings: findings)
        report.capture = captureInfo(sources, streams, stopped)
        accounts.balance(&report.capture.coverage)
        report.summary = summary(&accounts)
        report.limits =
            file.limitsReached + streams.limitTrips + accounts.trips + tableTrips
        (report.tables, report.tablesState) = (tables, depth?.state ?? .live)
        report.excuses = options.isNarrowed ? [] : excuses
        report.names = file.addresses.names
        judge(&report, unexplainedAttempts: unexplainedAttempts)
        return report
    }

    /// The status, and the root that the headline speaks of.
    private func judge(_ report: inout Report, unexplainedAttempts: Int) {
        StatusJudge(
            report: report, unexplainedAttempts: unexplainedAttempts, unexplainedSilences: unexplainedSilences
        ).fill(&report.summary)
        report.putRootFirst()
    }

    private func summary(_ accounts: inout Accounts) -> Summary {
        var summary = Summary()
        summary.connections = file.totals.connections
        summary.connectionsRefused = file.totals.refusedAttempts
        summary.responses = file.totals.responses
        accounts.fill(&summary)
        summary.count(findings)
        return summary
    }

    private func captureInfo(_ sources: [SourceFacts], _ streams: StreamSummary, _ stopped: Bool) -> CaptureInfo {
        var info = CaptureInfo()
        info.sources = sources.map(Self.source)
        info.dropped = sources.drops
        info.coverage =
            CoverageReader(
                file: file, sources: sources, strayBytes: streams.strayBytes, probes: probes,
                keysGiven: options.usesKeys && !options.keylog.isEmpty
            ).coverage
        info.packetOutcomes = streams.outcomes.filter { $0.count > 0 }.map { ($0.outcome.name, Int64($0.count)) }
        info.partial = stopped
        info.clockSteps = clockSteps.map {
            ClockStepInfo(frame: $0.frame, time: $0.time, byMs: Double($0.nanoseconds) / 1e6)
        }
        info.clockOffsets = offsetRows(sources)
        return info
    }

    private func offsetRows(_ sources: [SourceFacts]) -> [ClockOffsetInfo] {
        sources.enumerated().dropFirst().map { place, source in
            var row = ClockOffsetInfo()
            row.source = source.name.baseName
            row.corrected = source.clockOffset != 0
            guard let offset = clockOffsets.first(where: { $0.source == place }) else { return row }
            row.offsetMs = Double(offset.nanoseconds) / 1e6
            row.lowMs = offset.bounds.map { Double($0.lowerBound) / 1e6 }
            row.highMs = offset.bounds.map { Double($0.upperBound) / 1e6 }
            return row
        }
    }

    private static func source(_ facts: SourceFacts) -> SourceInfo {
        var info = SourceInfo()
        info.name = facts.name
        info.format = facts.format
        info.linkTypes = facts.linkTypes
        info.packets = Int64(clamping: facts.packets)
        info.bytes = Int64(clamping: facts.bytes)
        // As the file has them.
        info.first = facts.firstTime?.adding(nanoseconds: facts.clockOffset)
        info.last = facts.lastTime?.adding(nanoseconds: facts.clockOffset)
        info.cutPackets = Int64(clamping: facts.cutPackets)
        info.isBlanked = facts.isBlanked
        info.truncated = facts.truncated
        info.fault = facts.fault?.reason
        info.faultOffset = facts.fault?.offset
        return info
    }
}

extension Summary {
    mutating func count(_ findings: [Finding]) {
        errors = findings.count { $0.severity == .error }
        warnings = findings.count { $0.severity == .warning }
        infos = findings.count { $0.severity == .info }
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
        case .damaged: "wrong-checksum"
        case .unknownLinkType: "unknown-link-type"
        }
    }
}
