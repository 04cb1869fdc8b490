internal import ReportModel
internal import Vocabulary

/// What became of a single request, as the summary counts it.
enum RequestOutcome: String, Sendable {
    case answered, lost, waiting, unknown
    case givenUp = "given-up"
    case wantsNoAnswer = "wants-no-answer"
}

/// The outcomes of requests: from their marks, from how their connections ended, and from the findings that name them.
struct RequestOutcomes {
    private struct Name: Hashable {
        var frame: FrameRef
        var correlationId: Int
    }

    /// Connections by id, and whether a side closed.
    private var isClosed: [String: Bool] = [:]
    /// Requests that their clients gave up, and connections all of whose requests were.
    private var givenUp: Set<Name> = []
    private var givenUpOn: Set<String> = []
    /// Requests that are lost although nobody closed.
    private var lost: Set<Name> = []
    private var lostOn: Set<String> = []

    init(_ report: StoreReport) {
        for row in report.report.connections { isClosed[row.id] = row.ended != nil }
        for finding in report.context.report.findings {
            let names = finding.requests.map { Name(frame: $0.frame, correlationId: $0.correlationId) }
            // Beyond its list a finding names requests by their connections.
            let unlisted = finding.requestsLeftOut > 0 ? finding.evidence.connections : []
            switch finding.kind {
            case .abandonedByClient:
                givenUp.formUnion(names)
                givenUpOn.formUnion(unlisted)
            case .disconnectBeforeResponse:
                lost.formUnion(names)
                lostOn.formUnion(unlisted)
            default: break
            }
        }
    }

    func outcome(
        _ marks: RequestColumns.Marks, _ frame: FrameRef, _ correlationId: Int32, _ connection: String?
    ) -> RequestOutcome {
        if marks.contains(.wantsNoAnswer) { return .wantsNoAnswer }
        let isOpen = connection.flatMap { isClosed[$0] } == false
        guard marks.contains(.lost) else {
            return marks.contains(.answered) ? .answered : isOpen ? .waiting : .unknown
        }
        let name = Name(frame: frame, correlationId: Int(correlationId))
        if isOpen { return lost.contains(name) || connection.map(lostOn.contains) == true ? .lost : .waiting }
        return givenUp.contains(name) || connection.map(givenUpOn.contains) == true ? .givenUp : .lost
    }
}
