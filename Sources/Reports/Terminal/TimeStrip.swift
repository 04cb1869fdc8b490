internal import ReportModel
internal import Vocabulary

/// The capture's time as one row: how much happened when, and where it hurt.
struct TimeStrip {
    let report: Report
    let span: (first: CaptureTime, last: CaptureTime)?
    let style: TextStyle

    private struct Bin {
        var events = 0
        var failed = false
    }

    func draw(on page: inout TextPage) {
        guard let (start, end) = span, start < end,
            style.width >= 40, !report.timeline.isEmpty
        else { return }
        let length = "| \(Format.duration(ms: end.milliseconds(since: start)))"
        let columns = min(style.width, 140) - 9 - 1 - length.count
        guard columns >= 8 else { return }
        let bins = bins(columns, start, end)
        page.drawn("TIME     |" + bins.map { glyph($0, page) }.joined() + length)
    }

    private func bins(_ columns: Int, _ start: CaptureTime, _ end: CaptureTime) -> [Bin] {
        var bins = [Bin](repeating: Bin(), count: columns)
        let span = Double(end.since(start))
        func place(_ time: CaptureTime) -> Int {
            max(0, min(columns - 1, Int(saturating: Double(time.since(start)) / span * Double(columns))))
        }
        for event in report.timeline { bins[place(event.time)].events += 1 }
        for finding in report.findings where finding.severity == .error {
            // A finding of a view may have begun before it.
            let moments = [finding.first] + finding.requests.map(\.sent)
            for time in moments where time >= start && time <= end { bins[place(time)].failed = true }
        }
        return bins
    }

    private func glyph(_ bin: Bin, _ page: TextPage) -> String {
        if bin.failed { return page.painted("X", .bad) }
        let level = bin.events == 0 ? 0 : bin.events < 3 ? 1 : bin.events < 10 ? 2 : 3
        let set: [String] =
            switch style.glyphs {
            case .ascii: [" ", ".", ":", "#"]
            case .block: [" ", "▂", "▄", "█"]
            case .braille: [" ", "⡀", "⣤", "⣿"]
            }
        return set[level]
    }
}
