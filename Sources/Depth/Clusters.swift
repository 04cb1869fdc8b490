import Conversations
import Vocabulary

/// Which cluster each program works with, where a capture shows several: they may have groups and topics of one name. Of a program
/// that works with two, the server decides, where one of them said so; of one that never asks, what others were told of its server;
/// else it is counted with the first.
struct Clusters {
    private var known = KnownClusters()
    /// As what each program's work with each host was counted first.
    private var counted: [Work: Int] = [:]
    private var isChanged = false
    /// All was known beforehand, from an earlier reading.
    private let isSettled: Bool
    private static let most = 1000
    private let limit: Int

    private struct Work: Hashable {
        var client: ClientKey
        var host: IPAddress
        var isPassedOn: Bool
    }

    init(limit: Int, known: KnownClusters?) {
        self.limit = limit
        isSettled = known != nil
        if let known { self.known = known }
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest) {
        guard !isSettled, request.api == Api.metadata || request.api == DepthApi.describeCluster,
            let id = answer.body.root.string("ClusterId"), !id.isEmpty,
            known.numbers[id] != nil || known.numbers.count < Self.most
        else { return }
        let number = known.numbers[id] ?? known.numbers.count
        known.numbers[id] = number
        note(request.server.address, number)
        for broker in answer.body.root.elements("Brokers") {
            if let host = broker.string("Host").flatMap({ IPAddress($0) }) { note(host, number) }
        }
        let client = ClientKey(request)
        if let first = known.clusters[client] {
            if first != number, known.several.count < limit { known.several.insert(client) }
        } else if known.clusters.count < limit {
            known.clusters[client] = number
        }
    }

    private mutating func note(_ host: IPAddress, _ number: Int) {
        if let first = known.hosts[host] {
            if first != number { known.hosts[host] = .some(nil) }
        } else if known.hosts.count < limit {
            known.hosts[host] = number
        }
    }

    /// A request is counted now.
    mutating func count(_ request: ObservedRequest, isPassedOn: Bool) {
        guard !isSettled, !Self.setUp.contains(request.api) else { return }
        let work = Work(client: ClientKey(request), host: request.server.address, isPassedOn: isPassedOn)
        let number = known.number(of: work.client, at: work.host, isPassedOn: isPassedOn)
        if let first = counted[work] {
            isChanged = isChanged || first != number
        } else if counted.count < limit {
            counted[work] = number
        }
    }

    /// What comes before any work is in no table by cluster.
    private static let setUp: Set<Int16> = [
        Api.metadata, DepthApi.describeCluster, Api.apiVersions, Api.saslHandshake, Api.saslAuthenticate,
    ]

    func number(of request: ObservedRequest, isPassedOn: Bool) -> Int {
        known.number(of: ClientKey(request), at: request.server.address, isPassedOn: isPassedOn)
    }

    /// All that was learned, where something was counted before that was known: another reading would count it right. Whoever
    /// captures in mid-stream sees groups at work long before their programs ask for metadata again.
    var learnedLate: KnownClusters? {
        guard !isSettled, known.numbers.count > 1 else { return nil }
        let isLate =
            isChanged
            || counted.contains { work, number in
                known.number(of: work.client, at: work.host, isPassedOn: work.isPassedOn) != number
            }
        return isLate ? known : nil
    }
}

/// The clusters of a capture, and who works with which.
public struct KnownClusters: Sendable, Equatable {
    /// By cluster id, in the order in which they came up.
    fileprivate var numbers: [String: Int] = [:]
    fileprivate var clusters: [ClientKey: Int] = [:]
    /// Programs that work with several.
    fileprivate var several: Set<ClientKey> = []
    /// Hosts whose Metadata named which cluster, and the brokers that it listed by their addresses. Nil: one that leads to two, a gateway
    /// or an address that was turned to another cluster, which tells nothing.
    fileprivate var hosts: [IPAddress: Int?] = [:]

    fileprivate func number(of client: ClientKey, at host: IPAddress, isPassedOn: Bool) -> Int {
        let ofHost = isPassedOn ? nil : hosts[host] ?? nil
        if several.contains(client), let ofHost { return ofHost }
        return clusters[client] ?? ofHost ?? 0
    }
}
