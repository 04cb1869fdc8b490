import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// What three clients or more meet alike is one incident; what one or two meet is theirs.
@Suite struct SharedTroubleTests {
    private let small = SmallCase()

    private func finding(
        _ kind: FindingKind, _ client: Int, at second: Double, server: String = "10.0.0.1:9092", error: String? = nil
    ) -> Finding {
        var finding = Finding(
            kind: kind, severity: .warning, confidence: .certain, first: small.time(second),
            last: small.time(second + 5))
        (finding.id, finding.client, finding.server) = (
            "\(kind.rawValue)-\(client)-\(second)", "10.0.1.\(client)", server
        )
        (finding.error, finding.detail) = (error, kind == .errorResponse ? nil : .refused)
        return finding
    }

    private func incidents(_ findings: [Finding]) -> [Incident] {
        SharedTrouble(view: CaseView(small.file, CaptureHealth()), findings: findings).all()
    }

    @Test(arguments: [(2, 0), (3, 1), (40, 1)])
    func clientsThatAreRefusedAlike(_ clients: Int, _ count: Int) {
        let found = incidents((0..<clients).map { finding(.connectFailure, $0, at: Double($0)) })
        #expect(found.map(\.kind) == Array(repeating: .hostUnreachable, count: count))
        #expect(found.allSatisfy { $0.rootServer == "10.0.0.1:9092" && $0.clients.count == clients })
    }

    @Test func oneClientAtManyServersIsItsOwnTrouble() {
        #expect(
            incidents((0..<9).map { finding(.connectFailure, 1, at: Double($0), server: "10.0.0.\($0):9092") }).isEmpty)
    }

    @Test func serversThatNobodyReachesAreAllNamed() {
        let found = incidents(
            (0..<6).map { finding(.brokerUnavailable, $0 % 3, at: 1, server: "10.0.0.\(1 + $0 % 2):9092") })
        #expect(found.map(\.struck) == [["10.0.0.1:9092", "10.0.0.2:9092"]])
    }

    @Test func hoursApartIsTwice() {
        let early = (0..<3).map { finding(.connectFailure, $0, at: 0) }
        let late = (0..<3).map { finding(.connectFailure, $0, at: 7200) }
        #expect(incidents(early + late).count == 2)
    }

    @Test func anErrorIsSharedWithThoseWhoAreAnsweredTheSame() {
        let refused = (0..<4).map { finding(.errorResponse, $0, at: 1, error: "TOPIC_AUTHORIZATION_FAILED") }
        let other = (0..<2).map { finding(.errorResponse, $0, at: 1, error: "UNKNOWN_TOPIC_OR_PARTITION") }
        let found = incidents(refused + other)
        #expect(found.map(\.kind) == [.brokerErrors] && found.map(\.findings.count) == [4])
    }

    // MARK: Connections that end for no reason that is seen

    private func lost(_ client: Int, _ cause: Cause, server: String = "10.0.0.1:9092") -> Finding {
        var lost = finding(.disconnectBeforeResponse, client, at: Double(client), server: server)
        (lost.severity, lost.cause, lost.count) = (.error, cause, 5)
        lost.id += server
        return lost
    }

    @Test func whatOneServerEndsOfSeveralHostsIsOneThing() {
        let found = incidents((0..<4).map { lost($0, .unknown) })
        #expect(found.map(\.kind) == [.connectionsLost] && found.map(\.findings.count) == [4])
        #expect(found.first?.rootServer == "10.0.0.1:9092")
        #expect(found.first?.facts.first { $0.key == .connectionsEnded }?.value == .number(20))
        #expect(incidents((0..<3).map { lost($0, .requestTimeout) }).map(\.kind) == [.connectionsLost])
    }

    /// Of two hosts, at several servers, and with a cause that each finding tells.
    @Test func whatIsNotAlikeIsNot() {
        #expect(incidents((0..<2).map { lost($0, .unknown) }).isEmpty)
        #expect(incidents((0..<4).map { lost($0, .unknown, server: "10.0.0.\($0 % 2):9092") }).isEmpty)
        #expect(incidents((0..<4).map { lost($0, .unsupportedVersion) }).isEmpty)
        #expect(incidents((0..<4).map { lost($0, $0 < 2 ? .unknown : .requestTimeout) }).isEmpty)
    }

    @Test func howManyOfTheHostsConnectionsWereServedIsCounted() {
        var made = SmallCase()
        for client in 0..<3 {
            for second in [0.0, 10, 20] {
                made.works(
                    at: "10.0.0.1:9092", from: second, to: second + 1, client: "10.0.1.\(client)")
            }
        }
        made.works(at: "10.0.0.1:9092", from: 0, to: 1, client: "10.0.9.9")
        let view = CaseView(made.file, CaptureHealth())
        let group = (0..<3).map { lost($0, .unknown) }.map { finding in
            var finding = finding
            (finding.count, finding.last) = (1, made.time(60))
            return finding
        }
        let facts = SharedTrouble(view: view, findings: group).all().first?.facts ?? []
        #expect(facts.first { $0.key == .connectionsOfHosts }?.value == .number(9))
        #expect(facts.first { $0.key == .connectionsServed }?.value == .number(9))
    }
}
