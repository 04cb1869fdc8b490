import Capture
import Foundation
import Testing
import Vocabulary

@testable import Conversations
@testable import Streams

/// The fast ways and the plain one: segments that need little TCP, and frames known again by their bytes, give what the long
/// way gives.
@Suite struct KnownFrameTests {
    static let files = Repository.files(in: Repository.captures).filter {
        $0.contains(".pcap") && !$0.hasSuffix(".json")
    }

    @Test(arguments: files) func fastWaysChangeNoFact(_ capture: String) throws {
        let plain = try facts(capture, Ways(plainSegments: false, known: false))
        let fast = try facts(capture, Ways())
        #expect(fast.text == plain.text)
        #expect(plain.known == 0)
    }

    /// With the request log frames are known again, but none is taken in brief.
    @Test(arguments: files) func fastWaysChangeNoRequest(_ capture: String) throws {
        let plain = try facts(capture, Ways(plainSegments: false, known: false, log: true))
        let fast = try facts(capture, Ways(log: true))
        #expect(fast.text == plain.text)
    }

    /// Damage makes frames that are nearly known, and segments that are nearly plain.
    @Test(arguments: damaged) func fastWaysAgreeOnDamage(_ capture: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(capture))))
        let scratch = try Scratch()
        for seed in 0..<Self.rounds {
            for (index, mutation) in Mutation.allCases.enumerated() {
                var random = Seeded(seed << 8 | UInt64(index))
                let path = try scratch.write(mutation.apply(to: bytes, using: &random), as: "damaged")
                let plain = try? facts(at: path, Ways(plainSegments: false, known: false))
                let fast = try? facts(at: path, Ways())
                let difference = Self.difference(fast?.text, plain?.text)
                #expect(difference == nil, "\(capture), \(mutation), seed \(seed)")
            }
        }
    }

    /// The first line that differs, as both have it.
    private static func difference(_ one: String?, _ two: String?) -> String? {
        guard one != two else { return nil }
        let lines = [one, two].map { ($0 ?? "no capture").split(separator: "\n", omittingEmptySubsequences: false) }
        let place = zip(lines[0], lines[1]).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        return place.map { "\(lines[0][$0])\n\(lines[1][$0])" } ?? "\(lines[0].count) and \(lines[1].count) lines"
    }

    /// Busy connections, so that there is something to know again.
    private static let damaged = files.filter {
        $0.hasSuffix(".pcap") && ($0.hasPrefix("healthy") || $0.hasPrefix("crash") || $0.hasPrefix("error"))
    }
    private static let rounds = ProcessInfo.processInfo.environment["BROKERTAP_FUZZ_ROUNDS"].flatMap { UInt64($0) } ?? 1

    private struct Ways {
        var plainSegments = true
        var known = true
        var log = false
    }

    @Test func busyConnectionsAreKnown() throws {
        let names = Repository.files(in: Repository.captures).filter { $0.hasSuffix(".pcap") }
        let known = try names.reduce(0) { try $0 + facts($1, Ways()).known }
        #expect(known > 20)
    }

    /// All that was learned, as text; and how many frames are kept.
    private func facts(_ capture: String, _ ways: Ways) throws -> (text: String, known: Int) {
        try facts(at: Repository.capture(capture), ways)
    }

    private func facts(at path: String, _ ways: Ways) throws -> (text: String, known: Int) {
        let reader = try CaptureReader(paths: [path], options: CaptureOptions())
        let streams = StreamEngine(limits: Limits())
        let conversations = ConversationEngine(limits: Limits())
        if ways.log { conversations.keepRequests() }
        conversations.known.isUsed = ways.known
        streams.core.takesPlainPackets = ways.plainSegments
        while let batch = try reader.nextBatch() {
            conversations.note(times: batch)
            conversations.consume(streams.process(batch), of: streams)
        }
        streams.finish { conversations.consume($0, of: streams) }
        conversations.settle()
        let file = conversations.file
        var text = "\(file.totals.decoded) \(file.totals.pairedOnly) \(file.totals.malformed) \(file.totals.leftOver)\n"
        for record in file.connections {
            text += "\(record.kafka.requests) \(record.kafka.responses) \(record.kafka.understoodBytes)"
            text += "\(record.tcp) \(record.kafka)"
            text +=
                " \(record.kafka.lastApi) \(record.unanswered)\n"
        }
        text += "\(streams.totals) \(streams.summary) \(file.claims.count) \(file.slowAnswers)\n"
        text += "\(file.answerTimes.map { "\($0.key) \($0.value)" }.sorted())\n"
        text += "\(file.errorRows.map { "\($0.value)" }.sorted())\n"
        for event in file.errorEvents { text += "\(event)\n" }
        conversations.requestLog?.forEach { text += "\($0)\n" }
        text += file.latency.map { "\($0.key.api) \($0.value.count) \($0.value.maxNanoseconds) \($0.value.octaves)" }
            .sorted().joined(
                separator: ";")
        // Numbers of strings are in the order in which they came; what counts is what they stand for.
        let named = text.replacing(/StringID\(raw: ([0-9]+)\)/) { match in
            UInt32(match.1).flatMap { file.text(StringID(raw: $0)) } ?? "none"
        }
        return (named, conversations.known.frames.count)
    }
}
