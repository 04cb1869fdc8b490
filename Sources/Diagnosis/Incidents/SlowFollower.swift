import Conversations
import ReportModel
import Streams
import Vocabulary

/// The node that a stall comes from where only Produces with acks=all were late: every slow partition has it among its replicas, and
/// no other that was written at the time (leaders wait for their followers).
struct SlowFollower {
    let view: CaseView

    private static let leastMs = 1000.0
    private static let leastPartitions = 2

    /// - Returns: one of its addresses; nil where no single node fits.
    func find(from: CaptureTime, to: CaptureTime) -> Endpoint? {
        let late = view.file.times.slowAnswers.filter {
            $0.waitsSince <= to && $0.answered >= from && $0.milliseconds >= Self.leastMs
        }
        let slow = Set(late.compactMap(\.partition))
        guard late.allSatisfy({ $0.partition != nil }), slow.count >= Self.leastPartitions else { return nil }
        let holders = slow.map { Set(view.file.partitions.nodes(holding: $0)) }
        let common = holders.dropFirst().reduce(holders[0]) { $0.intersection($1) }
        let fast = view.file.partitions.written(from: from, to: to).filter { !slow.contains($0) }
        let healthy = fast.reduce(into: Set<Int32>()) { $0.formUnion(view.file.partitions.nodes(holding: $1)) }
        let suspects = common.subtracting(healthy)
        guard !fast.isEmpty, suspects.count == 1, let node = suspects.first else { return nil }
        return view.servers(ofNode: Int(node)).first
    }
}

extension Finding {
    private static let produce: Set<String> = ["Produce"]

    /// Late answers to Produces, and to nothing else.
    var isLateProduce: Bool { kind == .slowResponse && apis.isSubset(of: Self.produce) }
}
