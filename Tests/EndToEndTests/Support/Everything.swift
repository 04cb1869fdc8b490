import Capture
import Foundation
import Pipeline
import ReportModel
import Reports
import Testing
import Vocabulary

/// All that can be done with a capture, in this process: what traps ends the test run, and what is unreadable says so.
enum Everything {
    /// - Parameter packets: of a live run between two ticks.
    static func run(_ path: String, limits: Limits = Limits(), every packets: Int = 40) throws {
        try reports(path, limits)
        try live(path, limits, packets)
        try list(path, limits)
    }

    static func reports(_ path: String, _ limits: Limits = Limits()) throws {
        var options = AnalyzerOptions()
        options.limits = limits
        (options.keepsRequests, options.keepsRequestParts) = (true, true)
        do {
            let report = try InProcess.report([path], options)
            write(report)
            write(Anonymizer.anonymized(report))
        } catch is CaptureFault {}
    }

    private static func write(_ report: Report) {
        #expect(!InProcess.json(report).isEmpty)
        #expect(!InProcess.text(report, .init(showAll: true)).isEmpty)
        let page = StringSink()
        HTMLReportWriter(report: report, sink: page).write()
        #expect(!page.text.isEmpty)
    }

    /// With evidence, as `live - --evidence` runs.
    static func live(_ path: String, _ limits: Limits = Limits(), _ packets: Int = 40) throws {
        let scratch = try Scratch()
        let saver = EvidenceSaver(
            ringBytes: 1 << 20, keepsSecrets: false, directory: scratch.folder.path, bounds: .init()
        ) { _ in "wire0" }
        do {
            let live = try LiveRun.of([path], every: packets) {
                $0.analysis.limits = limits
            } prepare: {
                saver.attach(to: $0)
            }
            let end = live.report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
            saver.note(live.findings.filter { $0.state == .open }.map(LiveUpdate.finding), at: end)
            #expect(saver.save(at: end, all: true) { "about \($0.id)" }.isEmpty)
        } catch is CaptureFault {}
    }

    static func list(_ path: String, _ limits: Limits = Limits()) throws {
        var options = ListingOptions()
        options.analysis.limits = limits
        for isJSON in [false, true] {
            options.isJSON = isJSON
            do { _ = try Listing.text([path], options) } catch is CaptureFault {} catch is ListingFault {}
        }
    }
}
