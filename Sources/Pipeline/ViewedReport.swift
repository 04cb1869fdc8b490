import Conversations
import Diagnosis
import ReportModel
import Streams
import Vocabulary

/// What a view shows of the report's head: findings, incidents, numbers, and what is left out.
struct ViewedReport {
    let view: ReportView
    let options: AnalyzerOptions
    /// The facts of the view.
    let part: CaseFile
    let losses: LossesByConnection
    let log: RequestLog?

    func narrow(_ report: inout Report) {
        let whole = report.summary
        let parties = ViewParties(part)
        report.findings = report.findings.filter { view.shows($0, parties) }.map(narrowed)
        narrowIncidents(of: &report)
        let sums = ViewSums(view: view, part: part, losses: losses, log: log)
        report.summary = sums.summary
        report.summary.count(report.findings)
        report.view = info(report.summary, whole, isEstimated: sums.isEstimated)
    }

    /// A finding is told whole, but lists and counts no lost requests of others, nor of other times.
    private func narrowed(_ finding: Finding) -> Finding {
        var finding = finding
        finding.requests.removeAll { request in
            !view.covers(request.sent)
                || !view.fits(client: view.clientNames(finding.client ?? "", [request.clientId].compactMap(\.self)))
        }
        if finding.requestsLeftOut > 0 { finding.requestsLeftOut = max(0, lost(in: finding) - finding.requests.count) }
        return finding
    }

    /// How many lost requests of a finding are the view's.
    private func lost(in finding: Finding) -> Int {
        part.connections.records.reduce(0) { sum, record in
            guard let loss = losses[record.id], loss.isPart(of: finding), "\(record.server)" == finding.server,
                "\(record.client.address)" == finding.client
            else { return sum }
            let fates = record.fates(captureEnd: part.lastTime, sent: view.covers)
            return sum + Int(fates.ended) + min(loss.onOpenConnection, Int(fates.overdue + fates.waiting))
        }
    }

    private func narrowIncidents(of report: inout Report) {
        let kept = Set(report.findings.map(\.id))
        // Where something failed in the view, an incident that only left notes there is not its story.
        let faults = Set(report.findings.filter { $0.severity > .info }.map(\.id))
        let telling = faults.isEmpty ? kept : faults
        report.incidents.removeAll { incident in !incident.findings.contains(where: telling.contains) }
        for i in report.incidents.indices {
            report.incidents[i].findings.removeAll { !kept.contains($0) }
            report.incidents[i].clients.removeAll {
                !view.fits(client: view.clientNames($0.client, [$0.clientId].compactMap(\.self)))
            }
            report.incidents[i].related = report.incidents[i].related.compactMap(related)
        }
    }

    /// No more errors in its wake than there are in the view.
    private func related(_ wake: Incident.Related) -> Incident.Related? {
        let rows = ErrorCountRows(file: part).rows.filter {
            $0.error == wake.error && (wake.server == nil || $0.server == wake.server)
        }
        var wake = wake
        wake.count = min(wake.count, rows.reduce(0) { $0 + $1.count })
        return wake.count > 0 ? wake : nil
    }

    private func info(_ summary: Summary, _ whole: Summary, isEstimated: Bool) -> ViewInfo {
        var info = ViewInfo()
        (info.clients, info.brokers) = (options.clients, options.brokers)
        (info.from, info.to) = (view.from, view.to)
        let first = part.connections.records.map(\.tcp.firstTime).min()
        let last = part.connections.records.map(\.tcp.lastTime).max()
        info.first = [first ?? view.file.firstTime, view.from].compactMap(\.self).max()
        info.last = [last ?? view.file.lastTime, view.to].compactMap(\.self).min()
        info.isEstimated = isEstimated
        info.outside.connections =
            max(0, whole.connections + whole.connectionsRefused - summary.connections - summary.connectionsRefused)
        info.outside.requests = max(0, whole.requests - summary.requests)
        info.outside.errors = whole.errors - summary.errors
        info.outside.warnings = whole.warnings - summary.warnings
        info.outside.infos = whole.infos - summary.infos
        return info
    }
}
