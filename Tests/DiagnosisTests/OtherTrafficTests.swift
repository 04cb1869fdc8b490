import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What hosts do besides Kafka: other ports, scans, and names that stand for many brokers.
@Suite struct OtherTrafficTests {
    private func told(_ made: SmallCase) -> [String] {
        made.findings().map { "\($0.kind.rawValue) \($0.server ?? "-") \($0.severity) \($0.count)" }.sorted()
    }

    private func alarms(_ made: SmallCase) -> [String] { told(made).filter { !$0.contains(" info ") } }

    /// A Kafka client's host looks for a shell, a web server and an agent on the brokers' hosts.
    @Test(arguments: [22, 443, 9100]) func aRefusedPortOfOthersIsNoFault(_ port: Int) {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        made.fails(at: "10.0.0.1:\(port)", from: 2)
        made.fails(at: "10.0.0.2:\(port)", from: 2)
        #expect(alarms(made).isEmpty)
        var alone = SmallCase()
        alone.fails(at: SmallCase.brokers[0], from: 1)
        alone.fails(at: "10.0.0.1:\(port)", from: 2)
        #expect(alarms(alone) == ["connect-failure \(SmallCase.brokers[0]) error 3"])
    }

    private func scan(ports: [Int], times: Int = 1, givenOut: Bool = false) -> SmallCase {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        if givenOut { made.told(ports.map { "10.0.0.1:\($0)" }) }
        for port in ports { made.fails(at: "10.0.0.1:\(port)", from: 2, times: times) }
        made.ends(at: 60)
        return made
    }

    @Test func aScanIsOneProbeWhoeverScans() {
        #expect(told(scan(ports: [21, 22, 80, 443, 9091, 9093, 9094])) == ["probe 10.0.0.1 info 7"])
    }

    /// Addresses that brokers gave out, and a port that is tried again and again.
    @Test func aClientThatCannotReachItsBrokersIsNoScan() {
        #expect(!alarms(scan(ports: [9101, 9102, 9103, 9104, 9105, 9106], givenOut: true)).isEmpty)
        #expect(!alarms(scan(ports: [21, 22, 80, 443, 9091, 9093], times: 5)).isEmpty)
    }

    @Test func hostAfterHostIsOneProbe() {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        for host in 20..<60 { made.fails(at: "10.0.0.\(host):9092", from: 2, times: 1, client: "10.0.0.200") }
        #expect(told(made) == ["probe - info 40"])
    }

    /// One bootstrap server that is down.
    private func single(name: String? = nil, addresses: [String] = ["10.0.0.1"]) -> [String] {
        var made = SmallCase()
        if let name {
            made.lookedUp(name, at: 1, addresses: addresses)
            for address in addresses { made.file.addresses.names[made.address(address)] = name }
        }
        made.fails(at: SmallCase.brokers[0], from: 2)
        return told(made).filter { $0.hasPrefix("single-bootstrap") }
    }

    /// Several node ids were told to be behind the address that fails now.
    @Test func anAddressOfSeveralNodesIsNoSingleServer() {
        for places in [["10.0.0.1:9193", "10.0.0.1:9194"], ["b1.shop.net:9092", "b2.shop.net:9092"]] {
            var made = SmallCase()
            for name in ["b1.shop.net", "b2.shop.net"] { made.lookedUp(name, at: 1, addresses: ["10.0.0.1"]) }
            made.told(places, by: SmallCase.brokers[1])
            made.fails(at: SmallCase.brokers[0], from: 2)
            #expect(!told(made).contains { $0.hasPrefix("single-bootstrap") })
        }
    }

    @Test func oneBootstrapServerIsSaidOfABrokerAlone() {
        #expect(single().count == 1)
        #expect(single(name: "kafka-1.lab").count == 1)
        #expect(single(name: "kafka-bootstrap.prod.svc").isEmpty)
        #expect(single(name: "pkc-1.eu.confluent.cloud").isEmpty)
        #expect(single(name: "shop.servicebus.windows.net").isEmpty)
        #expect(single(name: "kafka.lab", addresses: ["10.0.0.1", "10.0.0.2"]).isEmpty)
    }
}
