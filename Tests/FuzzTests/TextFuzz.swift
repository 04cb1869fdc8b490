import ReportModel
import Reports
import TLS
import Vocabulary

@testable import ClientLogs

/// Texts that are given beside a capture: key logs, logs of programs, events, and reports to compare.
enum TextFuzz {
    /// However a key log comes in pieces, the same is learned of it.
    static func keyLog(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let size = 1 + input.byte()
        let text = input.all()
        let (whole, inPieces) = (KeyLog(limits: Limits()), KeyLog(limits: Limits()))
        whole.read(text)
        for start in stride(from: 0, to: text.count, by: size) {
            inPieces.read(text[start..<min(text.count, start + size)])
        }
        for log in [whole, inPieces] { log.finishLine() }
        if whole.count != inPieces.count || whole.junkLines != inPieces.junkLines {
            FuzzTarget.fail("pieces of \(size) give other secrets")
        }
    }

    /// Lines of a log, whole and in pieces, and the same as events of a user's.
    static func clientLog(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let size = 1 + input.byte()
        let text = input.all()[...]
        let day = CaptureTime(nanoseconds: 1_795_725_413_000_000_000)
        var whole = LogReader(source: "a.log", day: day, limits: Limits())
        var inPieces = whole
        whole.take(text)
        for start in stride(from: 0, to: text.count, by: size) {
            inPieces.take(text[start..<min(text.count, start + size)])
        }
        let (one, other) = (whole.finish(), inPieces.finish())
        if one.file.lines != other.file.lines || one.entries.count != other.entries.count {
            FuzzTarget.fail("pieces of \(size) give other lines")
        }
        var report = Report()
        var overlay = ClientLogOverlay(limits: Limits(), isNarrowed: false)
        overlay.lay([one, other], on: &report)
        for line in text.split(separator: 10) {
            guard let event = UserEvents.event(line, day: day, utc: { CaptureTime(nanoseconds: $0) }) else { continue }
            report.timeline.append(event)
        }
        let sink = StringSink()
        JSONReportWriter(report: report, sink: sink).write()
    }

    /// A report's JSON, as `compare` reads it.
    static func report(_ bytes: UnsafeBufferPointer<UInt8>) {
        _ = try? ReportDigest(json: Array(bytes))
    }
}
