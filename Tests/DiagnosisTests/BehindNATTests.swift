import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Two captures around a NAT: what leaves in front of it and never shows behind it.
@Suite struct BehindNATTests {
    /// From the tenth second on a client sends one segment again and again; behind the NAT its last packet is of that second.
    private func told(heardUntil: Double = 9.9, source: Int = 1, began: Double = 0.002) -> [String] {
        var made = SmallCase()
        let record = made.works(at: SmallCase.brokers[0], from: 0, to: 9.9)
        var span = UnacknowledgedSpan(
            from: made.time(10), to: made.time(17), frame: made.nextFrame(), resends: 5, leastBytes: 50)
        (span.unseen, span.unseenTo) = (5, made.time(16))
        record.tcp.sides.0.unacknowledged = [span]
        var facts = record.tcp
        facts.twinOf = TwinFlow(initiator: facts.initiator, responder: facts.responder)
        facts.firstFrame = FrameRef(source: source, number: 1)
        facts.firstTime = made.time(began)
        (facts.sides.0.lastTime, facts.sides.1.lastTime) = (made.time(heardUntil), made.time(30))
        if let twin = TwinView(facts) { made.file.connections.twins.append(twin) }
        made.ends(at: 40)
        var capture = CaptureHealth()
        capture.sources = 2
        capture.spans = [made.time(0)...made.time(40), made.time(0)...made.time(40)]
        return made.findings(capture).filter { $0.kind == .networkPath }.map {
            "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.server ?? "?")"
        }
    }

    @Test func whatNeverShowsBehindTheNATIsLostBeforeIt() {
        #expect(told() == ["one-way \(SmallCase.client) \(SmallCase.brokers[0])"])
    }

    /// It was heard there meanwhile; the same capture has both legs; another connection of those ports.
    @Test func whatWasHeardThereIsNotLost() {
        #expect(told(heardUntil: 12).isEmpty && told(source: 0).isEmpty && told(began: 3).isEmpty)
    }
}
