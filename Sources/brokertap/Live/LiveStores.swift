internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// The tables of `--ndjson-dir` while a run goes on: findings and incidents as they change, connections as they end, requests as
/// they are settled, how the run stands once a minute, and at its end what is counted over all of it.
final class LiveStores {
    private let files: [String: LineFile]
    private var run: String?
    private var revision = 0
    private var lastMinute: Int64?
    /// Incidents as they were told last, by id.
    private var told: [String: (incident: Incident, bytes: [UInt8])] = [:]
    private var states: [String: StoreReport.IncidentState] = [:]
    private var complaints: [String] = []
    private static let step = Span.seconds(60)
    /// A file's size where none is asked for.
    private static let size: Int64 = 64 << 20

    /// Opens all files, so that one that cannot be written to is told of at once.
    init(_ path: String, _ settings: LiveSettings) throws(LineFile.Failure) {
        let folder = StoreFolder(path: path)
        guard folder.make() else { throw LineFile.Failure(what: "\(path): nothing is written there") }
        var files: [String: LineFile] = [:]
        for name in StoreTables.names {
            files[name] = try LineFile(
                path: folder.path(of: name), most: settings.ndjsonBytes ?? Self.size, keep: settings.ndjsonKeep)
        }
        self.files = files
    }

    func tell(_ updates: [LiveUpdate], _ status: LiveStatus, _ news: LiveNews, at clock: Int64) {
        var rows = Report()
        (rows.capture.sources, rows.connections) = (status.report.capture.sources, news.connections)
        rows.findings = updates.compactMap { if case .finding(let finding) = $0 { finding } else { nil } }
        rows.requestLog = news.requests
        let isDue = lastMinute.map { clock - $0 >= Self.step } ?? true
        if isDue { lastMinute = clock }
        revision += 1
        rows.incidents = changed(status.report, all: isDue)
        if news.connectionsLeftOut > 0 {
            complaints.append("--ndjson-dir: \(news.connectionsLeftOut) connections that ended at once have no row")
        }
        var store = StoreReport(status.report, rows: rows, run: name(status.report), revision: revision)
        store.incidentStates = states
        for table in StoreTables.namesOfGrowing { write(table, store) }
        if isDue {
            var report = status.report
            report.tool.version = Version.text
            write(StoreTables.nameOfRuns, StoreReport(report, run: name(report), revision: revision))
        }
    }

    /// Incidents that are new, or, once a minute, other than they were told; and those that are no more, with what became of them.
    private func changed(_ report: Report, all: Bool) -> [Incident] {
        var changed: [Incident] = []
        var now = told.filter { entry in report.incidents.contains { $0.id == entry.key } }
        states = Dictionary(report.incidents.map { ($0.id, .open) }, uniquingKeysWith: { first, _ in first })
        for incident in report.incidents where all || told[incident.id] == nil {
            let bytes = bytes(of: incident, report)
            if bytes != told[incident.id]?.bytes { changed.append(incident) }
            now[incident.id] = (incident, bytes)
        }
        let retold = Set(report.incidents.flatMap(\.findings))
        for (id, entry) in told.sorted(by: { $0.key < $1.key }) where now[id] == nil {
            states[id] = retold.isDisjoint(with: entry.incident.findings) ? .final : .replaced
            changed.append(entry.incident)
        }
        told = now
        return changed
    }

    private func bytes(of incident: Incident, _ report: Report) -> [UInt8] {
        var alone = Report()
        alone.incidents = [incident]
        let sink = StringSink()
        for table in StoreTables.namesOfGrowing {
            StoreTables.write(table, of: StoreReport(report, rows: alone, run: "", revision: 0), to: sink)
        }
        return sink.bytes
    }

    /// Of where it captures and when the first packet came.
    private func name(_ report: Report) -> String {
        if let run { return run }
        let sources = report.capture.sources
        let first = sources.compactMap(\.first).min()?.nanoseconds ?? 0
        let name = StoreReport.name(ofLiveRunAt: sources.map(\.name), began: first)
        run = name
        return name
    }

    private func write(_ table: String, _ store: StoreReport) {
        guard let file = files[table] else { return }
        StoreTables.write(table, of: store, to: file)
        file.flush()
    }

    /// - Parameter report: of the whole run.
    func finish(_ report: Report) {
        revision += 1
        var rows = Report()
        // Those that still stand are told once more, as final.
        rows.incidents = changed(report, all: true).filter { states[$0.id] != .open } + report.incidents
        for incident in report.incidents { states[incident.id] = .final }
        var last = StoreReport(report, rows: rows, run: name(report), revision: revision)
        last.incidentStates = states
        for table in StoreTables.namesOfGrowing { write(table, last) }
        let store = StoreReport(report, run: name(report), revision: revision)
        let growing = Set(StoreTables.namesOfGrowing)
        for table in StoreTables.names where !growing.contains(table) { write(table, store) }
    }

    func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints + StoreTables.names.flatMap { files[$0]?.takeComplaints() ?? [] }
    }
}
