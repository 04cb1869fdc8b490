import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Nodes at each other's addresses, and what only looks so.
@Suite struct SwappedNodesTests {
    private static let notLeader: Int16 = 6

    /// Brokers that refuse all, each twice a second for so long.
    private func refusing(_ servers: [String], seconds: Int = 15, leads: Int = 2, served: Bool = false) -> SmallCase {
        var made = SmallCase()
        made.told(leads: [2, leads, leads])
        for server in SmallCase.brokers { made.works(at: server, from: 0, to: 30) }
        for second in 1...seconds {
            for server in servers {
                for partition in 0..<2 {
                    let number = Int32(partition * 10) + Int32(server.count) + (server == servers[0] ? 0 : 1)
                    made.refuses(Self.notLeader, 0, .partition(number), at: Double(second), server: server)
                }
            }
        }
        if served { made.accepts(0, .partition(Int32(servers[0].count)), at: Double(seconds) + 1, server: servers[0]) }
        made.ends(at: 30)
        return made
    }

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.detail == .wrongNode }.map {
            "\($0.server ?? "?") \($0.nodeId ?? -1) \($0.severity) \($0.confidence)"
        }.sorted()
    }

    private static let both = Array(SmallCase.brokers.suffix(2))

    @Test func twoThatLeadNothingAreSwapped() {
        let made = refusing(Self.both)
        #expect(told(made) == ["\(SmallCase.brokers[1]) 2 error likely", "\(SmallCase.brokers[2]) 3 error likely"])
        #expect(made.findings().filter { $0.kind == .notLeader }.map(\.severity) == [.info, .info])
    }

    @Test func oneAloneMayHaveLostItsPlace() {
        #expect(told(refusing([Self.both[0]])).isEmpty)
    }

    @Test func aMomentIsAnElection() {
        #expect(told(refusing(Self.both, seconds: 5)).isEmpty)
    }

    @Test func whoServesOneOfItsPartitionsIsThere() {
        #expect(told(refusing(Self.both, served: true)).isEmpty)
    }

    /// Of the other partitions that it leads nothing was seen.
    @Test func whatWasNotAskedForMayBeServed() {
        #expect(told(refusing(Self.both, leads: 6)).isEmpty)
    }
}
