import Capture
import Conversations
import Diagnosis
import KafkaSchema
import Messages
import ReportModel
import Streams
public import Vocabulary

/// Lists the messages of captures. They are read twice or more: first as for a report, which alone tells what was lost and
/// what was given up; then message by message.
public final class MessageListing {
    private let options: ListingOptions
    /// Of all readings but the first.
    private let analyzer: Analyzer

    public init(_ options: ListingOptions) {
        self.options = options
        analyzer = Analyzer(options: options.analysis)
    }

    /// What the first reading tells.
    private struct Learned {
        var file: CaseFile
        var findings: [Finding]
        var hindsight: Hindsight
    }

    /// - Parameters:
    ///   - offset: what to add to UTC where times are shown, by the capture's first packet.
    ///   - write: takes whole lines.
    /// - Throws: `CaptureFault`, `ListingFault`, `ViewFault`.
    public func run(
        paths: [String], offset: (CaptureTime?) -> Int, progress: (AnalysisProgress) -> Bool,
        write: @escaping ([UInt8]) -> Void
    ) throws -> Listed {
        var filter = MessageFilter()
        try fill(&filter)
        let learned = try learn(paths, progress)
        narrow(&filter, learned.file)
        var chosen: ((ObservedRequest) -> Bool)?
        if let id = options.finding {
            let finder = try FindingMessages(
                finding(id, learned.findings), context: options.context, options.analysis.limits)
            _ = try read(paths, telling: finder, progress)
            chosen = finder.chooser()
        }
        let form: MessageTeller.Form =
            options.isJSON ? .json : .text(offsetSeconds: offset(learned.file.firstTime))
        let teller = MessageTeller(
            form: form, filter: filter, hindsight: learned.hindsight, limits: options.analysis.limits, chosen: chosen,
            write: write)
        var listed = try read(paths, telling: teller, progress)
        teller.finish()
        listed.messages = teller.written
        if let trip = teller.trip { listed.trips.append(trip) }
        return listed
    }

    private func learn(_ paths: [String], _ progress: (AnalysisProgress) -> Bool) throws -> Learned {
        var plain = options.analysis
        (plain.clients, plain.brokers, plain.from, plain.to) = ([], [], nil, nil)
        // Tables move findings, and cost much where none is asked for.
        if options.finding == nil { plain.makesTables = false }
        let learner = Analyzer(options: plain)
        let first = try learner.reader(paths)
        guard first.totalBytes != nil else { throw ListingFault.needsFiles }
        let (reader, followed) = try learner.followUndamaged(first, progress: progress)
        analyzer.corrections = learner.corrections
        let verdict = Diagnosis.judge(followed.file, learner.health(reader, followed), tables: followed.tables)
        if options.analysis.isNarrowed { try ViewCheck(options.analysis, followed.file, verdict.findings).check() }
        let names = reader.sources.count > 1 ? reader.sources.map(\.name.baseName) : []
        return Learned(
            file: followed.file, findings: verdict.findings,
            hindsight: Hindsight(followed.file, verdict.losses, sources: names))
    }

    private func read(
        _ paths: [String], telling listener: any MessageObserver, _ progress: (AnalysisProgress) -> Bool
    ) throws -> Listed {
        let reader = try analyzer.reader(paths)
        let followed = try analyzer.follow(reader, telling: listener, progress: progress)
        var listed = Listed()
        listed.isStopped = followed.stopped
        listed.trips = followed.file.limitsReached + followed.streams.limitTrips
        listed.faults = reader.sources.compactMap { source in source.fault.map { "\($0)" } }
        return listed
    }

    // MARK: Filters

    private func fill(_ filter: inout MessageFilter) throws(ListingFault) {
        for name in options.apis { filter.apis.insert(try api(name)) }
        filter.topics = Set(options.topics)
        filter.groups = Set(options.groups)
        for name in options.errors {
            if name.lowercased() == "any" { filter.anyError = true } else { filter.errors.insert(try code(name)) }
        }
        filter.slowerThan = options.slowerThan
        filter.connections = Set(options.connections)
    }

    private func api(_ name: String) throws(ListingFault) -> Int16 {
        if let number = Int16(name), number >= 0 { return number }
        let wanted = name.lowercased()
        if let entry = KafkaApi.all.first(where: { $0.name.lowercased() == wanted }) {
            return Int16(clamping: entry.key)
        }
        throw .noSuchApi(name, known: KafkaApi.all.map(\.name))
    }

    private func code(_ name: String) throws(ListingFault) -> Int16 {
        if let number = Int16(name) { return number }
        let wanted = name.uppercased().split(separator: "-").joined(separator: "_")
        if let code = KafkaError.code(named: wanted) { return Int16(clamping: code) }
        throw .noSuchError(name, known: KafkaError.all.map(\.name))
    }

    private func finding(_ id: String, _ findings: [Finding]) throws(ListingFault) -> Finding {
        if let finding = findings.first(where: { $0.id == id }) { return finding }
        throw .noSuchFinding(id, known: findings.map(\.id))
    }

    /// By names that only the whole capture tells.
    private func narrow(_ filter: inout MessageFilter, _ file: CaseFile) {
        let view = ReportView(options.analysis, file)
        (filter.from, filter.to) = (view.from, view.to)
        guard !view.clients.isEmpty || !view.brokers.isEmpty else { return }
        let parties = PartyChoice(view: view)
        filter.parties = { parties.fits($0, $1, $2) }
    }
}

/// Whether the two ends of a connection are in a view: asked once for each pair.
private final class PartyChoice {
    private struct Pair: Hashable {
        var client: Endpoint
        var clientId: String?
        var server: Endpoint
    }

    private let view: ReportView
    private var known: [Pair: Bool] = [:]
    private static let most = 100_000

    init(view: ReportView) { self.view = view }

    func fits(_ client: Endpoint, _ clientId: String?, _ server: Endpoint) -> Bool {
        let pair = Pair(client: client, clientId: clientId, server: server)
        if let fits = known[pair] { return fits }
        let ids = [clientId].compactMap(\.self)
        let fits =
            view.fits(client: view.names.client(client.address, port: client.port, ids: ids))
            && view.fits(server: view.names.server(server))
        if known.count < Self.most { known[pair] = fits }
        return fits
    }
}
