import Capture
import Conversations
import Depth
import Diagnosis
public import ReportModel
import Streams
import Vocabulary

/// Reads captures and gives the report: capture, streams, conversations, diagnosis, in that order, a batch at a time.
public final class Analyzer {
    let options: AnalyzerOptions
    /// What holds of all readings from now on.
    var corrections = Corrections()

    /// What a reading told that the next one puts right.
    struct Corrections: Equatable {
        /// Segments that were damaged on the way are left out.
        var verifiesChecksums = false
        /// How far the clocks of sources are ahead of the first one's.
        var clockOffsets: [Int: Int64] = [:]
        /// Which of several clusters each program works with.
        var clusters: KnownClusters?
    }

    /// The same for all readings: they end at the same place.
    let followed: FollowedFile?

    /// Called by the threads of an analysis now and then; only tests have one.
    var delay: (@Sendable () -> Void)?

    public init(options: AnalyzerOptions) {
        self.options = options
        followed = options.followed.map { FollowedFile(path: $0, wait: options.waitsForMore) }
    }

    /// - Parameter progress: called between batches; false stops the run, and the report then says so.
    /// - Throws: `CaptureFault` where nothing can be read, `ViewFault` where nothing is left to show. A fault in the middle is part of the report instead.
    public func run(paths: [String], progress: (AnalysisProgress) -> Bool) throws -> Report {
        let reader = try reader(paths)
        if options.factsOutput != nil, !reader.isRepeatable { throw FactsFault.needsFiles }
        let report = try examine(reader, progress: progress).report
        if let output = options.factsOutput, !report.capture.partial {
            writtenFacts = try writeFacts(to: output, paths: paths, progress: progress)
        }
        return report
    }

    public var filter: String? { options.filter }

    /// The facts file that the last run wrote.
    public private(set) var writtenFacts: WrittenFacts?

    func reader(_ paths: [String]) throws(CaptureFault) -> CaptureReader {
        // One of the threads is ahead with reading.
        var how = CaptureOptions(filter: options.filter, limits: options.limits, threads: options.threads - 1)
        how.clockOffsets = corrections.clockOffsets
        how.followed = followed
        return try CaptureReader(paths: paths, options: how)
    }

    /// The report, and the facts that it was made of.
    func examine(
        _ first: CaptureReader, progress: (AnalysisProgress) -> Bool
    ) throws -> (report: Report, file: CaseFile) {
        let (reader, followed) = try followByCluster(first, progress: progress)
        let health = health(reader, followed)
        // What one source shows beyond another's end says nothing of that one's connections.
        followed.file.noteEnds { health.end(ofSourceWith: $0) }
        let verdict = Diagnosis.judge(followed.file, health, tables: followed.tables)
        if options.isNarrowed { try ViewCheck(options, followed.file, verdict.findings).check() }
        var builder = ReportBuilder(file: followed.file, options: options, verdict: verdict)
        builder.requestLog = followed.requestLog
        builder.depth = followed.depth
        builder.tables = options.isNarrowed ? nil : followed.tables?.settled(verdict.outcomes)
        builder.tableTrips = followed.tableTrips + [followed.views?.trip].compactMap(\.self)
        builder.clockSteps = followed.clock.steps
        builder.clockOffsets = followed.views?.offsets ?? []
        builder.isLast = true
        var report = builder.report(sources: reader.sources, streams: followed.streams, stopped: followed.stopped)
        if report.view != nil, report.summary.connections + report.summary.connectionsRefused == 0,
            report.findings.allSatisfy(\.namesNobody)
        {
            throw ViewFault.nothingInCommon
        }
        LogFiles(options: options).lay(on: &report)
        return (report, followed.file)
    }

    /// What is left of the packets when all have been read.
    struct Followed {
        var file: CaseFile
        var requestLog: RequestLog?
        var streams: StreamSummary
        var clock: ClockWatch
        var views: ViewClocks?
        var stopped: Bool
        var depth: DepthSwitch
        var tables: DepthTables?
        var clusters: KnownClusters?
        var tableTrips: [LimitTrip] = []
    }

    /// Where several clusters have groups and topics of one name, and programs were at work before it was known with which, the
    /// tables are right only when that is known from the start.
    private func followByCluster(
        _ reader: CaptureReader, progress: (AnalysisProgress) -> Bool
    ) throws -> (CaptureReader, Followed) {
        let (reader, first) = try followUndamaged(reader, progress: progress)
        guard !first.stopped, reader.isRepeatable, let clusters = first.clusters else { return (reader, first) }
        corrections.clusters = clusters
        return try readAgain(reader, first, progress: progress)
    }

    /// Of two copies of a segment that differ, the one with the right checksum counts. Verifying costs a look at every byte, so a
    /// capture is read without, and once more with it where segments were sent again, and it is small or frames do not fit together.
    /// - Returns: also the reader that was read last.
    func followUndamaged(
        _ reader: CaptureReader, progress: (AnalysisProgress) -> Bool
    ) throws -> (CaptureReader, Followed) {
        let (reader, first) = try followByOneClock(reader, progress: progress)
        guard !first.stopped, reader.isRepeatable else { return (reader, first) }
        // Blanked bytes have no right sums.
        if reader.sources.contains(where: \.isBlanked) { return (reader, first) }
        let isSmall = (reader.inputBytes ?? reader.bytesRead) <= options.limits.verifiedBytes
        let mayBeDamaged = first.file.connections.records.contains { $0.hasCopies && (isSmall || $0.looksDamaged) }
        guard mayBeDamaged else { return (reader, first) }
        corrections.verifiesChecksums = true
        let (again, second) = try readAgain(reader, first, progress: progress)
        // Where that left holes there was no other copy: a card or a driver put segments together, and left the checksum of one.
        guard second.streams.count(.damaged) > 0, second.file.totals.gapBytes <= first.file.totals.gapBytes else {
            corrections.verifiesChecksums = false
            return (reader, first)
        }
        return (again, second)
    }

    /// How far clocks are apart is known only when all is read: files of which one is far off are then read once more, with
    /// its times put right, so that one event is one, and waits are what they were.
    private func followByOneClock(
        _ reader: CaptureReader, progress: (AnalysisProgress) -> Bool
    ) throws -> (CaptureReader, Followed) {
        let first = try follow(reader, progress: progress)
        let worth = (first.views?.offsets ?? []).filter(\.isWorthCorrecting)
        guard !first.stopped, reader.isRepeatable, !worth.isEmpty else { return (reader, first) }
        corrections.clockOffsets = Dictionary(
            worth.map { ($0.source, $0.nanoseconds) }, uniquingKeysWith: { one, _ in one })
        return try readAgain(reader, first, progress: progress)
    }

    /// With what is to be put right by now. How far clocks are apart was told by the first reading.
    private func readAgain(
        _ reader: CaptureReader, _ first: Followed, progress: (AnalysisProgress) -> Bool
    ) throws -> (CaptureReader, Followed) {
        let again = try self.reader(reader.paths)
        var second = try follow(again, progress: progress)
        second.views = first.views
        return (again, second)
    }

    /// Follows all connections to their end. The tables of those that were alive go with the engines, before the rules and
    /// the report need room of their own.
    /// - Parameter listener: is told every message, in place of the depth tables.
    func follow(
        _ reader: CaptureReader, telling listener: (any MessageObserver)? = nil,
        progress: (AnalysisProgress) -> Bool
    ) throws -> Followed {
        let streams = StreamEngine(limits: options.limits, verifiesChecksums: corrections.verifiesChecksums)
        let conversations = ConversationEngine(limits: options.limits)
        // A view's numbers are counted from single requests.
        if options.keepsRequests || options.isNarrowed { conversations.keepRequests() }
        let depth = DepthSwitch(options, inputBytes: reader.inputBytes)
        let observer =
            depth.reads && listener == nil
            ? DepthObserver(
                limits: options.limits, drawsRequests: options.keepsRequestParts, clusters: corrections.clusters) : nil
        if let listening = listener ?? observer { conversations.observe(by: listening) }
        // Of several files each has a clock of its own; so may each of many, which nobody compares.
        let comparesClocks = reader.mayBeViews && listener == nil && corrections == Corrections()
        let stage = PacketStage(
            reader, streams, views: comparesClocks ? ViewClocks(limits: options.limits) : nil,
            usesSecrets: options.usesKeys, limits: options.limits)
        let stopped = try read(stage, conversations, progress)
        streams.finish { conversations.consume($0) }
        learnNames(reader, conversations.file)
        conversations.settle()
        return Followed(
            file: conversations.file, requestLog: conversations.requestLog, streams: streams.summary,
            clock: stage.clock, views: stage.views, stopped: stopped,
            depth: depth, tables: observer?.tables(end: conversations.file.lastTime),
            clusters: observer?.clustersLearnedLate,
            tableTrips: (observer?.trips ?? []) + [depth.trip].compactMap(\.self))
    }

    func health(_ reader: CaptureReader, _ followed: Followed) -> CaptureHealth {
        var health = CaptureHealth()
        health.sources = reader.sources.count
        health.spans = reader.sources.map { source in
            let first = source.firstTime ?? .distantPast
            return first...max(first, source.lastTime ?? first)
        }
        health.pauses = followed.streams.pauses
        health.dropped = reader.sources.drops
        health.cut = reader.sources.reduce(0) { $0 + Int64(clamping: $1.cutPackets) }
        health.isBlanked = reader.sources.contains(where: \.isBlanked)
        health.faults = reader.sources.compactMap { source in source.fault.map { "\($0)" } }
        return health
    }

    /// - Returns: whether it was stopped.
    private func read(
        _ stage: PacketStage, _ conversations: ConversationEngine, _ progress: (AnalysisProgress) -> Bool
    ) throws -> Bool {
        let keys = KeyLogReader(paths: options.usesKeys ? options.keylog : [], log: conversations.keyLog)
        keys.readNew(growing: false)
        let totalBytes = stage.reader.totalBytes
        func use(_ part: PacketStage.Part, _ told: StreamBatch) {
            keys.take(part.secrets)
            conversations.note(part.span)
            conversations.consume(told)
        }
        func goesOn(_ part: PacketStage.Part) -> Bool {
            progress(
                AnalysisProgress(bytesRead: part.bytesRead, totalBytes: totalBytes, packets: part.span.packets))
        }
        if options.threads > 1, let stopped = try ReadAhead(stage, delay: delay).run(use, goesOn: goesOn) {
            return stopped
        }
        stage.streams.begin()
        while let part = try stage.next() {
            use(part, stage.streams.told)
            if !goesOn(part) { return true }
            stage.streams.begin()
        }
        return false
    }

    /// The user's names win over the capture's own name blocks, and those over DNS.
    private func learnNames(_ reader: CaptureReader, _ file: CaseFile) {
        for (address, name) in reader.nameRecords { file.addresses.names[address] = name }
        file.addresses.names.merge(options.hosts) { _, given in given }
    }
}
