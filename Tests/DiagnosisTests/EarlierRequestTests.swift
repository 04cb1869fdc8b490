import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Captures that begin while a server stands still: all that shows it are responses to requests from before.
@Suite struct EarlierRequestTests {
    private static let broker = "10.0.0.1:9092"

    private enum Behind { case produces, fetches, isInGroup, gaveUp }

    /// - Parameters:
    ///   - answered: when each host's first response came, the capture beginning at 0.
    private func late(_ answered: [Double], _ behind: Behind, sameHost: Bool = false) -> [Finding] {
        var made = SmallCase()
        made.works(at: "10.0.0.9:9092", from: 0, to: 60, client: "10.0.0.50")
        made.file.firstTime = made.time(0)
        for (index, second) in answered.enumerated() {
            let client = sameHost ? "10.0.0.20" : "10.0.0.\(20 + index)"
            let record = made.works(at: Self.broker, from: 0.1, to: 60, client: client)
            (record.tcp.synFrame, record.tcp.synAckFrame) = (.none, .none)
            record.kafka.unmatchedAnswers = 1
            record.kafka.rare.value.firstUnmatched = made.nextFrame()
            record.kafka.rare.value.firstUnmatchedTime = made.time(second)
            record.kafka.firstRequestTime = made.time(second + 0.1)
            record.kafka.produced = behind == .produces || behind == .fetches
            record.kafka.fetched = behind == .fetches
            if behind == .isInGroup { record.kafka.group = made.text("billing") }
            guard behind == .gaveUp else { continue }
            (record.kafka.requests, record.kafka.responses) = (0, 1)
            record.tcp.firstCloser = .initiator
            record.tcp.sides.0.finTime = made.time(second - 0.3)
            record.tcp.sides.0.finFrame = made.nextFrame()
        }
        made.ends(at: 60)
        return made.findings().filter(\.isFromBefore)
    }

    @Test func producersThatWaitedAreTold() {
        let found = late([14, 14], .produces)
        #expect(found.map(\.count) == [2])
        #expect(found.first?.confidence == .likely)
        #expect(found.first?[.hosts] == .list(["10.0.0.20", "10.0.0.21"]))
        // One request may have been passed over by the capture.
        #expect(late([14], .produces).map(\.confidence) == [.possible])
        #expect(late([4, 14], .produces).map(\.confidence) == [.possible])
    }

    @Test func whatMayBeALongPollIsNot() {
        #expect(late([14, 14], .fetches).isEmpty)
        #expect(late([14, 14], .isInGroup).isEmpty)
        #expect(late([2, 2], .produces).isEmpty)
    }

    @Test func severalHostsThatGaveUpAreTold() {
        #expect(late([24, 24.01], .gaveUp).map { $0[.gaveUpBefore] } == [.number(2)])
        // At different times, one host alone, and within the long polls that clients have.
        #expect(late([24, 30], .gaveUp).isEmpty)
        #expect(late([24, 24.01], .gaveUp, sameHost: true).isEmpty)
        #expect(late([6, 6.01], .gaveUp).isEmpty)
    }
}
