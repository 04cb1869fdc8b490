import Conversations
import ReportModel
import Streams
import Vocabulary

/// A bootstrap name, one that no broker gave out to this host, does not resolve. Programs look up much else, their own host's
/// name among it, so what they ask for is told only where something shows that Kafka was meant.
struct UnresolvedNames: Rule {
    /// A name is looked up beside another within this time.
    private static let besideWithin = Span.seconds(5)
    /// A program that needs the name asks again and again; one that only wants to know asks once a start.
    private static let againAndAgain = 3

    func judge(_ view: CaseView) -> [Verdict] {
        let names = LookedUpNames(view)
        return names.failed.compactMap { judge($0, names, view) } + NamesThatFailed.judge(view)
    }

    private func judge(_ failed: LookedUpNames.Failed, _ names: LookedUpNames, _ view: CaseView) -> Verdict? {
        guard !names.isOwnName(failed), let first = failed.answers.min(by: { $0.firstTime < $1.firstTime }) else {
            return nil
        }
        let concern = concern(failed, names, view)
        let since = failed.gone?.since ?? first.firstTime
        let next = BootstrapConcern.nextWorked(failed.client, after: since, view)
        var verdict = Verdict(
            .connectFailure, concern == nil ? .info : next == nil ? .error : .warning, concern ?? .possible, at: since)
        BootstrapConcern.doubt(&verdict, failed.client, view, isSure: concern == .certain)
        // That nobody answered may be a matter of what was captured.
        if failed.gone == nil, failed.answers.allSatisfy({ $0.code == nil }) {
            verdict.confidence = min(verdict.confidence, .likely)
        }
        verdict.detail = .unresolvable
        verdict.nature = .structural
        verdict.client = "\(failed.client)"
        verdict.server = failed.name
        verdict.count = failed.count
        verdict.last = failed.answers.map(\.lastTime).max() ?? first.lastTime
        verdict.frames = (failed.answers.flatMap(\.frames) + (failed.gone?.frames ?? [])).sorted()
        verdict.add(.dnsResult, .text(failed.gone.map { DNSAnswer.name(ofFailure: $0.code) } ?? first.codeName))
        verdict.add(.reachedBy, .optional(next.map { "\($0)" }))
        return verdict
    }

    private func concern(_ failed: LookedUpNames.Failed, _ names: LookedUpNames, _ view: CaseView) -> Confidence? {
        if let gone = failed.gone { return gone.code == nil ? .likely : .certain }
        if BootstrapConcern.isAllThereIs(of: failed.client, view) { return .certain }
        let isServed = view.traits(of: failed.client).isServed
        // Who gets to no broker, and asks for a name that says Kafka time after time, is kept from it by that.
        if !isServed, failed.count >= Self.againAndAgain, Self.meansBroker(failed.name) { return .likely }
        guard isServed, isBeside(names.leadToKafka(of: failed.client), failed) else {
            return nil
        }
        if failed.count >= Self.againAndAgain { return .certain }
        let domains = names.kafkaDomains(of: failed.client)
        return failed.name.domain.map(domains.contains) == true ? .certain : nil
    }

    /// What runs beside brokers and has their name.
    private static let companions: Set<String> = [
        "exporter", "ui", "connect", "schema", "registry", "rest", "proxy", "manager", "zookeeper", "console", "cruise",
        "control", "lag", "monitor", "akhq", "mirror", "mirrormaker", "ksql", "ksqldb", "topics", "metrics", "jmx",
    ]

    /// A name as operators give to brokers and to bootstrap.
    private static func meansBroker(_ name: String) -> Bool {
        let words = Set(name.lowercased().split { !$0.isLetter }.map(String.init))
        // There are brokers of other kinds.
        return !words.isDisjoint(with: ["kafka", "redpanda", "msk"]) && words.isDisjoint(with: companions)
    }

    /// - Parameter others: moments in order.
    private func isBeside(_ others: [CaptureTime], _ failed: LookedUpNames.Failed) -> Bool {
        failed.answers.contains { answer in
            let next = others.partitionPoint { $0 >= answer.firstTime }
            return others[max(0, next - 1)..<min(others.count, next + 1)].contains {
                answer.firstTime.since($0).distanceFromZero < Self.besideWithin
            }
        }
    }
}

/// The names that client hosts looked up, those that lead nowhere apart, search lists taken off.
private struct LookedUpNames {
    struct Failed {
        var client: IPAddress
        var name: String
        var answers: [DNSAnswer]
        /// It led to a broker before.
        var gone: DNSAnswer.VainLookUps?
        /// How often it was looked up, A and AAAA together once.
        var count: Int { gone?.count ?? answers.map(\.count).max() ?? 1 }
    }

    private(set) var failed: [Failed] = []
    private var kafkas: [IPAddress: (times: [CaptureTime], domains: Set<String>)] = [:]
    /// Questions for the names of hosts' own addresses.
    private var ownQuestions: [IPAddress: [DNSAnswer]] = [:]
    private let byClient: [IPAddress: [DNSAnswer]]
    private let view: CaseView
    /// A look-up of the address behind an own name comes within this time.
    private static let reverseWithin = Span.seconds(5)

    init(_ view: CaseView) {
        self.view = view
        byClient = Dictionary(grouping: view.file.addresses.dns, by: \.client)
        let givenOut = Dictionary(grouping: view.file.addresses.claims, by: \.client).mapValues { claims in
            Set(claims.compactMap { view.file.text($0.host)?.lowercased().droppingFinalDot })
        }
        for (client, answers) in byClient.sorted(by: { $0.key < $1.key }) {
            failed += Self.failed(client, answers, givenOut[client] ?? [], view)
            let leading = answers.filter { $0.addresses.contains(where: view.kafkaHosts.contains) }
            kafkas[client] = (
                leading.map(\.firstTime).sorted(), Set(leading.compactMap { view.file.text($0.name)?.domain })
            )
            ownQuestions[client] = answers.filter { $0.isReverse && isOwnAddress($0, of: client) }
        }
    }

    private static func failed(
        _ client: IPAddress, _ answers: [DNSAnswer], _ givenOut: Set<String>, _ view: CaseView
    ) -> [Failed] {
        let named = answers.filter { !$0.isReverse }.map { ($0, view.file.text($0.name) ?? "") }
        let all = Set(named.map(\.1))
        let byBase = Dictionary(grouping: named) { $0.1.base(in: all) }
        return byBase.sorted { $0.key < $1.key }.compactMap { base, rows in
            let answers = rows.map(\.0)
            let isResolved = answers.contains { !$0.addresses.isEmpty }
            let answered = answers.filter { $0.code != nil && $0.addresses.isEmpty }
            let bad = answered.isEmpty ? answers.filter(\.wasAskedInVain) : answered
            if let gone = gone(answers, view), !givenOut.contains(base) {
                return Failed(client: client, name: base, answers: answers.filter { $0.vain != nil }, gone: gone)
            }
            // The IPv4 answer counts: that there is no IPv6 address is no fault.
            guard !isResolved, !givenOut.contains(base), bad.contains(where: { $0.type == 1 }) else { return nil }
            return Failed(client: client, name: base, answers: bad)
        }
    }

    /// The look-ups since a name led to a broker for the last time.
    private static func gone(_ answers: [DNSAnswer], _ view: CaseView) -> DNSAnswer.VainLookUps? {
        guard answers.contains(where: { $0.addresses.contains(where: view.kafkaHosts.contains) }) else { return nil }
        return answers.vainSinceResolved.first
    }

    /// A name without a dot, and soon behind it a question for the name of the host's own address: what a program asks that
    /// wants to know where it runs.
    func isOwnName(_ failed: Failed) -> Bool {
        guard !failed.name.contains(".") else { return false }
        return (ownQuestions[failed.client] ?? []).contains { reverse in
            failed.answers.contains {
                follows(reverse.firstTime, $0.firstTime) || follows(reverse.lastTime, $0.lastTime)
            }
        }
    }

    private func follows(_ later: CaptureTime, _ earlier: CaptureTime) -> Bool {
        (0..<Self.reverseWithin).contains(later.since(earlier))
    }

    /// A host has addresses that the capture does not show; one that another host here has is not its own. Of one that the snap
    /// length cut nobody knows.
    private func isOwnAddress(_ reverse: DNSAnswer, of client: IPAddress) -> Bool {
        guard let name = view.file.text(reverse.name) else { return false }
        guard let address = IPAddress(reverseName: name) else { return true }
        return address == client || !view.kafkaHosts.contains(address) && view.byClient[address] == nil
    }

    /// When names that lead to a host which speaks Kafka were looked up, in order.
    func leadToKafka(of client: IPAddress) -> [CaptureTime] { kafkas[client]?.times ?? [] }

    func kafkaDomains(of client: IPAddress) -> Set<String> { kafkas[client]?.domains ?? [] }
}

extension String {
    /// What follows the first label; nil for a name without a dot.
    fileprivate var domain: String? { firstIndex(of: ".").map { String(self[index(after: $0)...]) } }

    /// The name asked for, without the search domain that the resolver added: the shortest of these names that it begins with.
    fileprivate func base(in names: Set<String>) -> String {
        for dot in indices where self[dot] == "." {
            let head = String(self[..<dot])
            if names.contains(head) { return head }
        }
        return self
    }
}
