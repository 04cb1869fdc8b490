internal import ReportModel
internal import Vocabulary

/// Words for partitions that are unwell, and what clients were refused because of that.
struct PartitionIncidentWords {
    let title: String
    let sentence: String?

    init(_ incident: Incident, _ findings: [Finding], _ context: NarrationContext) {
        let root = findings.first { $0.id == incident.rootFinding }
        var names: [String] = []
        if case .list(let list)? = root?[.partitions] { names = list.map(Trim.name) }
        let subject =
            names.count == 1
            ? "Partition \(names[0])" : "\(Format.count(names.count, "partition")) (\(Format.list(names, limit: 3)))"
        let have = names.count == 1 ? "has" : "have"
        let behind = incident.nodeId.map { " (broker \($0) is missing)" } ?? ""
        title =
            root?.kind == .leaderless
            ? "\(subject) \(have) no leader" : "\(subject) \(have) too few replicas in sync\(behind)"
        let errors = findings.filter { $0.id != incident.rootFinding }
        let counts = Dictionary(grouping: errors) { $0.error ?? "" }.mapValues { $0.reduce(0) { $0 + $1.count } }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\(Trim.name($0.key)) (\(Format.count($0.value)))" }
        let hit = Set(errors.compactMap(\.client)).count
        let toTheEnd = incident[.lastsToTheEnd] != nil
        let ending =
            toTheEnd
            ? context.report.isInterim ? ", so far" : ", until the capture ended" : ""
        sentence =
            counts.isEmpty
            ? nil
            : "\(Format.count(hit, "client")) \(hit == 1 ? "was" : "were") refused because of it: \(Format.list(counts))\(ending)."
    }
}
