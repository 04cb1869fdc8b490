internal import ReportModel
internal import Vocabulary

/// What a reader should know of the capture before believing the report, a sentence each.
struct CaptureDoubts {
    let report: Report

    var sentences: [String] {
        let capture = report.capture
        var doubts = capture.coverage.reasons.isEmpty ? lacks : capture.coverage.reasons
        if capture.dropped > 0 { doubts.append("\(Format.count(capture.dropped, "packet")) dropped while capturing") }
        doubts += capture.sources.compactMap { source in
            source.fault.map {
                "\(Trim.name(source.name)): \($0)" + (source.faultOffset.map { " (offset \($0))" } ?? "")
            }
        }
        doubts += report.limits.map {
            "limit \($0.name) of \(Format.count($0.allowed)) reached (\(Format.count($0.seen)) seen): \($0.leftOut)"
        }
        doubts += capture.clockSteps.prefix(3).map(Self.clockStep)
        if capture.partial { doubts.append("stopped early: the rest of the capture was not read") }
        return doubts
    }

    private static func clockStep(_ step: ClockStepInfo) -> String {
        "the capturing host's clock was set \(step.byMs < 0 ? "back" : "forward") by"
            + " \(Format.duration(ms: abs(step.byMs))) at frame \(step.frame.number), as TCP's timestamps show; times behind it"
            + " are told as if it had not been"
    }

    /// What the numbers say is missing, where nobody has put it into a sentence.
    private var lacks: [String] {
        let coverage = report.capture.coverage
        var lacks: [String] = []
        if coverage.gapBytes > 0 {
            lacks.append("\(Format.bytes(coverage.gapBytes)) of the streams are not in the capture")
        }
        if coverage.encryptedBytes > 0 { lacks.append("\(Format.bytes(coverage.encryptedBytes)) are encrypted") }
        if coverage.unknownBytes > 0 { lacks.append("\(Format.bytes(coverage.unknownBytes)) were not recognised") }
        if coverage.oneDirectionConnections > 0 {
            lacks.append("\(Format.count(coverage.oneDirectionConnections, "connection")) seen in one direction only")
        }
        if lacks.isEmpty, !report.summary.unjudged.isEmpty {
            lacks.append("too little could be read to be sure of anything")
        }
        return lacks
    }
}
