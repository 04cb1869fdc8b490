import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A sign-in over TLS without keys that looks refused: a few short messages, then a last answer that the broker held back
/// for its penalty time, and its close in the same moment (`connection.failed.authentication.delay.ms`). Lengths and pauses
/// alone never make more than a possibility.
struct EncryptedSignIns: EndRule {
    /// The penalty time is 100 ms by default, and the broker's loop adds up to 300.
    private static let heldBack = Span.milliseconds(95)...Span.milliseconds(1000)
    private static let closesWithin = Span.milliseconds(30)
    /// Handshake and sign-in take a few records a side; a connection that did work has more.
    private static let mostRecords = 9
    /// Handshake, ApiVersions, SaslHandshake and a token.
    private static let leastRecords = 3
    private static let longestAnswer = 400

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        ends.judge { place in
            let record = view.records[place]
            guard let frames = refused(record) else { return nil }
            var verdict = Verdict(.authTerminated, .error, .possible, record, in: view)
            verdict.doubt = [.encrypted]
            verdict.cause = .refused
            verdict.closedBy = .broker
            verdict.nature = .structural
            verdict.frames = frames + verdict.frames
            if !view.mayBeKafkas(record) { verdict.silence(.notKafka) }
            return verdict
        }
    }

    /// The frames of the last message and its late answer.
    private func refused(_ record: ConnectionRecord) -> [FrameRef]? {
        let handshake = record.tls.handshake
        guard record.tls.seen, !record.tls.isOpened, !record.startsMidway, handshake.alert == nil,
            record.clientClosedFirst == false, let close = record.firstClose, !close.reset,
            (Self.leastRecords...Self.mostRecords).contains(handshake.clientRecords),
            (Self.leastRecords...Self.mostRecords).contains(handshake.serverRecords)
        else { return nil }
        // A goodbye may follow the close.
        let notes = (handshake.firstRecords + handshake.lastRecords).filter {
            ($0.moment.time, $0.moment.frame) <= (close.time, close.frame)
        }
        guard let asked = notes.last(where: \.fromClient),
            let answer = notes.first(where: {
                !$0.fromClient && ($0.moment.time, $0.moment.frame) > (asked.moment.time, asked.moment.frame)
            }),
            answer.length < Self.longestAnswer,
            Self.heldBack.contains(answer.moment.time.since(asked.moment.time)),
            close.time.since(answer.moment.time) < Self.closesWithin
        else { return nil }
        return [asked.moment.frame, answer.moment.frame]
    }
}
