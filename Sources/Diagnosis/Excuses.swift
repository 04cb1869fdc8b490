import ReportModel
import Vocabulary

/// A reason for which something that looks like a fault is normal, what it may keep from being told, and what it is bound to.
struct DeclaredExcuse {
    var excuse: Excuse
    var silences: [FindingKind]
    var boundTo: [Bond]

    init(_ excuse: Excuse, silences: [FindingKind], boundTo: [Bond]) {
        (self.excuse, self.silences, self.boundTo) = (excuse, silences, boundTo)
    }
}

/// All excuses. A verdict that is downgraded or not told for one of them names it, and each time is counted.
enum Excuses {
    private static let errors: [FindingKind] = [.errorResponse, .notLeader, .unsupportedVersion]

    static let table: [DeclaredExcuse] = [
        // ErrorExcuses: within ten seconds, by an answer to the same client.
        DeclaredExcuse(.healed, silences: errors, boundTo: [.client, .api, .group, .topic, .partition, .time]),
        DeclaredExcuse(.nextStep, silences: errors, boundTo: [.client, .api, .group, .topic, .partition, .time]),
        DeclaredExcuse(.statesFact, silences: errors, boundTo: [.api]),
        DeclaredExcuse(.versionFallback, silences: [.unsupportedVersion], boundTo: [.client, .api, .time]),
        DeclaredExcuse(.behindLeave, silences: errors, boundTo: [.client, .group, .time]),
        DeclaredExcuse(.behindJoin, silences: errors, boundTo: [.client, .group, .time]),
        DeclaredExcuse(.noTimeToHeal, silences: errors, boundTo: [.client, .group, .topic, .partition, .time]),
        DeclaredExcuse(.followsLoss, silences: errors, boundTo: [.client, .topic, .partition, .time]),
        DeclaredExcuse(.behindRefused, silences: errors, boundTo: [.client, .topic, .partition, .time]),
        // Bound to the very responses.
        DeclaredExcuse(.notAttempted, silences: errors, boundTo: [.client, .api, .time]),
        // ToldEvictions: bound to the group's rebalance, or to the late response itself.
        DeclaredExcuse(.memberWasOut, silences: errors, boundTo: [.client, .group, .time]),
        // IdentityConflicts tells of the two programs; bound to the very answers that it names.
        DeclaredExcuse(.nameTaken, silences: errors, boundTo: [.connection, .name, .time]),
        // CaptureHoles: packets of that client, or of that very connection, are missing behind the moment.
        DeclaredExcuse(.mayBeInHole, silences: errors + [.responseOverdue], boundTo: [.client, .connection, .time]),
        // ConnectFailures: names have several addresses so that one may fail.
        DeclaredExcuse(.siblingWorks, silences: [.connectFailure], boundTo: [.client, .name]),
        // CaseView.mayBeKafkas: by address, port and name.
        DeclaredExcuse(
            .notKafka,
            silences: [
                .tlsFailure, .advertisedAddressMismatch, .protocolMismatch, .authTerminated, .disconnectBeforeResponse,
            ], boundTo: [.server]),
        DeclaredExcuse(.signInWasDone, silences: [.authTerminated], boundTo: [.connection]),
    ]

    private static let tellLosses: Set<FindingKind> = [.disconnectBeforeResponse, .responseOverdue, .networkPath]

    static func declared(_ excuse: Excuse) -> DeclaredExcuse? { table.first { $0.excuse == excuse } }

    /// An excuse that points to another finding holds where that one is told.
    static func confirmed(_ verdicts: [Verdict]) -> [Verdict] {
        let told = verdicts.filter { tellLosses.contains($0.kind) && $0.severity > .info && !$0.isSilent }
        let losers = Set(told.compactMap(\.client))
        return verdicts.map { verdict in
            guard verdict.excuse == .followsLoss, verdict.client.map(losers.contains) != true else { return verdict }
            var verdict = verdict
            verdict.facts.removeAll { $0.key == .follows }
            (verdict.severity, verdict.excuse) = (.warning, nil)
            return verdict
        }
    }

    /// How often each held, most first.
    static func count(_ verdicts: [Verdict]) -> [ExcuseCount] {
        struct Key: Hashable {
            var excuse: Excuse
            var kind: FindingKind
            var error: String?
        }
        var counts: [Key: ExcuseCount] = [:]
        for verdict in verdicts {
            guard let excuse = verdict.excuse else { continue }
            let bonds = declared(excuse)?.boundTo ?? []
            let key = Key(excuse: excuse, kind: verdict.kind, error: verdict.error)
            var row =
                counts[key]
                ?? ExcuseCount(
                    excuse: excuse, kind: verdict.kind, error: verdict.error, boundTo: bonds, at: verdict.first)
            row.count += verdict.count
            (row.first, row.last) = (min(row.first, verdict.first), max(row.last, verdict.last))
            counts[key] = row
        }
        return counts.values.sorted {
            ($1.count, $0.first, $0.excuse.rawValue, $0.error ?? "") < (
                $0.count, $1.first, $1.excuse.rawValue, $1.error ?? ""
            )
        }
    }
}
