internal import ReportModel
internal import Vocabulary

/// Of a narrowed report: what it shows, and what it leaves out.
struct ViewWords {
    let sentences: [String]

    init(_ report: Report, time: TimeDisplay) {
        guard let view = report.view else {
            sentences = []
            return
        }
        let shown = report.summary.connections + report.summary.connectionsRefused
        let outside = view.outside
        let parts = [
            Self.part(shown, outside.connections, "connection"),
            Self.part(report.summary.requests, outside.requests, "request"),
        ]
        let estimated =
            view.isEstimated ? ["Its requests are counted from an even sample, because there was no room for all."] : []
        sentences =
            ["This view shows \(Self.name(view, time)): \(Format.list(parts)). \(Self.left(outside))."] + estimated
    }

    /// What is said of nothing but the view.
    static func scope(_ report: Report) -> String { report.view == nil ? "" : " in this view" }

    /// ` --client app-1`, for a command that shows more of the same.
    static func flags(_ report: Report) -> String {
        guard let view = report.view else { return "" }
        let names = view.clients.map { ("client", $0) } + view.brokers.map { ("broker", $0) }
        let times = [("from", view.from), ("to", view.to)].compactMap { name, time in
            time.map { (name, CalendarTime($0).iso8601) }
        }
        return (names + times).map { " --\($0.0) \(Trim.shell($0.1))" }.joined()
    }

    /// `client app-1 and broker 2, from 10:00:00.000 to 10:00:05.000`.
    private static func name(_ view: ViewInfo, _ time: TimeDisplay) -> String {
        func named(_ noun: String, _ names: [String]) -> String? {
            names.isEmpty ? nil : (names.count == 1 ? noun : noun + "s") + " " + Format.list(names.map(Trim.name))
        }
        let parties = [named("client", view.clients), named("broker", view.brokers)].compactMap(\.self)
        let times = [view.from.map { "from \(time.clock($0))" }, view.to.map { "to \(time.clock($0))" }]
        let span = times.compactMap(\.self).joined(separator: " ")
        let who = parties.joined(separator: " with ")
        return who.isEmpty ? "the time \(span)" : span.isEmpty ? who : "\(who), \(span)"
    }

    /// `3 of 14 connections`.
    private static func part(_ shown: some BinaryInteger, _ outside: some BinaryInteger, _ noun: String) -> String {
        let all = Int64(shown) + Int64(outside)
        return "\(Format.count(shown)) of \(Format.count(all, noun))"
    }

    private static func left(_ outside: ViewInfo.Outside) -> String {
        var parts: [String] = []
        if outside.errors > 0 { parts.append(Format.count(outside.errors, "error")) }
        if outside.warnings > 0 { parts.append(Format.count(outside.warnings, "warning")) }
        if parts.isEmpty { return "No error or warning lies outside it" }
        return "\(Format.list(parts)) \(outside.errors + outside.warnings == 1 ? "lies" : "lie") outside it"
    }
}

/// A name from the wire as a message to the user may have it.
public enum ShownName {
    public static func of(_ name: String) -> String { Visible.escaped(Visible.cutMiddle(name, to: 400)) }
}
