import Testing

@testable import Conversations

/// A capture that begins inside a frame of each direction reads every frame behind that one, and the same wherever its
/// segments end.
@Suite struct LateStartTests {
    /// Captures in which Kafka is plain from the first byte on: a sign-in's frames hold what may look like any.
    static let plain = KnownFrameTests.files.filter { name in
        // A request of a version that no schema has is no sign of Kafka where nothing else is.
        guard name != "produce-of-an-unknown-version.pcap", let run = try? FactRun(name) else {
            return false
        }
        let records = run.file.connections.records.filter { $0.fromClient.payloadBytes > 0 }
        return !records.isEmpty && run.file.totals.malformed + run.file.totals.leftOver == 0
            && records.allSatisfy {
                $0.clientSpoke == .kafka && $0.serverSpoke == .kafka && $0.signIn.stage == .none && !$0.proxyHeader
                    && !$0.startsMidway && $0.kafka.requestGaps + $0.kafka.answerGaps == 0
            }
    }

    /// One of three outside the long check, and the one that needed it.
    private static let some = plain.enumerated().filter {
        Tier.isFull || $0.offset % 3 == 1 || $0.element == "nat-forgets.pcap"
    }.map(\.element)

    /// Bytes that were captured and count as nothing, or twice.
    private static func uncounted(_ run: FactRun) -> Int64 {
        run.file.totals.payloadBytes - run.file.totals.understoodBytes - run.file.totals.unknownBytes
    }

    @Test(arguments: some) func losesNoMoreThanTheFrameItBeginsIn(_ capture: String) throws {
        let whole = try FactRun(capture)
        for unseen in [1, 2, 3, 4, 5, 7, 11, 13] as [Int64] {
            let late = try FactRun(capture, FactRun.Ways(unseen: unseen))
            // One that shows responses alone loses its first one too.
            let records = whole.file.connections.records
            let asking = Int64(records.count { $0.fromClient.payloadBytes > unseen })
            let answering = Int64(
                records.count { max($0.fromClient.payloadBytes, $0.fromServer.payloadBytes) > unseen })
            #expect(late.file.totals.requests >= whole.file.totals.requests - asking, "\(unseen) bytes")
            #expect(late.file.totals.responses >= whole.file.totals.responses - answering, "\(unseen) bytes")
            #expect(Self.uncounted(late) == 0, "\(unseen) bytes")
        }
    }

    @Test(arguments: some) func cutsChangeNoCount(_ capture: String) throws {
        for unseen in [1, 3, 9, 15] as [Int64] {
            let late = try FactRun(capture, FactRun.Ways(unseen: unseen))
            for seed in 0..<3 as Range<UInt64> {
                let cut = try FactRun(capture, FactRun.Ways(cuts: seed, unseen: unseen))
                let (one, two) = (late.file.totals, cut.file.totals)
                #expect(Self.uncounted(cut) == 0, "\(unseen) bytes, seed \(seed)")
                #expect(one.requests == two.requests, "\(unseen) bytes, seed \(seed)")
                // Answers to requests before the capture are only guessed.
                #expect(
                    one.responses - one.unmatchedAnswers == two.responses - two.unmatchedAnswers,
                    "\(unseen) bytes, seed \(seed)")
            }
        }
    }
}
