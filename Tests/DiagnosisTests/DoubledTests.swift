import ReportModel
import Testing
import Vocabulary

@testable import Diagnosis

/// Batches that a plain producer sent again though nothing was lost.
@Suite struct DoubledTests {
    private func findings(_ rows: [(partition: Int, isProven: Bool, records: Int64?)]) -> [Finding] {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 0, to: 30)
        var tables = DepthTables()
        tables.doubled = rows.map { partition, isProven, records in
            var row = DoubledBatches(
                client: SmallCase.client, clientId: "shop", server: SmallCase.brokers[0], topic: "orders",
                partition: partition, isProven: isProven, seen: Seen(first: made.time(10), last: made.time(11)))
            row.add(records: records, Seen(first: made.time(10), last: made.time(11)), [made.nextFrame()])
            return row
        }
        return made.findings(tables: tables).filter { $0.kind == .riskyProducer }
    }

    @Test func twoOffsetsAreAWarning() {
        let found = findings([(0, true, 7), (1, true, 5)])
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?[.doubledBatches] == .number(2))
        #expect(found.first?[.doubledRecords] == .number(12))
        #expect(found.first?[.doubledIn] == .list(["orders-0", "orders-1"]))
        #expect(findings([(0, true, 7), (1, true, nil)]).first?[.doubledRecords] == nil)
    }

    @Test func whatATimeoutLeavesOpenIsGoodToKnow() {
        #expect(findings([(0, false, 7)]).map(\.severity) == [.info])
        #expect(findings([(0, false, 7), (0, true, 7)]).map(\.severity).sorted() == [.info, .warning])
    }

    @Test func withoutThemNothingIsTold() {
        #expect(findings([]).isEmpty)
    }
}
