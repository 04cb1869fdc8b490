import Conversations
import Vocabulary

/// Members that their group throws out time after time: each time they join anew, and that goes well, and all the same they
/// never get to work. Once is a moment's matter (a pause of the program, a coordinator that moved).
enum ThrownOut {
    /// So many times, each within this time of the one before, over so long at least.
    private static let enough = 4
    private static let apart = Span.seconds(600)
    private static let over = Span.seconds(10)
    /// Answers to requests that were under way together are one time.
    private static let together = Span.milliseconds(500)

    private struct Member: Hashable {
        var row: ErrorRow.Key
        var group: StringID
        /// A member keeps its connection to the coordinator, whatever it is called then; or its name.
        var end: Endpoint?
        var name: StringID
    }

    /// The rows that such errors are counted in.
    static func rows(of file: CaseFile) -> Set<ErrorRow.Key> {
        var times: [Member: [CaptureTime]] = [:]
        for event in file.errors.events
        where ErrorCodes.throwsOut.contains(event.code) && ErrorCodes.membersSigns.contains(event.api) {
            times[Member(row: event.row, group: event.group, end: event.client, name: .none), default: []]
                .append(event.time)
            guard !event.member.isNone else { continue }
            times[Member(row: event.row, group: event.group, end: nil, name: event.member), default: []]
                .append(event.time)
        }
        return Set(times.filter { isLoop($0.value.sorted()) }.keys.map(\.row))
    }

    private static func isLoop(_ times: [CaptureTime]) -> Bool {
        let single = times.runs { run, next in next.since(run[0]) < together }.map { $0[0] }
        return single.runs { run, next in next.since(run[run.count - 1]) <= apart }.contains { run in
            run.count >= enough && run[run.count - 1].since(run[0]) >= over
        }
    }
}
