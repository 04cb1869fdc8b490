import Foundation
import TestSupport
import Testing
import Vocabulary

/// The smallest captures cut at every byte, and every byte of them changed: a report or a named fault each time. A part
/// of the long check: some of the places, which differ with `BROKERTAP_FUZZ_ROUNDS`; forty rounds and more take them all.
@Suite(.enabled(if: Tier.isFull)) struct CutAndTwistTests {
    private static let rounds = Int(clamping: Tier.rounds(otherwise: 1))
    private static let all = 40
    /// Places of one capture in one round.
    private static let places = 3

    /// The ten smallest, and one of each other format.
    private static let seeds: [String] = {
        let names = Repository.files(in: Repository.captures).filter { !$0.hasSuffix(".json") && $0.contains(".pcap") }
        func size(_ name: String) -> Int {
            let facts = try? FileManager.default.attributesOfItem(atPath: Repository.capture(name))
            return facts?[.size] as? Int ?? .max
        }
        return Array(names.sorted { (size($0), $0) < (size($1), $1) }.prefix(10))
            + ["wrapped-two-interfaces.pcapng", "wrapped-gz.pcap.gz", "wrapped-zst.pcap.zst"].filter(names.contains)
    }()

    private static func some(of count: Int) -> [Int] {
        guard rounds < all, count > places * rounds else { return Array(0..<count) }
        var random = Seeded(UInt64(rounds))
        return (0..<places * rounds).map { _ in Int.random(in: 0..<count, using: &random) }
    }

    @Test(arguments: seeds) func cutAnywhere(name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        let scratch = try Scratch()
        for place in Self.some(of: bytes.count) {
            try Everything.run(scratch.write(Array(bytes[..<place]), as: "cut"))
        }
    }

    @Test(arguments: seeds) func changedAnywhere(name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        let scratch = try Scratch()
        var random = Seeded(UInt64(Self.rounds))
        for place in Self.some(of: bytes.count) {
            var changed = bytes
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            changed[place] ^= [0xFF, 0x80, bit].randomElement(using: &random) ?? 0xFF
            try Everything.run(scratch.write(changed, as: "changed"))
        }
    }

    // MARK: Limits

    @Test(arguments: LoweredLimits.all.map(\.name)) func aLimitOfOneEndsNothing(name: String) throws {
        let limit = try #require(LoweredLimits.all.first { $0.name == name })
        let captures = ["auth-java-plain-wrong.pcap", "nat-forgets.pcap", "error-codes.pcap"]
        for capture in captures.prefix(Self.rounds) {
            var limits = Limits()
            limit.lower(&limits)
            try Everything.run(Repository.capture(capture), limits: limits, every: 400)
        }
    }

    @Test func everyLimitIsLowered() {
        let names = Mirror(reflecting: Limits()).children.compactMap(\.label)
        #expect(Set(names) == Set(LoweredLimits.all.map(\.name)))
    }
}
