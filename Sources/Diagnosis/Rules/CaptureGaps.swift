import Conversations
import ReportModel
import Streams
import Vocabulary

/// What the capture lacks, and which conclusions that weakens.
struct CaptureGaps: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        var verdicts: [Verdict] = []
        for fault in view.capture.faults {
            var verdict = start(view, .damagedCapture)
            verdict.add(.fault, .text(fault))
            verdicts.append(verdict)
        }
        if view.capture.dropped > 0 {
            var verdict = start(view, .packetsDropped)
            verdict.add(.packetsDropped, .number(Int(view.capture.dropped)))
            verdicts.append(verdict)
        }
        verdicts += cut(view) + oneSided(view) + holes(view) + clockSteps(view)
        return merged(verdicts, view)
    }

    private func start(_ view: CaseView, _ doubt: Doubt) -> Verdict {
        var verdict = Verdict(.captureIncomplete, .info, .certain, at: view.file.firstTime ?? view.captureEnd)
        verdict.last = max(view.captureEnd, verdict.first)
        verdict.doubt = [doubt]
        return verdict
    }

    /// Parts of messages were cut off, and with them whatever they said.
    private func cut(_ view: CaseView) -> [Verdict] {
        let messages = view.file.totals.cut
        guard view.capture.cut > 0, messages > 0 else { return [] }
        var verdict = start(view, .packetsCut)
        verdict.frames =
            view.records.first { $0.fromClient.cutBytes + $0.fromServer.cutBytes > 0 }.map {
                [$0.tcp.firstFrame]
            } ?? []
        verdict.add(
            .whatIsMissing, .text("parts of \(messages) messages, which packets cut by a snap length would have held"))
        return [verdict]
    }

    private func oneSided(_ view: CaseView) -> [Verdict] {
        let records = view.records.filter(\.isOneSided)
        guard let first = records.first else { return [] }
        var verdict = start(view, .oneDirection)
        verdict.count = records.count
        verdict.frames = [first.tcp.firstFrame]
        verdict.add(.whatIsMissing, .text("one direction of \(records.count) connections"))
        return [verdict]
    }

    private func holes(_ view: CaseView) -> [Verdict] {
        let records = view.records.filter { $0.fromClient.gapBytes + $0.fromServer.gapBytes > 0 }
        guard let first = records.first else { return [] }
        let bytes = records.reduce(Int64(0)) { $0 + $1.fromClient.gapBytes + $1.fromServer.gapBytes }
        var verdict = start(view, .gapInAnswers)
        verdict.count = records.count
        verdict.frames = [first.tcp.firstFrame]
        verdict.connections = records.prefix(20).map(\.id)
        verdict.add(.whatIsMissing, .text("bytes inside \(records.count) connections"))
        verdict.add(.bytesMissing, .number(Int(clamping: bytes)))
        return [verdict]
    }

    private func clockSteps(_ view: CaseView) -> [Verdict] {
        guard let first = view.capture.clockSteps.first else { return [] }
        var verdict = start(view, .clockStepped)
        verdict.frames = view.capture.clockSteps.prefix(10).map(\.frame)
        verdict.add(.clockSteps, .number(view.capture.clockSteps.count))
        verdict.add(.clockStepMs, .milliseconds(Double(first.nanoseconds) / 1e6))
        return [verdict]
    }

    /// One finding for all that is missing: facts and doubts are put together.
    private func merged(_ verdicts: [Verdict], _ view: CaseView) -> [Verdict] {
        guard var all = verdicts.first else { return [] }
        for other in verdicts.dropFirst() {
            all.doubt += other.doubt
            all.facts += other.facts
            all.frames += other.frames
            all.connections += other.connections
        }
        all.count = 1
        return [all]
    }
}
