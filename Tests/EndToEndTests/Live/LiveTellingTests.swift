import Foundation
import ReportModel
import Reports
import Testing
import Vocabulary

@testable import Capture
@testable import Pipeline

/// What an operator is told where nothing is seen, what is passed over by level and type, and whose rows there are.
@Suite struct LiveTellingTests {
    private func status(seconds: Double, packets: Int64 = 0, requests: Int = 0) -> LiveStatus {
        var status = LiveStatus(time: CaptureTime(nanoseconds: Int64(seconds * 1e9)))
        status.uptime = Int64(seconds * 1e9)
        (status.input.names, status.input.hasInterfaces) = (["br0"], true)
        var source = SourceInfo()
        (source.name, source.packets) = ("br0", packets)
        status.report.capture.sources = [source]
        status.report.summary.answered = Int64(requests)
        if packets > 0 { status.lastPacket = status.time }
        return status
    }

    @Test func nothingSeenSaysWhatToTry() throws {
        #expect(LiveHint(status(seconds: 3)) == nil)
        var none = status(seconds: 6)
        none.input.filter = "port 9093"
        let hint = try #require(LiveHint(none))
        #expect(hint.kind == .noPackets)
        for part in ["br0", "-i any", "--promiscuous", "port 9093", "6.00 s"] { #expect(hint.text.contains(part)) }
        none.input.isPromiscuous = true
        none.input.names = ["any"]
        #expect(LiveHint(none)?.text.contains("-i any") == false)
        #expect(LiveHint(none)?.text.contains("--promiscuous") == false)
    }

    @Test func noKafkaSilenceAndDownAreTold() {
        #expect(LiveHint(status(seconds: 10, packets: 50)) == nil)
        #expect(LiveHint(status(seconds: 20, packets: 50))?.kind == .noKafka)
        #expect(LiveHint(status(seconds: 20, packets: 50, requests: 1)) == nil)
        var silent = status(seconds: 100, packets: 50, requests: 1)
        silent.lastPacket = CaptureTime(nanoseconds: Span.seconds(10))
        #expect(LiveHint(silent)?.kind == .silence)
        silent.input.down = ["br0"]
        #expect(LiveHint(silent)?.kind == .inputDown)
        let rows = LiveScreen(silent, LiveChoice(), width: 80, height: 24, style: TextStyle(width: 80)).rows()
        #expect(rows[1].text.contains("br0 is down"))
        #expect(rows.count == 24)
    }

    @Test func silenceBehindTheFirstPacketsAndARemovedInterfaceAreTold() {
        var quiet = status(seconds: 100, packets: 50, requests: 1)
        quiet.lastPacket = CaptureTime(nanoseconds: Span.seconds(94))
        quiet.lastKafka = CaptureTime(nanoseconds: Span.seconds(94))
        #expect(LiveHint(quiet)?.kind == .silence)
        quiet.lastPacket = CaptureTime(nanoseconds: Span.seconds(99))
        #expect(LiveHint(quiet) == nil)
        quiet.lastKafka = CaptureTime(nanoseconds: Span.seconds(80))
        #expect(LiveHint(quiet)?.kind == .noKafka)
        #expect(LiveHint(quiet)?.text.contains("No Kafka for 20.0 s on br0") == true)
        // The verdict so far stays where it was.
        let rows = LiveScreen(quiet, LiveChoice(), width: 80, height: 24, style: TextStyle(width: 80)).rows()
        #expect(!rows[1].text.contains("No Kafka"))
        (quiet.input.down, quiet.input.gone) = (["br0"], ["br0"])
        #expect(LiveHint(quiet)?.kind == .inputGone)
        #expect(LiveHint(quiet)?.text.contains("br0 was removed") == true)
    }

    @Test func anInterfaceWithoutCarrierIsNotUp() {
        #expect(LinkState(flags: 0x1043) == .up)
        #expect(LinkState(flags: 0x1003) == .noCarrier)
        #expect(LinkState(flags: 0x1002) == .down)
        #expect(LinkState(flags: 0x1042) == .down)
    }

    /// Capture time stands while nothing can be seen, and goes on with the first packet that comes then.
    @Test func theClockStandsWhileNothingIsSeen() throws {
        let time = { (seconds: Int64) in CaptureTime(nanoseconds: Span.seconds(seconds)) }
        var clock = LiveClock()
        let first = clock.note(packets: time(1), time(2))
        #expect(first == nil)
        clock.hold(at: time(3))
        #expect(clock.now == time(3))
        // The kernel hands on what it had.
        let late = clock.note(packets: time(3), time(4))
        #expect(late == nil && clock.now == time(4))
        let released = clock.release()
        let span = try #require(released)
        #expect(span.lowerBound == time(4) && span.upperBound >= time(4))
        let again = clock.release()
        #expect(again == nil && clock.held == nil)
    }

    /// What a live run saw can be analysed again only where it was written.
    @Test func nextNamesWhatCanBeDone() {
        var report = Report()
        var source = SourceInfo()
        (source.name, source.format, source.packets) = ("br0", "live", 1)
        report.capture.sources = [source]
        report.tool.isLive = true
        #expect(!InProcess.text(report).contains("brokertap analyze"))
        report.tool.recorded = ["all 1.pcapng"]
        #expect(InProcess.text(report).contains("brokertap analyze 'all 1.pcapng' --html report.html"))
        (report.capture.sources[0].fault, report.summary.unjudged) = ("the interface was removed", [.sourceCutShort])
        report.summary.status = .cannotJudge
        let text = InProcess.text(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("br0 could not be captured from to the end: the interface was removed"))
        #expect(!text.contains("tcpdump"))
    }

    /// Nothing is called well while requests wait.
    @Test func whatWaitsIsNotWell() {
        var waiting = status(seconds: 20, packets: 50, requests: 1)
        (waiting.report.summary.status, waiting.report.isInterim) = (.healthy, true)
        func now() -> String {
            LiveScreen(waiting, LiveChoice(), width: 120, height: 24, style: TextStyle(width: 120)).rows()[1].text
        }
        #expect(now().contains("Nothing wrong"))
        waiting.waitingAt = ["b:1": WaitingSum(count: 48, longestMs: 1820)]
        #expect(!now().contains("Nothing wrong") && now().contains("48 requests wait") && now().contains("1.82 s"))
    }

    private func finding(_ id: String, _ severity: Severity, _ state: FindingState) -> LiveUpdate {
        var finding = Finding(
            kind: .errorResponse, severity: severity, confidence: .certain, first: CaptureTime(nanoseconds: 0),
            last: CaptureTime(nanoseconds: 0))
        (finding.id, finding.state) = (id, state)
        return .finding(finding)
    }

    @Test func levelsAndTypesAreKept() {
        var filter = LiveFilter(level: .error)
        #expect(filter.passed([finding("a", .warning, .open), finding("b", .error, .open)]).count == 1)
        // What became of one that was told is told, though it is milder now.
        #expect(filter.passed([finding("b", .info, .changed), finding("b", .info, .withdrawn)]).count == 2)
        #expect(filter.passed([finding("b", .info, .changed), finding("a", .error, .changed)]).count == 1)
        let down = LiveUpdate.broker(
            BrokerChange(time: CaptureTime(nanoseconds: 0), server: "b:1", nodeId: nil, condition: .up))
        let drop = LiveUpdate.dropped(time: CaptureTime(nanoseconds: 0), count: 1, total: 1)
        #expect(filter.passed([down, drop]).count == 1)
        var types = LiveFilter(types: ["dropped"])
        #expect(types.passed([down, drop, finding("a", .error, .open)]).count == 1)
        #expect(!types.takes("status"))
    }

    /// A finding that becomes bad enough is new there, once, and then goes on like others.
    @Test func whatBecomesWorseIsNewAtItsLevel() {
        var filter = LiveFilter(level: .error)
        func states(_ severity: Severity, _ state: FindingState) -> [FindingState] {
            filter.passed([finding("a", severity, state)]).map { update in
                if case .finding(let finding) = update { finding.state } else { .final }
            }
        }
        #expect(states(.warning, .open).isEmpty)
        #expect(states(.warning, .changed).isEmpty)
        #expect(states(.error, .changed) == [.open])
        #expect(states(.error, .changed) == [.changed])
        #expect(states(.warning, .changed) == [.changed])
        #expect(states(.error, .changed) == [.changed])
        #expect(states(.error, .final) == [.final])
        #expect(states(.error, .withdrawn) == [.withdrawn])
    }

    /// One program on several hosts is one row, and one without a client id its host's.
    @Test func clientsAreProgramsAndBrokersTellProduceFromFetch() throws {
        let live = try LiveRun.of([Repository.capture("hang-now.pcap")], every: 20)
        let clients = live.statuses.flatMap(\.clients)
        #expect(clients.contains { $0.clientId == "java-produce" })
        for status in live.statuses {
            let ids = status.clients.map { $0.clientId ?? $0.address }
            #expect(Set(ids).count == ids.count)
        }
        #expect(live.statuses.contains { status in status.brokers.contains { $0.times(of: "Produce") != nil } })
    }

    @Test func helpComesBeforeRequestsInTheView() throws {
        let live = try LiveRun.of([Repository.capture("hang-now.pcap")], every: 20)
        let status = try #require(live.statuses.last)
        var choice = LiveChoice()
        choice.finding = status.report.findings.first { $0.requests.count > 1 }?.id
        choice.detail = 0
        let text = LiveScreen(status, choice, width: 100, height: 60, style: TextStyle(width: 100)).rows().map(\.text)
        let help = try #require(text.firstIndex { $0.contains("= help") })
        let request = try #require(text.firstIndex { $0.contains("Produce v") && $0.contains("corr") })
        #expect(help < request)
    }

    // MARK: Keeping

    @Test func aRecordingLeavesEarlierOnes() throws {
        let scratch = try Scratch()
        let path = scratch.path("all.pcapng")
        for _ in 0..<3 {
            let recorder = try PacketRecorder(path: path, rotation: .init(), at: "20261121T041446Z") { _ in "" }
            recorder.close()
        }
        let names = Repository.files(in: scratch.folder).sorted()
        #expect(names == ["all-20261121T041446Z.2.pcapng", "all-20261121T041446Z.pcapng", "all.pcapng"])
    }

    /// What an earlier run left counts as kept; what is somebody else's stays.
    @Test func rotationCountsWhatIsThere() throws {
        let scratch = try Scratch()
        _ = try scratch.write([1], as: "all-notes.pcapng")
        var rotation = PacketRecorder.Rotation()
        (rotation.bytes, rotation.keep) = (1_000_000, 2)
        for run in 0..<4 {
            let recorder = try PacketRecorder(
                path: scratch.path("all.pcapng"), rotation: rotation, at: "2026112\(run)T041446Z"
            ) { _ in "" }
            recorder.close()
            usleep(20_000)
        }
        let names = Repository.files(in: scratch.folder).sorted()
        #expect(
            names == ["all-20261122T041446Z-00001.pcapng", "all-20261123T041446Z-00001.pcapng", "all-notes.pcapng"])
    }

    private func saver(_ scratch: Scratch, files: Int) -> EvidenceSaver {
        var bounds = EvidenceSaver.Bounds()
        bounds.files = files
        return EvidenceSaver(
            ringBytes: 1 << 20, keepsSecrets: false, directory: scratch.folder.path, bounds: bounds
        ) { _ in "" }
    }

    /// Errors have room before what is milder, in this run and from run to run; what is ordinary makes no file.
    @Test func evidenceKeepsTheWorst() throws {
        let scratch = try Scratch()
        let now = CaptureTime(nanoseconds: 0)
        func run(_ updates: [LiveUpdate]) -> [String] {
            let saver = saver(scratch, files: 2)
            saver.note(updates, at: now)
            _ = saver.save(at: now, all: true) { _ in "" }
            return Repository.files(in: scratch.folder).sorted()
        }
        #expect(run([finding("i", .info, .open)]).isEmpty)
        #expect(run([finding("a", .warning, .open), finding("b", .warning, .open)]).count == 2)
        #expect(run([finding("c", .warning, .open)]).map { $0.prefix(1) } == ["a", "b"])
        #expect(run([finding("d", .error, .open)]).contains { $0.hasPrefix("d-error-19700101T000000Z") })
        #expect(run([finding("d", .error, .open)]).count == 2)
        #expect(run([finding("e", .error, .open)]).allSatisfy { $0.hasPrefix("d-error-") })
    }

    // MARK: Own traffic, names

    @Test func theOwnServiceIsNotCaptured() throws {
        var options = LiveCaptureOptions()
        options.filter = "tcp port 9092 or tcp port 9464"
        let plain = options.deviceFilter
        #expect(plain == options.filter)
        options.ownService = ([try #require(IPAddress("127.0.0.1"))], 9464)
        #expect(options.deviceFilter == "(\(plain)) and not (tcp port 9464 and (host 127.0.0.1))")
    }

    @Test func newNamesReplaceOldOnes() throws {
        var options = LiveOptions()
        options.pipes = [Repository.capture("hang-now.pcap")]
        let address = try #require(IPAddress("10.10.0.12"))
        options.analysis.hosts = [address: "old-name"]
        let analyzer = try LiveAnalyzer(options: options)
        _ = try analyzer.read(most: 200)
        #expect(analyzer.report().names.values.contains("old-name"))
        analyzer.rename([address: "new-name"])
        let names = analyzer.report().names.values
        #expect(names.contains("new-name") && !names.contains("old-name"))
    }
}
