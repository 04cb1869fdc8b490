internal import ReportModel
internal import Vocabulary

/// Incidents and findings in full, worst first, as plain HTML.
struct FindingSections {
    let report: Report
    let context: NarrationContext
    let headline: Headline
    /// In full; what follows is a row each.
    private static let inFull = 200
    /// Errors that are open at first.
    private static let unfolded = 5
    private static let listed = 20
    private static let requestRows = 100

    func write(to page: HTMLPage) {
        page.raw("<section id=\"findings\" aria-label=\"Findings\">\n<h2>Findings</h2>\n")
        if report.findings.isEmpty { page.raw("<p>None.</p>\n") }
        for incident in report.incidents { self.incident(page, incident) }
        var given = GivenAdvice()
        if let step = headline.verdict.firstStep { given.places[step] = (Self.firstStep, "") }
        for (place, finding) in report.findings.prefix(Self.inFull).enumerated() {
            self.finding(page, finding, place, &given)
        }
        rest(page)
        page.raw("</section>\n")
    }

    private func incident(_ page: HTMLPage, _ incident: Incident) {
        let words = IncidentWords(incident, in: context)
        page.open("article", [("class", "incident"), ("id", "i-" + HTMLText.identifier(incident.id))])
        page.raw("<h3><span class=\"level\">incident</span> ")
        // The first screen has told this one.
        let isTold = incident.id == report.summary.rootIncident
        page.text(isTold ? "What belongs to the incident at the top of this page" : words.title)
        page.raw("</h3>\n")
        if !isTold {
            page.element("p", words.sentences.joined(separator: " "))
            page.raw("\n<p class=\"facts\">Its findings:</p>\n")
        }
        page.raw("<ul>\n")
        for finding in incident.findings.prefix(Self.listed).compactMap(context.finding) {
            page.raw("<li>")
            page.element(
                "a", Narration(finding, in: context).title, [("href", "#f-" + HTMLText.identifier(finding.id))])
            page.close("li")
        }
        let rest = incident.findings.count - Self.listed
        if rest > 0 { page.element("li", "and \(Format.count(rest)) more") }
        page.raw("</ul></article>\n")
    }

    // MARK: One finding

    private func finding(_ page: HTMLPage, _ finding: Finding, _ place: Int, _ given: inout GivenAdvice) {
        let words = Narration(finding, in: context)
        let id = "f-" + HTMLText.identifier(finding.id)
        var attributes: [(StaticString, String)] = [
            ("class", "finding \(finding.severity.rawValue)"), ("id", id), ("data-finding", String(place)),
        ]
        if place < Self.unfolded, finding.severity == .error { attributes.append(("open", "")) }
        page.open("details", attributes)
        page.raw("<summary><h3>")
        page.element("span", finding.severity.rawValue, [("class", "level")])
        page.raw(" ")
        page.text(words.title)
        page.raw(" ")
        page.element("code", finding.kind.rawValue)
        page.raw("</h3></summary>\n")
        page.element("p", facts(finding), [("class", "facts")])
        for sentence in words.sentences where place > 0 || !headline.says(sentence) { page.element("p", sentence) }
        advice(page, words, of: id, isFirst: place == 0, &given)
        requests(page, finding)
        if let log = words.clientLog {
            page.raw("<h4>The client probably logged</h4>\n")
            page.element("pre", log)
        }
        let lines = context.logs.lines(of: finding)
        if !lines.isEmpty {
            page.raw("<h4>The logs say</h4>\n")
            page.raw("<pre>")
            for line in lines {
                page.text(line)
                page.line()
            }
            page.raw("</pre>\n")
        }
        evidence(page, finding, words)
        page.raw("</details>\n")
    }

    /// `broker-crashed, certain, transient; 4 times, 03:18:16.329 (+6.026 s); client 10.0.0.5, server 10.0.0.12:9092`.
    /// Its client id in brackets, or those of all clients that share it.
    private func names(_ finding: Finding) -> String {
        var ids = [finding.clientId].compactMap(\.self)
        if case .list(let all) = finding[.clientIds] { ids = all }
        return ids.isEmpty ? "" : " (\(Format.list(ids.map(Trim.name))))"
    }

    private func facts(_ finding: Finding) -> String {
        let what = [finding.cause?.rawValue, finding.detail?.rawValue, finding.alert, finding.error].compactMap(\.self)
        let sure = (what + [finding.confidence.rawValue] + [finding.nature?.rawValue].compactMap(\.self)).joined(
            separator: ", ")
        var parts = [sure, finding.count == 1 ? "once" : "\(Format.count(finding.count)) times", since(finding.first)]
        if let client = finding.client {
            parts.append("client \(Trim.name(client))" + names(finding))
        }
        if let server = finding.server { parts.append("server \(Trim.name(context.named(server)))") }
        if let closer = finding.closedBy { parts.append("closed by \(closer.rawValue)") }
        return parts.joined(separator: " · ")
    }

    private func since(_ time: CaptureTime) -> String {
        let clock = context.time.clock(time)
        guard let start = context.start else { return clock }
        return "\(clock) (+\(Format.decimal(time.milliseconds(since: start) / 1000, digits: 3)) s)"
    }

    /// Where each step of advice stands: what stands there once is pointed to from elsewhere.
    private struct GivenAdvice {
        var places: [String: (id: String, title: String)] = [:]
    }

    private static let firstStep = "first-step"

    /// - Parameter isFirst: its first step stands on the first screen, and its others go on from there.
    private func advice(
        _ page: HTMLPage, _ words: Narration, of id: String, isFirst: Bool, _ given: inout GivenAdvice
    ) {
        let goesOn = isFirst && words.advice.first.map { given.places[$0]?.id == Self.firstStep } == true
        let steps = words.steps.dropFirst(goesOn ? 1 : 0)
        guard !steps.isEmpty else { return }
        page.raw(goesOn ? "<h4>What to do next</h4>\n<ol>\n" : "<h4>What to do</h4>\n<ol>\n")
        var pointed: Set<String> = []
        for step in steps {
            guard let place = given.places[step.line] else {
                given.places[step.line] = (id, words.title)
                page.step("li", step)
                continue
            }
            // Several steps of one other finding need one pointer.
            guard pointed.insert(place.id).inserted else { continue }
            let isAbove = place.id == Self.firstStep
            page.raw(isAbove ? "<li>Begin with " : "<li>Do the same as for: ")
            page.element("a", isAbove ? "what to do first" : place.title, [("href", "#" + place.id)])
            page.raw(isAbove ? ", at the top of this page" : "")
            page.close("li")
        }
        page.raw("</ol>\n")
    }

    // MARK: Lost requests

    private func requests(_ page: HTMLPage, _ finding: Finding) {
        guard !finding.requests.isEmpty else { return }
        page.raw(
            "<h4>Requests</h4>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Requests\"><table><thead><tr><th>API</th><th>client</th><th>correlation id</th>"
        )
        page.raw("<th>sent</th><th>waited</th><th>frame</th><th>topics</th><th>outcome</th></tr></thead><tbody>\n")
        for request in finding.requests.prefix(Self.requestRows) { row(page, request) }
        page.raw("</tbody></table></div>\n")
        let rest = finding.requestsLeftOut + max(0, finding.requests.count - Self.requestRows)
        if rest > 0 { page.element("p", "And \(Format.count(rest, "more request")).") }
    }

    private func row(_ page: HTMLPage, _ request: LostRequest) {
        page.raw("<tr>")
        let cells = [
            "\(Trim.name(request.api)) v\(request.version)", request.clientId.map(Trim.name) ?? "",
            String(request.correlationId),
            since(request.sent), Format.duration(ms: request.waitedMs) + (request.partial ? ", not wholly sent" : ""),
            frame(request.frame), Format.list(request.topics.map(Trim.name), limit: 3), outcome(request),
        ]
        for (i, cell) in cells.enumerated() {
            let isWhole = i == 2 || i == 5
            page.element("td", i == 6 && request.topics.isEmpty ? "" : cell, isWhole ? [("class", "whole")] : [])
        }
        page.raw("</tr>\n")
    }

    private func outcome(_ request: LostRequest) -> String {
        var text = request.outcome.rawValue
        if let resent = request.resentFrame {
            text += ", resent in \(frame(resent))" + (request.resentTo.map { " to \($0)" } ?? "")
            if let answer = request.resentAnswerFrame { text += ", answered in \(frame(answer))" }
            if let offset = request.resentOffset { text += " at offset \(offset)" }
        }
        return text
    }

    private func frame(_ frame: FrameRef) -> String {
        if frame.isNone { return "" }
        return (context.hasSeveralSources ? "file \(frame.source + 1) " : "") + "#\(frame.number)"
    }

    // MARK: Evidence

    private func evidence(_ page: HTMLPage, _ finding: Finding, _ words: Narration) {
        pointers(
            page, "Frames: ", "data-frame", finding.evidence.frames.map { ("\($0.number)/\($0.source)", frame($0)) })
        pointers(page, "Connections: ", "data-connection", finding.evidence.connections.prefix(40).map { ($0, $0) })
        for filter in words.displayFilters {
            page.raw("<p class=\"filter\">")
            page.text(context.hasSeveralSources ? "Wireshark, file \(filter.source + 1): " : "Wireshark: ")
            page.element("code", filter.text)
            page.raw(" <button type=\"button\" class=\"copy only-js\">copy</button></p>\n")
        }
        page.raw("<p class=\"only-js\"><button type=\"button\" class=\"goto\">Show on the timeline</button></p>\n")
    }

    /// What the script makes buttons of, that lead to the timeline.
    private func pointers(
        _ page: HTMLPage, _ title: StaticString, _ attribute: StaticString, _ targets: [(value: String, text: String)]
    ) {
        guard !targets.isEmpty else { return }
        page.raw("<p class=\"facts\">")
        page.raw(title)
        for (i, target) in targets.enumerated() {
            if i > 0 { page.raw(", ") }
            page.element("span", target.text, [(attribute, target.value)])
        }
        page.raw("</p>\n")
    }

    private func rest(_ page: HTMLPage) {
        let rest = report.findings.dropFirst(Self.inFull)
        guard !rest.isEmpty else { return }
        page.element("p", "\(Format.count(rest.count, "more finding")), a row each:")
        page.raw("<ul>\n")
        for (i, finding) in rest.enumerated() {
            page.open(
                "li", [("id", "f-" + HTMLText.identifier(finding.id)), ("data-finding", String(Self.inFull + i))])
            page.text("\(finding.severity.rawValue) \(finding.kind.rawValue): \(Narration(finding, in: context).title)")
            page.close("li")
        }
        page.raw("</ul>\n")
    }
}
