import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// A broker gave out an address that this client cannot use. Joined from the answer, DNS, SYNs, RSTs and ICMP.
struct AdvertisedAddresses: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        let stories = AddressStory.all(in: view)
        return stories.compactMap { judge($0, view) } + SharedEndpoint().judge(view)
    }

    private func judge(_ story: AddressStory, _ view: CaseView) -> Verdict? {
        guard let fault = fault(story, view) else { return nil }
        var verdict = Verdict(.advertisedAddressMismatch, .error, fault.confidence, at: story.told)
        verdict.nature = .structural
        verdict.detail = fault.detail
        verdict.client = "\(story.client)"
        verdict.clientIds = story.claims.compactMap { view.file.text($0.clientId) }.uniqued
        verdict.nodeId = story.nodes.count == 1 ? story.nodes.first : nil
        verdict.nodeIds = story.nodes
        verdict.advertisedBy = story.givers.map { "\($0)" }
        verdict.server = fault.attempts.first.map { "\($0.server)" } ?? "\(story.host):\(story.port)"
        verdict.last =
            fault.attempts.last?.tcp.lastTime ?? story.lookups.map(\.lastTime).max() ?? story.claims.map(\.lastTime)
            .max() ?? story.told
        verdict.count = count(story, fault)
        verdict.frames =
            Array(story.frames.prefix(6)) + story.lookups.flatMap(\.frames).prefix(6)
            + fault.attempts.prefix(8).flatMap { [$0.tcp.firstFrame, $0.fromServer.resetFrame, $0.tcp.icmpFrame] }
        verdict.connections = fault.attempts.prefix(20).map(\.id)
        verdict.software =
            (view.byClient[story.client] ?? []).compactMap { view.file.software(view.records[$0]) }.uniqued
        if fault.attempts.isEmpty, fault.detail != .unresolvable { verdict.doubt = [.attemptNotSeen] }
        addFacts(&verdict, story, fault, view)
        return verdict
    }

    private func count(_ story: AddressStory, _ fault: Fault) -> Int {
        if !fault.attempts.isEmpty { return fault.attempts.count }
        let asked = story.lookups.filter { $0.code != nil }.map(\.count).max() ?? 0
        return asked > 0 ? asked : story.claims.reduce(0) { $0 + $1.count }
    }

    private func addFacts(_ verdict: inout Verdict, _ story: AddressStory, _ fault: Fault, _ view: CaseView) {
        verdict.add(.advertisedHost, .text(story.host))
        verdict.add(.advertisedPort, .number(story.port))
        verdict.add(.toldBy, .list(story.givers.map { "\($0)" }))
        verdict.add(.resolvedTo, .some(story.addresses.filter { "\($0)" != story.host }.map { "\($0)" }))
        verdict.add(.attemptCount, .number(fault.attempts.count))
        if let worst = story.lookups.first(where: { $0.code ?? 0 != 0 }) {
            verdict.add(.dnsResult, .text(worst.codeName))
        }
        if let icmp = fault.attempts.first(where: { $0.tcp.icmpType != 255 }) {
            verdict.add(.icmp, .text("type \(icmp.tcp.icmpType) code \(icmp.tcp.icmpCode) from \(icmp.tcp.icmpSender)"))
        }
        verdict.add(.bootstrapAddress, .optional(story.givers.first.map { "\($0)" }))
        verdict.add(.suggestedListener, .optional(SuggestedListener.line(for: story, fault.detail, in: view)))
        let works = worksFor(story, view)
        verdict.add(.reachedBy, .some(works))
    }

    /// Other client hosts for which the same address works.
    private func worksFor(_ story: AddressStory, _ view: CaseView) -> [String] {
        guard let port = UInt16(exactly: story.port) else { return [] }
        let ends = story.addresses.map { Endpoint($0, port) }
        let hosts = ends.flatMap { view.connections(to: $0) }.filter {
            $0.kafka.workAnswered > 0 && $0.client.address != story.client
        }
        return Array(Set(hosts.map { "\($0.client.address)" })).sorted()
    }

    // MARK: What is wrong

    private struct Fault {
        var detail: Detail
        var confidence: Confidence
        var attempts: [ConnectionRecord] = []
    }

    /// The first detail that fits, in the contract's order.
    private func fault(_ story: AddressStory, _ view: CaseView) -> Fault? {
        if story.isUnresolvable { return Fault(detail: .unresolvable, confidence: .certain) }
        if story.isLoopback { return loopback(story, view) }
        if story.works || usesAnotherWay(story, view) { return nil }
        let failed = story.attempts.filter { !$0.wasEstablished && $0.tcp.firstTime >= story.told }
        guard !failed.isEmpty, failed.count == story.attempts.filter({ $0.tcp.firstTime >= story.told }).count,
            !isOutage(story, failed, view)
        else { return privateAddress(story, view) }
        if failed.contains(where: { $0.tcp.end == .refused }) {
            return Fault(detail: .refused, confidence: .certain, attempts: failed)
        }
        if failed.contains(where: { $0.tcp.end == .rejected }) {
            return Fault(detail: .rejected, confidence: .certain, attempts: failed)
        }
        guard UnansweredSyns.showSilence(failed, view) else { return nil }
        return Fault(detail: .noAnswer, confidence: .certain, attempts: failed)
    }

    /// Loopback means the client itself. On the broker's own host that may be right.
    private func loopback(_ story: AddressStory, _ view: CaseView) -> Fault? {
        let remote = story.givers.filter {
            $0.address != story.client && !($0.address.isLoopback && story.client.isLoopback)
        }
        guard !remote.isEmpty, !story.works, !usesAnotherWay(story, view) else { return nil }
        return Fault(detail: .loopback, confidence: .certain, attempts: story.attempts)
    }

    /// The client got its work done at the server that gave the address out, so some mapping (a port forward, a NAT, a proxy
    /// on its host) leads it there.
    private func usesAnotherWay(_ story: AddressStory, _ view: CaseView) -> Bool {
        let clientIds = Set(story.claims.map(\.clientId))
        return (view.byClient[story.client] ?? []).contains { place in
            let record = view.records[place]
            return story.givers.contains(record.server) && record.kafka.carriedData
                && clientIds.contains(record.kafka.clientId)
                && record.tcp.lastTime > story.told
        }
    }

    /// The same address is in use by the same protocol at another time, or was down for everybody: an outage.
    private func isOutage(_ story: AddressStory, _ failed: [ConnectionRecord], _ view: CaseView) -> Bool {
        guard let first = failed.first, let last = failed.last else { return false }
        let servers = Set(failed.map(\.server))
        for server in servers {
            let users = view.connections(to: server).filter { $0.kafka.responses > 0 }
            if users.contains(where: { $0.client.address == story.client }) { return true }
            // Others use it: while this client fails, that is this client's trouble; before or after only, an outage.
            if !users.isEmpty, !users.contains(where: { $0.worked(from: first.tcp.firstTime, to: last.tcp.lastTime) }) {
                return true
            }
        }
        return false
    }

    /// A private address given to a client that came from a public one, and never tried on this capture's network.
    private func privateAddress(_ story: AddressStory, _ view: CaseView) -> Fault? {
        guard story.attempts.isEmpty, let literal = IPAddress(story.host), literal.isPrivate, !story.client.isPrivate,
            !story.client.isLoopback, story.givers.allSatisfy({ !$0.address.isPrivate })
        else { return nil }
        return Fault(detail: .private, confidence: .likely)
    }
}

/// Several node ids at one host and port, and answers that show requests reaching the wrong one of them. A gateway that
/// knows Kafka gives no such answers.
struct SharedEndpoint {
    private static let wrongBroker: Set<Int16> = [6, 16, 78, 89]

    func judge(_ view: CaseView) -> [Verdict] {
        var ends: [String: [AddressClaim]] = [:]
        for claim in view.file.claims {
            ends["\(view.file.text(claim.host) ?? ""):\(claim.port)", default: []].append(claim)
        }
        return ends.sorted { $0.key < $1.key }.compactMap { end, claims in judge(end, claims, view) }
    }

    private func judge(_ end: String, _ claims: [AddressClaim], _ view: CaseView) -> Verdict? {
        let nodes = Set(claims.filter { shared($0, claims) }.map { Int($0.node) })
        guard nodes.count > 1, let first = claims.min(by: { $0.firstFrame < $1.firstFrame }) else { return nil }
        let servers = Set(
            claims.flatMap { claim in
                view.file.addresses(of: claim.host, for: claim.client).compactMap { address in
                    UInt16(exactly: claim.port).map { Endpoint(address, $0) }
                }
            })
        let wrong = view.file.errorEvents.filter { servers.contains($0.server) && Self.wrongBroker.contains($0.code) }
        guard wrong.count >= 2 else { return nil }
        var verdict = Verdict(.advertisedAddressMismatch, .error, .certain, at: first.firstTime)
        verdict.detail = .sameEndpoint
        verdict.nature = .structural
        verdict.server = servers.count == 1 ? servers.first.map { "\($0)" } : end
        verdict.nodeIds = nodes.sorted()
        verdict.advertisedBy = Array(Set(claims.map { "\($0.toldBy)" })).sorted()
        verdict.count = view.records.count { servers.contains($0.server) && $0.wasEstablished }
        verdict.last = wrong.map(\.time).max() ?? first.lastTime
        verdict.frames = Array(claims.flatMap(\.frames).sorted().prefix(6)) + wrong.prefix(10).map(\.frame)
        verdict.add(.advertisedHost, .optional(view.file.text(first.host)))
        verdict.add(.advertisedPort, .number(Int(first.port)))
        verdict.add(.toldBy, .list(verdict.advertisedBy))
        verdict.add(.responses, .number(wrong.count))
        return verdict
    }

    /// Another node was given out at the same place by the same giver to the same client.
    private func shared(_ claim: AddressClaim, _ claims: [AddressClaim]) -> Bool {
        claims.contains {
            $0.node != claim.node && $0.client == claim.client && $0.toldBy == claim.toldBy
                && $0.firstTime == claim.firstTime
        }
    }
}

extension ConnectionRecord {
    /// Answers came on this connection between two moments.
    func worked(from: CaptureTime, to: CaptureTime) -> Bool {
        kafka.responses > 0 && tcp.firstTime <= to && kafka.lastResponseTime >= from
    }
}

extension KafkaFacts {
    /// Records went one way or the other, or a group was joined.
    var carriedData: Bool { produceAnswered || fetched }
}

extension DNSAnswer {
    var codeName: String {
        switch code {
        case nil: "no answer"
        case 0: addresses.isEmpty ? "no address" : "resolved"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 5: "REFUSED"
        case .some(let other): "code \(other)"
        }
    }
}

extension Array where Element: Hashable {
    /// The elements without repetition, in order.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
