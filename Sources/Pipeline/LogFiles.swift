import Capture
import ClientLogs
import ReportModel
import Vocabulary

/// Reads the logs and events that were given beside the captures, and lays them on the report.
struct LogFiles {
    let options: AnalyzerOptions
    private static let blockBytes = 256 << 10

    func lay(on report: inout Report) {
        guard !options.clientLogs.isEmpty || !options.events.isEmpty else { return }
        let day = report.capture.sources.compactMap(\.first).min() ?? CaptureTime(nanoseconds: 0)
        if !options.clientLogs.isEmpty {
            var overlay = ClientLogOverlay(limits: options.limits, isNarrowed: options.isNarrowed)
            let logs = options.clientLogs.map { path in
                var reader = LogReader(source: path.baseName, day: day, limits: options.limits)
                feed(path, &report) { reader.take($0) }
                return reader.finish()
            }
            overlay.lay(logs, on: &report)
        }
        for path in options.events { addEvents(path, day, &report) }
        report.timeline.sort { ($0.time, $0.frame) < ($1.time, $1.frame) }
    }

    private func addEvents(_ path: String, _ day: CaptureTime, _ report: inout Report) {
        var (lines, added, beyond): (LogLines, [TimelineEvent], Int) = (LogLines(), [], 0)
        let view = report.view
        func take(_ line: ArraySlice<UInt8>) {
            guard let event = UserEvents.event(line, day: day, utc: { options.eventsZone.moment(local: $0) }),
                Self.covers(event.time, view)
            else { return }
            if added.count < options.limits.userEvents { added.append(event) } else { beyond += 1 }
        }
        feed(path, &report) { lines.take($0, each: take) }
        lines.finish(take)
        report.timeline += added
        report.limits += [LimitTrip("userEvents", options.limits.userEvents, beyond: beyond, "events on the timeline")]
            .compactMap(\.self)
    }

    /// A file that cannot be opened gives nothing; the command line has complained of it.
    private func feed(_ path: String, _ report: inout Report, _ take: (ArraySlice<UInt8>) -> Void) {
        guard let input = try? TextInput(path: path, blockBytes: Self.blockBytes) else { return }
        var total = 0
        while true {
            let block = input.next()
            if block.isEmpty { return }
            total += block.count
            if total > options.limits.clientLogBytes { break }
            take(block)
        }
        report.limits.append(
            LimitTrip(
                name: "clientLogBytes", allowed: options.limits.clientLogBytes, seen: total,
                leftOut: "the rest of \(path.baseName)"))
    }

    /// Whether an event lies in what the report is of.
    private static func covers(_ time: CaptureTime, _ view: ViewInfo?) -> Bool {
        guard let view else { return true }
        guard let first = view.from ?? view.first, let last = view.to ?? view.last else { return false }
        return time >= first && time <= last
    }
}
