import ReportModel
import Vocabulary

/// Responses that were late at several pairs of hosts at one time because the network between them took so long.
struct SlowWayIncidents {
    let findings: [Finding]

    private static let apart = Span.seconds(30)

    func all() -> [Incident] {
        let late = findings.filter(\.isSlowWay).sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        let groups = late.runs { group, next in
            group.map(\.last).max().map { next.first.since($0) < Self.apart } ?? false
        }
        return groups.filter { $0.count > 1 }.map { group in
            var incident = Incident(.pathTrouble, of: group)
            let servers = Set(group.compactMap(\.server))
            if servers.count == 1 { incident.rootServer = servers.first }
            let longest = group.compactMap(\.wayTookMs).max() ?? 0
            incident.facts.append(Fact(.wayTookMs, .milliseconds(longest)))
            return incident
        }
    }
}

extension Finding {
    fileprivate var wayTookMs: Double? { if case .milliseconds(let ms)? = self[.wayTookMs] { ms } else { nil } }
}
