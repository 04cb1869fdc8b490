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
        /// Nothing but late answers: with the last of them it works again, unless all stayed late as far as can be seen.
        var isLate: Bool
        var isOverBy: CaptureTime?

        init(_ finding: Finding, isOver: Bool) {
            last = finding.last
            isLate = finding.kind == .slowResponse
            isOverBy = isLate && isOver ? finding.last : nil
        }

        mutating func add(_ other: Trouble) {
            if other.last >= last { isOverBy = other.isOverBy }
            (last, isLate) = (max(last, other.last), isLate && other.isLate)
        }
    }

    private static let kinds: Set<FindingKind> = [
        .disconnectBeforeResponse, .brokerUnavailable, .slowResponse, .responseOverdue,
    ]

    /// - Parameters:
    ///   - findings: those of the event.
    ///   - known: clients that are told already.
    ///   - until: where the same server had trouble again afterwards, the end of this event.
    func alsoHit(
        _ findings: [Finding], besides known: [Incident.ClientRecovery], from: CaptureTime, until: CaptureTime? = nil
    ) -> [Incident.ClientRecovery] {
        let told = Set(known.map { Program(client: $0.client, clientId: $0.clientId) })
        var (order, troubles): ([Program], [Program: Trouble]) = ([], [:])
        func add(_ finding: Finding, _ program: Program) {
            let trouble = Trouble(finding, isOver: isOver(finding))
            if troubles[program] == nil { order.append(program) }
            troubles[program, default: trouble].add(trouble)
        }
        let hits = findings.filter { Self.kinds.contains($0.kind) && $0.severity > .info }.map {
            $0.cut(from: from, until: until)
        }
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
            let back = trouble.flatMap { $0.isLate ? $0.isOverBy : work[program] }
            return Incident.ClientRecovery(
                client: program.client, clientId: program.clientId,
                recoveredAfterMs: back.map { max(0, $0.milliseconds(since: from)) })
        }
    }

    /// Late answers are over where nothing waits, and one that is as late would have been seen; or where others followed, unless
    /// such came all the while and say nothing of what was late.
    private func isOver(_ finding: Finding) -> Bool {
        guard finding.kind == .slowResponse, case .milliseconds(let worst)? = finding[.maxMs],
            let server = finding.server.flatMap({ view.serversByName[$0] }),
            let host = finding.client.flatMap({ IPAddress($0) })
        else { return true }
        if view.connections(of: host, to: server).contains(where: isWaiting) { return false }
        if view.file.lastTime.milliseconds(since: finding.last) >= worst { return true }
        let answers = view.file.times.answers(of: server, to: host)
        let meanwhile = answers.count { $0 > finding.first && $0 < finding.last }
        return meanwhile <= Self.fewBeside * finding.count && answers.contains { $0 > finding.last }
    }

    private func isWaiting(_ record: ConnectionRecord) -> Bool {
        record.isOpen
            && record.unanswered.contains {
                !$0.wantsNoAnswer && $0.waitsForItsBrokerAlone
                    && view.file.lastTime.since($0.sentWhole) > Span.seconds(1)
            }
    }

    /// Answers for each late one, itself included, that leave it the usual case.
    private static let fewBeside = 2

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
    /// As of one event, where what is seen later is of others.
    fileprivate func cut(from: CaptureTime, until: CaptureTime?) -> Finding {
        guard let until, last > until else { return self }
        var cut = self
        (cut.first, cut.last) = (max(first, min(from, until)), until)
        return cut
    }

    /// The client ids that it is of; nil where it is of connection attempts, and several programs of the host may have made them.
    var programs: [String]? {
        let ids = list(.clientIds).isEmpty ? [clientId].compactMap(\.self) : list(.clientIds)
        switch kind {
        case .brokerUnavailable, .connectFailure: return ids.count == 1 ? ids : nil
        default: return ids.isEmpty ? nil : ids
        }
    }
}
