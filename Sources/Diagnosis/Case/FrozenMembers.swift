import Conversations
import ReportModel
import Streams
import Vocabulary

/// Members of groups whose programs sent nothing at all for a while, no Fetch and no heartbeat, on connections that stayed open and
/// worked: their processes, or hosts, stood still. What wakes up may close them first of all.
struct FrozenMembers {
    private struct Program: Hashable {
        var group: String
        var client: String
        var clientId: String?
    }

    static let least = Span.seconds(10)
    /// So many of its own steps have to be missing.
    private static let steps: Int64 = 3
    private static let leastRequests = 5
    /// Silences of a program that are looked at, the longest first.
    private static let candidates = 4

    private let view: CaseView
    private var known: [Program: ClosedRange<CaptureTime>?] = [:]

    init(_ view: CaseView) { self.view = view }

    /// When the one that reads a partition was silent, where the partition's log grew meanwhile.
    mutating func silence(_ row: LagRow, _ group: GroupRow?) -> ClosedRange<CaptureTime>? {
        guard let client = row.client, let group, let moved = row.endMoved,
            let member = group.members.last(where: { $0.client == client && $0.clientId == row.clientId })
        else { return nil }
        let program = Program(group: row.group, client: client, clientId: row.clientId)
        let silent = known[program] ?? find(program)
        known[program] = .some(silent)
        guard let silent, member.left.map({ $0 > silent.upperBound }) ?? true,
            moved.since(silent.lowerBound) >= silent.upperBound.since(silent.lowerBound) / 2
        else { return nil }
        return silent
    }

    private func find(_ program: Program) -> ClosedRange<CaptureTime>? {
        guard let host = IPAddress(program.client) else { return nil }
        let mine = view.records(of: host).filter {
            $0.kafka.requests > 0 && $0.wasEstablished && view.file.text($0.kafka.clientId) == program.clientId
        }.map { $0 }
        guard !mine.contains(where: \.isOneSided) else { return nil }
        let all = mine.flatMap(pauses).sorted {
            $0.upperBound.since($0.lowerBound) > $1.upperBound.since($1.lowerBound)
        }
        return all.prefix(Self.candidates).lazy.compactMap { candidate in
            mine.reduce(Optional(candidate)) { span, record in span.flatMap { narrowed($0, by: record) } }
        }.first { isFrozen($0, mine, program) }
    }

    /// Its longest, and the one at its end.
    private func pauses(_ record: ConnectionRecord) -> [ClosedRange<CaptureTime>] {
        let last = record.kafka.lastRequestTime
        let end = record.firstClose?.time ?? view.captureEnd(of: record)
        let tail = end > last ? [last...end] : []
        return ([record.longestQuiet].compactMap(\.self) + tail).filter {
            $0.upperBound.since($0.lowerBound) >= Self.least
        }
    }

    /// What is left of a silence as another connection shows it.
    private func narrowed(_ span: ClosedRange<CaptureTime>, by record: ConnectionRecord) -> ClosedRange<CaptureTime>? {
        if let close = record.firstClose?.time, span.contains(close) {
            return narrowed(span.lowerBound...close, record)
        }
        return narrowed(span, record)
    }

    private func narrowed(_ span: ClosedRange<CaptureTime>, _ record: ConnectionRecord) -> ClosedRange<CaptureTime>? {
        let (first, last) = (record.kafka.firstRequestTime, record.kafka.lastRequestTime)
        guard last > span.lowerBound, first < span.upperBound else { return span }
        // It made this connection when it was awake again.
        if first > span.lowerBound { return span.lowerBound...min(first, span.upperBound) }
        let longest = pauses(record).max { $0.overlap(span) < $1.overlap(span) }
        guard let longest, longest.overlap(span) >= Self.least else { return nil }
        return max(longest.lowerBound, span.lowerBound)...min(longest.upperBound, span.upperBound)
    }

    /// It lasted for several of the program's own steps, the coordinator was used as steadily as heartbeats are sent, and neither the
    /// way nor the capture explains it.
    private func isFrozen(_ span: ClosedRange<CaptureTime>, _ mine: [ConnectionRecord], _ program: Program) -> Bool {
        let length = span.upperBound.since(span.lowerBound)
        guard length >= Self.least, view.shown(span.lowerBound, span.upperBound) >= Self.least else { return false }
        let here = mine.filter {
            $0.kafka.firstRequestTime < span.lowerBound && ($0.firstClose?.time ?? span.upperBound) >= span.upperBound
        }
        let members = here.filter { view.file.text($0.kafka.group) == program.group }
        guard here.contains(where: { $0.kafka.fetched }), !members.isEmpty,
            here.allSatisfy({ isAcknowledged($0, in: span) })
        else { return false }
        return members.contains { record in
            guard record.kafka.requests >= Self.leastRequests else { return false }
            let lived = record.kafka.lastRequestTime.since(record.kafka.firstRequestTime)
            let active = max(0, lived.subtractingSaturated(min(lived, record.longestQuiet?.overlap(span) ?? 0)))
            return active / Int64(record.kafka.requests) <= length / Self.steps
        }
    }

    /// What the servers sent reached its kernel, and the other way.
    private func isAcknowledged(_ record: ConnectionRecord, in span: ClosedRange<CaptureTime>) -> Bool {
        (record.fromServer.unacknowledged + record.fromClient.unacknowledged).allSatisfy {
            $0.to < span.lowerBound || $0.from > span.upperBound
        } && record.fromServer.retransmissionsUnanswered == 0
    }
}

extension ClosedRange<CaptureTime> {
    fileprivate func overlap(_ other: Self) -> Int64 { overlap(other.lowerBound, other.upperBound) }
}
