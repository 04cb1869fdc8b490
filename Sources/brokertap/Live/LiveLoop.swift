internal import Capture
internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The one loop of a live run: waits for packets, keys and readers, and takes turns at reading, judging, and showing.
final class LiveLoop {
    private let analyzer: LiveAnalyzer
    private let settings: LiveSettings
    private let outputs: LiveOutputs
    private let keeping: LiveKeeping
    private let server: StatusServer?
    private let pages: LivePages
    private var view: LiveView?
    private let began = MonotonicClock.now
    private var nextTick: Int64
    /// When it is asked again whether the screen is free.
    private var nextLook: Int64 = 0
    private var isStopped = false
    /// An input could not be read to its end.
    private(set) var failed = false
    private var reportsAsked = Signals.reportsAsked
    private var hosts: HostsWatch?
    /// The screen is taken only now, so that a question for a password is not covered.
    private static let screenPatience = Span.seconds(2)
    private static let drainTime = Span.milliseconds(200)
    /// The largest buffer is read in much less.
    private static let drainLimit = Span.seconds(20)
    /// How long it waits for anything at all, and where packets wait for others.
    private static let patience = Span.milliseconds(200)
    private static let holdingPatience = Span.milliseconds(20)

    init(
        _ analyzer: LiveAnalyzer, _ settings: LiveSettings, _ outputs: LiveOutputs, _ keeping: LiveKeeping,
        _ server: StatusServer?
    ) {
        self.analyzer = analyzer
        self.settings = settings
        self.outputs = outputs
        self.keeping = keeping
        self.server = server
        pages = LivePages(analyzer, outputs)
        hosts = settings.hosts.map(HostsWatch.init)
        nextTick = began + settings.options.tickNanoseconds
    }

    /// Runs to its end, and gives the report.
    func run() -> Report {
        while !isDone { turn() }
        drain()
        view?.leave()
        server?.finish()
        let (updates, report) = analyzer.finish(stopped: isStopped)
        var status = LiveStatus(time: analyzer.now ?? CaptureTime(nanoseconds: 0))
        (status.report, status.input) = (report, analyzer.input)
        if !status.input.gone.isEmpty { outputs.tellHint(status, quiet: view != nil) }
        outputs.tell(updates, status, analyzer.takeNews(), quiet: view != nil, at: MonotonicClock.now)
        outputs.finish(outputs.dressed(report))
        outputs.turn(at: MonotonicClock.now).forEach(StandardError.say)
        keeping.tick(updates, report, at: status.time, isEnd: true).forEach(StandardError.say)
        return report
    }

    private var isDone: Bool {
        if Signals.interrupted || outputs.readerIsGone || view?.asksToQuit == true { isStopped = true }
        if let duration = settings.duration, MonotonicClock.now - began >= duration { isStopped = true }
        return isStopped || analyzer.isEnded || failed
    }

    private func turn() {
        wait()
        read(most: 20_000)
        let clock = MonotonicClock.now
        server?.serve(at: clock) { pages.answer($0, at: clock) }
        keeping.turn().forEach(complain)
        if clock >= nextTick { tick() }
        outputs.turn(at: clock).forEach(complain)
        look(at: clock)
        if Signals.reportsAsked != reportsAsked { writeReport() }
        view?.takeQuestions().forEach(answer)
    }

    private func answer(_ question: LiveView.Question) {
        switch question {
        case .report: writeReport()
        case .evidence(let finding): view?.say(keeping.evidence(of: finding))
        }
    }

    private var isShown: Bool { view?.isShown == true }

    /// The screen and its keys.
    private func look(at clock: Int64) {
        if view == nil, clock >= nextLook, outputs.mayDraw, analyzer.now != nil || clock - began > Self.screenPatience {
            nextLook = clock + Self.patience
            view = LiveView(style: outputs.style)
            if view != nil { Signals.installForScreen() }
        }
        view?.readKeys()
        view?.draw(at: clock, waitingFor: analyzer.inputNames.joined(separator: ","))
    }

    private func writeReport() {
        reportsAsked = Signals.reportsAsked
        let written = outputs.writeInterim(analyzer.report(), isShown: isShown)
        view?.say(written)
    }

    private var packetsToWaitFor: [pollfd] {
        analyzer.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    private func wait() {
        var requests = packetsToWaitFor
        if let view, view.isShown { requests.append(pollfd(fd: view.descriptor, events: Int16(POLLIN), revents: 0)) }
        if let server { requests += server.requests }
        let now = MonotonicClock.now
        let patience = analyzer.isHolding ? Self.holdingPatience : Self.patience
        let next = min(nextTick, view?.nextDraw ?? .max, now + patience)
        _ = poll(&requests, nfds_t(requests.count), Int32(max(0, next - now) / 1_000_000) + 1)
    }

    @discardableResult
    private func read(most: Int) -> Int {
        do { return try analyzer.read(most: most) } catch {
            complain("\(error)")
            failed = true
            return 0
        }
    }

    private func complain(_ text: String) {
        if let view, view.isShown { view.say(text) } else { StandardError.say(text) }
    }

    /// Reads what was captured before the end and is still in the kernel, however far the analysis is behind. A block that is
    /// not full is handed on a tenth of a second late.
    private func drain() {
        let began = MonotonicClock.now
        var (waiting, lastHeard) = (analyzer.countWaiting(), began)
        while !failed {
            var requests = packetsToWaitFor
            if requests.isEmpty { return }
            _ = poll(&requests, nfds_t(requests.count), 20)
            let taken = read(most: 20_000)
            let now = MonotonicClock.now
            waiting -= taken
            if taken > 0 { lastHeard = now }
            // The kernel's count may hold packets that never come: silence ends it too.
            if now - began >= Self.drainTime, waiting <= 0 || now - lastHeard >= Self.drainTime { return }
            if now - began >= Self.drainLimit {
                return complain("about \(waiting) packets that were captured before the end were not read in time")
            }
        }
    }

    private func tick() {
        let result = analyzer.tick()
        // The rules take a tenth of the time at most.
        nextTick = MonotonicClock.now + max(settings.options.tickNanoseconds, analyzer.tickCost * 10)
        if let names = hosts?.changed() { analyzer.rename(names) }
        guard let (updates, status) = result else {
            let status = analyzer.statusBeforePackets()
            pages.update(status)
            view?.update(0, status)
            return outputs.tellHint(status, quiet: isShown)
        }
        outputs.tellHint(status, quiet: isShown)
        outputs.tell(updates, status, analyzer.takeNews(), quiet: isShown, at: MonotonicClock.now)
        pages.update(status)
        view?.update(updates.count, status)
        keeping.tick(updates, status.report, at: status.time).forEach(complain)
        if updates.contains(where: isAwaited) { isStopped = true }
    }

    private func isAwaited(_ update: LiveUpdate) -> Bool {
        guard case .finding(let finding) = update, finding.state == .open || finding.state == .changed else {
            return false
        }
        let levels = Severity.allCases.filter { $0 <= finding.severity }.map(\.rawValue)
        return !settings.untilFinding.isDisjoint(with: ["any", finding.kind.rawValue] + levels)
    }
}
