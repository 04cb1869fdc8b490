internal import Capture
internal import Pipeline
internal import ReportModel
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The one loop of a live run: waits for packets, and takes turns at reading, judging, and showing.
final class LiveLoop {
    private let analyzer: LiveAnalyzer
    private let settings: LiveSettings
    private let outputs: LiveOutputs
    private let began = LiveLoop.clock()
    private var nextTick: Int64
    private var isStopped = false
    /// An input could not be read to its end.
    private(set) var failed = false
    private var reportsAsked = Signals.reportsAsked

    init(_ analyzer: LiveAnalyzer, _ settings: LiveSettings, _ outputs: LiveOutputs) {
        self.analyzer = analyzer
        self.settings = settings
        self.outputs = outputs
        nextTick = began + settings.options.tickNanoseconds
    }

    /// Runs to its end, and gives the report.
    func run() -> Report {
        while !isDone { turn() }
        drain()
        let (updates, report) = analyzer.finish(stopped: isStopped)
        var status = LiveStatus(time: analyzer.now ?? CaptureTime(nanoseconds: 0))
        status.report = report
        outputs.tell(updates, status, quiet: false, at: Self.clock())
        return report
    }

    private var isDone: Bool {
        if Signals.interrupted || outputs.readerIsGone { isStopped = true }
        if let duration = settings.duration, Self.clock() - began >= duration { isStopped = true }
        return isStopped || analyzer.isEnded || failed
    }

    private func turn() {
        wait()
        read(most: 20_000)
        if Signals.reportsAsked != reportsAsked {
            reportsAsked = Signals.reportsAsked
            _ = outputs.writeInterim(analyzer.report(), quiet: false)
        }
        if Self.clock() >= nextTick { tick() }
    }

    private func wait() {
        var requests = analyzer.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let patience = max(0, min(nextTick - Self.clock(), Span.milliseconds(200)))
        _ = poll(&requests, nfds_t(requests.count), Int32(patience / 1_000_000) + 1)
    }

    private func read(most: Int) {
        do { _ = try analyzer.read(most: most) } catch {
            StandardError.say("\(error)")
            failed = true
        }
    }

    /// What was captured before the end, and is still in the kernel.
    private func drain() {
        guard !failed else { return }
        var turns = 100
        while turns > 0, let count = try? analyzer.read(most: 20_000), count > 0 { turns -= 1 }
    }

    private func tick() {
        let result = analyzer.tick()
        // The rules take a tenth of the time at most.
        nextTick = Self.clock() + max(settings.options.tickNanoseconds, analyzer.tickCost * 10)
        guard let (updates, status) = result else { return }
        outputs.tell(updates, status, quiet: false, at: Self.clock())
        if updates.contains(where: isAwaited) { isStopped = true }
    }

    private func isAwaited(_ update: LiveUpdate) -> Bool {
        guard case .finding(let finding) = update, finding.state == .open else { return false }
        return settings.untilFinding.contains("any") || settings.untilFinding.contains(finding.kind.rawValue)
    }

    /// Nanoseconds of the clock that is never set.
    static func clock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
