import Capture
import Conversations
import Masking
import ReportModel
import Streams
import Vocabulary

/// Aliases for a cut that names nobody, and the packets that have them. What is to be replaced is learned in a reading of its own.
struct EvidenceMask {
    let names: NameMask
    let messages: MessageNames
    let packets: PacketMasker

    init(
        _ analyzer: Analyzer, _ paths: [String], _ report: Report, progress: (AnalysisProgress) -> Bool
    ) throws {
        names = NameMask(limits: analyzer.options.limits)
        messages = MessageNames(names)
        packets = PacketMasker(names)
        for (address, name) in report.names.sorted(by: { $0.key < $1.key }) {
            names.learn(address)
            names.learn(host: name.utf8)
        }
        for row in report.connections { row.principal.map { names.learn(principal: $0.utf8) } }
        try learnPackets(try analyzer.reader(paths))
        _ = try analyzer.follow(try analyzer.reader(paths), telling: NameLearner(messages), progress: progress)
        names.settle()
    }

    private func learnPackets(_ reader: CaptureReader) throws {
        var inspector = PacketInspector()
        while let batch = try reader.nextBatch() {
            for entry in batch { PacketMasker.learn(entry, inspector.look(at: entry), by: names) }
        }
    }

    /// A name of the report as the cut has it.
    func text(_ text: String?) -> String? { text.map { String(decoding: names.text($0.utf8), as: UTF8.self) } }

    /// A finding with its parties as the cut has them.
    func finding(_ finding: Finding) -> Finding {
        var masked = finding
        (masked.client, masked.server) = (text(finding.client), text(finding.server))
        return masked
    }
}
