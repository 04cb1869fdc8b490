import Foundation
import Pipeline
import ReportModel
import Testing

/// What one event did is one incident, and told with the numbers that it had.
@Suite struct OneCauseTests {
    private func report(_ name: String) throws -> Report {
        try InProcess.report([Repository.capture("hunt/\(name).pcap.gz")])
    }

    @Test func anAttemptWithoutItsSYNMakesNoSecondOutage() throws {
        #expect(try report("refused-without-its-syn").incidents.count == 1)
    }

    @Test func hostsThatAreCutOffAtOnceHaveOneCause() throws {
        let told = try report("three-clients-cut-off").incidents
        #expect(
            told.count == 1 && told[0].kind == .pathTrouble && told[0].rootServer == nil && told[0].findings.count == 3)
    }

    @Test func whatWaitsIsCountedApartFromWhatIsLost() throws {
        let text = InProcess.json(try report("hang-some-gave-up"))
        #expect(text.contains("4 requests still wait for a response. 4 more got none."))
    }

    /// A Produce waits until the capture ends, and not until it was last sent again.
    @Test func whoIsCutOffWaitsToTheEnd() throws {
        let finding = try #require(try report("client-cut-off").findings.first { $0.cause == .hostUnreachable })
        #expect(finding.requests.allSatisfy { $0.waitedMs > 11_000 })
        let text = InProcess.text(try report("client-cut-off"))
        #expect(!text.contains("ended while a request"))
    }

    @Test func aVendorsAnswersAreNoneThatWereNotAskedFor() throws {
        let summary = try report("vendors-api").summary
        #expect(summary.responses <= summary.requests && summary.responses == summary.answered)
    }

    @Test func whatIsMissingIsNeverAHundredPercent() throws {
        var coverage = Coverage()
        (coverage.tcpPayloadBytes, coverage.understoodBytes, coverage.gapBytes) = (1_000_000, 1_000_000, 20_000)
        #expect(try #require(coverage.understoodShare) < 0.99)
    }

    @Test func aKeyLogThatOpensNothingIsSaidToOpenNothing() throws {
        var options = AnalyzerOptions()
        options.keylog = [Repository.capture("tls12-keylog.keys")]
        let text = InProcess.json(try InProcess.report([Repository.capture("tls13-keylog.pcap")], options))
        #expect(text.contains("the given key log opens none of it") && !text.contains("there are no keys"))
    }

    @Test func javaNumbersAnAdvertisedAddressByItsNode() throws {
        let finding = try #require(
            try InProcess.readBack(InProcess.report([Repository.capture("adv-localhost.pcap")])).findings.first {
                $0.kind == "advertised-address-mismatch"
            })
        #expect(
            !InProcess.json(try InProcess.report([Repository.capture("adv-localhost.pcap")])).contains("to node -1 ("))
        #expect(finding.detail == "loopback")
    }

    // MARK: Two views

    /// The same two files, the second one's clock set ahead or back.
    @Test(arguments: [0, 300, 3200, -3200])
    func aClockThatIsOffChangesNothing(_ ms: Int64) throws {
        let (client, broker) = ("response-lost-retry.pcap", "response-lost-retry.broker2.pcap")
        let shifted = FileManager.default.temporaryDirectory.appendingPathComponent("views-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: shifted) }
        try Self.shift([UInt8](Data(contentsOf: URL(fileURLWithPath: Repository.capture(broker)))), by: ms).write(
            to: shifted)
        let plain = try InProcess.report([Repository.capture(client), Repository.capture(broker)])
        let report = try InProcess.report([Repository.capture(client), shifted.path])
        #expect(Self.told(report) == Self.told(plain))
        #expect(report.incidents.map(\.kind) == plain.incidents.map(\.kind))
        let row = try #require(report.capture.clockOffsets.first)
        #expect(row.corrected == (ms != 0))
        #expect(abs(try #require(row.offsetMs) - Double(ms)) < 5)
        // The file's own times stay its own.
        let (mine, theirs) = (report.capture.sources[1].first, plain.capture.sources[1].first)
        #expect(try #require(mine).since(try #require(theirs)) == ms * 1_000_000)
    }

    private static func told(_ report: Report) -> [String] {
        report.findings.map { finding in
            let waits = finding.requests.map { ($0.waitedMs / 20).rounded() }
            return
                "\(finding.kind) \(finding.client ?? "") \(finding.server ?? "") \(finding.count) \(finding.severity) \(waits)"
        }.sorted()
    }

    /// A little-endian pcap of microseconds, or of nanoseconds.
    private static func shift(_ bytes: [UInt8], by ms: Int64) -> Data {
        var bytes = bytes
        func number(_ at: Int) -> Int64 { (0..<4).reduce(0) { $0 | Int64(bytes[at + $1]) << (8 * Int64($1)) } }
        func put(_ value: Int64, _ at: Int) {
            for i in 0..<4 { bytes[at + i] = UInt8(truncatingIfNeeded: value >> (8 * Int64(i))) }
        }
        let unit: Int64 = bytes[0] == 0x4d ? 1_000_000_000 : 1_000_000
        var at = 24
        while at + 16 <= bytes.count {
            let time = number(at) * unit + number(at + 4) + ms * unit / 1000
            put(time / unit, at)
            put(time % unit, at + 4)
            at += 16 + Int(number(at + 8))
        }
        return Data(bytes)
    }

    // MARK: Two captures

    private func report(_ names: [String]) throws -> Report {
        try InProcess.report(names.map { Repository.capture("hunt/\($0).pcap.gz") })
    }

    /// What one shows leaving never comes in at the other, in whichever order the files are given.
    @Test(arguments: [false, true]) func twoViewsOfSynAcksThatAreLost(isReversed: Bool) throws {
        let names = ["syn-acks-in-vain.client", "syn-acks-in-vain.broker"]
        let told = try report(isReversed ? names.reversed() : names)
        let lost = told.findings.filter { $0.severity == .error }
        #expect(lost.map(\.kind) == [.networkPath, .networkPath, .networkPath])
        #expect(lost.allSatisfy { $0.detail == .oneWay && $0.confidence == .certain && $0.count == 3 })
    }

    /// A gateway's two sides, with clocks 2 s apart and no packet in common: a hang of 8 s, which ended, and the broker's.
    @Test(arguments: [false, true]) func twoCapturesAroundAGateway(isReversed: Bool) throws {
        let names = ["gateway-broker-hangs.front", "gateway-broker-hangs.behind"]
        let told = try report(isReversed ? names.reversed() : names)
        #expect(abs(abs(told.capture.clockOffsets.first?.offsetMs ?? 0) - 2000) < 5)
        #expect(told.incidents.count == 1 && told.incidents[0].rootServer == "10.20.0.12:9092")
        #expect(!told.findings.contains { $0.kind == .responseOverdue })
    }
}
