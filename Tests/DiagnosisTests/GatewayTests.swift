import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// The table of addresses that stand for several nodes.
@Suite struct GatewayTests {
    private static let gate = "10.0.0.30"

    private func rows(_ made: SmallCase) -> [GatewayRow] { Gateways(made.file, tables: nil).rows }

    @Test func portsOfOneHostLeadToNodes() {
        var made = SmallCase()
        let ports = ["10.0.0.30:9193", "10.0.0.30:9194", "10.0.0.30:9195"]
        made.works(at: "10.0.0.30:9192", from: 1, to: 5)
        made.told(ports, by: "10.0.0.30:9192")
        let row = rows(made).first
        #expect(row?.address == Self.gate && row?.routing == .byPort && row?.confidence == .possible)
        #expect(row?.nodes.map(\.port) == [9193, 9194, 9195] && row?.nodes.map(\.nodeId) == [1, 2, 3])
        #expect(row?.signIn == nil && row?.renames == nil && row?.added == nil)
    }

    @Test func brokersOnHostsOfTheirOwnAreNone() {
        var made = SmallCase()
        for broker in SmallCase.brokers { made.works(at: broker, from: 1, to: 5) }
        made.told()
        #expect(rows(made).isEmpty)
    }

    /// Another node at the address of one that is gone.
    @Test func nodesOneBehindTheOtherAreNone() {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 1, to: 50)
        made.told(["10.0.0.1:9092", "10.0.0.2:9092"], at: 1)
        made.told(["10.0.0.3:9092", "10.0.0.1:9092"], at: 30)
        #expect(rows(made).isEmpty)
    }

    /// A look-up that leads two names of nodes to one port, where nothing could tell them apart.
    @Test func twoNamesAtOnePlainPortAreNone() {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 1, to: 5)
        made.lookedUp("kafka-1", at: 1, addresses: ["10.0.0.1"])
        made.lookedUp("kafka-2", at: 1, addresses: ["10.0.0.1"])
        made.told(["kafka-1:9092", "kafka-2:9092"])
        #expect(rows(made).isEmpty)
    }

    private func hello(_ made: inout SmallCase, _ name: String, port: Int = 9192, protocols: [String] = []) {
        let record = made.works(at: "10.0.0.30:\(port)", from: 1, to: 5)
        record.kafka = KafkaFacts()
        record.tls.clientHelloFrame = made.nextFrame()
        record.tls.serverName = made.text(name)
        record.tls.handshake.applicationProtocols = protocols
    }

    @Test func numberedNamesWithoutKeys() {
        var made = SmallCase()
        for name in ["gate.lab", "broker-1.gate.lab", "broker-2.gate.lab"] { hello(&made, name) }
        let row = rows(made).first
        #expect(row?.routing == .byName && row?.nodes.map(\.host) == ["broker-1.gate.lab", "broker-2.gate.lab"])
        #expect(row?.nodes.allSatisfy { $0.nodeId == nil } == true)
    }

    @Test func otherPeoplesNamesAreNone() {
        var made = SmallCase()
        for name in ["img1.shop.com", "img2.shop.com"] { hello(&made, name, port: 443) }
        #expect(rows(made).isEmpty)
        for name in ["img1.shop.com", "img2.shop.com"] { hello(&made, name, port: 9092, protocols: ["h2"]) }
        #expect(rows(made).isEmpty)
    }

    /// A connection to the gateway, and the one that it makes for it a moment later.
    private func legs(_ made: inout SmallCase, at start: Double, behindId: String = "shop", signsIn: Bool = false) {
        let front = made.works(at: "10.0.0.30:9193", from: start, to: start + 5)
        let behind = made.works(
            at: SmallCase.brokers[0], from: start + 0.01, to: start + 5, client: Self.gate, clientId: behindId)
        for (record, late) in [(front, 0.0), (behind, 0.02)] {
            record.kafka.firstRequestTime = made.time(start + late)
            record.kafka.lastRequestTime = made.time(start + 4 + late)
        }
        guard signsIn else { return }
        (front.signIn.stage, front.signIn.handshakeVersion, front.signIn.tokensFromClient) = (.succeeded, 1, 1)
        behind.kafka.requests -= 2
    }

    @Test func bothLegsAreCertain() {
        var made = SmallCase()
        for start in [1.0, 10] { legs(&made, at: start, signsIn: true) }
        let row = rows(made).first
        #expect(rows(made).count == 1 && row?.confidence == .certain && row?.signIn == .atGateway)
    }

    /// Nobody looked the gateway's name up in the capture: that clients went to its ports shows where it leads.
    @Test func aNameThatWasLookedUpBefore() {
        var made = SmallCase()
        for start in [1.0, 10] { legs(&made, at: start) }
        made.told(["gate:9193", "gate:9194"], by: "10.0.0.30:9192")
        let row = rows(made).first
        #expect(row?.routing == .byPort && row?.nodes.map(\.port) == [9193, 9194])
    }

    /// What a forwarder leaves as it is leads past it.
    @Test func aForwarderRewritesNothing() {
        var made = SmallCase()
        for start in [1.0, 10] { legs(&made, at: start) }
        made.told(by: "10.0.0.30:9193")
        #expect(rows(made).first.map { $0.routing == GatewayRow.Routing.none && $0.nodes.isEmpty } == true)
    }

    /// Two clients come at one moment: each connection behind belongs to the one whose requests came right before its own.
    @Test func legsOfOneMomentAreToldApart() {
        var made = SmallCase()
        for (index, start) in [1.0, 1.004, 10, 10.004].enumerated() {
            let port = index % 2 == 0 ? 9193 : 9194
            let front = made.works(at: "10.0.0.30:\(port)", from: start, to: start + 5)
            let behind = made.works(
                at: SmallCase.brokers[index % 2], from: start + 0.01, to: start + 5, client: Self.gate)
            for (record, late) in [(front, 0.0), (behind, 0.012)] {
                record.kafka.firstRequestTime = made.time(start + late)
                record.kafka.lastRequestTime = made.time(start + 4 + late)
            }
        }
        let legs = rows(made).first?.legs.map { "\($0.port) \($0.server)" }
        #expect(legs == ["9193 \(SmallCase.brokers[0])", "9194 \(SmallCase.brokers[1])"])
    }

    // MARK: PROXY headers

    private func proxied(_ clients: [String], from proxy: String = gate) -> [GatewayRow] {
        var made = SmallCase()
        for client in clients {
            let record = made.works(at: SmallCase.brokers[0], from: 1, to: 5, client: proxy)
            record.proxyHeader = true
            record.proxiedFor = made.address(client)
        }
        return rows(made)
    }

    @Test func aProxyNamesItsClients() {
        let row = proxied(["10.0.0.102", "10.0.0.101", "10.0.0.102"]).first
        #expect(row?.address == Self.gate && row?.confidence == .certain && row?.routing == nil)
        #expect(row?.clients == ["10.0.0.101", "10.0.0.102"] && row?.clientsLeftOut == 0)
        #expect(proxied((0..<1200).map { "10.1.\($0 / 200).\($0 % 200 + 1)" }).first?.clientsLeftOut == 200)
    }

    /// A client that was told to send the header of itself, and headers that name nobody.
    @Test func aHeaderOfOnesOwnIsNoProxys() {
        #expect(proxied([Self.gate]).isEmpty)
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 1, to: 5, client: Self.gate).proxyHeader = true
        #expect(rows(made).isEmpty)
    }

    /// A program on a broker's host asks another broker.
    @Test func aProgramBesideABrokerIsNone() {
        var made = SmallCase()
        for start in [1.0, 10] { legs(&made, at: start, behindId: "mirror") }
        #expect(rows(made).isEmpty)
    }

    private func wait(_ sent: Int64, _ answered: Int64) -> LegWait {
        LegWait(api: 0, sent: CaptureTime(nanoseconds: sent), answered: CaptureTime(nanoseconds: answered))
    }

    @Test func whatAGatewayAdds() {
        var made = SmallCase()
        legs(&made, at: 1)
        legs(&made, at: 10)
        for (index, record) in made.file.connections.records.enumerated() { record.serial = UInt64(index + 1) }
        var tables = DepthTables()
        tables.waits = [
            1: [wait(0, 150_000_000), wait(200_000_000, 350_000_000)], 2: [wait(10, 50_000_010)],
            3: [wait(900, 1000)],
        ]
        let row = Gateways(made.file, tables: tables).rows.first
        #expect(row?.added?.p50Ms == 100 && row?.renames == nil)
    }

    @Test func namesBehindBeginAnew() {
        var made = SmallCase()
        for start in [1.0, 10] { legs(&made, at: start) }
        let renamed = renames(made, front: ["a", "orders"], behind: ["t1.a", "t1.orders"])
        #expect(renamed?.topicPrefix == "t1." && renamed?.groupPrefix == nil)
        #expect(renames(made, front: ["a", "orders"], behind: ["a", "orders"]) == nil)
        #expect(renames(made, front: ["a", "orders"], behind: ["t1.a", "t2.orders"]) == nil)
    }

    private func renames(_ made: SmallCase, front: [String], behind: [String]) -> GatewayRow.Renames? {
        var tables = DepthTables()
        for (client, topics) in [(SmallCase.client, front), (Self.gate, behind)] {
            for topic in topics {
                var row = TopicClientRow(seen: Seen(first: made.time(1), last: made.time(2)))
                (row.client, row.topic) = (client, topic)
                tables.topicClients.append(row)
            }
        }
        return Gateways(made.file, tables: tables).rows.first?.renames
    }
}
