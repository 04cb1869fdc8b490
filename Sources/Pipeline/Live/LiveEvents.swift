import Conversations
import ReportModel
import Streams
import Vocabulary

/// The timeline's events as they come: what the case learned since it was last read.
struct LiveEvents {
    private let limit: Int
    /// The latest connection whose beginning was told.
    private var lastSerial: UInt64 = 0
    private var errors = 0
    private var claims = 0
    private var answers = 0
    private var knownLimits: Set<String> = []

    init(limit: Int) { self.limit = limit }

    /// Facts have left: what is there now has been told.
    mutating func begin(anew file: CaseFile) {
        (errors, claims, answers) = (file.errors.events.count, file.addresses.claims.count, file.addresses.dns.count)
    }

    /// - Parameter file: holding also the connections that are still there.
    mutating func read(_ file: CaseFile, _ journal: Journal, _ trips: [LimitTrip]) -> [LiveUpdate] {
        var rows = TimelineRows(file: file)
        let before = lastSerial
        for record in journal.ended {
            rows.addConnection(record, isOpened: record.serial > before)
            lastSerial = max(lastSerial, record.serial)
        }
        let ended = Set(journal.ended.map(\.serial))
        for record in file.connections.records
        where record.serial > before && record.tcp.end == .stillOpen && !ended.contains(record.serial) {
            rows.addOpening(record)
            lastSerial = max(lastSerial, record.serial)
        }
        for event in file.errors.events.dropFirst(errors) { rows.addError(event) }
        for claim in file.addresses.claims.dropFirst(claims) { rows.addClaim(claim) }
        for answer in file.addresses.dns.dropFirst(answers) where answer.code != nil { rows.addAnswer(answer) }
        begin(anew: file)
        return told(rows.events, leftOut: journal.leftOut) + limits(file, trips)
    }

    private func told(_ events: [TimelineEvent], leftOut: Int) -> [LiveUpdate] {
        let ordered = events.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
        var folded: [TimelineEvent.Kind: Int] = leftOut > 0 ? [.connectionEnded: leftOut] : [:]
        for event in ordered.dropFirst(limit) { folded[event.kind, default: 0] += 1 }
        let counts = folded.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            LiveUpdate.folded(kind: $0.key, count: $0.value)
        }
        return ordered.prefix(limit).map(LiveUpdate.event) + counts
    }

    private mutating func limits(_ file: CaseFile, _ trips: [LimitTrip]) -> [LiveUpdate] {
        (file.limitsReached + trips).filter { knownLimits.insert($0.name).inserted }
            .map(LiveUpdate.limit)
    }
}
