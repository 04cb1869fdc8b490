import Conversations
import ReportModel
import Streams
import Vocabulary

/// How often a server stood still, for how long, and whether it was seen to go on.
extension StallIncidents {
    /// So much of each wait lies in standstills where they explain it.
    private static let explained = 0.5
    /// A span that is longer by this holds healthy time.
    private static let longer = 1.25
    private static let leastMs = 1000.0
    private static let mostMs = 600_000.0

    func shape(_ incident: inout Incident, _ root: Endpoint, _ symptoms: [Finding]) {
        let span = incident.from...max(incident.from, incident.to)
        let waits = waits(at: root, symptoms, in: span)
        let standstills = Standstills(of: root, waits: waits, in: span, view)
        guard let first = standstills.spells.first, let last = standstills.spells.last else { return }
        let isOpen = symptoms.contains { $0.kind == .responseOverdue }
        if standstills.spells.count > 1 {
            guard standstills.explain(waits, share: Self.explained), !isOpen else { return }
            (incident.from, incident.to) = (first.lowerBound, last.upperBound)
            incident.facts.append(Fact(.standstills, .number(standstills.spells.count)))
            incident.facts.append(Fact(.standstillMs, .milliseconds(Double(standstills.longest) / 1e6)))
            recover(&incident, standstills, root)
        } else if incident[.servedMeanwhile] == nil,
            Double(span.upperBound.since(span.lowerBound)) > Double(standstills.longest) * Self.longer
        {
            (incident.from, incident.to) = (first.lowerBound, last.upperBound)
            recover(&incident, standstills, root)
        }
        guard !standstills.goesOn, !isOpen else { return }
        incident.facts.append(Fact(standstills.onlySetup ? .onlySetup : .notSeenToGoOn, .flag(true)))
    }

    /// Each client's recovery counts from the standstill that it waited in.
    private func recover(_ incident: inout Incident, _ standstills: Standstills, _ root: Endpoint) {
        for i in incident.clients.indices where incident.clients[i].recoveredAfterMs != nil {
            guard let host = IPAddress(incident.clients[i].client),
                let each = standstills.recovery(of: host, at: root, view)
            else { continue }
            incident.clients[i].recoveredAfterMs = each
        }
    }

    /// From when each request was sent that was lost or answered late, to when that was seen.
    private func waits(
        at root: Endpoint, _ symptoms: [Finding], in span: ClosedRange<CaptureTime>
    ) -> [ClosedRange<CaptureTime>] {
        let lost = symptoms.filter { $0.server == "\(root)" }.flatMap(\.requests).map {
            $0.sent...$0.sent.adding(nanoseconds: Int64(min($0.waitedMs, Self.mostMs) * 1e6))
        }
        let late = view.file.times.slowAnswers.filter {
            $0.server == root && $0.milliseconds >= Self.leastMs && span.contains($0.answered)
        }.map { $0.waitsSince...max($0.waitsSince, $0.answered) }
        let before = symptoms.filter { $0.isFromBefore && $0.server == "\(root)" }.map {
            $0.first...max($0.first, $0.last)
        }
        return lost + late + before
    }
}

extension Standstills {
    /// Each of the waits lies in them, for the most part.
    func explain(_ waits: [ClosedRange<CaptureTime>], share: Double) -> Bool {
        waits.allSatisfy { wait in
            let inside = spells.map { $0.overlap(wait.lowerBound, wait.upperBound) }.max() ?? 0
            return Double(inside) >= Double(wait.upperBound.since(wait.lowerBound)) * share
        }
    }
}
