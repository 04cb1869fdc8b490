import Foundation
import TestSupport
import Testing

/// The fast ways and the plain one: segments that need little TCP, and frames known again by their bytes, give what the long
/// way gives.
@Suite struct KnownFrameTests {
    static let files = Repository.files(in: Repository.captures).filter {
        $0.contains(".pcap") && !$0.hasSuffix(".json")
    }

    @Test(arguments: files) func fastWaysChangeNoFact(_ capture: String) throws {
        let plain = try FactRun(capture, FactRun.Ways(plainSegments: false, known: false))
        #expect(FactRun.difference(try FactRun(capture), plain) == nil)
        #expect(plain.known == 0)
    }

    /// With the request log frames are known again, but none is taken in brief.
    @Test(arguments: files) func fastWaysChangeNoRequest(_ capture: String) throws {
        let plain = try FactRun(capture, FactRun.Ways(plainSegments: false, known: false, log: true))
        #expect(FactRun.difference(try FactRun(capture, FactRun.Ways(log: true)), plain) == nil)
    }

    /// Damage makes frames that are nearly known, and segments that are nearly plain.
    @Test(arguments: damaged) func fastWaysAgreeOnDamage(_ capture: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(capture))))
        let scratch = try Scratch()
        for seed in 0..<Self.rounds {
            for (index, mutation) in Mutation.allCases.enumerated() {
                var random = Seeded(seed << 8 | UInt64(index))
                let path = try scratch.write(mutation.apply(to: bytes, using: &random), as: "damaged")
                let plain = try? FactRun(at: path, FactRun.Ways(plainSegments: false, known: false))
                let fast = try? FactRun(at: path, FactRun.Ways())
                #expect(FactRun.difference(fast, plain) == nil, "\(capture), \(mutation), seed \(seed)")
            }
        }
    }

    /// Busy connections, so that there is something to know again.
    private static let damaged = files.filter {
        $0.hasSuffix(".pcap") && ($0.hasPrefix("healthy") || $0.hasPrefix("crash") || $0.hasPrefix("error"))
    }
    private static let rounds = Tier.rounds(otherwise: 1)

    @Test func busyConnectionsAreKnown() throws {
        let names = Repository.files(in: Repository.captures).filter { $0.hasSuffix(".pcap") }
        let known = try names.reduce(0) { try $0 + FactRun($1).known }
        #expect(known > 20)
    }
}
