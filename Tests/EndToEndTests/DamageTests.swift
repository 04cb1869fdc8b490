import Capture
import Foundation
import Reports
import TestSupport
import Testing

/// Damaged captures end with a report or a named fault, never with a trap or a hang.
@Suite struct DamageTests {
    /// Rounds over every capture and mutation; the longer tier asks for more.
    private static let rounds = Tier.rounds(otherwise: 1)
    /// Says each case before it runs, to find the one that traps.
    private static let isTraced = ProcessInfo.processInfo.environment["BROKERTAP_FUZZ_TRACE"] != nil

    /// Small captures, one of each kind of traffic.
    private static let seeds = [
        "adv-wrong-port.pcap", "auth-java-plain-wrong.pcap", "auth-legacy-v0-wrong.pcap", "gssapi-legacy-v0.pcap",
        "http-to-kafka.pcap", "idle-close.pcap", "error-codes.pcap", "proxy-protocol.pcap", "tls-expired.pcap",
        "healthy-java-old.pcap", "healthy-ipv6.pcap", "healthy-cooked-any.pcap", "wrapped-vxlan.pcap",
        "wrapped-qinq.pcap",
        "wrapped-two-interfaces.pcapng", "wrapped-gz.pcap.gz", "wrapped-zst.pcap.zst", "nat-forgets.pcap",
    ]

    @Test(arguments: seeds) func anyDamageEndsInAReport(name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        let scratch = try Scratch()
        for seed in 0..<Self.rounds {
            for (index, mutation) in Mutation.allCases.enumerated() {
                var random = Seeded(seed << 8 | UInt64(index))
                if Self.isTraced { FileHandle.standardError.write(Data("\(name) \(mutation) \(seed)\n".utf8)) }
                try Self.analyse(mutation.apply(to: bytes, using: &random), scratch)
            }
        }
    }

    /// A file cut anywhere gives what came before the cut.
    @Test(arguments: [
        ("auth-java-plain-wrong.pcap", 1), ("wrapped-two-interfaces.pcapng", 211), ("wrapped-zst.pcap.zst", 83),
    ])
    func aCutAnywhereEndsInAReport(name: String, step: Int) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        let scratch = try Scratch()
        for cut in stride(from: 0, to: bytes.count, by: step) { try Self.analyse(Array(bytes[..<cut]), scratch) }
    }

    @Test(arguments: Repository.files(in: Repository.crashers).filter { !$0.hasSuffix(".md") })
    func whatOnceCrashedDoesNot(name: String) throws {
        let bytes = Array(try Data(contentsOf: Repository.crashers.appendingPathComponent(name)))
        try Self.analyse(bytes, Scratch())
    }

    /// Packets seen twice or in a slightly other order change nothing that is found.
    @Test(arguments: ["adv-wrong-port.pcap", "auth-java-plain-wrong.pcap", "nat-forgets.pcap"])
    func twinsChangeNothing(name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        var file = try #require(PacketFile(bytes))
        let scratch = try Scratch()
        file.records = file.records.flatMap { [$0, $0] }
        let once = try InProcess.readBack(InProcess.report([Repository.capture(name)]))
        let twice = try InProcess.readBack(InProcess.report([scratch.write(file.bytes, as: name)]))
        #expect(twice.findings.map(Self.gist) == once.findings.map(Self.gist))
    }

    /// What a finding says, without its frame numbers.
    private static func gist(_ finding: JSONReport.Finding) -> [String?] {
        [
            finding.kind, finding.server, finding.client, finding.cause, finding.detail, finding.error,
            finding.count.map(String.init),
        ]
    }

    /// A fault in reading is an outcome; the report that comes of the rest is written in both forms.
    private static func analyse(_ bytes: [UInt8], _ scratch: Scratch) throws {
        let path = try scratch.write(bytes, as: "damaged")
        do {
            let report = try InProcess.report([path])
            #expect(try JSONSerialization.jsonObject(with: Data(InProcess.json(report).utf8)) is [String: Any])
            #expect(!InProcess.text(report, .init(showAll: true)).isEmpty)
        } catch is CaptureFault {}
    }
}
