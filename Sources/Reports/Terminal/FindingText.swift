internal import ReportModel
internal import Vocabulary

/// One finding in the text report.
struct FindingText {
    let finding: Finding
    let context: NarrationContext
    /// For looking it up in the JSON report.
    var showsId = false
    /// What is to be done comes before a hundred requests that are all alike.
    var endsWithRequests = false

    private static let requestRows = 4

    func draw(on page: inout TextPage) {
        let words = Narration(finding, in: context)
        page.headline(
            finding.severity.rawValue, "[\(finding.kind.rawValue)] \(words.title)", paint: paint)
        page.entry("|", what == nil ? "seen" : "cause", causeRow)
        if !endsWithRequests { requests(on: &page) }
        for (i, step) in words.steps.enumerated() {
            page.step(step, sign: i == 0 ? "=" : "|", label: i == 0 ? "help" : "")
        }
        page.entry("=", "why", words.explanation)
        if let log = words.clientLog { page.entry("=", "client log", log) }
        for (i, line) in context.logs.lines(of: finding).enumerated() {
            page.entry(i == 0 ? "=" : "|", i == 0 ? "logged" : "", line)
        }
        for filter in words.displayFilters {
            page.entry("=", context.hasSeveralSources ? "wireshark \(filter.source + 1)" : "wireshark", filter.text)
        }
        if endsWithRequests { requests(on: &page) }
    }

    private func requests(on page: inout TextPage) {
        for request in shownRequests(page) { page.entry("|", since(request.sent), row(request, page)) }
        let rest = finding.requests.count - shownRequests(page).count + finding.requestsLeftOut
        if rest > 0 { page.entry("|", "", "and \(Format.count(rest, "more request"))") }
    }

    private var paint: TextPage.Paint? {
        switch finding.severity {
        case .error: .bad
        case .warning: .warn
        case .info: nil
        }
    }

    private var what: String? {
        finding.cause?.rawValue ?? finding.detail?.rawValue ?? finding.alert ?? finding.error
    }

    /// `broker-crashed (certain, transient), 4x, first +6.026 s`. How sure it is, and whether it heals, is said of faults alone.
    private var causeRow: String {
        let nature = finding.nature.map { ", \($0.rawValue)" } ?? ""
        let weight = finding.severity == .info ? nil : finding.confidence.rawValue + nature
        let head =
            what.map { Trim.name($0) + (weight.map { " (\($0))" } ?? "") } ?? weight
        let count = finding.count > 1 ? "\(Format.count(finding.count))x" : nil
        let id = showsId ? "id \(finding.id)" : nil
        return [head, count, "first \(since(finding.first))", id].compactMap(\.self).joined(separator: ", ")
    }

    private func shownRequests(_ page: TextPage) -> ArraySlice<LostRequest> {
        finding.requests.prefix(page.style.showAll ? 100 : Self.requestRows)
    }

    /// `+6.026 s` from the capture's start; the clock time where that is not known.
    private func since(_ time: CaptureTime) -> String {
        guard let start = context.start else { return context.time.clock(time) }
        return "+\(Format.decimal(time.milliseconds(since: start) / 1000, digits: 3)) s"
    }

    private func row(_ request: LostRequest, _ page: TextPage) -> String {
        let limit = page.style.width < 100 ? 24 : 48
        let client = request.clientId.map { Visible.cutMiddle(page.escaped($0), to: limit) }
        let source = context.hasSeveralSources ? "file \(request.frame.source + 1) " : ""
        let parts = [
            "\(Trim.name(request.api)) v\(request.version)", client, "corr \(request.correlationId)",
            request.waitedMs > 0 ? "waited \(Format.duration(ms: request.waitedMs))" : "sent after the close",
            request.partial ? "not wholly sent" : nil,
            request.frame.isNone ? nil : "\(source)#\(request.frame.number)",
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
