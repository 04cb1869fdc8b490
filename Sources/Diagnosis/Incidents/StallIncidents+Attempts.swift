import ReportModel
import Vocabulary

/// Attempts at a host that was gone, as long as they fail, and the paths to it that were dead meanwhile: one outage.
extension StallIncidents {
    /// Whoever gave up waiting tries again within this time.
    private static let triedAgain = Span.seconds(30)

    func addAttempts(_ incident: inout Incident, _ servers: [Endpoint]) {
        let names = Set(servers.map { "\($0)" })
        let failed = findings.filter {
            $0.kind == .brokerUnavailable && $0.server.map(names.contains) == true
                && $0.overlaps(incident.from, incident.to.adding(nanoseconds: Self.triedAgain))
        }
        // Where it lost requests, that nothing else came through meanwhile is the same.
        let paths = findings.filter {
            $0.kind == .networkPath && $0.detail == .interrupted && $0.overlaps(incident.from, incident.to)
                && ([$0.server].compactMap(\.self) + $0.list(.tried)).allSatisfy(names.contains)
        }
        incident.findings = (incident.findings + paths.map(\.id)).uniqued
        guard !failed.isEmpty else { return }
        incident.findings = (incident.findings + failed.map(\.id)).uniqued
        incident.to = failed.reduce(incident.to) { max($0, $1.backAt ?? $1.last) }
        incident.facts.append(Fact(.outageMs, .milliseconds(incident.to.milliseconds(since: incident.from))))
    }
}

extension Finding {
    /// When its server accepted somebody again.
    fileprivate var backAt: CaptureTime? {
        guard case .milliseconds(let length)? = self[.outageMs] else { return nil }
        return first.adding(nanoseconds: Int64(min(length, 1e12) * 1e6))
    }
}
