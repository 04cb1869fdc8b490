import Conversations
import Streams
import Vocabulary

/// Whether a server went on answering while one answer was late: then its process did not stand still.
enum ServedBeside {
    /// A silence of less than this part of the wait is none that explains it.
    private static let part: Int64 = 4
    /// What is sent so soon after a connection's first request is sent with it.
    private static let atOnce = Span.milliseconds(100)

    /// It went on answering, and never paused for a quarter of the wait.
    static func others(while late: SlowAnswer, _ view: CaseView) -> Bool {
        let wait = late.waitsSince...max(late.waitsSince, late.firstByte)
        let most = wait.upperBound.since(wait.lowerBound) / part
        var previous = wait.lowerBound
        for time in view.file.times.answers(of: late.server).filter(wait.contains).sorted() + [wait.upperBound] {
            guard time.since(previous) <= most else { return false }
            previous = time
        }
        return true
    }

    /// New connections enough to say that it is their start.
    private static let several = 3

    /// Each answers the first request of another connection that was seen from its start.
    static func areFirst(_ late: [SlowAnswer], _ connection: (SlowAnswer) -> ConnectionRecord?) -> Bool {
        Set(late.map(\.client)).count >= several
            && late.allSatisfy {
                guard let record = connection($0), !record.startsMidway else { return false }
                return $0.sent.since(record.kafka.firstRequestTime) < atOnce
            }
    }
}
