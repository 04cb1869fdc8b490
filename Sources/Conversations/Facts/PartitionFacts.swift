import Streams
public import Vocabulary

/// Partitions that Metadata told without a leader, or with fewer in-sync replicas than replicas.
public struct PartitionFacts {
    private var table: BoundedTable<Key, PartitionHealth>
    /// Those that were not well when last told.
    private(set) var unwell: Set<PartitionName> = []

    /// The nodes that hold each partition, as Metadata last told; more partitions than that are not followed.
    private(set) var replicas: [PartitionName: [Int32]] = [:]
    private static let replicasKept = 20_000
    /// When something was stored in each partition, as of the last look at the case.
    var writes: [PartitionWrites] = []

    struct Key: Hashable {
        var name: PartitionName
        var leaderless: Bool
    }

    public var health: [PartitionHealth] { table.values }
    var limitReached: LimitTrip? { table.limitReached }

    init(_ limits: Limits) {
        table = BoundedTable(
            Bound(name: "errorRows", most: limits.errorRows, leftOut: "partitions that are not well, beyond it"))
    }

    mutating func learn(_ nodes: [Int32], of name: PartitionName) {
        if let known = replicas[name] {
            if known != nodes { replicas[name] = nodes }
        } else if replicas.count < Self.replicasKept {
            replicas[name] = nodes
        }
    }

    /// The nodes that hold a partition; none where Metadata did not tell.
    public func nodes(holding name: PartitionName) -> [Int32] { replicas[name] ?? [] }

    /// Partitions in which something was stored in a span of time, or before and after it.
    public func written(from: CaptureTime, to: CaptureTime) -> [PartitionName] {
        writes.filter { $0.first <= to && $0.last >= from }.map(\.name)
    }

    mutating func add(_ sighting: PartitionHealth) {
        let known = table.count
        let key = Key(name: sighting.name, leaderless: sighting.leaderless)
        guard let at = table.place(of: key, beginning: sighting) else { return }
        unwell.insert(sighting.name)
        if at == known { return }
        table.change(at: at) {
            $0.wellAt = nil
            $0.add(sighting)
            if $0.frames.count < CaseFile.framesPerFact { $0.frames += sighting.frames }
        }
    }

    /// Partitions that an answer tells with a leader and all replicas in sync.
    mutating func noteWell(_ names: [PartitionName], at time: CaptureTime) {
        for name in names where unwell.remove(name) != nil {
            for leaderless in [false, true] {
                guard let at = table.place(of: Key(name: name, leaderless: leaderless)) else { continue }
                table.change(at: at) { if time > $0.last { $0.wellAt = time } }
            }
        }
    }

    mutating func forget(before time: CaptureTime) {
        table.removeAll { $1.last < time }
        unwell = Set(table.values.filter { $0.wellAt == nil }.map(\.name))
    }
}
