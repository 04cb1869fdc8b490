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
        doubts += capture.clockOffsets.compactMap(clockOffset).prefix(5)
        if capture.partial { doubts.append("stopped early: the rest of the capture was not read") }
        return doubts
    }

    private static func clockStep(_ step: ClockStepInfo) -> String {
        "the capturing host's clock was set \(step.byMs < 0 ? "back" : "forward") by"
            + " \(Format.duration(ms: abs(step.byMs))) at frame \(step.frame.number), as TCP's timestamps show; later times are"
            + " corrected for it"
    }

    /// A hundredth of a second confuses nobody.
    private func clockOffset(_ offset: ClockOffsetInfo) -> String? {
        guard let ms = offset.offsetMs, abs(ms) >= 10, let first = report.capture.sources.first else { return nil }
        let base = first.name.baseName
        let within = offset.lowMs.flatMap { low in offset.highMs.map { max(ms - low, $0 - ms) } }
        return
            "the clock of \(Trim.name(offset.source)) is \(Format.duration(ms: abs(ms))) \(ms < 0 ? "behind" : "ahead of") that of"
            + " \(Trim.name(base))\(within.map { ", give or take \(Format.duration(ms: max($0, 0.01)))" } ?? ""), by packets"
            + " in both; "
            + (offset.corrected ? "its times are corrected by that" : "times are shown as each file has them")
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
        // A fault of a file is told behind these.
        if lacks.isEmpty, !report.summary.unjudged.isEmpty, report.capture.sources.allSatisfy({ $0.fault == nil }) {
            lacks.append(UnjudgedWords(report).why)
        }
        return lacks
    }
}
