import ReportModel
import Reports
import Testing
import Vocabulary

@testable import Diagnosis
@testable import Pipeline

/// What is told while it goes on: how often, and that what was broken works again.
@Suite struct LiveNewsTests {
    private func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: Int64(seconds * 1e9)) }

    private func overdue(_ requests: Int, since: Double, now: Double) -> Finding {
        var finding = Finding(
            kind: .responseOverdue, severity: .error, confidence: .certain, first: time(since), last: time(now))
        (finding.id, finding.server, finding.nodeId) = ("response-overdue-1", "10.0.0.1:9092", 1)
        finding.state = .open
        finding.requests = (0..<requests).map { number in
            LostRequest(
                api: "Produce", apiKey: 0, version: 9, correlationId: number, sent: time(since), waitedMs: 0,
                frame: FrameRef(source: 0, number: UInt64(number + 1)))
        }
        return finding
    }

    /// A request that waits longer each second is told at 1, 2, 4, 8 … times its first wait.
    @Test func whatWaitsIsToldEverMoreSeldom() {
        var tracker = FindingTracker(archiveLimit: 10)
        var told: [Int] = []
        for second in 2...100 {
            let updates = tracker.update([overdue(1, since: 0, now: Double(second))], at: time(Double(second)))
            if !updates.isEmpty { told.append(second) }
        }
        #expect(told == [2, 4, 8, 16, 32, 64])
    }

    /// More requests each second are told by doublings too, and a request's fate at once.
    @Test func moreRequestsAreToldByDoublings() {
        var tracker = FindingTracker(archiveLimit: 10)
        let updates = (2...100).map { second in
            tracker.update([overdue(second, since: 0, now: Double(second))], at: time(Double(second))).count
        }
        #expect(updates.reduce(0, +) <= 12)
        var fate = overdue(100, since: 0, now: 101)
        fate.requests[3].outcome = .storedOnce
        #expect(tracker.update([fate], at: time(101)).map(\.state) == [.changed])
    }

    /// Whose life has ended does not begin a second one: what comes back has an id of its own.
    @Test func whatWasWithdrawnComesBackUnderAnotherId() {
        var tracker = FindingTracker(archiveLimit: 10)
        let finding = overdue(1, since: 0, now: 2)
        let told = [[finding], [], [finding], []].enumerated().flatMap { second, judged in
            tracker.update(judged, at: time(Double(second + 2)))
        }
        #expect(told.map(\.state) == [.open, .withdrawn, .open, .withdrawn])
        #expect(told.map(\.revision) == [1, 2, 1, 2])
        #expect(told[0].id == told[1].id && told[2].id == told[3].id && told[0].id != told[2].id)
    }

    @Test func attemptsAreToldByDoublings() {
        var tracker = FindingTracker(archiveLimit: 10)
        var told: [Int] = []
        for attempts in 5...190 {
            var finding = Finding(
                kind: .disconnectBeforeResponse, severity: .error, confidence: .certain, first: time(0), last: time(0))
            finding.id = "disconnect-before-response-1"
            finding.facts = [Fact(.refusedAfterwards, .number(attempts))]
            if !tracker.update([finding], at: time(Double(attempts) / 100)).isEmpty { told.append(attempts) }
        }
        #expect(told == [5, 10, 20, 40, 80, 160])
    }

    // MARK: Brokers

    private let broker = Endpoint(IPAddress("10.0.0.1") ?? IPAddress(v4: 0), 9092)

    @Test func downAndUpAreTold() throws {
        var watch = BrokerWatch()
        func tick(_ outages: [BrokerOutage], _ now: Double) -> [BrokerChange] {
            watch.update(BrokerOutages(byServer: [broker: outages]), [], at: time(now)) { _, _ in nil }
        }
        watch.learn(["10.0.0.1:9092": 2])
        #expect(tick([], 1).isEmpty)
        #expect(tick([BrokerOutage(from: time(2))], 3).map(\.condition) == [.down])
        #expect(tick([BrokerOutage(from: time(2), attempts: 9)], 4).isEmpty)
        let back = tick([BrokerOutage(from: time(2), back: time(11.98))], 12)
        #expect(back.map(\.condition) == [.up] && back.first?.afterMs == 9980)
        #expect(watch.conditions.map(\.condition) == [.up])
        // Down and up between two ticks, twice.
        let flapping = [
            BrokerOutage(from: time(2), back: time(11.98)), BrokerOutage(from: time(20), back: time(21)),
            BrokerOutage(from: time(22), back: time(23)),
        ]
        #expect(tick(flapping, 24).map(\.condition) == [.down, .up, .down, .up])
        #expect(tick(flapping, 25).isEmpty)
        #expect(watch.changes["10.0.0.1:9092"]?[.down] == 3)
        let gone = try #require(watch.news.last)
        let stopped = LiveLines(style: TextStyle()).text([.broker(gone)], LiveStatus(time: time(12)))
        #expect(gone.condition == .down && stopped.contains("its connections ended together"))
        let words = LiveLines(style: TextStyle()).text([.broker(try #require(back.first))], LiveStatus(time: time(12)))
        #expect(words.contains("broker 2 (10.0.0.1:9092) accepts again after 9.98 s"))
    }

    @Test func aBrokerThatHangsAnswersAgain() {
        var watch = BrokerWatch()
        let none = BrokerOutages(byServer: [:])
        let hanging = watch.update(none, [overdue(60, since: 5, now: 16)], at: time(16)) { _, _ in nil }
        #expect(hanging.map(\.condition) == [.hanging] && hanging.first?.time == time(5))
        // Its connections were closed: nobody says yet that it works.
        #expect(watch.update(none, [], at: time(17)) { _, _ in nil }.isEmpty)
        let back = watch.update(none, [], at: time(18)) { _, after in after < time(17.5) ? time(17.5) : nil }
        #expect(back.map(\.condition) == [.up] && back.first?.was == .hanging && back.first?.afterMs == 12_500)
    }

    /// Who is served by it meanwhile shows that it does not hang.
    @Test func aBrokerThatServesOthersDoesNotHang() {
        var watch = BrokerWatch()
        var finding = overdue(60, since: 5, now: 16)
        finding.facts = [Fact(.servedMeanwhile, .flag(true))]
        #expect(watch.update(BrokerOutages(byServer: [:]), [finding], at: time(16)) { _, _ in nil }.isEmpty)
    }

    /// A broker that is killed and comes back is told so, once each, at the times of the incident.
    @Test func aCrashIsTold() throws {
        let live = try LiveRun.of([Repository.capture("crash-kill9.pcap")], every: 20)
        let changes = live.updates.compactMap { update in
            if case .broker(let change) = update { change } else { nil }
        }
        let root = try #require(live.report.incidents.first { $0.kind == .brokerOutage })
        let mine = changes.filter { $0.server == root.rootServer }
        #expect(mine.first?.condition == .down && mine.first?.time == root.from)
        if let outage = root.facts.first(where: { $0.key == .outageMs })?.value {
            #expect(mine.map(\.condition) == [.down, .up])
            #expect(mine.last?.afterMs.map { .milliseconds($0) } == outage)
        }
        let states = live.statuses.last?.conditions.first { $0.server == root.rootServer }
        #expect(states?.condition == mine.last?.condition)
    }
}
