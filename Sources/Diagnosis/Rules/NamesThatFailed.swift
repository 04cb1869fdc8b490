import Conversations
import ReportModel
import Streams
import Vocabulary

/// Names of brokers that no name server could answer for a time (SERVFAIL), and that lead to them before or behind it: whoever
/// needed one in that time got nowhere.
enum NamesThatFailed {
    private static let leastLookUps = 3
    private static let least = Span.seconds(3)

    static func judge(_ view: CaseView) -> [Verdict] {
        let failed = view.file.addresses.dns.filter { answer in
            guard let vain = answer.failedFor, vain.count >= leastLookUps, vain.last.since(vain.since) >= least else {
                return false
            }
            return view.names.addresses(of: answer.name, for: answer.client).contains(where: view.kafkaHosts.contains)
        }
        let byName = Dictionary(grouping: failed) { NameOfHost(host: $0.client, name: $0.name) }
        guard !byName.isEmpty else { return [] }
        // Of A and AAAA one that is answered is enough.
        let served = Set(
            view.file.addresses.dns.filter { $0.code == nil && $0.failedFor == nil && $0.lastResolved != nil }.map {
                NameOfHost(host: $0.client, name: $0.name)
            })
        return byName.filter { !served.contains($0.key) }.sorted {
            ($0.key.host, $0.key.name.raw) < ($1.key.host, $1.key.name.raw)
        }.compactMap { verdict($0.key, $0.value.compactMap(\.failedFor), view) }
    }

    private struct NameOfHost: Hashable {
        var host: IPAddress
        var name: StringID
    }

    /// - Parameter times: of A and AAAA, which are one look-up.
    private static func verdict(_ asked: NameOfHost, _ times: [DNSAnswer.VainLookUps], _ view: CaseView) -> Verdict? {
        guard let first = times.map(\.since).min(), let last = times.map(\.last).max(),
            let name = view.file.text(asked.name)
        else { return nil }
        var verdict = Verdict(.connectFailure, .warning, .certain, at: first)
        (verdict.last, verdict.detail, verdict.nature) = (last, .unresolvable, .transient)
        (verdict.client, verdict.server) = ("\(asked.host)", name)
        verdict.subject = "resolves again"
        verdict.count = times.map(\.count).max() ?? 1
        verdict.frames = times.flatMap(\.frames).sorted()
        verdict.add(.dnsResult, .text(DNSAnswer.name(ofFailure: times[0].code)))
        verdict.add(.outageMs, .milliseconds(last.milliseconds(since: first)))
        verdict.add(.healed, .flag(true))
        return verdict
    }
}
