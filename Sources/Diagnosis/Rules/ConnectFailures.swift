import Conversations
import ReportModel
import Streams
import Vocabulary

/// A bootstrap address, one that no broker gave out, cannot be reached: refused, rejected, silent, or not to be resolved.
struct ConnectFailures: Rule {
    /// The next bootstrap server is tried within this time.
    private static let nextWithin = Span.seconds(60)

    func judge(_ view: CaseView) -> [Verdict] {
        attempts(view) + lookups(view)
    }

    // MARK: Attempts

    private func attempts(_ view: CaseView) -> [Verdict] {
        let claimed = claimedEndpoints(view)
        let failed = view.records.filter { !$0.wasEstablished && $0.isFailedAttempt && !claimed.contains($0.server) }
        struct Key: Hashable {
            var client: IPAddress
            var server: Endpoint
        }
        let groups = Dictionary(grouping: failed) { Key(client: $0.client.address, server: $0.server) }
        return groups.sorted { ($0.key.client, $0.key.server) < ($1.key.client, $1.key.server) }.compactMap {
            key, records in
            judge(key.client, key.server, records, view)
        }
    }

    private func claimedEndpoints(_ view: CaseView) -> Set<Endpoint> {
        Set(
            view.file.claims.flatMap { claim in
                view.file.addresses(of: claim.host, for: claim.client).compactMap { address in
                    UInt16(exactly: claim.port).map { Endpoint(address, $0) }
                }
            })
    }

    private func judge(_ client: IPAddress, _ server: Endpoint, _ records: [ConnectionRecord], _ view: CaseView)
        -> Verdict?
    {
        // In use by the same protocol at another time: an outage, which incidents tell.
        if view.connections(to: server).contains(where: \.wasServed) { return nil }
        let end = worstEnd(records, view)
        guard let detail = end, let first = records.first, let last = records.last else { return nil }
        let concern = concern(client, server, view)
        let next = nextWorked(client, after: first.tcp.firstTime, view)
        var verdict = Verdict(
            .connectFailure, concern == nil ? .info : next == nil ? .error : .warning, concern ?? .possible,
            at: first.tcp.firstTime)
        doubt(&verdict, client, view, isSure: concern == .certain)
        verdict.detail = detail
        verdict.nature = .structural
        verdict.client = "\(client)"
        verdict.server = "\(server)"
        verdict.count = records.count
        verdict.last = last.tcp.lastTime
        verdict.frames = records.prefix(10).flatMap { [$0.tcp.firstFrame, $0.fromServer.resetFrame, $0.tcp.icmpFrame] }
        verdict.connections = records.prefix(20).map(\.id)
        verdict.add(.attemptCount, .number(records.reduce(0) { $0 + max(1, $1.tcp.synCount) }))
        verdict.add(.advertisedHost, .optional(view.file.names[server.address]))
        verdict.add(.reachedBy, .optional(next.map { "\($0)" }))
        return verdict
    }

    /// A broker may have given the address out where the capture does not show it: before its start, or in an answer that
    /// was cut. Then the fault is real, but whose it is cannot be said.
    private func doubt(_ verdict: inout Verdict, _ client: IPAddress, _ view: CaseView, isSure: Bool) {
        let mine = (view.byClient[client] ?? []).map { view.records[$0] }
        if view.wasAtWorkBefore(client) || !isSure && view.wasHereBefore(client) {
            verdict.doubt(.startsMidway, ceiling: .possible)
        }
        if view.capture.cut > 0, mine.contains(where: { $0.kafka.responses > 0 }) {
            verdict.doubt(.packetsCut, ceiling: .possible)
        }
        if mine.contains(where: \.isOneSided) { verdict.doubt(.oneDirection, ceiling: .possible) }
        if !verdict.doubt.isEmpty { verdict.severity = .info }
    }

    private func worstEnd(_ records: [ConnectionRecord], _ view: CaseView) -> Detail? {
        if records.contains(where: { $0.tcp.end == .refused }) { return .refused }
        if records.contains(where: { $0.tcp.end == .rejected }) { return .rejected }
        return UnansweredSyns.showSilence(records, view) ? .noAnswer : nil
    }

    /// Whether an attempt was meant for Kafka: the port or the host's name say so, the client speaks Kafka in this capture to
    /// such a place, or there is nothing here but such attempts. Nil where nothing says so.
    private func concern(_ client: IPAddress, _ server: Endpoint, _ view: CaseView) -> Confidence? {
        let speaks = (view.byClient[client] ?? []).contains { view.records[$0].kafka.responses > 0 }
        if speaks, view.isKafkaPort(server.port) || view.kafkaHosts.contains(server.address) { return .certain }
        if view.records.allSatisfy({ !$0.wasEstablished }) { return .certain }
        return view.soundsLikeKafka(server) ? .likely : nil
    }

    private func nextWorked(_ client: IPAddress, after time: CaptureTime, _ view: CaseView) -> Endpoint? {
        (view.byClient[client] ?? []).map { view.records[$0] }.first {
            $0.kafka.responses > 0 && $0.tcp.firstTime > time && $0.tcp.firstTime.since(time) < Self.nextWithin
        }?.server
    }

    // MARK: Names

    private func lookups(_ view: CaseView) -> [Verdict] {
        let file = view.file
        let claimed = Set(file.claims.compactMap { file.text($0.host)?.lowercased().droppingFinalDot })
        let failed = file.dns.filter { ($0.code ?? 0) != 0 || ($0.code == 0 && $0.addresses.isEmpty) }
        let groups = Dictionary(grouping: failed) { NameKey(client: $0.client, name: baseName($0, view)) }
        return groups.sorted { ($0.key.client, $0.key.name) < ($1.key.client, $1.key.name) }.compactMap {
            key, answers in
            guard !claimed.contains(key.name), !claimed.contains(where: { key.name.hasPrefix($0 + ".") }) else {
                return nil
            }
            return unresolvable(key, answers, view)
        }
    }

    private struct NameKey: Hashable {
        var client: IPAddress
        var name: String
    }

    /// The name asked for, without the search domain that the resolver added: the shortest name of this client that the
    /// answer's name begins with.
    private func baseName(_ answer: DNSAnswer, _ view: CaseView) -> String {
        let name = view.file.text(answer.name) ?? ""
        let shorter = view.file.dns.filter { $0.client == answer.client }.compactMap { view.file.text($0.name) }.filter
        { name.hasPrefix($0 + ".") }
        return shorter.min { $0.count < $1.count } ?? name
    }

    private func unresolvable(_ key: NameKey, _ answers: [DNSAnswer], _ view: CaseView) -> Verdict? {
        let resolved = view.file.answers(to: key.name, for: key.client).contains { !$0.addresses.isEmpty }
        guard !resolved, answers.contains(where: { $0.type == 1 }),
            let first = answers.min(by: { $0.firstTime < $1.firstTime })
        else { return nil }
        let speaks = (view.byClient[key.client] ?? []).contains { view.records[$0].kafka.responses > 0 }
        let isAlone = view.records.allSatisfy { !$0.wasEstablished }
        let concern: Confidence? =
            isAlone || speaks && besideABroker(key, view)
            ? .certain : CaseView.soundsLikeKafka(key.name) ? .likely : nil
        let next = nextWorked(key.client, after: first.firstTime, view)
        var verdict = Verdict(
            .connectFailure, concern == nil ? .info : next == nil ? .error : .warning, concern ?? .possible,
            at: first.firstTime)
        doubt(&verdict, key.client, view, isSure: concern == .certain)
        verdict.detail = .unresolvable
        verdict.nature = .structural
        verdict.client = "\(key.client)"
        verdict.server = key.name
        verdict.count = answers.map(\.count).max() ?? 1
        verdict.last = answers.map(\.lastTime).max() ?? first.lastTime
        verdict.frames = answers.flatMap(\.frames).sorted()
        verdict.add(.dnsResult, .text(first.codeName))
        verdict.add(.reachedBy, .optional(next.map { "\($0)" }))
        return verdict
    }

    /// A name that leads to a broker was looked up by the same client within a moment of this one.
    private func besideABroker(_ key: NameKey, _ view: CaseView) -> Bool {
        let mine = view.file.dns.filter { $0.client == key.client }
        let times = mine.filter { view.file.text($0.name) == key.name }.map(\.firstTime)
        return mine.contains { answer in
            answer.addresses.contains { view.kafkaHosts.contains($0) }
                && times.contains { $0.since(answer.firstTime).distanceFromZero < Span.seconds(5) }
        }
    }
}

extension ConnectionRecord {
    /// The server answered in some way. Where packets are cut, not even the protocol can be seen.
    fileprivate var wasServed: Bool {
        kafka.responses > 0 || serverSpoke == .tls || wasEstablished && fromServer.cutBytes > 0
    }
}
