import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Partitions that Metadata tells as unwell are the root of what clients are refused there, and a broker is that of what it says
/// of itself.
@Suite struct PartitionIncidentTests {
    private static let metadata: Int16 = 3
    private static let leaderNotAvailable: Int16 = 5
    private static let storageError: Int16 = 56

    private func unwell(
        _ made: inout SmallCase, _ partition: Int32 = 0, at seconds: [Double], leaderless: Bool = true
    ) {
        for second in seconds {
            made.file.partitions.add(
                PartitionHealth(
                    topic: made.text("orders"), partition: partition, server: made.endpoint(SmallCase.brokers[0]),
                    client: made.address(SmallCase.client), leaderless: leaderless, replicas: [1, 2, 3],
                    inSync: leaderless ? [] : [1, 2], first: made.time(second), last: made.time(second), count: 1,
                    frames: [made.nextFrame()]))
        }
    }

    private func told(_ made: SmallCase) -> [String] {
        let judged = Diagnosis.judge(made.file)
        return judged.incidents.map { incident in
            let root = judged.findings.first { $0.id == incident.rootFinding }?.kind.rawValue
            let last = incident.facts.contains { $0.key == .lastsToTheEnd } ? " to the end" : ""
            return "\(incident.kind.rawValue) \(root ?? incident.rootServer ?? "?") \(incident.findings.count)\(last)"
        }
    }

    /// Two clients that are refused each second.
    private func refused(_ code: Int16, _ api: Int16, _ partition: Int32 = 0, from: Int, to: Int) -> SmallCase {
        var made = SmallCase()
        for second in from..<to {
            made.refuses(code, api, .partition(partition), at: Double(second))
            made.refuses(code, api, .partition(partition), at: Double(second), client: "10.0.0.101")
        }
        return made
    }

    @Test func aPartitionWithoutALeaderIsTheRoot() {
        var made = refused(Self.leaderNotAvailable, Self.metadata, from: 1, to: 20)
        unwell(&made, at: [1, 5, 10, 19])
        #expect(told(made) == ["partitions-unwell leaderless 3 to the end"])
        #expect(made.findings().first { $0.kind == .leaderless }?.nature == .structural)
    }

    @Test func followersThatAreBehindAreTheRoot() {
        var made = refused(SmallCase.notEnoughReplicas, SmallCase.produce, from: 1, to: 20)
        unwell(&made, at: [1], leaderless: false)
        #expect(told(made) == ["partitions-unwell under-replicated 3 to the end"])
        // Metadata was asked once; what clients are refused shows that it goes on.
        #expect(made.findings().first { $0.kind == .underReplicated }?.nature == .structural)
    }

    /// A client that asked once met what goes on.
    @Test func whoAskedOnceMetWhatGoesOn() {
        var made = SmallCase()
        made.refuses(Self.leaderNotAvailable, Self.metadata, at: 2)
        unwell(&made, at: [1, 5, 10, 19])
        made.ends(at: 40)
        #expect(made.findings().filter { $0.error != nil }.map(\.nature) == [.structural])
    }

    @Test func anotherPartitionExplainsNothing() {
        var made = refused(Self.leaderNotAvailable, Self.metadata, 7, from: 1, to: 20)
        unwell(&made, at: [1, 5, 10, 19])
        #expect(told(made).isEmpty)
    }

    @Test func whatIsRefusedWhenAllIsWellAgainHasAnotherReason() {
        var made = refused(Self.leaderNotAvailable, Self.metadata, from: 40, to: 60)
        unwell(&made, at: [1, 5, 10])
        made.file.partitions.noteWell([PartitionName(topic: made.text("orders"), partition: 0)], at: made.time(12))
        #expect(told(made).isEmpty)
        #expect(made.findings().first { $0.kind == .leaderless }?.nature == .transient)
    }

    /// The packets in which Metadata told it are missing: no root is made up.
    @Test func withoutMetadataTheErrorsStandForThemselves() {
        let made = refused(Self.leaderNotAvailable, Self.metadata, from: 1, to: 20)
        #expect(told(made).isEmpty)
        #expect(made.errorFindings() == Array(repeating: "LEADER_NOT_AVAILABLE warning", count: 2))
    }

    @Test func oneTroubleToldByOneServerAfterTheOtherIsNoMoment() {
        var made = SmallCase()
        made.refuses(Self.leaderNotAvailable, Self.metadata, at: 1, server: SmallCase.brokers[1])
        for second in 2..<20 { made.refuses(Self.leaderNotAvailable, Self.metadata, at: Double(second)) }
        made.ends(at: 40)
        #expect(made.findings().filter { $0.error != nil }.map(\.nature) == [.structural, .structural])
        var healed = SmallCase()
        healed.refuses(Self.leaderNotAvailable, Self.metadata, at: 1, server: SmallCase.brokers[1])
        healed.accepts(Self.metadata, at: 2)
        for second in 3..<20 { healed.refuses(Self.leaderNotAvailable, Self.metadata, at: Double(second)) }
        healed.ends(at: 40)
        #expect(healed.errorFindings() == ["LEADER_NOT_AVAILABLE info", "LEADER_NOT_AVAILABLE warning"])
    }

    @Test func whatABrokerSaysOfItselfIsOneIncident() {
        #expect(told(refused(Self.storageError, 1, from: 1, to: 20)) == ["broker-errors \(SmallCase.brokers[0]) 2"])
    }

    @Test func oneClientsErrorsAndThoseOfRightsAreNone() {
        var made = SmallCase()
        for second in 1..<20 { made.refuses(Self.storageError, 1, at: Double(second)) }
        #expect(told(made).isEmpty)
        #expect(told(refused(29, 0, from: 1, to: 20)).isEmpty)
    }
}
