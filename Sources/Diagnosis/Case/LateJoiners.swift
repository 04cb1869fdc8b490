import Conversations
import ReportModel
import Vocabulary

/// Members that were told again and again that their group rebalances, and did not join: the others wait for them.
struct LateJoiners {
    private struct Late {
        var client: IPAddress
        var clientId: StringID
        var name: String
        var span: ClosedRange<CaptureTime>
    }

    private var byGroup: [StringID: [Late]] = [:]
    private let file: CaseFile

    init(_ file: CaseFile) {
        self.file = file
        for row in file.errors.rows.values
        where ErrorCodes.rebalancing.contains(row.key.code) && row.key.api == Api.heartbeat {
            let name = file.text(row.key.clientId) ?? "\(row.key.client)"
            for (subject, course) in row.courses where !subject.group.isNone {
                for span in (course.earlier + [course]).compactMap(Self.span) {
                    byGroup[subject.group, default: []].append(
                        Late(client: row.key.client, clientId: row.key.clientId, name: name, span: span))
                }
            }
        }
    }

    /// The time in which it was told so and nothing else; nil where it joined in between, or within seconds.
    private static func span(_ course: ErrorCourse) -> ClosedRange<CaptureTime>? {
        let whole = course.last.since(course.first)
        // Of a spell that ended only its length is known.
        let from = course.failingSince ?? (course.longestFailing >= whole ? course.first : course.last)
        guard course.last.since(from) >= ErrorExcuses.healsWithin else { return nil }
        return from...course.last
    }

    /// Who kept a group waiting for most of a time.
    func names(_ group: String, _ from: CaptureTime, _ to: CaptureTime) -> [String] {
        let most = to.since(from) / 2
        return byGroup.filter { file.text($0.key) == group }.flatMap(\.value)
            .filter { $0.span.overlap(from, to) >= most }.map(\.name).uniqued.sorted()
    }

    /// How long a group waited for the member that rows of errors are about; nil where it did not.
    func waited(_ rows: [ErrorRow]) -> Double? {
        let late = rows.flatMap { row in
            row.courses.keys.flatMap { subject in
                (byGroup[subject.group] ?? []).filter {
                    $0.client == row.key.client && $0.clientId == row.key.clientId
                }
            }
        }
        return late.map { $0.span.upperBound.milliseconds(since: $0.span.lowerBound) }.max()
    }
}
