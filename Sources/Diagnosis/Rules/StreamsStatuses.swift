import Conversations
import ReportModel
import Vocabulary

/// Streams groups whose coordinator says in each heartbeat's response, without an error code, why there is no work: a topic is
/// missing, or does not fit. One verdict for each group and reason.
struct StreamsStatuses: Rule {
    /// A group that begins meets it for moments: internal topics are created then.
    private static let least = Span.seconds(10)

    func judge(_ view: CaseView) -> [Verdict] {
        (view.tables?.groups ?? []).flatMap { group in
            group.streamsTroubles.filter { view.shown($0.from, $0.to) >= Self.least }.map { verdict(group, $0) }
        }
    }

    private func verdict(_ group: GroupRow, _ trouble: StreamsTrouble) -> Verdict {
        var verdict = Verdict(.errorResponse, .warning, .certain, at: trouble.from)
        (verdict.last, verdict.count, verdict.nature) = (trouble.to, trouble.count, .structural)
        (verdict.server, verdict.nodeId) = (group.server, group.coordinator)
        verdict.client = trouble.clients.count == 1 ? trouble.clients.first : nil
        verdict.clientIds = trouble.clientIds
        verdict.error = trouble.name
        verdict.subject = group.group
        verdict.frames = trouble.frames
        verdict.add(.apiName, .text(Api.name(Api.streamsGroupHeartbeat)))
        verdict.add(.group, .text(group.group))
        verdict.add(.groupType, .text(GroupType.streams.rawValue))
        verdict.add(.brokerMessage, .optional(trouble.detail))
        return verdict
    }
}
