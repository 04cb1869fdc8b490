public import ReportModel
public import Vocabulary

/// The live view where there is no terminal: a line for each finding, and one for how things stand now and then.
public struct LiveLines {
    private let time: TimeDisplay
    private let asciiOnly: Bool

    public init(style: TextStyle) {
        time = style.time
        asciiOnly = style.glyphs == .ascii
    }

    /// Findings and drops; events are for NDJSON.
    public func text(_ updates: [LiveUpdate], _ status: LiveStatus) -> String {
        let context = NarrationContext(status.report, time: time)
        let last = Self.ends(of: updates)
        return updates.compactMap { update in
            if case .finding(let finding) = update, let state = last[finding.id], finding.state != state { return nil }
            return line(update, context, status)
        }.joined()
    }

    /// What is over at once needs no line for its way there.
    private static func ends(of updates: [LiveUpdate]) -> [String: FindingState] {
        var ends: [String: FindingState] = [:]
        for case .finding(let finding) in updates where finding.state == .final || finding.state == .withdrawn {
            ends[finding.id] = finding.state
        }
        return ends
    }

    private func line(_ update: LiveUpdate, _ context: NarrationContext, _ status: LiveStatus) -> String? {
        switch update {
        case .finding(let finding):
            let title = Narration(finding, in: context).title
            let word = finding.state == .open ? "" : " \(finding.state.rawValue)"
            return shown(
                "\(time.clock(status.time)) \(finding.severity.rawValue)[\(finding.kind.rawValue)]\(word): \(title)")
        case .dropped(let at, let count, let total):
            return shown("\(time.clock(at)) \(Format.count(count, "packet")) dropped, \(Format.count(total)) in all")
        case .limit(let trip):
            return shown(
                "\(time.clock(status.time)) limit \(trip.name) (\(Format.count(trip.allowed))): \(trip.leftOut)")
        case .broker(let change):
            return shown("\(time.clock(change.time)) \(BrokerWords.text(change, in: context))")
        case .event, .folded: return nil
        }
    }

    /// Why nothing is seen; nil: it is seen again.
    public func text(_ hint: LiveHint?, at now: CaptureTime) -> String {
        shown("\(time.clock(now)) \(hint?.text ?? "Packets come, and Kafka in them.")")
    }

    /// Rates, connections and drops in one line.
    public func summary(_ status: LiveStatus) -> String {
        let packets = status.report.capture.sources.reduce(Int64(0)) { $0 + $1.packets }
        let parts = [
            Format.count(packets, "packet"), "\(Format.decimal(status.packetsPerSecond, digits: 0)) packets/s",
            "\(Format.decimal(status.requestsPerSecond, digits: 0)) requests/s",
            Format.count(status.openConnections, "connection"),
            BrokerWords.waiting(status), "\(Format.count(status.report.findings.count, "finding"))",
            "drops \(Format.count(status.report.capture.dropped))",
        ]
        return shown("\(time.clock(status.time)) \(parts.joined(separator: ", "))")
    }

    private func shown(_ text: String) -> String { Visible.escaped(text, asciiOnly: asciiOnly) + "\n" }
}
