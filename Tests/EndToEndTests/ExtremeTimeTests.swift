import Foundation
import TestSupport
import Testing

/// Packets at both ends of what a capture's times can hold. Waits, ages and offsets of clocks are then as long as a number can
/// be, wherever something subtracts times.
@Suite struct ExtremeTimeTests {
    /// Each with another kind of facts.
    private static let captures = [
        "auth-java-plain-wrong.pcap", "lb-idle-timeout.pcap", "half-close.pcap", "http-to-kafka.pcap",
        "error-codes.pcap",
        "adv-wrong-port.pcap", "nat-forgets.pcap", "tls-expired.pcap", "gssapi-legacy-v0.pcap", "idle-close.pcap",
        "proxy-protocol.pcap",
    ]

    /// Which moment a packet is given: the earliest that can be, the latest, or its own.
    enum Pattern: CaseIterable, Sendable {
        case allEarliest, allLatest, inTurn, earliestThenLatest, latestThenEarliest, oneEarliest, oneLatest, anyhow

        func moment(_ place: Int, of count: Int, _ random: inout Seeded) -> Int {
            switch self {
            case .allEarliest: 1
            case .allLatest: 2
            case .inTurn: 1 + place % 2
            case .earliestThenLatest: place < count / 2 ? 1 : 2
            case .latestThenEarliest: place < count / 2 ? 2 : 1
            case .oneEarliest: place == count / 2 ? 1 : 0
            case .oneLatest: place == count / 2 ? 2 : 0
            case .anyhow: Int.random(in: 0...2, using: &random)
            }
        }
    }

    @Test(arguments: captures) func timesAtBothEnds(name: String) throws {
        let scratch = try Scratch()
        let file = try #require(PacketFile(Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))))
        for pattern in Pattern.allCases {
            var random = Seeded(1)
            let moments = file.records.indices.map { pattern.moment($0, of: file.records.count, &random) }
            try Everything.run(scratch.write(Self.made(file, moments), as: "times.pcapng"), every: 400)
        }
    }

    /// One file at the one end, another at the other, as captures of two hosts.
    @Test(arguments: ["auth-java-plain-wrong.pcap", "lb-idle-timeout.pcap", "crash-kill9.pcap"])
    func filesAtBothEnds(name: String) throws {
        let scratch = try Scratch()
        let file = try #require(PacketFile(Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))))
        let paths = try (0...2).map { moment in
            try scratch.write(Self.made(file, file.records.map { _ in moment }), as: "\(moment).pcapng")
        }
        for (one, other) in [(0, 1), (1, 2), (2, 0), (2, 1)] {
            _ = InProcess.text(try InProcess.report([paths[one], paths[other]]), .init(showAll: true))
            _ = try LiveRun.of([paths[one], paths[other]], every: 400)
        }
    }

    /// pcapng with three interfaces, the times of which are far apart.
    private static func made(_ file: PacketFile, _ moments: [Int]) -> [UInt8] {
        let isNano = file.header[0] == 0x4D
        let link = file.header[20..<22]
        let section = block(0x0A0D_0D0A, little(0x1A2B_3C4D, 4) + [1, 0, 0, 0] + little(-1, 8))
        let offsets: [Int64] = [0, .min / 2, .max / 2]
        let interfaces = offsets.map { offset in
            block(
                1,
                Array(link) + [0, 0] + little(0, 4) + [9, 0, 1, 0, 9, 0, 0, 0, 14, 0, 8, 0] + little(offset, 8) + [
                    0, 0, 0, 0,
                ])
        }
        let packets = zip(file.records, moments).map { record, moment in
            func number(_ at: Int) -> Int64 { (0..<4).reduce(0) { $0 | Int64(record[at + $1]) << (8 * Int64($1)) } }
            let time = number(0) * 1_000_000_000 + number(4) * (isNano ? 1 : 1000)
            let data = Array(record[16...])
            let padding = [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
            return block(
                6,
                little(Int64(moment), 4) + little(time >> 32, 4) + little(time, 4) + little(number(8), 4)
                    + little(number(12), 4) + data + padding)
        }
        return section + interfaces.joined() + packets.joined()
    }

    private static func block(_ type: Int64, _ body: [UInt8]) -> [UInt8] {
        let length = little(Int64(body.count + 12), 4)
        return little(type, 4) + length + body + length
    }

    private static func little(_ value: Int64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
    }
}
