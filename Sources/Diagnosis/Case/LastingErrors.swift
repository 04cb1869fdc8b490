import Conversations
import Vocabulary

/// Errors that have not healed, each over all servers that gave it to one client: who is sent from broker to broker meets one
/// trouble, and not a short one at each.
struct LastingErrors {
    private struct Key: Hashable {
        var code: Int16
        var api: Int16
        var client: IPAddress
        var clientId: StringID
        var subject: ErrorSubject
    }

    private struct Spell {
        var times: ClosedRange<CaptureTime>
        var server: Endpoint
    }

    private var spells: [Key: Spell] = [:]

    init(_ file: CaseFile) {
        for row in file.errors.rows.values.sorted(by: { ($0.first, $0.key.server) < ($1.first, $1.key.server) }) {
            for (subject, course) in row.courses where course.earlier.isEmpty {
                guard let since = course.failingSince else { continue }
                let key = Self.key(row.key, subject)
                let times = since...max(since, course.last)
                guard let known = spells[key] else {
                    spells[key] = Spell(times: times, server: row.key.server)
                    continue
                }
                guard file.mayBeOneCluster(known.server, row.key.server) else { continue }
                spells[key]?.times =
                    min(known.times.lowerBound, since)...max(known.times.upperBound, times.upperBound)
            }
        }
    }

    private static func key(_ row: ErrorRow.Key, _ subject: ErrorSubject) -> Key {
        Key(code: row.code, api: row.api, client: row.client, clientId: row.clientId, subject: subject)
    }

    /// From the first of them to the last.
    func spell(of row: ErrorRow.Key, _ subject: ErrorSubject) -> ClosedRange<CaptureTime>? {
        spells[Self.key(row, subject)]?.times
    }
}
