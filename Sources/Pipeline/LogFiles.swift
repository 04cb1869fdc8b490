import ClientLogs
import ReportModel
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Reads the logs and events that were given beside the captures, and lays them on the report.
struct LogFiles {
    let options: AnalyzerOptions
    private static let blockBytes = 256 << 10
    private static let lineBytes = 8 << 10

    func lay(on report: inout Report) {
        guard !options.clientLogs.isEmpty || !options.events.isEmpty else { return }
        let day = report.capture.sources.compactMap(\.first).min() ?? CaptureTime(nanoseconds: 0)
        if !options.clientLogs.isEmpty {
            var overlay = ClientLogOverlay(limits: options.limits, isNarrowed: options.isNarrowed)
            let logs = options.clientLogs.map { path in
                var reader = LogReader(source: Self.baseName(path), day: day, limits: options.limits)
                read(path, &report) { reader.take($0) }
                return reader.finish()
            }
            overlay.lay(logs, on: &report)
        }
        for path in options.events { addEvents(path, day, &report) }
        report.timeline.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
    }

    private func addEvents(_ path: String, _ day: CaptureTime, _ report: inout Report) {
        var (line, added, beyond): ([UInt8], [TimelineEvent], Int) = ([], [], 0)
        let view = report.view
        func end() {
            let event = UserEvents.event(line[...], day: day) { options.eventsZone.moment(local: $0) }
            line.removeAll(keepingCapacity: true)
            guard let event, Self.covers(event.time, view) else { return }
            if added.count < options.limits.userEvents { added.append(event) } else { beyond += 1 }
        }
        read(path, &report) { block in
            for byte in block {
                if byte == 0x0A { end() } else if line.count < Self.lineBytes { line.append(byte) }
            }
        }
        if !line.isEmpty { end() }
        report.timeline += added
        report.limits += [LimitTrip("userEvents", options.limits.userEvents, beyond: beyond, "events on the timeline")]
            .compactMap(\.self)
    }

    /// A file that cannot be opened gives nothing; the command line has complained of it.
    private func read(_ path: String, _ report: inout Report, _ take: (ArraySlice<UInt8>) -> Void) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { _ = close(descriptor) }
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        var total = 0
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count <= 0 { return }
            total += count
            if total > options.limits.clientLogBytes { break }
            take(block[..<count])
        }
        report.limits.append(
            LimitTrip(
                name: "clientLogBytes", allowed: options.limits.clientLogBytes, seen: total,
                leftOut: "the rest of \(Self.baseName(path))"))
    }

    /// Whether an event lies in what the report is of.
    private static func covers(_ time: CaptureTime, _ view: ViewInfo?) -> Bool {
        guard let view else { return true }
        guard let first = view.from ?? view.first, let last = view.to ?? view.last else { return false }
        return time >= first && time <= last
    }

    private static func baseName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
