import Vocabulary

/// Waits for one thing, the shortest first, with how far each is from others of several hosts.
struct WaitsOfHosts {
    private let waits: [Int64]
    /// From each wait on, the first with which so many hosts are reached; behind the last where they are not.
    private let reached: [Int]

    init(_ all: [(wait: Int64, host: IPAddress)], hosts wanted: Int) {
        let sorted = all.sorted { $0.wait < $1.wait }
        waits = sorted.map(\.wait)
        var (reached, counts, end): ([Int], [IPAddress: Int], Int) = ([], [:], 0)
        for start in sorted.indices {
            while counts.count < wanted, end < sorted.count {
                counts[sorted[end].host, default: 0] += 1
                end += 1
            }
            reached.append(counts.count < wanted ? sorted.count : end - 1)
            let host = sorted[start].host
            counts[host] = counts[host].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
        self.reached = reached
    }

    /// So many hosts have a wait in there.
    func areShared(within range: ClosedRange<Int64>) -> Bool {
        let first = waits.partitionPoint { $0 >= range.lowerBound }
        guard first < waits.count, reached[first] < waits.count else { return false }
        return waits[reached[first]] <= range.upperBound
    }
}
