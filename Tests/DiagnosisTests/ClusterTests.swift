import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Addresses and names that answer for two clusters.
@Suite struct ClusterTests {
    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .clusterChanged }.map {
            "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.server ?? "?") \($0.severity)"
        }
    }

    private func sees(_ made: inout SmallCase, _ cluster: String, at server: String, _ seconds: Double) {
        made.file.clusters.add(
            made.text(cluster), server: made.endpoint(server), client: made.address(SmallCase.client),
            time: made.time(seconds), frame: made.nextFrame())
    }

    private func twoAddresses(_ names: [String] = ["kafka.lab", "kafka.lab"], ports: [String] = ["9092", "9092"])
        -> SmallCase
    {
        var made = SmallCase()
        for (index, address) in ["10.0.0.1", "10.0.0.2"].enumerated() {
            made.lookedUp(names[index], at: 0.5, addresses: [address])
            made.works(at: "\(address):\(ports[index])", from: 1 + Double(index), to: 30)
            sees(&made, index == 0 ? "east" : "west", at: "\(address):\(ports[index])", 2 + Double(index))
        }
        return made
    }

    @Test func oneNameThatLeadsToTwoClusters() {
        #expect(told(twoAddresses()) == ["same-name \(SmallCase.client) 10.0.0.2:9092 warning"])
    }

    @Test func twoNamesMayLeadToTwoClusters() {
        #expect(told(twoAddresses(["east.lab", "west.lab"])).isEmpty)
    }

    @Test func twoPortsMayLeadToTwoClusters() {
        #expect(told(twoAddresses(ports: ["9092", "9192"])).isEmpty)
    }

    @Test func oneClusterHasManyAddresses() {
        var made = SmallCase()
        for address in ["10.0.0.1", "10.0.0.2"] {
            made.lookedUp("kafka.lab", at: 0.5, addresses: [address])
            sees(&made, "east", at: "\(address):9092", 2)
        }
        #expect(told(made).isEmpty)
    }

    @Test func anAddressThatChangesItsCluster() {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        sees(&made, "east", at: SmallCase.brokers[0], 1)
        sees(&made, "west", at: SmallCase.brokers[0], 20)
        #expect(told(made) == ["same-address \(SmallCase.client) \(SmallCase.brokers[0]) warning"])
    }

    /// The second broker answers for another cluster than the one that gave its address out.
    @Test func anAddressGivenOutCounts() {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        made.told()
        for index in made.file.addresses.claims.indices {
            made.file.addresses.claims[index].clusterId = made.text("east")
        }
        sees(&made, "east", at: SmallCase.brokers[0], 1)
        #expect(told(made).isEmpty)
        sees(&made, "west", at: SmallCase.brokers[1], 3)
        #expect(told(made) == ["same-address \(SmallCase.client) \(SmallCase.brokers[1]) warning"])
    }
}
