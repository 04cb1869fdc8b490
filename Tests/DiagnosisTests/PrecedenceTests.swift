import ReportModel
import Testing

@testable import Diagnosis

/// The table of who finds what, and who yields to whom.
@Suite struct PrecedenceTests {
    @Test func everyKindHasItsRule() {
        let found = Set(Precedence.rules.flatMap(\.finds))
        #expect(FindingKind.allCases.filter { !found.contains($0) } == [])
    }

    /// A rule stands behind all that it yields to, so the order in which they run is the precedence.
    @Test func rulesStandBehindThoseTheyYieldTo() {
        for (place, rule) in Precedence.rules.enumerated() {
            let before = Set(Precedence.rules[..<place].flatMap(\.finds))
            #expect(rule.yieldsTo.filter { !before.contains($0) } == [], "of the rule that finds \(rule.finds)")
        }
    }

    /// The contract's order of kinds that may explain one end of a connection.
    @Test func endsAreExplainedInTheContractsOrder() {
        let contract: [FindingKind] = [
            .protocolMismatch, .tlsFailure, .authTerminated, .sessionExpired, .disconnectBeforeResponse, .idleClose,
        ]
        let places = contract.map { kind in Precedence.rules.firstIndex { $0.finds.contains(kind) } ?? -1 }
        #expect(places == places.sorted())
    }

    @Test func whatIsExplainedIsOpenNoMore() {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 1, to: 2)
        small.works(at: SmallCase.brokers[1], from: 1, to: 2)
        let view = CaseView(small.file, CaptureHealth())
        var ends = OpenEnds(view)
        let verdict = Verdict(.idleClose, .info, .certain, view.records[0], in: view)
        ends.close([EndVerdict(place: 0, verdict: verdict), EndVerdict(place: 1, verdict: verdict, explains: false)])
        #expect(ends.places == [1])
        #expect(ends.judge { _ in verdict }.map(\.place) == [1])
    }
}
