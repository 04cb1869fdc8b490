internal import ReportModel
internal import Vocabulary

/// Lines of logs beside the packets, in words.
struct LogWords: Sendable {
    private let rows: [ClientLogRow]
    private let byFinding: [String: [Int]]
    private let time: TimeDisplay
    private static let shown = 3
    /// Milliseconds between the bounds of a clock: more is not the width of whole seconds.
    private static let unsure = 1500.0

    init(_ report: Report, time: TimeDisplay) {
        let rows = report.clientLog ?? []
        self.rows = rows
        byFinding = Dictionary(grouping: rows.indices.filter { rows[$0].finding != nil }) { rows[$0].finding ?? "" }
        self.time = time
    }

    /// The log lines that a finding explains; only some, and how many more there are.
    func lines(of finding: Finding) -> [String] {
        let places = byFinding[finding.id] ?? []
        let rest = places.count - Self.shown
        return places.prefix(Self.shown).map { line(rows[$0]) }
            + (rest > 0 ? ["and \(Format.count(rest, "more line"))"] : [])
    }

    func line(_ row: ClientLogRow) -> String {
        "\(time.clock(row.time)) \(Trim.name(row.source)):\(row.line) \(Trim.message(row.text))"
    }

    var unexplained: [ClientLogRow] { rows.filter(\.unexplained) }

    /// What was read of a log, and how its clock stands.
    func sentence(_ file: ClientLogFile) -> String {
        var text = "\(Trim.name(file.source)): \(Format.count(file.lines, "line")), \(clock(file))"
        text += "; \(Format.count(file.placed)) tied to packets"
        if file.unexplained > 0 { text += ", \(Format.count(file.unexplained)) that nothing in the capture explains" }
        if file.outside > 0 { text += ", \(Format.count(file.outside)) outside the capture's time" }
        if file.unknown > 0 {
            let places = file.unknownLines.prefix(5).map { String($0) }.joined(separator: ", ")
            let more = file.unknown > 5 ? " ..." : ""
            text += "; \(Format.count(file.unknown)) of unknown form (line \(places)\(more))"
        }
        return text
    }

    private func clock(_ file: ClientLogFile) -> String {
        guard let offset = file.offsetMs else { return "which share no time with the capture" }
        let quarter = 900_000.0
        let zone = (offset / quarter).rounded() * quarter
        let name = zone == 0 ? "UTC" : "UTC" + Self.zone(Int(zone / 60_000))
        guard file.offsetFrom > 0 else { return "times read as \(name)" }
        let rest = offset - zone
        if let low = file.lowMs, let high = file.highMs, high - low > Self.unsure {
            return
                "times in \(name), its clock could not be told (between \(Self.side(low - zone)) and \(Self.side(high - zone)))"
        }
        let ahead =
            abs(rest) < 1000 && file.highMs.flatMap { high in file.lowMs.map { high - $0 > 900 } } ?? false
            ? "right to the second"
            : "\(Format.duration(ms: abs(rest))) \(rest < 0 ? "behind" : "ahead of") the capture's clock"
        return "times in \(name), \(ahead)"
    }

    private static func side(_ ms: Double) -> String {
        "\(Format.duration(ms: abs(ms))) \(ms < 0 ? "behind" : "ahead")"
    }

    private static func zone(_ minutes: Int) -> String {
        let pad = { (n: Int) in (n < 10 ? "0" : "") + String(n) }
        return (minutes < 0 ? "-" : "+") + pad(abs(minutes) / 60) + ":" + pad(abs(minutes) % 60)
    }
}
