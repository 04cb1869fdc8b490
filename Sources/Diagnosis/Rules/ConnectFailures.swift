import Conversations
import ReportModel
import Streams
import Vocabulary

/// A bootstrap address, one that no broker gave out to this host, cannot be reached: refused, rejected, or silent.
struct ConnectFailures: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        let givenOut = Set(
            view.file.addresses.claims.flatMap { claim in
                view.endpoints(of: claim).map { ClientAtServer(client: claim.client, server: $0) }
            }
                + view.unplacedAddresses.flatMap { story in
                    story.attempts.map { ClientAtServer(client: story.client, server: $0.server) }
                })
        let failed = view.records.filter {
            !$0.wasEstablished && $0.isFailedAttempt && !view.lostAttempts.contains($0)
                && !view.isProbe($0.client.address) && !view.scans.contains($0.id)
                && !givenOut.contains(ClientAtServer(client: $0.client.address, server: $0.server))
        }
        let groups = Dictionary(grouping: failed) { ClientAtServer(client: $0.client.address, server: $0.server) }
        return groups.sorted { ($0.key.client, $0.key.server) < ($1.key.client, $1.key.server) }.compactMap {
            key, records in
            judge(key.client, key.server, records, view)
        }
    }

    private func judge(_ client: IPAddress, _ server: Endpoint, _ records: [ConnectionRecord], _ view: CaseView)
        -> Verdict?
    {
        // In use by the same protocol at another time: an outage, which incidents tell.
        if AddressUse.of([server], whileFailing: records, view) == .atAnotherTime { return nil }
        let end = view.worstEnd(of: records)
        guard let detail = end, let first = records.first, let last = records.last else { return nil }
        let concern = BootstrapConcern.of(attemptsAt: server, by: client, view)
        let next = BootstrapConcern.nextWorked(client, after: first.tcp.firstTime, view)
        var verdict = Verdict(
            .connectFailure, concern == nil ? .info : next == nil ? .error : .warning, concern ?? .possible,
            at: first.tcp.firstTime)
        BootstrapConcern.doubt(&verdict, client, view, isSure: concern == .certain)
        // Another address of the same name answers at once: names have several so that one may fail.
        if view.siblingWorks(of: server, for: client) { verdict.silence(.siblingWorks) }
        verdict.detail = detail
        verdict.nature = .structural
        verdict.client = "\(client)"
        verdict.server = "\(server)"
        verdict.count = records.count
        verdict.last = last.tcp.lastTime
        verdict.frames = records.prefix(10).flatMap { [$0.tcp.firstFrame, $0.fromServer.resetFrame, $0.tcp.icmpFrame] }
        verdict.connections = records.prefix(20).map(\.id)
        verdict.add(.attemptCount, .number(records.count))
        let syns = records.reduce(0) { $0 + max(1, $1.tcp.synCount) }
        if syns > records.count { verdict.add(.synCount, .number(syns)) }
        verdict.add(.advertisedHost, .optional(view.file.addresses.names[server.address]))
        let others = view.served(by: server).filter {
            $0.client.address != client && $0.lastServed >= first.tcp.firstTime && $0.tcp.firstTime <= last.tcp.lastTime
        }
        verdict.add(
            .servedMeanwhile, .some(others.map { "\($0.client.address)" }.uniqued.sorted().prefix(8).map(\.self)))
        verdict.add(.reachedBy, .optional(next.map { "\($0)" }))
        return verdict
    }
}
