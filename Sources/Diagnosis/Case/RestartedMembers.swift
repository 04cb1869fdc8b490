import Conversations
import ReportModel
import Vocabulary

/// Programs that join a group and are out of it again, time after time, while others work in it: each time all of them stop and
/// share out anew. A deployment starts each program once, and a lone program disturbs nobody.
struct RestartedMembers {
    /// One stay of a program in its group, from the first join to its end.
    struct Stay {
        var client: String
        var clientId: String?
        var joined: CaptureTime
        var left: CaptureTime
        var why: LeftBecause?
    }

    struct Restarted {
        var client: String
        var clientId: String?
        /// Those that follow one another closely.
        var stays: [Stay]

        /// Between two joins, on average.
        var everyMs: Double {
            stays.count < 2
                ? 0 : stays[stays.count - 1].joined.milliseconds(since: stays[0].joined) / Double(stays.count - 1)
        }
    }

    private(set) var all: [Restarted] = []

    /// So many stays, one after the other, are no deployment that went wrong once.
    private static let enough = 3
    /// Joins further apart are jobs of their own: a program that is started each quarter of an hour is one.
    private static let apart = Span.seconds(300)
    private static let around = Span.milliseconds(500)

    private struct Program: Hashable {
        var client: String
        var clientId: String?
    }

    /// - Parameter others: whether others than that client and client id were in the group meanwhile.
    init(_ stays: [Stay], others: (String, String?, ClosedRange<CaptureTime>) -> Bool) {
        let programs = Dictionary(grouping: stays) { Program(client: $0.client, clientId: $0.clientId) }
        for (program, stays) in programs {
            let row = Self.longestRow(stays.sorted { ($0.joined, $0.left) < ($1.joined, $1.left) })
            guard row.count >= Self.enough, let first = row.first, let last = row.last,
                others(program.client, program.clientId, first.joined...max(first.joined, last.left))
            else { continue }
            all.append(Restarted(client: program.client, clientId: program.clientId, stays: row))
        }
        all.sort { ($1.stays.count, $0.client) < ($0.stays.count, $1.client) }
    }

    /// Stays that follow one another without being at once: several members under one name at one time are no restarts.
    private static func longestRow(_ stays: [Stay]) -> [Stay] {
        let rows = stays.runs { row, next in
            guard let last = row.last else { return false }
            return next.joined >= last.left && next.joined.since(last.joined) <= apart
        }
        return rows.max { $0.count < $1.count } ?? []
    }

    /// Whose coming or going a rebalance is about.
    func restarted(in span: ClosedRange<CaptureTime>) -> Restarted? {
        let near = span.lowerBound.adding(nanoseconds: -Self.around)...span.upperBound.adding(nanoseconds: Self.around)
        return all.first { program in
            program.stays.contains { near.contains($0.joined) || near.contains($0.left) }
        }
    }
}

extension RestartedMembers {
    /// As the depth tables have it.
    init(_ group: GroupRow) {
        let stays = group.members.compactMap { member -> Stay? in
            guard let joined = member.joined, let left = member.left, left >= joined else { return nil }
            return Stay(
                client: member.client, clientId: member.clientId, joined: joined, left: left, why: member.leftBecause)
        }
        self.init(stays) { client, clientId, span in
            group.members.contains {
                ($0.client != client || $0.clientId != clientId) && ($0.joined ?? $0.seen.first) <= span.upperBound
                    && ($0.left ?? span.upperBound) >= span.lowerBound
            }
        }
    }

    /// As JoinGroup and LeaveGroup of one group show it, in order of time.
    init(_ events: [GroupEvent], _ file: CaseFile) {
        var open: [Program: CaptureTime] = [:]
        var stays: [Stay] = []
        for event in events where !event.failed {
            let program = Program(client: "\(event.client.address)", clientId: file.text(event.clientId))
            if event.api == Api.joinGroup { open[program] = open[program] ?? event.sent }
            guard event.api == Api.leaveGroup, let joined = open.removeValue(forKey: program) else { continue }
            stays.append(
                Stay(
                    client: program.client, clientId: program.clientId, joined: joined,
                    left: max(joined, event.answered), why: .leave))
        }
        self.init(stays) { client, clientId, span in
            events.contains {
                span.contains($0.sent) && !$0.failed
                    && ("\($0.client.address)" != client || file.text($0.clientId) != clientId)
            }
        }
    }
}

extension Verdict {
    /// Says that a rebalance is one of those that a program brings about again and again.
    mutating func isOne(of program: RestartedMembers.Restarted, group: String) {
        (severity, nature) = (.warning, .structural)
        subject = "\(group)/again \(program.client) \(program.clientId ?? "")"
        client = program.client
        clientIds = [program.clientId].compactMap(\.self)
        add(.stays, .number(program.stays.count))
        add(.everyMs, .milliseconds(program.everyMs))
    }
}
