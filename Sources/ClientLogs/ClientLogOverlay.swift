public import ReportModel
public import Vocabulary

/// Lays logs beside a finished report: rows, counts, and events on its timeline.
public struct ClientLogOverlay {
    private let limits: Limits
    /// Of a view, only lines of what it shows are told.
    private let isNarrowed: Bool
    private var rows: [ClientLogRow] = []
    private var rowsLeftOut = 0

    public init(limits: Limits, isNarrowed: Bool) { (self.limits, self.isNarrowed) = (limits, isNarrowed) }

    public mutating func lay(_ logs: [ReadLog], on report: inout Report) {
        let events = CaptureEvents(report)
        let placer = LinePlacer(report, events)
        let folded = Set(report.connectionGroups.map(\.server))
        var files: [ClientLogFile] = []
        let offsets = offsets(of: logs, placer)
        for (log, offset) in zip(logs, offsets) { files.append(lay(log, offset, placer, folded)) }
        rows.sort { ($0.time, $0.source, $0.line) < ($1.time, $1.source, $1.line) }
        report.clientLogFiles = files
        report.clientLog = rows
        report.limits += trips(logs)
        addToTimeline(of: &report)
    }

    private func trips(_ logs: [ReadLog]) -> [LimitTrip] {
        let beyond = logs.reduce(0) { $0 + $1.leftOut }
        return [
            LimitTrip("clientLogLines", limits.clientLogLines, beyond: beyond, "log lines that were not placed"),
            LimitTrip("clientLogRows", limits.clientLogRows, beyond: rowsLeftOut, "log lines that are not shown"),
        ].compactMap(\.self)
    }

    /// A log that tells little is read with the clock of the one beside it that tells most.
    private func offsets(of logs: [ReadLog], _ placer: LinePlacer) -> [LogOffset?] {
        let events = placer.events
        let isOfHere = logs.map { isNarrowed || placer.places.knowsAny(of: $0.entries) }
        let alone = zip(logs, isOfHere).map { log, isOfHere in
            isOfHere ? OffsetFinder(log.entries, events).find().flatMap { isBorneOut($0, log, placer) ? $0 : nil } : nil
        }
        guard let best = alone.compactMap(\.self).max(by: { $0.lines < $1.lines }), best.lines >= Self.enough else {
            return alone
        }
        return zip(zip(logs, isOfHere), alone).map { log, offset in
            guard log.1 else { return nil }
            let log = log.0
            if let offset, offset.lines >= Self.enough { return offset }
            return OffsetFinder(log.entries, events, neighbour: best.nanoseconds).find()
                .flatMap { isBorneOut($0, log, placer) ? $0 : nil }
        }
    }

    /// Clocks that are set by the network are no further apart; a distance beyond needs proof.
    private static let ordinary = Span.seconds(2)
    private static let fewestTold = 2

    /// Zones lie quarters of an hour apart.
    private static let quarter = Span.seconds(900)

    private static func isNearZone(_ offset: Int64) -> Bool {
        let beyond = (offset % quarter).distanceFromZero
        return min(beyond, quarter - beyond) <= ordinary
    }

    /// At a distance that is found and not given, most lines that ask why must find an answer, and of each kind of them some: a
    /// log of another incident has its lines near this one's too, somewhere.
    private func isBorneOut(_ offset: LogOffset, _ log: ReadLog, _ placer: LinePlacer) -> Bool {
        if offset.isExact || offset.nanoseconds.distanceFromZero <= Self.ordinary { return true }
        var sums: [LogTopic: (told: Int, all: Int)] = [:]
        let only = Self.onlyClient(of: log, placer.events)
        for entry in log.entries where entry.said.topic.asksWhy {
            let time = CaptureTime(nanoseconds: entry.stamp.nanoseconds.subtractingSaturated(offset.nanoseconds))
            guard time >= placer.events.first, time <= placer.events.last else { continue }
            var said = entry.said
            said.clientId = said.clientId ?? only
            let place = placer.place(said, at: time, slack: entry.stamp.precision, doubt: offset.doubt(entry.stamp))
            let isTold = place.finding != nil
            let sum = sums[said.topic] ?? (0, 0)
            sums[said.topic] = (sum.told + (isTold ? 1 : 0), sum.all + 1)
        }
        let (told, all) = sums.values.reduce((0, 0)) { ($0.0 + $1.told, $0.1 + $1.all) }
        // One that asks nothing stands by its other lines.
        if all == 0 { return offset.lines >= Self.enough }
        // Where a zone alone explains the distance, fewer do: a capture may show a part of what the log tells.
        let isZone = log.entries.allSatisfy { !$0.stamp.hasZone } && Self.isNearZone(offset.nanoseconds)
        return told >= min(all, Self.fewestTold) && (isZone ? 2 * told >= all : 4 * told >= 3 * all)
            && sums.values.allSatisfy { $0.told > 0 || $0.all < Self.fewestTold }
    }

    /// So many lines at one distance are no chance.
    private static let enough = 8

    private mutating func lay(
        _ log: ReadLog, _ offset: LogOffset?, _ placer: LinePlacer, _ folded: Set<String>
    ) -> ClientLogFile {
        var file = log.file
        guard let offset else { return file }
        file.offsetMs = Double(offset.nanoseconds) / 1e6
        file.lowMs = offset.bounds.map { Double($0.lowerBound) / 1e6 }
        file.highMs = offset.bounds.map { Double($0.upperBound) / 1e6 }
        file.offsetFrom = offset.lines
        let only = Self.onlyClient(of: log, placer.events)
        for var entry in log.entries {
            entry.said.clientId = entry.said.clientId ?? only
            place(entry, offset, placer, folded, &file)
        }
        return file
    }

    /// Whose log it is, where all lines that tell name the same client.
    private static func onlyClient(of log: ReadLog, _ events: CaptureEvents) -> String? {
        var ids: Set<String> = []
        for entry in log.entries { if let id = entry.said.clientId { ids.insert(id) } }
        return ids.count == 1 ? ids.first.flatMap { events.clientIds.contains($0) ? $0 : nil } : nil
    }

    private mutating func place(
        _ entry: ReadLog.Entry, _ offset: LogOffset, _ placer: LinePlacer, _ folded: Set<String>,
        _ file: inout ClientLogFile
    ) {
        let said = entry.said
        let time = CaptureTime(nanoseconds: entry.stamp.nanoseconds.subtractingSaturated(offset.nanoseconds))
        let slack = max(entry.stamp.precision, offset.bounds == nil ? Span.seconds(1) : 0)
        let events = placer.events
        guard time >= events.first.adding(nanoseconds: -Span.seconds(2)),
            time <= events.last.adding(nanoseconds: Span.seconds(2))
        else { return file.outside += 1 }
        var place = placer.place(said, at: time, slack: slack, doubt: offset.doubt(entry.stamp))
        let isSeen = place.connection != nil || place.finding != nil
        let isFolded = events.servers(of: said).map { !$0.isDisjoint(with: folded) } ?? !folded.isEmpty
        // Nothing is missed of what was not looked at.
        let isUnexplained = said.topic.asksWhy && !isSeen && !isNarrowed && !isFolded
        guard place.finding != nil || isUnexplained || (isSeen && said.topic.asksWhy) else { return }
        if isUnexplained { file.unexplained += 1 } else { file.placed += 1 }
        guard rows.count < limits.clientLogRows else { return rowsLeftOut += 1 }
        if offset.isUnsure, said.clientPort == nil, said.correlationId == nil { place.connection = nil }
        var row = ClientLogRow(time: time, offsetMs: Double(offset.nanoseconds) / 1e6, topic: said.topic)
        (row.source, row.line, row.level, row.text) = (file.source, entry.line, said.level, said.text)
        row.clientId = said.clientId.flatMap { events.clientIds.contains($0) ? $0 : nil }
        row.hosts = said.hosts
        (row.connection, row.finding, row.unexplained) = (place.connection, place.finding, isUnexplained)
        rows.append(row)
    }

    private func addToTimeline(of report: inout Report) {
        let ends = Dictionary(report.connections.map { ($0.id, ($0.client, $0.server)) }) { first, _ in first }
        report.timeline += rows.map { row in
            var event = TimelineEvent(
                time: row.time, frame: .none, connection: row.connection, kind: .clientLog,
                text: "\(row.source):\(row.line) \(row.text)")
            if let (client, server) = row.connection.flatMap({ ends[$0] }) {
                (event.client, event.server) = (client, server)
            }
            event.findings = [row.finding].compactMap(\.self)
            return event
        }
        report.timeline.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
    }
}
