import Conversations
import Vocabulary

/// Which cluster each program works with, where a capture shows several: they may have groups and topics of one name. A program
/// that works with two is counted with the first, as are those of which nothing is told.
struct Clusters {
    /// By cluster id, in the order in which they came up.
    private var numbers: [String: Int] = [:]
    private var clusters: [ClientKey: Int] = [:]
    private static let most = 1000
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest) {
        guard request.api == Api.metadata || request.api == DepthApi.describeCluster,
            let id = answer.body.root.string("ClusterId"), !id.isEmpty
        else { return }
        let client = ClientKey(request)
        guard clusters[client] == nil, clusters.count < limit, numbers[id] != nil || numbers.count < Self.most else {
            return
        }
        let number = numbers[id] ?? numbers.count
        numbers[id] = number
        clusters[client] = number
    }

    func number(of client: ClientKey) -> Int { clusters[client] ?? 0 }
}
