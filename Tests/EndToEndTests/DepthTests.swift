import Foundation
import ReportModel
import TestSupport
import Testing
import Vocabulary

@testable import Depth

/// The depth tables: reading every message changes no fact, and what they count does not depend on where segments end, nor
/// on what else the capture lacks.
@Suite struct DepthTests {
    private static let tables = FactRun.Ways(tables: Limits())

    @Test(arguments: KnownFrameTests.files) func tablesChangeNoFact(_ capture: String) throws {
        let plain = try FactRun(capture, FactRun.Ways(known: false))
        #expect(FactRun.difference(try FactRun(capture, Self.tables), plain) == nil)
    }

    @Test(arguments: KnownFrameTests.files) func cutsChangeNoTable(_ capture: String) throws {
        let whole = try #require(try FactRun(capture, Self.tables).tables)
        let cut = try #require(try FactRun(capture, FactRun.Ways(cuts: 7, tables: Limits())).tables)
        #expect(text(whole) == text(cut))
    }

    @Test(arguments: TLSTwinTests.names) func tablesOfATwinAreTheSame(_ name: String) throws {
        let plain = try FactRun(at: Replay.path(name + "-plain.pcap"), Self.tables)
        let opened = try FactRun(at: Replay.path(name + ".pcap"), Self.tables)
        let (one, other) = (try #require(plain.tables), try #require(opened.tables))
        #expect(one.readiness.map(\.apis.count) == other.readiness.map(\.apis.count))
        #expect(one.topicClients.map(\.bytes) == other.topicClients.map(\.bytes))
        #expect(one.groups.map(\.group) == other.groups.map(\.group))
    }

    /// With the first bytes of each direction not captured, whatever is told is what the whole capture says, or less, or null.
    @Test(arguments: KnownFrameTests.files) func aLateStartMakesNothingUp(_ capture: String) throws {
        let whole = try #require(try FactRun(capture, Self.tables).tables)
        let late = try #require(try FactRun(capture, FactRun.Ways(unseen: 300, tables: Limits())).tables)
        let sent = whole.topicClients.reduce(Int64(0)) { $0 + $1.bytes }
        #expect(late.topicClients.reduce(Int64(0)) { $0 + $1.bytes } <= sent)
        for row in late.lag {
            let known = whole.lag.filter { $0.group == row.group && $0.partition == row.partition }
            #expect(row.lagRecords == nil || row.endOffset != nil)
            #expect(row.committedOffset == nil || known.isEmpty || known.contains { $0.committedOffset ?? 0 >= 0 })
        }
        for row in late.groups.flatMap(\.rebalances) { #expect(row.from <= row.to) }
    }

    /// A table that is full counts what it leaves out.
    @Test func fullTablesSaySo() throws {
        var limits = Limits()
        (limits.depthTopics, limits.depthClients, limits.depthPartitions) = (1, 1, 1)
        (limits.depthGroups, limits.depthMembers, limits.depthRebalances, limits.depthBatches) = (1, 1, 1, 1)
        var tripped: Set<String> = []
        for capture in KnownFrameTests.files {
            let run = try FactRun(capture, FactRun.Ways(tables: limits))
            let tables = try #require(run.tables)
            #expect(tables.topicClients.count <= 1 && tables.producers.count <= 1 && tables.readiness.count <= 1)
            #expect(tables.groups.count <= 1 && tables.lag.count <= 1 && tables.shareGroups.count <= 1)
            tripped.formUnion(run.tableTrips.map(\.name))
        }
        #expect(tripped.isSuperset(of: ["depthClients"]))
    }

    /// Damage traps nowhere, and facts stay what they are without the tables.
    @Test(arguments: KnownFrameTests.files.filter { $0.hasPrefix("healthy") && $0.hasSuffix(".pcap") })
    func damageChangesNoFactEither(_ capture: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(capture))))
        let scratch = try Scratch()
        for (index, mutation) in Mutation.allCases.enumerated() {
            var random = Seeded(UInt64(index) + 40)
            let path = try scratch.write(mutation.apply(to: bytes, using: &random), as: "damaged")
            let plain = try? FactRun(at: path, FactRun.Ways(known: false))
            #expect(FactRun.difference(try? FactRun(at: path, Self.tables), plain) == nil, "\(capture), \(mutation)")
        }
    }

    /// A dictionary's order is its own.
    private func text(_ tables: DepthTables) -> String {
        var tables = tables
        let waits = tables.waits.sorted { $0.key < $1.key }
        tables.waits = [:]
        return "\(tables) \(waits)".replacing(#/FrameRef\(packed: \d+\)/#, with: "")
    }
}
