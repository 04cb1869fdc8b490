import Capture
public import ReportModel
import Vocabulary

/// Copies a capture with its findings as comments on their packets.
public final class Annotator {
    private let options: AnalyzerOptions

    public init(_ options: AnalyzerOptions) { self.options = options }

    /// - Parameter comment: a finding's words.
    /// - Returns: the report, and how many packets got a comment.
    /// - Throws: `CaptureFault`, `EvidenceFault`.
    public func run(
        path: String, output: String, progress: (AnalysisProgress) -> Bool, comment: (Finding, Report) -> String
    ) throws -> (report: Report, packets: Int) {
        let analyzer = Analyzer(options: options)
        let reader = try analyzer.reader([path])
        guard reader.totalBytes != nil else { throw EvidenceFault.needsFiles }
        let report = try analyzer.examine(reader, progress: progress).report
        var comments: [UInt64: String] = [:]
        for finding in report.findings {
            let text = comment(finding, report)
            for frame in Set(finding.evidence.frames) where !frame.isNone {
                comments[frame.number] = comments[frame.number].map { $0 + "\n" + text } ?? text
            }
        }
        let part = PartFile(of: output)
        let copy = try CommentedCopy(path: path, output: part.path, comments: comments, limits: options.limits)
        try copy.run()
        try part.keep()
        return (report, copy.commented)
    }
}
