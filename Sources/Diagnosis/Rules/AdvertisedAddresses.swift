import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// A broker gave out an address that this client cannot use. Joined from the answer, DNS, SYNs, RSTs and ICMP.
struct AdvertisedAddresses: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        let stories = AddressStory.all(in: view)
        let resolvers = OtherResolvers(view)
        return stories.compactMap { story in
            guard var verdict = judge(story, view) else { return nil }
            if verdict.detail.map(Self.unreached.contains) == true { tell(&verdict, resolvers.others(than: story)) }
            return verdict
        } + SharedEndpoint().judge(view)
    }

    private static let unreached: Set<Detail> = [.refused, .rejected, .noAnswer]

    /// The name leads others to a broker that works.
    private func tell(_ verdict: inout Verdict, _ others: (addresses: [IPAddress], clients: [IPAddress])) {
        verdict.add(.resolvesElsewhere, .some(others.addresses.prefix(Self.hostsNamed).map { "\($0)" }))
        verdict.add(.resolvedFor, .some(others.clients.prefix(Self.hostsNamed).map { "\($0)" }))
    }

    private func judge(_ story: AddressStory, _ view: CaseView) -> Verdict? {
        guard let fault = fault(story, view) else { return nil }
        let severity: Severity = story.isNeededByNobody ? .warning : .error
        var verdict = Verdict(.advertisedAddressMismatch, severity, fault.confidence, at: story.told)
        verdict.nature = .structural
        verdict.detail = fault.detail
        verdict.client = "\(story.client)"
        let hit = story.needs.isEmpty ? story.claims : story.needs
        verdict.clientIds = hit.compactMap { view.file.text($0.clientId) }.uniqued
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
        verdict.software = view.traits(of: story.client).software
        if fault.attempts.isEmpty, fault.neighbours.isEmpty, fault.detail != .unresolvable {
            verdict.doubt = [.attemptNotSeen]
        }
        if story.isInferred { verdict.doubt(.nameNotLookedUp) }
        if [.refused, .rejected, .noAnswer].contains(fault.detail), view.wasAtWorkBefore(story.client) {
            // The address may have worked before the capture: then this is an outage.
            verdict.doubt(.startsMidway, ceiling: .possible)
        }
        addFacts(&verdict, story, fault, view)
        if let gone = fault.gone { tell(&verdict, gone) }
        if !fault.neighbours.isEmpty { tell(&verdict, fault.neighbours) }
        return verdict
    }

    private func tell(_ verdict: inout Verdict, _ silent: [Neighbour]) {
        let count = silent.reduce(0) { $0 + $1.count }
        verdict.count = count
        verdict.last = silent.map(\.last).max() ?? verdict.last
        verdict.frames += silent.flatMap(\.frames)
        verdict.add(.neighbourQuestions, .number(count))
    }

    /// It began when the name was gone, not when it was given out.
    private func tell(_ verdict: inout Verdict, _ gone: DNSAnswer.VainLookUps) {
        (verdict.first, verdict.last, verdict.count) = (gone.since, gone.last, gone.count)
        verdict.frames += gone.frames
        verdict.add(.dnsResult, .text(DNSAnswer.name(ofFailure: gone.code)))
    }

    private func count(_ story: AddressStory, _ fault: Fault) -> Int {
        if !fault.attempts.isEmpty { return fault.attempts.count }
        let asked = story.lookups.filter { $0.code != nil }.map(\.count).max() ?? 0
        return asked > 0 ? asked : story.timesTold
    }

    private func addFacts(_ verdict: inout Verdict, _ story: AddressStory, _ fault: Fault, _ view: CaseView) {
        verdict.add(.advertisedHost, .text(story.host))
        verdict.add(.advertisedPort, .number(story.port))
        verdict.add(.toldBy, .list(story.givers.map { "\($0)" }))
        verdict.add(.resolvedTo, .some(story.addresses.filter { "\($0)" != story.host }.map { "\($0)" }))
        if fault.gone == nil { verdict.add(.attemptCount, .number(fault.attempts.count)) }
        if fault.detail == .unresolvable, fault.gone == nil,
            let worst = story.lookups.first(where: { $0.code ?? 0 != 0 })
        {
            verdict.add(.dnsResult, .text(worst.codeName))
        }
        verdict.add(.icmp, .optional(fault.attempts.lazy.compactMap(\.icmp).first))
        verdict.add(.bootstrapAddress, .optional(story.givers.first.map { "\($0)" }))
        verdict.add(.suggestedListener, .optional(SuggestedListener.line(for: story, fault.detail, in: view)))
        let works = worksFor(story, fault, view)
        verdict.add(.reachedBy, .some(works))
        verdict.add(.otherAddresses, .some(otherAddresses(story, fault, view)))
        verdict.add(.cutOff, .some(CutOff.told(story, view)))
        verdict.add(.standsStill, .some(CutOff.standingStill(story, view)))
    }

    /// Of more hosts for which an address works these many are named.
    private static let hostsNamed = 100

    /// Other client hosts for which the same address works.
    private func worksFor(_ story: AddressStory, _ fault: Fault, _ view: CaseView) -> [String] {
        guard let port = UInt16(exactly: story.port) else { return [] }
        // Of a name's addresses another may work; that says nothing of the one that does not.
        let hosts = (fault.tried.isEmpty ? Set(story.addresses) : fault.tried).reduce(into: Set<IPAddress>()) {
            $0.formUnion(view.traits(of: Endpoint($1, port)).workedFor.prefix(Self.hostsNamed))
        }
        return hosts.subtracting([story.client]).prefix(Self.hostsNamed).map { "\($0)" }.sorted()
    }

    /// Addresses of the name besides those that failed, if anybody was served there.
    private func otherAddresses(_ story: AddressStory, _ fault: Fault, _ view: CaseView) -> [String] {
        guard let port = UInt16(exactly: story.port), !fault.attempts.isEmpty else { return [] }
        let tried = fault.tried
        return story.addresses.filter {
            !tried.contains($0) && !view.traits(of: Endpoint($0, port)).workedFor.isEmpty
        }.map { "\($0)" }
    }

    // MARK: What is wrong

    private struct Fault {
        var detail: Detail
        var confidence: Confidence
        var attempts: [ConnectionRecord] = []
        /// Where they went.
        var tried: Set<IPAddress> { Set(attempts.map(\.server.address)) }
        /// The name was known before.
        var gone: DNSAnswer.VainLookUps?
        /// Who is asked for on the client's network segment, and does not answer.
        var neighbours: [Neighbour] = []
    }

    /// The first detail that fits, in the contract's order.
    private func fault(_ story: AddressStory, _ view: CaseView) -> Fault? {
        if story.isUnresolvable {
            // That nobody answered may be a matter of what was captured.
            let isAnswered = story.lookups.contains { $0.code != nil }
            return Fault(detail: .unresolvable, confidence: isAnswered ? .certain : .likely)
        }
        if let gone = story.goneName {
            return Fault(detail: .unresolvable, confidence: gone.code == nil ? .likely : .certain, gone: gone)
        }
        if story.isUnspecified {
            return story.works ? nil : Fault(detail: .unspecified, confidence: .certain, attempts: story.attempts)
        }
        if story.isLoopback { return loopback(story, view) }
        return unreached(story, view) ?? silent(story, view) ?? privateAddress(story, view)
    }

    /// Loopback means the client itself. On the broker's own host that may be right.
    private func loopback(_ story: AddressStory, _ view: CaseView) -> Fault? {
        let remote = story.givers.filter {
            $0.address != story.client && !($0.address.isLoopback && story.client.isLoopback)
        }
        guard !remote.isEmpty, !story.works, !view.otherWays(of: story.client).lead(to: story) else { return nil }
        return Fault(detail: .loopback, confidence: .certain, attempts: story.attempts)
    }

    /// Attempts that fail to the end are told however well the client does elsewhere: every broker gives out the addresses of
    /// all, so work at one says nothing of another.
    private func unreached(_ story: AddressStory, _ view: CaseView) -> Fault? {
        let failed = story.attempts.filter {
            !$0.wasEstablished && $0.isFailedAttempt && !view.lostAttempts.contains($0)
        }
        // Who gets there between two failures has the right address, and a bad way to it.
        if let first = failed.map(\.tcp.firstTime).min(),
            story.attempts.contains(where: { $0.isServed && !$0.startsMidway && $0.tcp.firstTime > first })
        {
            return nil
        }
        switch AddressUse.of(Set(failed.map(\.server)), whileFailing: failed, view) {
        // An address of the name that works, or did before others here found it gone, is no fault of what was given out.
        case .nobody: guard !story.works, !story.wasReached else { return nil }
        case .othersMeanwhile: break
        case .atAnotherTime: return stale(failed, view)
        }
        return view.worstEnd(of: failed).map { Fault(detail: $0, confidence: .certain, attempts: failed) }
    }

    /// Nobody has the address, though it belongs to the client's own network segment.
    private func silent(_ story: AddressStory, _ view: CaseView) -> Fault? {
        let asked = story.silence(in: view)
        guard !asked.isEmpty else { return nil }
        return Fault(detail: .noAnswer, confidence: .certain, attempts: story.attempts, neighbours: asked)
    }

    /// It worked before; its node answers elsewhere, and gives it out still.
    private func stale(_ failed: [ConnectionRecord], _ view: CaseView) -> Fault? {
        guard let server = failed.first?.server, !StaleAddress.givers(of: server, failed, view).isEmpty else {
            return nil
        }
        return Fault(detail: .stale, confidence: .likely, attempts: failed)
    }

    /// A private address given to a client that came from a public one, and never tried on this capture's network.
    private func privateAddress(_ story: AddressStory, _ view: CaseView) -> Fault? {
        guard story.attempts.isEmpty, !view.otherWays(of: story.client).lead(to: story),
            let literal = IPAddress(story.host), literal.isPrivate, !story.client.isPrivate,
            !story.client.isLoopback, story.givers.allSatisfy({ !$0.address.isPrivate })
        else { return nil }
        return Fault(detail: .private, confidence: .likely)
    }
}

/// Several node ids at one host and port, and answers that show requests reaching the wrong one of them. A gateway that
/// knows Kafka gives no such answers.
struct SharedEndpoint {
    func judge(_ view: CaseView) -> [Verdict] {
        var ends: [String: [AddressClaim]] = [:]
        for claim in view.file.addresses.claims {
            ends["\(view.file.text(claim.host) ?? ""):\(claim.port)", default: []].append(claim)
        }
        let sentAway = Dictionary(
            grouping: view.file.errors.events.filter { ErrorCodes.wrongBroker.contains($0.code) }, by: \.server)
        return ends.sorted { $0.key < $1.key }.compactMap { end, claims in judge(end, claims, sentAway, view) }
    }

    private func judge(
        _ end: String, _ claims: [AddressClaim], _ sentAway: [Endpoint: [ErrorEvent]], _ view: CaseView
    ) -> Verdict? {
        let nodes = shared(claims)
        guard nodes.count > 1, let first = claims.inOrder.first else { return nil }
        let servers = places(of: claims, view)
        let wrong = servers.flatMap { sentAway[$0] ?? [] }.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
        guard wrong.count >= 2 else { return nil }
        var verdict = Verdict(.advertisedAddressMismatch, .error, .certain, at: first.firstTime)
        verdict.detail = .sameEndpoint
        verdict.nature = .structural
        verdict.server = servers.count == 1 ? servers.first.map { "\($0)" } : end
        verdict.nodeIds = nodes.sorted()
        verdict.advertisedBy = Array(Set(claims.map { "\($0.toldBy)" })).sorted()
        verdict.count = servers.reduce(0) { $0 + view.connections(to: $1).filter(\.wasEstablished).count }
        verdict.last = wrong.map(\.time).max() ?? first.lastTime
        verdict.frames = Array(claims.flatMap(\.frames).sorted().prefix(6)) + wrong.prefix(10).map(\.frame)
        verdict.add(.advertisedHost, .optional(view.file.text(first.host)))
        verdict.add(.advertisedPort, .number(Int(first.port)))
        verdict.add(.toldBy, .list(verdict.advertisedBy))
        verdict.add(.responses, .number(wrong.count))
        return verdict
    }

    /// Where the address leads; where its name was not looked up, the one server of that port that those clients use.
    private func places(of claims: [AddressClaim], _ view: CaseView) -> Set<Endpoint> {
        let known = Set(claims.flatMap { view.endpoints(of: $0) })
        guard known.isEmpty else { return known }
        let used = Set(claims.map(\.client)).flatMap { view.records(of: $0).map { $0 } }
            .filter { $0.speaksKafka && claims.first?.port == Int32($0.server.port) }
        let servers = Set(used.map(\.server))
        return servers.count == 1 ? servers : []
    }

    /// Nodes that were given out at the same place by the same giver to the same client in one answer, two at least.
    private func shared(_ claims: [AddressClaim]) -> Set<Int> {
        struct Answer: Hashable {
            var client: IPAddress
            var giver: Endpoint
            var time: CaptureTime
        }
        let answers = Dictionary(grouping: claims) { Answer(client: $0.client, giver: $0.toldBy, time: $0.firstTime) }
        return answers.values.map { Set($0.map { Int($0.node) }) }.filter { $0.count > 1 }.reduce(into: []) {
            $0.formUnion($1)
        }
    }
}

extension KafkaFacts {
    /// Records went one way or the other, or a group was joined.
    var carriedData: Bool { produceAnswered || fetched }
}

extension DNSAnswer.VainLookUps {
    private static let againAndAgain = 3

    /// Who needs a name asks until it is told one; a resolver that fails once, or is slow, is no fault of the name.
    var isPersistent: Bool {
        count >= Self.againAndAgain || count > 1 && last.since(since) >= Span.seconds(4)
    }
}

extension [DNSAnswer] {
    /// The persistent look-ups, all in vain, since the last that led to an address, whatever name a resolver's search list made of
    /// the one that was asked for.
    var vainSinceResolved: [DNSAnswer.VainLookUps] {
        let asked = filter { $0.type == 1 && $0.code == nil }
        let resolved = asked.compactMap(\.lastResolved).max() ?? .distantPast
        return asked.compactMap(\.vain).filter { $0.since > resolved && $0.isPersistent }
    }
}

extension DNSAnswer {
    /// Asked again and again, or for long, and never answered: resolvers try for five seconds.
    var wasAskedInVain: Bool { code == nil && (count > 1 || lastTime.since(firstTime) >= Span.seconds(4)) }

    var codeName: String {
        code == 0 && !addresses.isEmpty ? "resolved" : Self.name(ofFailure: code)
    }

    /// What came of a look-up that led to no address.
    static func name(ofFailure code: UInt8?) -> String {
        switch code {
        case nil: "no answer"
        case 0: "no address"
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
