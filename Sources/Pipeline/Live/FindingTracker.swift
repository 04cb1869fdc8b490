import ReportModel
import Vocabulary

/// The lives of findings: what the rules say now, compared with what was told before.
///
/// New is `open`, other values are `changed`, gone is `withdrawn`, and `final` is what can no longer change because its
/// facts have left. A finding keeps the id under which it was told first.
struct FindingTracker {
    private struct Entry {
        /// As it was told last, but for a count that has grown only a little.
        var finding: Finding
        /// The id that the rules give it now.
        var ruleId: String
        /// What has left with old facts and is still counted.
        var carried = 0
        var told: Measures
        var openedAt: CaptureTime
        var toldAt: CaptureTime
        /// Order of first telling.
        var number: Int
    }

    private struct Key: Hashable {
        var kind: FindingKind
        var client: String?
        var server: String?
        var detail: Detail?
        var alert: String?
        var cause: Cause?
        var closedBy: Closer?
        var error: String?

        init(_ f: Finding) {
            (kind, client, server) = (f.kind, f.client, f.server)
            (detail, alert, cause, closedBy, error) = (f.detail, f.alert, f.cause, f.closedBy, f.error)
        }
    }

    /// What grows while a finding lasts.
    struct Measures: Equatable {
        var count: Int
        var requests: Int
        var attempts: Int
        /// How long it has lasted: news of what waits now.
        var lasted: Int64

        init(_ finding: Finding) {
            count = finding.count
            requests = finding.requests.count.addingSaturated(finding.requestsLeftOut)
            let numbers = [FactKey.attemptCount, .refusedAfterwards].map { key in
                if case .number(let number)? = finding[key] { number } else { 0 }
            }
            attempts = numbers.max() ?? 0
            lasted = finding.kind == .responseOverdue ? finding.last.since(finding.first) : 0
        }

        /// One of them is twice what was told.
        func hasDoubled(since told: Measures) -> Bool {
            let pairs = [
                (Int64(count), Int64(told.count)), (Int64(requests), Int64(told.requests)),
                (Int64(attempts), Int64(told.attempts)), (lasted, told.lasted),
            ]
            return pairs.contains { now, then in now > then && now / 2 >= then }
        }

        /// Whether something was counted since, time apart.
        func hasCounted(since told: Measures) -> Bool {
            (count, requests, attempts) != (told.count, told.requests, told.attempts)
        }
    }

    private var entries: [String: Entry] = [:]
    /// Final ones, oldest first.
    private(set) var archive: [Finding] = []
    private(set) var archiveLeftOut = 0
    /// Ids of the latest that were withdrawn: one that comes back is told under another.
    private var withdrawn: [String] = []
    private var told = 0
    private let archiveLimit: Int
    /// What only grows is told again when it has doubled, or after so long; after as long as it is known where that is longer. So
    /// what lasts is told at once, twice as late, four times as late, and so on.
    private static let patience = Span.seconds(10)

    init(archiveLimit: Int) { self.archiveLimit = archiveLimit }

    /// As told last, in the order of first telling.
    var current: [Finding] { entries.values.sorted { $0.number < $1.number }.map(\.finding) }

    /// The published id of a finding that the rules named.
    func publishedId(_ ruleId: String) -> String { entries.values.first { $0.ruleId == ruleId }?.finding.id ?? ruleId }

    // MARK: A tick

    /// - Returns: what is to be told: findings with state and revision.
    mutating func update(_ judged: [Finding], at now: CaptureTime) -> [Finding] {
        var updates: [Finding] = []
        let places = match(judged)
        var seen: Set<String> = []
        for (finding, id) in zip(judged, places) {
            if let id {
                seen.insert(id)
                if let change = renew(id, finding, now) { updates.append(change) }
            } else {
                let opened = open(finding, now)
                seen.insert(opened.id)
                updates.append(opened)
            }
        }
        for id in entries.keys.filter({ !seen.contains($0) }).sorted() {
            guard let entry = entries.removeValue(forKey: id) else { continue }
            updates.append(Self.ended(entry.finding, .withdrawn))
            withdrawn.append(id)
            if withdrawn.count > archiveLimit { withdrawn.removeFirst() }
        }
        return updates
    }

    /// The same facts less those that have left: what is gone with them is final, and counts stay as told.
    mutating func rebase(_ judged: [Finding]) -> [Finding] {
        let places = match(judged)
        var seen: Set<String> = []
        for (finding, id) in zip(judged, places) {
            guard let id, let old = entries[id] else { continue }
            seen.insert(id)
            entries[id]?.ruleId = finding.id
            entries[id]?.carried = max(0, old.finding.count - finding.count)
        }
        return entries.keys.filter { !seen.contains($0) }.sorted().compactMap { finalize($0) }
    }

    /// The run is over: all that is left is final. What comes up with the end is opened first.
    mutating func finish(_ judged: [Finding], at now: CaptureTime) -> [Finding] {
        let updates = update(judged, at: now)
        let order = judged.map { publishedId($0.id) }
        return updates + order.compactMap { finalize($0) }
    }

    // MARK: Parts

    /// The told id of each: by the rules' id, else by what folds findings together.
    private func match(_ judged: [Finding]) -> [String?] {
        let byRule = Dictionary(entries.map { ($0.value.ruleId, $0.key) }, uniquingKeysWith: { a, _ in a })
        var places = judged.map { byRule[$0.id] }
        let used = Set(places.compactMap(\.self))
        var byKey: [Key: String] = [:]
        for (id, entry) in entries where !used.contains(id) { byKey[Key(entry.finding)] = id }
        for i in judged.indices where places[i] == nil { places[i] = byKey.removeValue(forKey: Key(judged[i])) }
        return places
    }

    private func isTaken(_ id: String) -> Bool {
        entries[id] != nil || withdrawn.contains(id) || archive.contains { $0.id == id }
    }

    private mutating func open(_ finding: Finding, _ now: CaptureTime) -> Finding {
        var finding = finding
        let ruleId = finding.id
        var number = 1
        while isTaken(finding.id) {
            number += 1
            finding.id = "\(ruleId).\(number)"
        }
        (finding.state, finding.revision) = (.open, 1)
        told += 1
        entries[finding.id] = Entry(
            finding: finding, ruleId: ruleId, told: Measures(finding), openedAt: now, toldAt: now, number: told)
        return finding
    }

    private mutating func renew(_ id: String, _ judged: Finding, _ now: CaptureTime) -> Finding? {
        guard var entry = entries[id] else { return nil }
        let old = entry.finding
        entry.ruleId = judged.id
        entry.finding = judged
        entry.finding.id = id
        entry.finding.count += entry.carried
        entry.finding.first = min(old.first, judged.first)
        (entry.finding.state, entry.finding.revision) = (old.state, old.revision)
        let measures = Measures(entry.finding)
        let patience = max(Self.patience, entry.toldAt.since(entry.openedAt))
        let isDue = measures.hasCounted(since: entry.told) && now.since(entry.toldAt) >= patience
        guard Self.differs(old, entry.finding) || measures.hasDoubled(since: entry.told) || isDue else {
            entries[id] = entry
            return nil
        }
        (entry.finding.state, entry.finding.revision) = (.changed, old.revision + 1)
        (entry.told, entry.toldAt) = (measures, now)
        entries[id] = entry
        return entry.finding
    }

    private mutating func finalize(_ id: String) -> Finding? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        let finding = Self.ended(entry.finding, .final)
        archive.append(finding)
        if archive.count > archiveLimit {
            archive.removeFirst(archive.count - archiveLimit)
            archiveLeftOut += 1
        }
        return finding
    }

    private static func ended(_ finding: Finding, _ state: FindingState) -> Finding {
        var finding = finding
        finding.state = state
        finding.revision += 1
        return finding
    }

    /// Whether a reader would want to know; how long something has lasted so far is no news.
    private static func differs(_ a: Finding, _ b: Finding) -> Bool {
        Key(a) != Key(b) || a.severity != b.severity || a.confidence != b.confidence || a.nature != b.nature
            || a.nodeId != b.nodeId || a.clientId != b.clientId || a.doubt != b.doubt
            || hasOtherFates(a, b) || a.advertisedBy != b.advertisedBy
    }

    /// What became of a request is news; that there are more of them is counted.
    private static func hasOtherFates(_ a: Finding, _ b: Finding) -> Bool {
        zip(a.requests, b.requests).contains { $0.outcome != $1.outcome }
    }
}
