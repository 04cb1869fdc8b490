import Foundation
import Pipeline
import ReportModel
import Testing
import Vocabulary

/// `evidence --anonymize`: a cut names no host, address, client id or principal of the capture, and still gives its finding.
@Suite struct NamelessEvidenceTests {
    @Test(arguments: EvidenceTests.captures.sampled(oneIn: 6)) func aCutNamesNobodyAndGivesTheFinding(name: String)
        throws
    {
        let path = Repository.capture(name)
        let report = try InProcess.report([path])
        let names = AliasTests.names(in: report).filter { $0.utf8.count >= 4 && !Self.isCommonplace($0) }
        var kinds: Set<FindingKind> = []
        for finding in report.findings where finding.severity > .info && kinds.insert(finding.kind).inserted {
            let scratch = try Scratch()
            let cut = try Self.cut(finding.id, path, scratch)
            // Certificates are not in it.
            let isShown = finding.cause != .certificateExpired
            #expect(cut.isSame == isShown, "\(finding.id) is \(cut.again?.id ?? "gone") in the cut")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("cut"))))
            let words = Self.words(bytes)
            for name in names {
                #expect(!words.contains(name.lowercased()), "the cut tells \(name)")
                if let address = IPAddress(name) {
                    #expect(bytes.firstRange(of: address.bytes) == nil, "the cut has a packet of \(name)")
                }
            }
        }
    }

    /// Every layer that may name a host, and every place that does: fragments aside, all of them are written anew.
    @Test(arguments: [
        "wrapped-vxlan.pcap", "wrapped-gre.pcap", "wrapped-qinq.pcap", "wrapped-raw-ip.pcap", "wrapped-mpls.pcap",
        "proxy-protocol.pcap", "adv-tls-port.pcap", "healthy-cooked-any.pcap",
    ])
    func packetsAreWrittenAnewAtAnyDepth(name: String) throws {
        let path = Repository.capture(name)
        let report = try InProcess.report([path])
        guard let finding = report.findings.first(where: { $0.kind != .captureIncomplete }) else { return }
        let scratch = try Scratch()
        let cut = try Self.cut(finding.id, path, scratch)
        #expect(cut.isSame)
        let again = try InProcess.report([scratch.path("cut")])
        #expect(!again.capture.packetOutcomes.contains { $0.name == "malformed" && $0.count > 0 })
        let before = Set(report.connections.flatMap { [Self.host($0.client), Self.host($0.server)] })
        let after = Set(again.connections.flatMap { [Self.host($0.client), Self.host($0.server)] })
        #expect(before.isDisjoint(with: after.filter { !Self.isCommonplace($0) }))
    }

    private static func host(_ endpoint: String) -> String {
        String(endpoint.prefix(upTo: endpoint.lastIndex(of: ":") ?? endpoint.endIndex))
    }

    private static func isCommonplace(_ name: String) -> Bool {
        name == "localhost" || IPAddress(name)?.isLoopback == true
    }

    /// What stands between bytes of which no name is made.
    private static func words(_ bytes: [UInt8]) -> Set<String> {
        let isPart: (UInt8) -> Bool = {
            $0 < 0x80
                && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber
                    || "._-:".utf8.contains($0))
        }
        return Set(
            bytes.split { !isPart($0) }.map {
                String(decoding: $0, as: UTF8.self).lowercased().trimmingCharacters(in: ["."])
            })
    }

    private static func cut(_ finding: String, _ path: String, _ scratch: Scratch) throws -> EvidenceCut {
        var options = EvidenceOptions()
        (options.finding, options.output, options.masksNames) = (finding, scratch.path("cut"), true)
        return try EvidenceCutter(options).run(
            paths: [path], progress: { _ in true }, comment: { finding, _ in (finding.id, finding.id) })
    }
}
