internal import Pipeline
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The progress line on standard error: only on a terminal, after a second, ten times a second at most.
struct ProgressLine {
    private let enabled: Bool
    private let started: Double
    private var lastDrawn: Double
    private var visible = false

    init(enabled: Bool) {
        self.enabled = enabled && isatty(2) == 1
        started = ProgressLine.now()
        lastDrawn = started + 0.9
    }

    mutating func update(_ progress: AnalysisProgress) {
        guard enabled else { return }
        let now = ProgressLine.now()
        guard now - lastDrawn >= 0.1 else { return }
        lastDrawn = now
        visible = true
        StandardError.write("\r\u{1B}[K" + text(progress, elapsed: now - started))
    }

    /// Draws it.
    /// - Returns: whether the analysis is to go on; false where it was interrupted.
    mutating func goesOn(_ progress: AnalysisProgress) -> Bool {
        update(progress)
        return !Signals.interrupted
    }

    /// Takes the line away.
    mutating func clear() {
        if visible { StandardError.write("\r\u{1B}[K") }
        visible = false
    }

    private func text(_ progress: AnalysisProgress, elapsed: Double) -> String {
        let done = progress.bytesRead / 1_000_000
        let rate = Double(progress.bytesRead) / 1e6 / max(elapsed, 0.001)
        var text = "\(done) MB"
        if let total = progress.totalBytes, total > 0 {
            text = "\(done) of \(total / 1_000_000) MB (\(min(100, progress.bytesRead * 100 / total)) %)"
            let left = Double(total - progress.bytesRead) / 1e6 / max(rate, 0.001)
            text += ", \(Int(max(0, min(left, 1e6)))) s left"
        }
        return "\(text), \(Int(rate)) MB/s, \(progress.packets) packets"
    }

    /// Seconds of the clock that is never set: only for pacing, never for the report.
    private static func now() -> Double { Double(MonotonicClock.now) / 1e9 }
}

/// Standard error, unbuffered.
enum StandardError {
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { systemWrite(2, $0.baseAddress, $0.count) }
    }

    /// One line in the form of the tool's messages. It may name files, whose names are anybody's.
    static func say(_ message: String) {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        write("brokertap: " + lines.map { SafeText.escaped(String($0)) }.joined(separator: "\n") + "\n")
    }
}

/// `write` of the C library, which `StandardError.write` hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    bytes.map { write(descriptor, $0, count) } ?? 0
}
