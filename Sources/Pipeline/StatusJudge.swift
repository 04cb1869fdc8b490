import ReportModel

/// What the report comes to. `healthy` is a promise, so whatever keeps the capture from being seen whole is listed.
struct StatusJudge {
    let report: Report
    /// Runs of connection attempts that failed to the end and that no finding explains.
    let unexplainedAttempts: Int
    /// Ends without a word that no finding explains.
    let unexplainedSilences: Int

    private var coverage: Coverage { report.capture.coverage }

    func fill(_ summary: inout Summary) {
        summary.unjudged = unjudged
        summary.status =
            worst == .error
            ? .fault : worst == .warning ? .degraded : summary.unjudged.isEmpty ? .healthy : .cannotJudge
        guard worst > .info else { return }
        if let root = report.rootIncident {
            summary.rootIncident = root.id
        } else {
            summary.rootFinding = report.findings.first?.id
        }
    }

    private var worst: Severity { report.findings.map(\.severity).max() ?? .info }

    private var unjudged: [Unjudged] {
        if report.capture.sources.allSatisfy({ $0.packets == 0 }) { return [.noPackets] }
        if coverage.tcpPayloadBytes <= 0, coverage.otherProtocols.isEmpty { return [.noData] }
        let conditions: [(Unjudged, Bool)] = [
            (.encrypted, isLarge(coverage.encryptedBytes)),
            (.oneDirection, coverage.isMostlyOneSided || coverage.oneDirectionKafkaConnections > 0),
            (.noKafka, coverage.messagesDecoded + coverage.messagesPairedOnly + coverage.messagesCut == 0),
            (
                .partlyRead,
                isLarge(coverage.tcpPayloadBytes + coverage.gapBytes - coverage.understoodBytes) || errorsAreUnread
            ),
            (
                .packetsCut,
                report.capture.sources.contains {
                    $0.isBlanked || coverage.messagesCut > 0 && $0.cutPackets > 0
                }
            ),
            (.sourceCutShort, report.capture.sources.contains { $0.truncated || $0.fault != nil }),
            (.messagesMalformed, coverage.messagesMalformed > 0),
            (.requestsUnexplained, (requestsUnexplained || nothingWasAnswered) && worst == .info),
            (.attemptsFailed, unexplainedAttempts > 0),
            (.endsUnexplained, unexplainedSilences > 0),
        ]
        return conditions.filter(\.1).map(\.0)
    }

    /// Requests that no finding above information explains: lost, or overdue when the capture ended.
    private var requestsUnexplained: Bool {
        let summary = report.summary
        return summary.lost > 0 || summary.unanswered > summary.lost + summary.givenUp || summary.mayWantNoAnswer > 0
    }

    /// Clients gave up what they had asked, and the capture has no answer of anybody that would show that a broker works.
    private var nothingWasAnswered: Bool { report.summary.answered == 0 && report.summary.givenUp > 0 }

    /// More than a hundredth of the answers are of APIs or versions that nobody knew yet: any of them may be a refusal.
    private var errorsAreUnread: Bool {
        coverage.answersUnread > 1
            && coverage.answersUnread.multipliedReportingOverflow(by: 100).partialValue > report.summary.responses
    }

    /// More than a hundredth of the traffic.
    private func isLarge(_ bytes: Int64) -> Bool {
        bytes > 0
            && bytes.multipliedReportingOverflow(by: 100).partialValue > coverage.tcpPayloadBytes + coverage.gapBytes
    }
}

extension Report {
    /// The incident that the headline speaks of: the first, where it explains something above info.
    var rootIncident: Incident? {
        guard let first = incidents.first else { return nil }
        let members = Set(first.findings)
        let mine = findings.filter { members.contains($0.id) }.map(\.severity).max() ?? .info
        // A warning's story is no headline over an error.
        return mine > .info && mine >= (findings.map(\.severity).max() ?? .info) ? first : nil
    }

    /// The finding that the headline speaks of comes first in every list.
    mutating func putRootFirst() {
        guard let incident = rootIncident else { return }
        let members = Set(incident.findings)
        let mine = findings.filter { members.contains($0.id) && $0.severity > .info }
        let root =
            mine.first { $0.id == incident.rootFinding } ?? mine.first {
                $0.server != nil && $0.server == incident.rootServer
            } ?? mine.first
        guard let id = root?.id, let place = findings.firstIndex(where: { $0.id == id }) else { return }
        findings.insert(findings.remove(at: place), at: 0)
    }
}
