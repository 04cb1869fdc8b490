import Conversations
import Vocabulary

/// Late answers of which the network took the time: the server's TCP acknowledged their requests as late as they came, though its
/// host did not stand still.
struct SlowWays {
    /// What is left of a wait behind a late acknowledgement is no process's, where it is shorter.
    private static let restOfWait = Span.milliseconds(500)
    /// Answers so near the ends of a wait were under way.
    private static let underWay = Span.milliseconds(200)
    /// A host that stands still does so once: acknowledgements that are late again and again, so far apart, are late by the way.
    private static let (moments, apart) = (3, Span.seconds(1))

    private let view: CaseView
    private let lateAgain: Set<ClientAtServer>

    init(_ view: CaseView, _ late: [SlowAnswer]) {
        self.view = view
        let candidates = Dictionary(grouping: late.filter(Self.wasAcknowledgedAsLate), by: \.pair)
        lateAgain = Set(
            candidates.filter { _, late in
                late.compactMap(\.acknowledgedLate).sorted().runs { run, next in next.since(run[0]) < Self.apart }.count
                    >= Self.moments
            }.keys)
    }

    private static func wasAcknowledgedAsLate(_ slow: SlowAnswer) -> Bool {
        slow.acknowledgedLate.map { slow.firstByte.since($0) < restOfWait } ?? false
    }

    /// How long the way took; nil where the process did, or nobody can tell; nanoseconds. Once, and with the response itself, is too
    /// little: where responses alone were held, by whatever it was, that looks the same.
    func time(of slow: SlowAnswer) -> Int64? {
        guard Self.wasAcknowledgedAsLate(slow), let acknowledged = slow.acknowledgedLate,
            lateAgain.contains(slow.pair) || acknowledged < slow.firstByte && spokeMeanwhile(slow, until: acknowledged)
        else { return nil }
        return acknowledged.since(slow.sent)
    }

    private func spokeMeanwhile(_ slow: SlowAnswer, until acknowledged: CaptureTime) -> Bool {
        let answers = view.file.times.answers(of: slow.server)
        return answers.last(upTo: acknowledged.adding(nanoseconds: -Self.underWay))
            > slow.sent.adding(nanoseconds: Self.underWay)
    }
}

extension SlowAnswer {
    fileprivate var pair: ClientAtServer { ClientAtServer(client: client.address, server: server) }
}
