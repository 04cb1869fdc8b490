import TestSupport
import Testing
import Vocabulary

@testable import Conversations
@testable import Streams

/// Who is asked for on the network segment and stays silent.
@Suite struct NeighbourFactsTests {
    private let asker = IPAddress(v4: 0x0A00_0002), target = IPAddress(v4: 0x0A00_0063)

    private func facts(_ most: Int = 100) -> NeighbourFacts {
        var limits = Limits()
        limits.neighbours = most
        return NeighbourFacts(limits)
    }

    private func message(
        _ kind: NeighbourMessage, _ seconds: Double, from: IPAddress, to: IPAddress
    ) -> Datagram {
        Datagram(
            source: Endpoint(from, 0), destination: Endpoint(to, 0), bytes: UnsafePointer(bitPattern: 8)!, captured: 0,
            time: CaptureTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9)),
            frame: FrameRef(source: 0, number: UInt64(seconds * 1000)), neighbour: kind)
    }

    private func isSilent(asked: [Double], answered: [Double] = []) -> Bool {
        var facts = facts()
        let all = asked.map { ($0, NeighbourMessage.question) } + answered.map { ($0, .answer) }
        for (time, kind) in all.sorted(by: { $0.0 < $1.0 }) {
            let isQuestion = kind == .question
            facts.note(message(kind, time, from: isQuestion ? asker : target, to: isQuestion ? target : asker))
        }
        return facts.silent(target, for: asker) != nil
    }

    @Test func threeQuestionsInARowThatNobodyAnswers() {
        #expect(isSilent(asked: [1, 2, 3]))
        #expect(isSilent(asked: [1, 2, 3, 10]))
        #expect(isSilent(asked: [1, 2, 3, 10, 11, 12, 60]))
    }

    @Test func questionsThatStandAloneWereAnswered() {
        #expect(!isSilent(asked: [1, 30, 60, 90, 120]))
        #expect(!isSilent(asked: [1, 2, 30, 31, 60]))
    }

    @Test func theSameQuestionAtTwoPlacesIsOne() {
        #expect(!isSilent(asked: [1, 1.001, 1.002, 2, 2.001]))
    }

    @Test func whoIsHeardOfIsThere() {
        #expect(!isSilent(asked: [1, 2, 3], answered: [3.5]))
        #expect(!isSilent(asked: [1, 2, 3], answered: [2.5]))
        #expect(isSilent(asked: [1, 2, 3, 20, 21, 22], answered: [3.5]))
    }

    /// Over any order of questions and answers: whoever is silent was asked for three times after it was last heard of.
    @Test(arguments: 0..<300) func nobodyIsSilentWithoutThreeQuestions(seed: UInt64) {
        var random = Seeded(seed)
        var facts = facts()
        var asked: [Double] = [], heard = -1.0, time = 0.0
        for _ in 0..<40 {
            time += [0.002, 0.4, 1, 1.02, 2, 3, 31].randomElement(using: &random)!
            if Int.random(in: 0..<4, using: &random) == 0 {
                heard = time
                facts.note(message(.answer, time, from: target, to: asker))
            } else {
                asked.append(time)
                facts.note(message(.question, time, from: asker, to: target))
            }
            guard let row = facts.silent(target, for: asker) else { continue }
            #expect(asked.filter { $0 > heard }.count >= 3)
            #expect(row.first <= row.last)
            #expect(row.frames.count <= CaseFile.framesPerFact)
        }
    }

    @Test func aScanOfTheSegmentReachesTheLimit() {
        var facts = facts(10)
        for host in 0..<50 {
            facts.note(message(.question, Double(host), from: asker, to: IPAddress(v4: 0x0A00_0100 + UInt32(host))))
        }
        #expect(facts.limitReached?.name == "neighbours")
    }
}
