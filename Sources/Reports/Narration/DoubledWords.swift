internal import ReportModel

/// Words for batches that a plain producer sent twice, with nothing lost between.
enum DoubledWords {
    /// Nil where none was.
    static func words(_ view: Case) -> Words? {
        guard let batches = view.number(.doubledBatches) else { return nil }
        let isProven = view.flag(.storedTwice) == true
        let places = Format.list(view.list(.doubledIn).map(Trim.name), limit: 3)
        let records = view.number(.doubledRecords).map { " (\(Format.count($0, "record")))" } ?? ""
        let what = "\(Format.count(batches, "batch", plural: "batches"))\(records) of \(places)"
        let are = batches == 1 ? "is" : "are"
        var words = Words(
            title: isProven
                ? "\(what) from \(view.client) \(are) stored twice" : "\(what) from \(view.client) may be stored twice")
        if isProven {
            words.explanation.add(
                "The producer sent the same bytes again before it had an answer. The broker accepted each copy, at an offset of its own."
            )
        } else {
            words.explanation.add(
                "The broker answered that it gave up waiting for its replicas. It had written the batch by then, and accepted the same"
                    + " bytes again afterwards.")
        }
        words.explanation.add("The batches have no producer id, so the broker cannot know a copy. Consumers read both.")
        words.advice.add(
            if: !isProven, "Find why the replicas were late: followers of \(places), and min.insync.replicas.")
        words.advice.add(
            "Set enable.idempotence=true on \(view.client), if its library can. Otherwise raise its request timeout above the longest"
                + " wait, and expect duplicates in \(places).")
        return words
    }
}
