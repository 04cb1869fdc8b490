import Conversations
import ReportModel
import Vocabulary

/// Clients that an event struck without ending a request of theirs: refused at it, or answered late because of it.
extension Aftermath {
    private struct Program: Hashable {
        var client: String
        var clientId: String?
    }

    private struct Trouble {
        var last: CaptureTime
        /// Nothing but late answers: with the last of them it works again.
        var isLate: Bool
    }

    private static let kinds: Set<FindingKind> = [
        .disconnectBeforeResponse, .brokerUnavailable, .slowResponse, .responseOverdue,
    ]

    /// - Parameters:
    ///   - findings: those of the event.
    ///   - known: clients that are told already.
    func alsoHit(
        _ findings: [Finding], besides known: [Incident.ClientRecovery], from: CaptureTime
    ) -> [Incident.ClientRecovery] {
        let told = Set(known.map { Program(client: $0.client, clientId: $0.clientId) })
        var (order, troubles): ([Program], [Program: Trouble]) = ([], [:])
        func add(_ finding: Finding, _ program: Program) {
            let isLate = finding.kind == .slowResponse
            guard let before = troubles[program] else {
                order.append(program)
                return troubles[program] = Trouble(last: finding.last, isLate: isLate)
            }
            troubles[program] = Trouble(last: max(before.last, finding.last), isLate: before.isLate && isLate)
        }
        let hits = findings.filter { Self.kinds.contains($0.kind) && $0.severity > .info }
        for finding in hits {
            guard let client = finding.client, let ids = finding.programs else { continue }
            for program in ids.map({ Program(client: client, clientId: $0) }) where !told.contains(program) {
                add(finding, program)
            }
        }
        // Of a host whose programs nobody can tell apart there is one at least.
        let hosts = Set(known.map(\.client) + order.map(\.client))
        for finding in hits where finding.programs == nil {
            guard let client = finding.client, !hosts.contains(client) else { continue }
            add(finding, Program(client: client, clientId: nil))
        }
        let work = firstWork(behind: troubles)
        let sorted = order.sorted { ($0.client, $0.clientId ?? "") < ($1.client, $1.clientId ?? "") }
        return sorted.map { program in
            let trouble = troubles[program]
            let back = trouble.flatMap { $0.isLate ? $0.last : work[program] }
            return Incident.ClientRecovery(
                client: program.client, clientId: program.clientId,
                recoveredAfterMs: back.map { max(0, $0.milliseconds(since: from)) })
        }
    }

    /// Of each program the first work on a connection that went well behind its last trouble.
    private func firstWork(behind troubles: [Program: Trouble]) -> [Program: CaptureTime] {
        var work: [Program: CaptureTime] = [:]
        for (client, programs) in Dictionary(grouping: troubles.keys, by: \.client) {
            guard let host = IPAddress(client) else { continue }
            let wanted = Set(programs)
            for record in view.records(of: host) {
                let mine = Program(client: client, clientId: view.file.text(record.kafka.clientId))
                for program in [mine, Program(client: client, clientId: nil)] where wanted.contains(program) {
                    let time = record.kafka.firstWorkTime
                    guard let last = troubles[program]?.last, time > last else { continue }
                    work[program] = work[program].map { min($0, time) } ?? time
                }
            }
        }
        return work
    }
}

extension Finding {
    /// The client ids that it is of; nil where it is of connection attempts, and several programs of the host may have made them.
    var programs: [String]? {
        let ids = list(.clientIds).isEmpty ? [clientId].compactMap(\.self) : list(.clientIds)
        switch kind {
        case .brokerUnavailable, .connectFailure: return ids.count == 1 ? ids : nil
        default: return ids.isEmpty ? nil : ids
        }
    }
}
