import Foundation
import Testing

/// Reports as they must be, byte for byte. To renew them after a change that is wanted, and then to read the difference:
/// `BROKERTAP_RECORD=1 swift test --filter Golden` (recording fails the run, so that it is never left on).
@Suite struct GoldenTests {
    private static let isRecording = ProcessInfo.processInfo.environment["BROKERTAP_RECORD"] != nil

    /// One of each kind of story.
    private static let texts = [
        "crash-kill9.pcap", "client-killed.pcap", "idle-close.pcap", "nat-forgets.pcap", "hang-now.pcap",
        "adv-localhost.pcap", "adv-unresolvable.pcap", "adv-wrong-port.pcap", "bootstrap-wrong.pcap",
        "auth-java-plain-wrong.pcap", "auth-legacy-v0-wrong.pcap", "sasl-tls-nokeys.pcap", "tls-to-plaintext.pcap",
        "error-codes.pcap", "healthy-java.pcap", "wrapped-two-interfaces.pcapng",
    ]
    /// Small ones, for a JSON report has a row for each connection and event.
    private static let documents = [
        "adv-localhost.pcap", "auth-java-plain-wrong.pcap", "auth-legacy-v0-wrong.pcap", "http-to-kafka.pcap",
        "lb-idle-timeout.pcap", "nat-forgets.pcap",
    ]

    @Test(arguments: texts) func textIsAsRecorded(capture: String) throws {
        let run = try Tool.run(["captures/\(capture)", "--width", "80", "--glyphs", "block"])
        try Self.compare(run.text, with: "\(capture).txt")
    }

    @Test(arguments: documents) func documentIsAsRecorded(capture: String) throws {
        let run = try Tool.run(["captures/\(capture)", "--json", "-", "--pretty"])
        try Self.compare(Self.withoutVersion(run.text), with: "\(capture).json")
    }

    @Test func theReadmeShowsARealReport() throws {
        let run = try Tool.run(["captures/crash-kill9.pcap", "--width", "80", "--glyphs", "block"])
        let url = Repository.root.appendingPathComponent("README.md")
        let readme = try String(contentsOf: url, encoding: .utf8)
        let sample = try #require(readme.firstMatch(of: #/<!-- sample -->\n```text\n((?s:.*?))```/#))
        guard String(sample.output.1) != run.text else { return }
        if Self.isRecording {
            let renewed = readme.replacingCharacters(
                in: sample.output.1.startIndex..<sample.output.1.endIndex, with: run.text)
            try renewed.write(to: url, atomically: true, encoding: .utf8)
        }
        Issue.record("the sample in README.md is not what the program prints")
    }

    /// The one thing that may change without a change of the report.
    private static func withoutVersion(_ text: String) -> String {
        text.replacing(#/"version": ?"\d+\.\d+\.\d+[^"]*"/#, with: #""version": "VERSION""#, maxReplacements: 1)
    }

    static func compare(_ text: String, with name: String) throws {
        let url = Repository.goldens.appendingPathComponent(name)
        let golden = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        guard text != golden else { return }
        if isRecording { try text.write(to: url, atomically: true, encoding: .utf8) }
        Issue.record("\(name) \(isRecording ? "was recorded" : firstDifference(text, golden))")
    }

    private static func firstDifference(_ text: String, _ golden: String) -> Comment {
        let (now, then) = (text.components(separatedBy: "\n"), golden.components(separatedBy: "\n"))
        let line = zip(now, then).enumerated().first { $1.0 != $1.1 }?.offset ?? min(now.count, then.count)
        let (a, b) = (line < then.count ? then[line] : "(end)", line < now.count ? now[line] : "(end)")
        return "differs in line \(line + 1):\n- \(a)\n+ \(b)"
    }
}
