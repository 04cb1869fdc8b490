internal import ReportModel

/// Words for a reader that went on behind offsets which it never got.
enum SkipWords {
    /// Behind the error in a title.
    static func ending(_ view: Case) -> String {
        view.number(.skippedOffsets).map { ", and \(Format.count($0, "offset")) \($0 == 1 ? "was" : "were") skipped" }
            ?? ""
    }

    static func add(_ view: Case, _ words: inout Words) {
        let skips = view.list(.skips)
        guard !skips.isEmpty else { return }
        words.explanation.add(
            "It then went on at a later offset (\(Format.list(skips.map(Trim.message), limit: 8))).")
        words.explanation.add(
            "What lies between was never delivered to it: a reset (auto.offset.reset) is no retry.")
    }
}
