import Conversations
import ReportModel
import Streams
import Vocabulary

/// Responses to requests that were sent before the capture began, and that it then waited for: whoever captures because nothing
/// moves begins in the middle of a standstill. Such a request may be a long poll, unless its connection carries none.
struct EarlierRequests: Rule {
    /// Longer than anybody waits for a Produce or for metadata.
    private static let leastWait = Span.seconds(3)
    /// Longer than clients' long polls last, as long as nobody sets them higher.
    private static let pastLongPolls = Span.seconds(10)
    /// What stands still answers all that waited at once.
    private static let together = Span.seconds(1)
    private static let several = 2

    private struct Late {
        var record: ConnectionRecord
        var start: CaptureTime
        /// The source that begins then.
        var source: Int
        var answer: (frame: FrameRef, time: CaptureTime)
        var wait: Int64 { answer.time.since(start) }
        var gaveUp: Bool { record.clientClosedFirst == true && (record.firstClose?.time ?? answer.time) < answer.time }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let starts = view.capture.starts()
        let byServer = Dictionary(grouping: view.records.compactMap { late($0, starts, view) }, by: \.record.server)
        guard !byServer.isEmpty else { return [] }
        let isWhole = !view.records.contains { $0.fromClient.gapBytes > 0 || $0.fromServer.gapBytes > 0 }
        return byServer.sorted { $0.key < $1.key }.compactMap { _, late in
            let sure = areNoLongPolls(late)
            return sure.isEmpty ? nil : verdict(sure, isWhole: isWhole, view)
        }
    }

    private func late(_ record: ConnectionRecord, _ starts: [Int: CaptureHealth.Start], _ view: CaseView) -> Late? {
        guard let answer = record.kafka.firstUnmatched, record.startsMidway, record.kafka.unknownBytes == 0,
            record.fromServer.gapBytes == 0, record.fromClient.gapBytes == 0, !isYoung(record, at: answer.time),
            record.kafka.requests == 0 || record.kafka.firstRequestTime >= answer.time,
            let start = starts[Int(answer.frame.source)] ?? view.file.firstTime.map({ ($0, 0) })
        else { return nil }
        let late = Late(record: record, start: start.time, source: start.source, answer: answer)
        return late.wait >= Self.leastWait ? late : nil
    }

    /// It signs in, so it began shortly before that, in a hole of the capture.
    private func isYoung(_ record: ConnectionRecord, at time: CaptureTime) -> Bool {
        !record.signIn.firstStartFrame.isNone && record.signIn.firstStartTime.since(time) < Self.pastLongPolls
    }

    /// Those whose connection is a producer's, and those of several hosts that had given up when all were answered at once.
    private func areNoLongPolls(_ late: [Late]) -> [Late] {
        let first = late[0].answer.time
        let gaveUp = late.filter(\.gaveUp).map { (wait: $0.answer.time.since(first), host: $0.record.client.address) }
        let answers = WaitsOfHosts(gaveUp, hosts: Self.several)
        return late.filter { one in
            let kafka = one.record.kafka
            if kafka.produced, !kafka.fetched, kafka.group.isNone { return true }
            guard one.gaveUp, kafka.requests == 0, one.wait >= Self.pastLongPolls else { return false }
            let at = one.answer.time.since(first)
            return answers.areShared(
                within: at.subtractingSaturated(Self.together)...at.addingSaturated(Self.together))
        }
    }

    private func verdict(_ late: [Late], isWhole: Bool, _ view: CaseView) -> Verdict {
        let sorted = late.sorted { ($0.answer.time, $0.answer.frame) < ($1.answer.time, $1.answer.frame) }
        // One alone, or one now and one then, may be a request that the capture passed over; where it has holes, several at once too.
        let atOnce = sorted[sorted.count - 1].answer.time.since(sorted[0].answer.time) <= Self.together
        let confidence = atOnce && sorted.count >= Self.several && isWhole ? Confidence.likely : .possible
        let gaveUp = sorted.count(where: \.gaveUp)
        let hosts = sorted.map { "\($0.record.client.address)" }.uniqued
        var verdict = Verdict(.slowResponse, .warning, confidence, sorted[0].record, in: view)
        if hosts.count > 1 {
            verdict.client = nil
            verdict.add(.hosts, .list(Array(hosts.prefix(1000))))
        }
        verdict.first = sorted[0].start
        verdict.last = sorted[sorted.count - 1].answer.time
        verdict.count = sorted.count
        verdict.clientIds = sorted.compactMap { view.file.text($0.record.kafka.clientId) }.uniqued
        verdict.nature = .transient
        verdict.subject = "before the capture"
        verdict.connections = sorted.prefix(10).map(\.record.id)
        // The capture's first packet shows since when the answer did not come.
        verdict.frames =
            [FrameRef(source: sorted[0].source, number: 1)]
            + sorted.prefix(10).flatMap { [$0.answer.frame, $0.record.firstClose?.frame].compactMap(\.self) }
        verdict.add(.sentBeforeCapture, .flag(true))
        verdict.add(.maxMs, .milliseconds(Double(sorted.map(\.wait).max() ?? 0) / 1e6))
        if gaveUp > 0 { verdict.add(.gaveUpBefore, .number(gaveUp)) }
        verdict.doubt(.startsMidway)
        return verdict
    }
}
