import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// Whom an incident counts: not only clients that lost a request, and nobody twice.
@Suite struct AlsoHitTests {
    private static let broker = "10.0.0.2:9092"

    private func finding(
        _ kind: FindingKind, _ client: String, _ ids: [String], until second: Double, _ small: SmallCase,
        severity: Severity = .warning
    ) -> Finding {
        var finding = Finding(
            kind: kind, severity: severity, confidence: .certain, first: small.time(5), last: small.time(second))
        (finding.id, finding.client, finding.clientId) = ("\(kind.rawValue)-\(client)", client, ids.first)
        finding.server = Self.broker
        if ids.count > 1 { finding.facts.append(Fact(.clientIds, .list(ids))) }
        return finding
    }

    private func hit(
        _ findings: [Finding], _ small: SmallCase, besides known: [Incident.ClientRecovery] = []
    ) -> [String] {
        Aftermath(view: CaseView(small.file, CaptureHealth())).alsoHit(findings, besides: known, from: small.time(5))
            .map { client in
                let back = client.recoveredAfterMs.map { "\(Int($0)) ms" } ?? "not seen"
                return "\(client.client) \(client.clientId ?? "?") \(back)"
            }
    }

    @Test func whoWasRefusedCountsAndComesBackWithItsNextWork() {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 9, to: 20, client: "10.0.0.101", clientId: "pay")
        record.kafka.firstWorkTime = small.time(9.5)
        let refused = ["10.0.0.101", "10.0.0.102"].map {
            finding(.brokerUnavailable, $0, [$0 == "10.0.0.101" ? "pay" : "ship"], until: 8, small)
        }
        #expect(hit(refused, small) == ["10.0.0.101 pay 4500 ms", "10.0.0.102 ship not seen"])
    }

    /// Several programs may have made the attempts of a host: it counts once, and not at all where one of it is told.
    @Test func attemptsOfAHostAreOfOneProgramAtLeast() {
        let small = SmallCase()
        let refused = [finding(.brokerUnavailable, "10.0.0.101", ["pay", "ship"], until: 8, small)]
        #expect(hit(refused, small) == ["10.0.0.101 ? not seen"])
        let told = Incident.ClientRecovery(client: "10.0.0.101", clientId: "pay", recoveredAfterMs: nil)
        #expect(hit(refused, small, besides: [told]).isEmpty)
    }

    /// Whose answers only came late works again with the last of them; each program that was answered counts.
    @Test func whoWaitedCounts() {
        let small = SmallCase()
        let late = finding(.slowResponse, "10.0.0.101", ["pay", "ship"], until: 13, small)
        let told = Incident.ClientRecovery(client: "10.0.0.101", clientId: "pay", recoveredAfterMs: 1)
        #expect(hit([late], small, besides: [told]) == ["10.0.0.101 ship 8000 ms"])
    }

    @Test func whatIsOnlyGoodToKnowStrikesNobody() {
        let small = SmallCase()
        let info = finding(.slowResponse, "10.0.0.101", ["pay"], until: 13, small, severity: .info)
        let other = finding(.underReplicated, "10.0.0.101", ["pay"], until: 13, small)
        #expect(hit([info, other], small).isEmpty)
    }

    @Test func programsOfOneHostAreSeveralClients() {
        let small = SmallCase()
        let refused = ["pay", "ship", "pay"].map { finding(.errorResponse, "10.0.0.101", [$0], until: 8, small) }
        #expect(refused.clientsHit.map(\.clientId) == ["pay", "ship"])
        let attempts = [finding(.connectFailure, "10.0.0.101", ["pay", "ship"], until: 8, small)]
        #expect(attempts.clientsHit.map(\.clientId) == [nil])
    }
}
