import Conversations
import ReportModel
import Streams
import Vocabulary

/// The path between two hosts was dead for seconds, and both went on: what one of them sent was sent again and again
/// without an acknowledgement, on all their connections at once, while another host was served, or while the silent one was
/// heard sending. A server that stood still as a whole looks the same but for that: where only the client was served elsewhere, it
/// may be either.
struct InterruptedPaths: Rule {
    struct Interruption {
        var run: DeadTimes.Run
        var confidence: Confidence
        /// Hosts that were answered meanwhile.
        var served: [IPAddress]
        /// Servers that answered the sender meanwhile: it may be the silent host itself that stood still.
        var reached: [IPAddress] = []
        /// The client host that was not heard, where it alone is; and all servers to which it was silent at once.
        var silent: IPAddress?
        var servers: [Endpoint] = []
        /// The client hosts that no server reached meanwhile, where nobody was served at all.
        var hosts: [IPAddress] = []
        /// Who sent again and again, where nobody was served.
        var sender: IPAddress?
        /// The server's host may have stood still as a whole.
        var mayBeServer = false
        /// Of two hosts the one that was silent: that is all that is known.
        var mayHaveStood: IPAddress?
    }

    func judge(_ view: CaseView) -> [Verdict] { view.interruptions.flatMap { verdicts($0, view) } }

    static func find(in view: CaseView) -> [Interruption] {
        let rule = InterruptedPaths()
        var unproven: [Interruption] = []
        let found = view.paths { $0.wasEstablished && rule.isSilent($0) }.flatMap { path, places in
            rule.told(of: path, places, &unproven, view)
        }
        return rule.ofOneHost(found, view) + rule.everybodys(unproven, view)
    }

    /// Two servers that are silent at once to all that ask them have no reason of their own, and nor have several clients that one
    /// server does not hear. Of one server that nobody hears it is not known whether its host stood still.
    private func everybodys(_ all: [Interruption], _ view: CaseView) -> [Interruption] {
        guard !all.isEmpty else { return [] }
        let late = Dictionary(grouping: view.file.times.slowAnswers, by: \.client.address)
        // Each overlaps what all before it in its group have in common.
        var (groups, shared): ([[Interruption]], CaptureTime) = ([], .distantPast)
        for one in all.sorted(by: { $0.run.from < $1.run.from }) {
            if groups.isEmpty || one.run.from > shared {
                groups.append([one])
                shared = one.run.to
            } else {
                groups[groups.count - 1].append(one)
                shared = min(shared, one.run.to)
            }
        }
        return groups.flatMap { group -> [Interruption] in
            // A path's connections mostly have one client host.
            let byHost = Dictionary(grouping: group) { one in
                view.records[one.run.places.min() ?? 0].client.address
            }
            var found = byHost.sorted { $0.key < $1.key }.compactMap { host, mine in
                joined(mine, late[host] ?? [], view)
            }
            let hosts = byHost.keys.sorted()
            let servers = Set(found.flatMap(\.servers).map(\.address))
            // What the server sent was not heard by several clients, or by one that may have slept.
            let isServersWord = group.contains { $0.sender.map(servers.contains) == true }
            for i in found.indices {
                found[i].hosts = hosts
                found[i].mayBeServer = servers.count < 2 && !isServersWord
                if servers.count < 2, hosts.count < 2 || !isServersWord {
                    found[i].mayHaveStood = isServersWord ? hosts.first : servers.first
                }
            }
            return found
        }
    }

    /// What one client host met at all its servers, with those whose answers to it stayed out meanwhile.
    private func joined(_ mine: [Interruption], _ late: [SlowAnswer], _ view: CaseView) -> Interruption? {
        guard var one = mine.first else { return nil }
        for other in mine.dropFirst() { one.run.join(other.run) }
        let inside = one.run.inside
        let waited = late.filter { $0.sent <= inside.lowerBound && $0.firstByte >= inside.upperBound }.map(\.server)
        one.servers = (one.run.places.map { view.records[$0].server } + waited).uniqued.sorted()
        return one
    }

    /// A client host that was silent to all its servers at once has one cause, and it is not on the way to any of them.
    private func ofOneHost(_ all: [Interruption], _ view: CaseView) -> [Interruption] {
        let hosts = all.compactMap(\.silent).uniqued.sorted()
        return all.filter { $0.silent == nil }
            + hosts.flatMap { host in
                all.filter { $0.silent == host }.sorted { $0.run.from < $1.run.from }.runs { group, next in
                    group.allSatisfy { $0.run.overlaps(next.run) }
                }.flatMap { one($0, host, view) }
            }
    }

    private func one(_ group: [Interruption], _ host: IPAddress, _ view: CaseView) -> [Interruption] {
        guard var all = group.first, group.count > 1 else { return group }
        for other in group.dropFirst() {
            all.run.join(other.run)
            all.served = (all.served + other.served).uniqued.sorted()
        }
        // Somebody heard it meanwhile: then it was not the host.
        guard served(by: host, except: host, all.run, view).isEmpty else { return group }
        all.servers = all.run.places.map { view.records[$0].server }.uniqued.sorted()
        return [all]
    }

    private func isSilent(_ record: ConnectionRecord) -> Bool {
        !record.fromClient.unacknowledged.isEmpty || !record.fromServer.unacknowledged.isEmpty
    }

    /// Both directions; where both were dead at once it is one interruption.
    private func told(
        of path: HostPath, _ places: [Int], _ unproven: inout [Interruption], _ view: CaseView
    ) -> [Interruption] {
        var all: [Interruption] = []
        for sender in [path.low, path.high] {
            let receiver = path.other(than: sender)
            let dead = DeadTimes(view: view, sender: sender, receiver: receiver, places: places)
            for run in dead.runs()
            where bothWentOn(sender, receiver, run, places, view) && !isSeenElsewhere(path, run, view)
                && !run.places.allSatisfy({ ForgottenFlow.isForgotten(view.records[$0], in: view) })
            {
                guard let found = proof(sender, receiver, run, places, view) else {
                    unproven.append(Interruption(run: run, confidence: .likely, served: [], sender: sender))
                    continue
                }
                if let at = all.firstIndex(where: { $0.run.overlaps(run) }) {
                    all[at].run.join(run)
                    all[at].confidence = max(all[at].confidence, found.confidence)
                    all[at].served = (all[at].served + found.served).uniqued
                    all[at].reached = (all[at].reached + found.reached).uniqued
                } else {
                    all.append(found)
                }
            }
        }
        return all
    }

    /// Two views show which way was dead.
    private func isSeenElsewhere(_ path: HostPath, _ run: DeadTimes.Run, _ view: CaseView) -> Bool {
        view.lostOnTheWay.contains {
            HostPath($0.sender, $0.receiver) == path && $0.from <= run.to && run.from <= $0.to
        }
    }

    /// Both were heard on a connection of theirs afterwards, and neither had forgotten the others: a host that was restarted
    /// answers with a RST.
    private func bothWentOn(
        _ sender: IPAddress, _ receiver: IPAddress, _ run: DeadTimes.Run, _ places: [Int], _ view: CaseView
    ) -> Bool {
        let back = places.contains {
            let record = view.records[$0]
            return record.wasEstablished && record.sent(by: sender).lastTime >= run.to
                && record.sent(by: receiver).lastTime >= run.to && !record.sent(by: receiver).resetSeen
        }
        let forgotten = run.places.contains {
            let record = view.records[$0]
            let facts = record.fromServer
            return record.server.address == receiver && facts.resetSeen && !facts.finSeen
                && facts.resetTime >= run.inside.lowerBound && record.tcp.firstTime < run.from
        }
        return run.isOver && back && !forgotten
    }

    private func proof(
        _ sender: IPAddress, _ receiver: IPAddress, _ run: DeadTimes.Run, _ places: [Int], _ view: CaseView
    ) -> Interruption? {
        let servedByReceiver = served(by: receiver, except: sender, run, view)
        if !servedByReceiver.isEmpty { return Interruption(run: run, confidence: .certain, served: servedByReceiver) }
        if isHeard(sender, run, view) { return Interruption(run: run, confidence: .certain, served: []) }
        let servedBySender = served(by: sender, except: receiver, run, view)
        guard !servedBySender.isEmpty else { return nil }
        // The silent one is a client host: others of its kind were served by the same server meanwhile. Where it is the server, it
        // may have stood still itself.
        let isClient = run.places.allSatisfy { view.records[$0].client.address == receiver }
        return Interruption(
            run: run, confidence: .likely, served: isClient ? servedBySender : [],
            reached: isClient ? [] : servedBySender, silent: isClient ? receiver : nil, mayBeServer: !isClient)
    }

    /// Other hosts that had an answer of that host, or gave it one, in the middle of it.
    private func served(by host: IPAddress, except other: IPAddress, _ run: DeadTimes.Run, _ view: CaseView)
        -> [IPAddress]
    {
        let inside = run.inside
        return Set(
            view.file.times.answeringClients.compactMap { pair, answers -> IPAddress? in
                guard pair.client != pair.server.address, answers.times.contains(where: inside.contains) else {
                    return nil
                }
                if pair.server.address == host { return pair.client == other ? nil : pair.client }
                return pair.client == host && pair.server.address != other ? pair.server.address : nil
            }
        ).union(view.unanswering.heard(by: host, inside)).subtracting([other]).sorted()
    }

    /// The silent host was itself heard: it sent again what had been acknowledged, for no acknowledgement came to it. One
    /// that wakes up does so too, when all is over.
    private func isHeard(_ sender: IPAddress, _ run: DeadTimes.Run, _ view: CaseView) -> Bool {
        let awake = run.to.adding(nanoseconds: -DeadTimes.settling)
        return run.places.contains {
            view.records[$0].sent(by: sender).unacknowledged.contains {
                $0.from <= run.to && $0.deafSince.map { $0 >= run.from && $0 <= awake } == true
            }
        }
    }

    /// One for each client host and server that it hit.
    private func verdicts(_ found: Interruption, _ view: CaseView) -> [Verdict] {
        let hit = found.run.places.sorted().map { view.records[$0] }
        guard hit.contains(where: view.concernsKafka) else { return [] }
        if found.servers.count > 1 || !found.hosts.isEmpty { return [verdict(found, PathEnds(of: hit[0]), hit, view)] }
        return Dictionary(grouping: hit) { PathEnds(of: $0) }.sorted { $0.key < $1.key }.map { ends, hit in
            verdict(found, ends, hit, view)
        }
    }

    private func verdict(_ found: Interruption, _ ends: PathEnds, _ hit: [ConnectionRecord], _ view: CaseView)
        -> Verdict
    {
        var verdict = Verdict(
            path: ends, .interrupted, .warning, found.confidence, from: found.run.from, to: found.run.to, hit: hit,
            in: view)
        verdict.nature = .transient
        verdict.frames = Array(found.run.frames.sorted().prefix(12))
        verdict.add(.outageMs, .milliseconds(found.run.to.milliseconds(since: found.run.from)))
        verdict.add(.reachedMeanwhile, .some(found.reached.prefix(8).map { "\($0)" }))
        verdict.add(.servedMeanwhile, .some(found.served.prefix(8).map { "\($0)" }))
        verdict.add(.hosts, .some(found.hosts.prefix(100).map { "\($0)" }))
        verdict.add(.hostMayHaveStood, found.mayHaveStood.map { .text("\($0)") })
        guard found.servers.count > 1 else { return verdict }
        // Of several servers none is meant.
        (verdict.server, verdict.nodeId) = (nil, nil)
        verdict.add(.tried, .some(found.servers.prefix(8).map { "\($0)" }))
        return verdict
    }
}

extension CaseView {
    /// So much of a wait lies in an interruption that explains it.
    private static let explained = 0.5

    /// Nothing came through between a client host and a server, or any server, for most of that time; a server that may itself have
    /// stood still is no path.
    func wasInterrupted(_ client: IPAddress, _ server: IPAddress?, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        let waited = Double(to.since(from)) * Self.explained
        return interruptedClients[client, default: []].contains { one in
            Double(min(one.run.to, to).since(max(one.run.from, from))) >= waited
                && (server == nil || one.servers.contains { $0.address == server }
                    || one.run.places.contains { records[$0].server.address == server })
        }
    }
}
