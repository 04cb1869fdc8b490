import Conversations
import Foundation
import ReportModel
import Testing
import Vocabulary

@testable import Depth

/// Who breaks on which upgrade: the judgement by itself, and the command as a user runs it.
@Suite struct ReadinessTests {
    private let server = Endpoint(IPAddress(v4: 1), 9092)

    private func brokers(
        _ used: [Int16: ClosedRange<Int>], old: [Int16: Int] = [:], offered: [Int16: ClosedRange<Int>]? = nil
    ) -> UpgradeRow {
        UpgradeJudge.brokers(
            used: used, old: old.isEmpty ? [:] : [server: old], lists: offered.map { [server: $0] } ?? [:])
    }

    /// It sends an old version to a broker that offers newer ones.
    @Test func whoKnowsNoNewerVersionBreaks() {
        let row = brokers([0: 2...2], old: [0: 2], offered: [0: 0...11])
        #expect(row.outlook == .breaks && row.reason == .olderThanOffered)
        #expect(brokers([1: 3...3], old: [1: 3], offered: [1: 4...16]).reason == .refusedAlready)
        #expect(brokers([0: 2...2], old: [0: 2], offered: [0: 0...13]).reason == .refusedAlready)
    }

    /// The newest of an old broker is no proof that the client knows none above.
    @Test func whoSendsTheNewestThatIsOfferedMayBreak() {
        let row = brokers([0: 2...2], old: [0: 2], offered: [0: 0...2])
        #expect(row.outlook == .mayBreak && row.reason == .newestOffered)
        #expect(brokers([0: 3...3], offered: [0: 0...11]).outlook == .ready)
    }

    /// Where the broker's list, or the client's work, is not in the capture, nothing is promised.
    @Test func whatWasNotSeenIsNotJudged() {
        #expect(brokers([1: 3...3], old: [1: 3]).reason == .offerNotSeen)
        #expect(brokers([1: 3...3], old: [1: 3]).outlook == .mayBreak)
        #expect(brokers([1: 3...3]).outlook == .mayBreak)
        #expect(brokers([Api.apiVersions: 3...3]).outlook == .unknown)
        #expect(UpgradeJudge.client(used: [0: 9...9], lists: []).outlook == .unknown)
    }

    @Test func brokersOfAClusterWithZooKeeperBreak() {
        let row = brokers([1: 11...11, 6: 7...7], old: [6: 7], offered: [1: 0...11, 6: 0...7])
        #expect(row.outlook == .breaks && row.reason == .zooKeeper)
    }

    /// The libraries of Kafka 4 want brokers from 2.1 on, the first with Fetch v10.
    @Test func oldBrokersHoldTheirClientsBack() {
        let used: [Int16: ClosedRange<Int>] = [0: 5...5, 1: 7...7]
        #expect(UpgradeJudge.client(used: used, lists: [[0: 0...5, 1: 0...7]]).reason == .brokerBefore21)
        #expect(UpgradeJudge.client(used: used, lists: [[0: 0...2, 1: 0...3]]).reason == .nothingInCommon)
        #expect(UpgradeJudge.client(used: used, lists: [[0: 0...7, 1: 0...10]]).outlook == .ready)
    }

    @Test func whoTellsNoSoftwareIsGuessed() {
        func guess(_ clientId: String?, _ used: [Int16: ClosedRange<Int>], bound: Bool = false) -> String? {
            SoftwareGuess.text(clientId: clientId, used: used) { _ in bound }
        }
        #expect(guess("app", [1: 3...3]) == "speaks as of Kafka 0.10.1 or 0.10.2")
        #expect(
            guess("consumer-shop-1", [1: 11...11], bound: true) == "Java client, speaks as of Kafka 2.3 to 2.6 or later"
        )
        #expect(guess("rdkafka", [3: 5...5]) == "librdkafka")
        #expect(guess("consumer-of-orders", [:]) == nil)
    }

    // MARK: The command

    private let old = "captures/healthy-java-old.pcap"

    @Test func theListOfOldClientsIsAsRecorded() throws {
        let run = try Tool.run(["readiness", old, "--width", "80", "--glyphs", "ascii"])
        #expect(run.status == 0 && run.errors.isEmpty)
        try GoldenTests.compare(run.text, with: "readiness-healthy-java-old.txt")
    }

    @Test(
        arguments: [
            ("captures/healthy-java-old.pcap", "error", 1), ("captures/healthy-java.pcap", "warning", 0),
            ("captures/healthy-java.pcap", "unjudged", 0), ("captures/sasl-tls-nokeys.pcap", "error", 0),
            ("captures/sasl-tls-nokeys.pcap", "unjudged", 1),
        ] as [(String, String, Int32)])
    func exitStatusIsWhatWasAskedFor(capture: String, level: String, status: Int32) throws {
        let run = try Tool.run(["readiness", capture, "--quiet", "--fail-on", level])
        #expect(run.status == status && run.output.isEmpty, "\(capture), \(level)")
        #expect(try Tool.run(["readiness", capture, "-q"]).status == 0)
    }

    @Test(arguments: ["40", "60", "100"]) func noRowIsWiderThanAsked(width: String) throws {
        let commands = [["readiness", old], ["compare", "captures/healthy-java.pcap", old, "--all"]]
        for command in commands {
            let rows = try Tool.run(command + ["--width", width, "--glyphs", "ascii"]).text.split(separator: "\n")
            // A command is copied as a whole, so it is never broken.
            let texts = rows.filter { !$0.contains("brokertap readiness captures/") }
            #expect(texts.allSatisfy { $0.utf8.count <= Int(width) ?? 0 }, "\(command), \(width)")
        }
    }

    /// The rows are those of the report.
    @Test func theDocumentHasTheReportsTable() throws {
        let list = try object(["readiness", old, "--json", "-"])
        let report = try object([old, "--tables", "--json", "-"])
        let (one, other) = (list["readiness"] as? NSArray, report["readiness"] as? NSArray)
        #expect(one != nil && one == other)
        #expect(list["outlook"] as? String == "breaks")
    }

    private func object(_ arguments: [String]) throws -> [String: Any] {
        let bytes = try Tool.run(arguments).output
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
