import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Two living programs under one name that only one of them may have: a broker let the newer one in, and the older one was still
/// there to be refused. A restart is none: the older one is dead by then, and is refused nothing.
struct IdentityConflicts: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        struct Key: Hashable {
            var kind: Identity.Kind
            var client: IPAddress
            var server: Endpoint
        }
        let groups = Dictionary(grouping: view.identityConflicts) {
            Key(kind: $0.refusal.key.identity.kind, client: $0.refusal.key.client.address, server: $0.taker.key.server)
        }
        return groups.sorted {
            ($0.key.kind.rawValue, $0.key.client, $0.key.server) < ($1.key.kind.rawValue, $1.key.client, $1.key.server)
        }
        .map { verdict($0.key.kind, $0.value, view) }
    }

    private func verdict(_ kind: Identity.Kind, _ conflicts: [IdentityConflict], _ view: CaseView) -> Verdict {
        let order = conflicts.sorted {
            ($0.refusal.answered, $0.refusal.frame) < ($1.refusal.answered, $1.refusal.frame)
        }
        let (first, file) = (order[0], view.file)
        var verdict = Verdict(.identityConflict, .error, .certain, at: min(first.taken, first.refusal.answered))
        verdict.confidence = order.map(\.confidence).max() ?? .certain
        verdict.last = order.map(\.refusal.answered).max() ?? first.refusal.answered
        verdict.count = order.count
        verdict.detail = kind == .groupInstance ? .groupInstanceId : .transactionalId
        verdict.nature = .structural
        verdict.client = "\(first.refusal.key.client.address)"
        verdict.clientIds = order.compactMap { file.text($0.refusal.key.clientId) }.uniqued
        verdict.server = "\(first.taker.key.server)"
        verdict.nodeId = view.node(at: first.taker.key.server)
        verdict.frames = order.prefix(12).flatMap { [$0.takerFrame, $0.refusal.requestFrame, $0.refusal.frame] }
        verdict.connections =
            order.prefix(12).flatMap {
                view.connections(from: $0.refusal.key.client).map(\.id)
                    + view.connections(from: $0.taker.key.client).map(\.id)
            }.uniqued
        verdict.add(.identities, .some(order.compactMap { file.text($0.refusal.key.identity.name) }.uniqued))
        verdict.add(.group, .some(order.compactMap { file.text($0.refusal.key.identity.group) }.uniqued))
        verdict.add(
            .takenOverBy,
            .some(
                order.map { conflict in
                    let key = conflict.taker.key
                    return file.text(key.clientId).map { "\($0) (\(key.client.address))" } ?? "\(key.client.address)"
                }.uniqued))
        let codes = order.compactMap { KafkaError.name(of: Int($0.refusal.code)) }.uniqued
        verdict.add(.errorCode, .some(codes))
        return verdict
    }
}

/// A refusal, and who has the name instead.
struct IdentityConflict {
    var refusal: IdentityRefusal
    var taker: IdentityUse
    /// When the taker was let in, and the answer; of one that has the name still, when it was last told that all is well.
    var taken: CaptureTime
    var takerFrame: FrameRef
    var confidence: Confidence
}

extension CaseView {
    /// All that the facts show.
    func findIdentityConflicts() -> [IdentityConflict] {
        guard !file.identities.refusals.isEmpty else { return [] }
        let uses = Dictionary(grouping: file.identities.uses.values, by: \.key.identity)
        return file.identities.refusals.compactMap { refusal in
            let alike = (uses[refusal.key.identity] ?? []).sorted { $0.order < $1.order }
            return ErrorCodes.unreleased.contains(refusal.code) ? holder(refusal, alike) : taker(refusal, alike)
        }
    }

    /// Refusals of what a program had sent before another one asked for its name, and of nothing behind that: it was handed over.
    func findHandOvers() -> Set<FrameRef> {
        let conflicts = Set(identityConflicts.map(\.refusal.frame))
        let uses = Dictionary(grouping: file.identities.uses.values, by: \.key.identity)
        let handed = file.identities.refusals.filter { refusal in
            !conflicts.contains(refusal.frame)
                && (uses[refusal.key.identity] ?? []).contains { use in
                    use.key.client != refusal.key.client
                        && begun(use).contains { $0.asked > refusal.sent && $0.asked <= refusal.answered }
                }
        }
        return Set(handed.map(\.frame))
    }

    /// Who was let in behind the refused program; where nobody is seen to ask before the refusal, who asked in a hole.
    private func taker(_ refusal: IdentityRefusal, _ uses: [IdentityUse]) -> IdentityConflict? {
        // What it had sent before the other asked is no sign of life behind that.
        taker(refusal, uses) { $0.asked <= refusal.sent }
            ?? taker(refusal, uses) { mayHaveAsked($0, before: refusal) }
    }

    /// The last of those whose admission comes in time to be the refusal's cause.
    private func taker(
        _ refusal: IdentityRefusal, _ uses: [IdentityUse], where isInTime: (TakerAdmission) -> Bool
    ) -> IdentityConflict? {
        // What the program itself asked for last, as far as that was before the refusal.
        let own = uses.filter { refusal.key.isSameProgram($0.key) && $0.key.client == refusal.key.client }
            .flatMap(\.admissions).filter { $0.asked <= refusal.answered }.map(\.asked).max()
        let ownElsewhere = uses.filter { refusal.key.isSameProgram($0.key) && $0.key.client != refusal.key.client }
        var found: IdentityConflict?
        for use in uses where use.key.client != refusal.key.client {
            for admission in begun(use) where !admission.goesOn {
                let taken = TakerAdmission(taker: use.key, asked: admission.asked)
                let isOther = !refusal.key.isSameProgram(use.key)
                guard isInTime(taken),
                    isOther ? isOlder(refusal, than: admission, own, ownElsewhere) : isTwin(refusal, use, admission),
                    admission.asked > found?.taken ?? .distantPast
                else { continue }
                let sure = capture.haveOneClock(refusal.frame, admission.frame) && admission.asked <= refusal.answered
                found = IdentityConflict(
                    refusal: refusal, taker: use, taken: admission.asked, takerFrame: admission.frame,
                    confidence: sure ? .certain : .likely)
            }
        }
        return found
    }

    private typealias TakerAdmission = (taker: IdentityUse.Key, asked: CaptureTime)

    /// The other program's first question may be among packets that are missing: of a connection that it had then.
    private func mayHaveAsked(_ admission: TakerAdmission, before refusal: IdentityRefusal) -> Bool {
        guard admission.asked > refusal.answered, !refusal.key.isSameProgram(admission.taker),
            admission.asked.since(refusal.answered) <= IdentityConflict.longestTransaction
        else { return false }
        let earliest = refusal.answered.adding(nanoseconds: -IdentityConflict.longestTransaction)
        return records(of: admission.taker.client.address, admission.taker.clientId).contains {
            $0.tcp.firstTime <= admission.asked
                && ($0.startsMidway || $0.lastRequestGap.map { $0 >= earliest } ?? false)
        }
    }

    /// Its admissions, each from when it was first asked for: the coordinator puts a newcomer off (CONCURRENT_TRANSACTIONS)
    /// while it ends the older one's transaction, which fences that one already.
    private func begun(_ use: IdentityUse) -> [IdentityUse.Admission] {
        guard let putOff = putOff[use.key.client] else { return use.admissions }
        var previous = CaptureTime.distantPast
        return use.admissions.map { admission in
            var begun = admission
            let mine = putOff.filter {
                $0.owner == use.key.identity.name && $0.time > previous && $0.time <= admission.asked
                    && admission.asked.since($0.time) <= IdentityConflict.longestTransaction
            }
            begun.asked = mine.map(\.time).min() ?? admission.asked
            previous = admission.answered
            return begun
        }
    }

    /// The refused program had the name before that admission.
    private func isOlder(
        _ refusal: IdentityRefusal, than admission: IdentityUse.Admission, _ own: CaptureTime?,
        _ ownElsewhere: [IdentityUse]
    ) -> Bool {
        let others = ownElsewhere.flatMap(\.admissions).filter { $0.asked <= refusal.answered }.map(\.asked).max()
        if let last = [own, others].compactMap({ $0 }).max() { return last < admission.asked }
        // Its own admission was before the capture.
        return wasThere(refusal, before: admission.asked)
    }

    /// Two programs with one client id on one host: the older one's connection goes on behind the newer one's admission.
    private func isTwin(_ refusal: IdentityRefusal, _ use: IdentityUse, _ admission: IdentityUse.Admission) -> Bool {
        use.key.server == refusal.key.server && refusal.sent > admission.answered
            && beganBefore(refusal, admission.asked)
    }

    /// The refused connection is older than that.
    private func beganBefore(_ refusal: IdentityRefusal, _ time: CaptureTime) -> Bool {
        connections(from: refusal.key.client).contains { $0.server == refusal.key.server && $0.tcp.firstTime < time }
    }

    /// The refused program was at work before that, on whichever connection.
    private func wasThere(_ refusal: IdentityRefusal, before time: CaptureTime) -> Bool {
        let program = program(refusal.key.client.address, refusal.key.clientId)
        return program.startsMidway || program.began < time
    }

    /// KIP-848: the name is not given away while its holder lives, which is told so afterwards.
    private func holder(_ refusal: IdentityRefusal, _ uses: [IdentityUse]) -> IdentityConflict? {
        let alive = uses.first {
            $0.key.client != refusal.key.client && $0.last > refusal.answered
                && ($0.key.clientId != refusal.key.clientId || $0.key.client.address != refusal.key.client.address
                    || connections(from: $0.key.client).contains { $0.tcp.firstTime < refusal.sent })
                && !uses.contains { $0.key.client == refusal.key.client }
        }
        return alive.map {
            IdentityConflict(
                refusal: refusal, taker: $0, taken: refusal.answered, takerFrame: .none,
                confidence: capture.sources > 1 ? .likely : .certain)
        }
    }
}

extension IdentityConflict {
    /// A coordinator has the older one's transaction ended within this time.
    fileprivate static let longestTransaction = Span.seconds(60)
}

extension IdentityUse {
    fileprivate var order: (CaptureTime, Endpoint) { (admissions.first?.asked ?? last, key.client) }
}

extension IdentityUse.Key {
    /// As far as names and hosts tell.
    fileprivate func isSameProgram(_ other: Self) -> Bool {
        client.address == other.client.address && clientId == other.clientId
    }
}

/// Errors of programs whose name another one has taken over: they are told with the conflict.
struct TakenOver {
    private let conflicts: [FrameRef: IdentityConflict]
    private let handOvers: Set<FrameRef>
    private let events: [ErrorRow.Key: [FrameRef]]

    init(_ view: CaseView) {
        conflicts = Dictionary(
            view.identityConflicts.map { ($0.refusal.frame, $0) }, uniquingKeysWith: { first, _ in first })
        handOvers = view.findHandOvers()
        events =
            conflicts.isEmpty && handOvers.isEmpty
            ? [:] : Dictionary(grouping: view.file.errors.events, by: \.row).mapValues { $0.map(\.frame) }
    }

    /// Each of its answers is one of a conflict's, or of a hand-over.
    func explain(_ row: ErrorRow) -> Bool {
        guard !events.isEmpty, let mine = events[row.key], mine.count >= row.count else { return false }
        return mine.allSatisfy { conflicts[$0] != nil || handOvers.contains($0) }
    }

    /// Who has the names instead.
    func takers(of rows: [ErrorRow], _ file: CaseFile) -> [String] {
        let mine = rows.flatMap { events[$0.key] ?? [] }.compactMap { conflicts[$0] }
        return mine.map { file.text($0.taker.key.clientId) ?? "\($0.taker.key.client.address)" }.uniqued
    }
}
