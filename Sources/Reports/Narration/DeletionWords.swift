internal import ReportModel
internal import Vocabulary

/// Words for a topic that is gone because somebody deleted it in the capture.
enum DeletionWords {
    private static let codes: Set = ["UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID", "INCONSISTENT_TOPIC_ID"]
    /// An answer may overtake that of the DeleteTopics.
    private static let early = 1000.0

    static func meaning(_ view: Case) -> String? {
        deleted(view).map { row, deletion in
            let who = [
                deletion.clientId.flatMap { $0.isEmpty ? nil : $0 }.map(Trim.name), "(\(Trim.name(deletion.client)))",
            ]
            return "\(who.compactMap(\.self).joined(separator: " ")) deleted topic \(Trim.name(row.topic ?? "")) at"
                + " \(view.clock(deletion.time))."
        }
    }

    /// - Returns: whether it was deleted, and the advice says so.
    static func advise(_ view: Case, _ words: inout Words) -> Bool {
        guard let (row, _) = deleted(view) else { return false }
        words.advice.add(
            "Stop \(view.client), or create \(Trim.name(row.topic ?? "")) again if it was deleted by mistake; its records are gone."
        )
        return true
    }

    private static func deleted(_ view: Case) -> (TopicRow, TopicDeletion)? {
        guard let error = view.finding.error, codes.contains(error), !view.topics.isEmpty else { return nil }
        let named = Set(view.topics)
        return (view.context.report.tables?.topics ?? []).lazy.compactMap { row -> (TopicRow, TopicDeletion)? in
            guard let name = row.topic, named.contains(name), let deletion = row.deletion,
                view.finding.first.milliseconds(since: deletion.time) >= -early
            else { return nil }
            return (row, deletion)
        }.first
    }
}
