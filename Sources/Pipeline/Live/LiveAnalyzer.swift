public import Capture
import Conversations
import Depth
import Diagnosis
public import ReportModel
import Streams
public import Vocabulary

/// Follows captures that go on, and tells at each tick what is new. The steps are those of `Analyzer`; the rules run at
/// each tick over the case as it would stand if the capture ended now.
///
/// Nothing here waits: the owner waits for `descriptors`, reads, and ticks.
public final class LiveAnalyzer {
    let options: LiveOptions
    let source: LiveSource
    let streams: StreamEngine
    let conversations: ConversationEngine
    private let keys: KeyLogReader
    private var clock = LiveClock()
    private var tracker: FindingTracker
    private var events: LiveEvents
    var statistics: LiveStatistics
    private var brokers = BrokerWatch()
    /// The user's names of addresses.
    private var hosts: [IPAddress: String]
    private var drops = DropHistory()
    private var lastAgeing = CaptureTime.distantPast
    /// The last moment at which an interface was up.
    private var lastSight: CaptureTime?
    private let lag: LagObserver?
    var news = LiveNews()
    /// What is older has been seen.
    private let lateness: Int64
    /// Who else wants the packets: a recorder, a ring.
    private var takers: [any PacketTaker] = []
    /// Nanoseconds that the last tick took: the next comes no sooner than ten times that.
    public private(set) var tickCost: Int64 = 0

    /// Attempts to connect this young may still succeed.
    private static let youngAttempt = Span.seconds(3)
    /// The kernel hands packets on so late at most.
    private static let kernelLateness = Span.milliseconds(250)
    private static let ageingStep = Span.seconds(30)

    /// Opens the interfaces and pipes.
    public init(options: LiveOptions) throws(CaptureFault) {
        self.options = options
        hosts = options.analysis.hosts
        source = try LiveSource(interfaces: options.interfaces, pipes: options.pipes, options: options.capture)
        let limits = options.analysis.limits
        streams = StreamEngine(limits: limits)
        conversations = ConversationEngine(limits: limits)
        conversations.file.keepJournal()
        if options.analysis.keepsRequests || options.keepsRows { conversations.keepRequests() }
        if options.keepsRows { conversations.requestLog?.keepNews() }
        lag = options.metricLabels.isEmpty ? nil : LagObserver(limits: limits, labels: options.metricLabels)
        if let lag { conversations.observe(by: lag) }
        keys = KeyLogReader(
            paths: options.analysis.usesKeys ? options.analysis.keylog : [], log: conversations.keyLog)
        tracker = FindingTracker(archiveLimit: limits.archivedFindings)
        events = LiveEvents(limit: limits.eventsPerTick)
        statistics = LiveStatistics()
        lateness = Self.kernelLateness + (options.interfaces.count > 1 ? limits.mergeWindowNanoseconds : 0)
    }

    /// What to wait for.
    public var descriptors: [Int32] { source.descriptors }

    /// No more packets will come.
    public var isEnded: Bool { source.isEnded }

    /// Packets wait for others to be put in order with: ask again soon.
    public var isHolding: Bool { source.isHolding }

    /// The name of each input.
    public var inputNames: [String] { source.names }

    /// Where packets come from, as it is now.
    public var input: LiveInput {
        var input = LiveInput()
        (input.names, input.hasInterfaces) = (source.names, !options.interfaces.isEmpty)
        (input.filter, input.isPromiscuous) = (options.capture.filter, options.capture.promiscuous)
        (input.down, input.gone) = (source.downNames, source.goneNames)
        return input
    }

    /// How things stand before the first packet.
    public func statusBeforePackets() -> LiveStatus {
        source.countDrops()
        var status = LiveStatus(time: CaptureTime(nanoseconds: 0))
        status.uptime = MonotonicClock.now - clock.began
        status.input = input
        status.report.capture.sources = source.names.map { name in
            var info = SourceInfo()
            info.name = name
            return info
        }
        status.memoryBytes = LiveClock.residentBytes()
        status.process = ProcessReader.facts()
        return status
    }

    /// Inputs from which no more will come, while others may.
    public var inputsThatEnded: [String] { source.endedNames }

    /// Capture time; nil before the first packet.
    public var now: CaptureTime? { clock.now }

    /// From now on `taker` gets every packet behind the analysis of its batch.
    public func add(_ taker: any PacketTaker) { takers.append(taker) }

    // MARK: Reading

    /// Packets that were captured and not read yet, for the analysis is behind.
    public func countWaiting() -> Int { source.countWaiting() }

    /// Takes packets that are there now.
    /// - Returns: how many there were; `most` or more where there may be others.
    public func read(most: Int = 20_000) throws(CaptureFault) -> Int {
        var taken = 0
        if !options.analysis.keylog.isEmpty { keys.readNew(growing: true) }
        while taken < most, let batch = try source.nextBatch() {
            if options.analysis.usesKeys { keys.takeSecrets(source.secretCount) { source.decryptionSecrets } }
            if let first = batch.first, let last = batch.last, let blind = clock.note(packets: first.time, last.time) {
                noteBlind(blind)
            }
            conversations.note(times: batch)
            if takers.contains(where: \.wantsMarks) {
                let marks = conversations.consumeMarking(streams.process(batch))
                for taker in takers { taker.take(batch, harmless: marks) }
            } else {
                conversations.consume(streams.process(batch))
                for taker in takers { taker.take(batch, harmless: HarmlessBytes()) }
            }
            taken += batch.count
        }
        return taken
    }

    // MARK: Ticks

    /// What is new since the last tick, and how things stand; nil before the first packet.
    public func tick() -> (updates: [LiveUpdate], status: LiveStatus)? {
        source.countDrops()
        watchSight()
        guard let now = clock.now else { return nil }
        let began = MonotonicClock.now
        conversations.consume(streams.advance(to: now.adding(nanoseconds: -lateness)))
        conversations.file.note(clock: now)
        let dropped = drops.note(source.sources, now, life: options.analysis.limits.factLifeNanoseconds)
        var updates: [LiveUpdate] = dropped.map { [$0] } ?? []
        let status = withOpenConnections(now) { file in
            let journal = file.readJournal()
            statistics.note(journal.ended, file)
            updates += events.read(file, journal, streams.limitTrips)
            let verdict = Diagnosis.judge(file, health(source.sources), watchesBrokers: true)
            let told = tracker.update(verdict.findings, at: now)
            statistics.note(told, at: now)
            updates += told.map(LiveUpdate.finding)
            gather(journal, file, tracker.current)
            if let outages = verdict.outages { updates += watch(outages, file, now) }
            return makeStatus(file, verdict, now)
        }
        let step = min(Self.ageingStep, options.analysis.limits.factLifeNanoseconds / 4)
        if now.since(lastAgeing) >= step { updates += age(now) }
        tickCost = MonotonicClock.now - began
        return (updates, status)
    }

    /// Capture time stands still while no interface can show anything: nobody is judged by what could not be seen.
    private func watchSight() {
        if !source.isBlind {
            if let blind = clock.release() { noteBlind(blind) }
            lastSight = clock.now
        } else if clock.held == nil, let packet = clock.lastPacket {
            clock.hold(at: max(packet, lastSight ?? packet))
        }
    }

    private func noteBlind(_ span: ClosedRange<CaptureTime>) {
        streams.note(blindFrom: span.lowerBound)
        conversations.note(blind: span)
    }

    private func withOpenConnections<Result>(_ now: CaptureTime, _ body: (CaseFile) -> Result) -> Result {
        learnNames()
        return conversations.withOpenConnections(
            of: streams, most: options.analysis.limits.judgedOpenConnections,
            youngest: now.adding(nanoseconds: -Self.youngAttempt), body)
    }

    private func watch(_ outages: BrokerOutages, _ file: CaseFile, _ now: CaptureTime) -> [LiveUpdate] {
        let nodes = LiveRows.nodes(file)
        brokers.learn(Dictionary(nodes.map { ("\($0)", $1) }, uniquingKeysWith: { first, _ in first }))
        return brokers.update(outages, tracker.current, at: now) { server, time in
            let times = file.times.answering.first { "\($0.key)" == server }?.value.times
            return times?.filter { $0 > time }.min()
        }.map(LiveUpdate.broker)
    }

    private func makeStatus(_ file: CaseFile, _ verdict: Diagnosis.Judged, _ now: CaptureTime) -> LiveStatus {
        var builder = ReportBuilder(file: file, options: options.analysis, verdict: verdict)
        builder.findings = tracker.current + tracker.archive.suffix(100)
        builder.incidents = published(verdict.incidents)
        var status = LiveStatus(time: now)
        status.report = builder.head(sources: source.sources, streams: streams.summary, stopped: false)
        tellBlind(&status.report)
        status.report.isInterim = true
        status.uptime = MonotonicClock.now - clock.began
        (status.lastPacket, status.lastKafka) = (clock.lastPacket, statistics.lastKafka(file, at: clock.lastPacket))
        status.input = input
        for source in source.sources {
            status.droppedByKernel = status.droppedByKernel.addingSaturated(Int64(clamping: source.systemDrops ?? 0))
            status.droppedByInterface = status.droppedByInterface.addingSaturated(
                Int64(clamping: source.interfaceDrops ?? 0))
        }
        (status.conditions, status.news) = (brokers.conditions, brokers.news)
        status.brokerChanges = brokers.changes
        statistics.fill(&status, file, streams)
        status.lag = lag.flatMap { $0.rows().map(LiveRows.lag) }
        if let lag { status.labelled = lag.totals() }
        return status
    }

    private func published(_ incidents: [Incident]) -> [Incident] {
        incidents.map { incident in
            var incident = incident
            incident.findings = incident.findings.map(tracker.publishedId)
            return incident
        }
    }

    /// The user's names win over those in the captures.
    private func learnNames() {
        for (address, name) in source.nameRecords { conversations.file.addresses.names[address] = name }
        conversations.file.addresses.names.merge(hosts) { _, given in given }
    }

    /// Takes the user's names in place of those given before.
    public func rename(_ hosts: [IPAddress: String]) {
        for (address, name) in self.hosts where conversations.file.addresses.names[address] == name {
            conversations.file.addresses.names[address] = nil
        }
        self.hosts = hosts
    }

    private func health(_ sources: [SourceFacts]) -> CaptureHealth {
        var health = CaptureHealth()
        health.sources = sources.count
        health.pauses = streams.summary.pauses
        health.dropped = drops.recent
        health.cut = sources.reduce(0) { $0 + Int64(clamping: $1.cutPackets) }
        health.isBlanked = sources.contains(where: \.isBlanked)
        health.faults = sources.compactMap { source in source.fault.map { "\($0)" } }
        return health
    }

    // MARK: Ageing

    /// Facts that are older than a finding's life leave; findings that stood on them alone are final.
    private func age(_ now: CaptureTime) -> [LiveUpdate] {
        lastAgeing = now
        let limits = options.analysis.limits
        let forgotten = conversations.forget(
            before: now.adding(nanoseconds: -limits.factLifeNanoseconds),
            addresses: now.adding(nanoseconds: -limits.addressLifeNanoseconds), most: limits.endedConnections * 3 / 4)
        statistics.note(forgotten)
        lag?.forget(before: now.adding(nanoseconds: -limits.factLifeNanoseconds))
        events.begin(anew: conversations.file)
        let judged = withOpenConnections(now) { Diagnosis.judge($0, health(source.sources)).findings }
        return tracker.rebase(judged).map(LiveUpdate.finding)
    }

    // MARK: Reports

    /// The full report as of now, without stopping.
    public func report() -> Report {
        let now = clock.now ?? CaptureTime(nanoseconds: 0)
        return withOpenConnections(now) { file in
            let verdict = Diagnosis.judge(file, health(source.sources))
            var judged = verdict
            judged.incidents = published(verdict.incidents)
            var report = report(file, tracker.current + tracker.archive, judged)
            report.isInterim = true
            return report
        }
    }

    /// Why the view of the run that has ended shows nothing: a client or a broker that never appeared, a time that was not
    /// captured. What was seen so long ago that it left counts no more.
    public private(set) var viewFault: ViewFault?

    private func checkView(_ file: CaseFile, _ findings: [Finding]) {
        guard options.analysis.isNarrowed else { return }
        do throws(ViewFault) { try ViewCheck(options.analysis, file, findings).check() } catch { viewFault = error }
    }

    /// Ends the run: all findings are final. Nothing may be asked for afterwards.
    /// - Parameter stopped: by the user or a limit, and not because the input ended.
    public func finish(stopped: Bool) -> (updates: [LiveUpdate], report: Report) {
        source.countDrops()
        watchSight()
        source.beginEnd()
        // What is held is in memory: reading it cannot fail.
        _ = try? read(most: .max)
        streams.finish { conversations.consume($0) }
        if stopped, let now = clock.now { conversations.file.note(clock: now) }
        learnNames()
        conversations.settle()
        let file = conversations.file
        let life = options.analysis.limits.factLifeNanoseconds
        let dropped = drops.note(source.sources, clock.now ?? file.lastTime, life: life)
        let verdict = Diagnosis.judge(file, health(source.sources), watchesBrokers: true)
        var updates = dropped.map { [$0] } ?? []
        let journal = file.readJournal()
        updates += events.read(file, journal, streams.limitTrips)
        var judged = verdict
        judged.incidents = published(verdict.incidents)
        let ended = tracker.finish(verdict.findings, at: file.lastTime)
        gather(journal, file, tracker.archive)
        updates += ended.map(LiveUpdate.finding)
        if let outages = verdict.outages { updates += watch(outages, file, file.lastTime) }
        checkView(file, tracker.archive)
        return (updates, report(file, tracker.archive, judged))
    }

    private func report(_ file: CaseFile, _ findings: [Finding], _ verdict: Diagnosis.Judged) -> Report {
        var builder = ReportBuilder(file: file, options: options.analysis, verdict: verdict)
        builder.findings = Self.ordered(findings)
        builder.requestLog = conversations.requestLog
        var report = builder.report(sources: source.sources, streams: streams.summary, stopped: false)
        tellBlind(&report)
        return report
    }

    /// That nothing is wrong cannot be said of a time that nobody saw.
    private func tellBlind(_ report: inout Report) {
        // As long as the facts of that time are there.
        let life = options.analysis.limits.factLifeNanoseconds
        let spans = conversations.blindTimes.filter { clock.now?.since($0.upperBound) ?? 0 <= life }
        let unseen = spans.reduce(Int64(0)) { $0.addingSaturated($1.upperBound.since($1.lowerBound)) }
        let tenths = unseen / 100_000_000
        guard tenths > 0 else { return }
        report.capture.coverage.reasons.append(
            "no interface was up for \(Double(tenths) / 10) s, and what passed then was not seen")
        guard report.summary.status == .healthy else { return }
        (report.summary.status, report.summary.unjudged) = (.cannotJudge, [.sourceCutShort])
    }

    /// Worst first, those of equal severity as they were told.
    private static func ordered(_ findings: [Finding]) -> [Finding] {
        findings.enumerated().sorted {
            $0.element.severity != $1.element.severity
                ? $0.element.severity > $1.element.severity : $0.offset < $1.offset
        }.map(\.element)
    }
}

/// When packets were dropped: drops of long ago say nothing against what was seen since.
struct DropHistory {
    private var total: Int64 = 0
    private var steps: [(time: CaptureTime, count: Int64)] = []
    /// Within a finding's life.
    private(set) var recent: Int64 = 0

    /// - Returns: what to tell, where there were new ones.
    mutating func note(_ sources: [SourceFacts], _ now: CaptureTime, life: Int64) -> LiveUpdate? {
        let all = sources.drops
        let new = all - total
        total = all
        if new > 0 { steps.append((now, new)) }
        steps.removeAll { now.since($0.time) > life }
        recent = steps.reduce(0) { $0 + $1.count }
        return new > 0 ? .dropped(time: now, count: new, total: total) : nil
    }
}
