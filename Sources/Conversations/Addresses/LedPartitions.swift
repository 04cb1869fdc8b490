/// A partition of a topic.
public struct PartitionName: Hashable, Sendable {
    public var topic: StringID
    public var partition: Int32

    public init(topic: StringID, partition: Int32) { (self.topic, self.partition) = (topic, partition) }
}

/// What one node leads, as far as a client was told: how many partitions, and the first few of them.
public struct Leadership: Sendable {
    public internal(set) var count = 0
    public internal(set) var named: [PartitionName] = []
    static let namedAtMost = 8

    mutating func add(_ partition: PartitionName) {
        count += 1
        if named.count < Self.namedAtMost { named.append(partition) }
    }
}

/// Who leads what, by one Metadata answer.
struct LedPartitions {
    private var nodes: [(id: Int32, leads: Leadership)] = []
    /// A cluster has fewer nodes; an answer that names more leaders is no news of whom a client needs.
    private static let nodesAtMost = 256

    var isEmpty: Bool { nodes.isEmpty }

    func of(_ node: Int32) -> Leadership { nodes.first { $0.id == node }?.leads ?? Leadership() }

    mutating func add(_ partition: PartitionName, leader: Int32) {
        if let at = nodes.firstIndex(where: { $0.id == leader }) { return nodes[at].leads.add(partition) }
        guard nodes.count < Self.nodesAtMost else { return }
        nodes.append((leader, Leadership()))
        nodes[nodes.count - 1].leads.add(partition)
    }

    mutating func clear() {
        if !nodes.isEmpty { nodes.removeAll(keepingCapacity: true) }
    }
}
