import Foundation
import Pipeline
import ReportModel
import TestSupport
import Testing
import Vocabulary

/// `decode`: every message, once, with what became of it.
@Suite struct DecodeTests {
    static let captures = Set(Label.all.values.map(\.capture)).sorted()

    /// The list and the report count the same, however each came to it.
    @Test(arguments: captures) func theListAddsUpToTheReport(name: String) throws {
        var options = AnalyzerOptions()
        options.makesTables = false
        let report = try InProcess.report([Repository.capture(name)], options)
        let messages = try Listing.messages([Repository.capture(name)])
        let outcomes = messages.reduce(into: [:]) { $0[$1.outcome, default: 0] += 1 } as [String: Int64]
        #expect(Int64(messages.count) - (outcomes["request-not-captured"] ?? 0) == report.summary.requests)
        #expect(outcomes["lost"] ?? 0 == report.summary.lost)
        #expect(outcomes["given-up"] ?? 0 == report.summary.givenUp)
        if report.capture.sources.count == 1 {
            // Behind a hole a request may have to wait for more bytes, until it is clear that it is one: it is told then, after those
            // that other connections sent meanwhile.
            let isWhole = report.capture.coverage.gapBytes == 0
            for alike in Dictionary(grouping: messages, by: { isWhole ? "" : $0.connection }).values {
                let frames = alike.compactMap(\.frame)
                #expect(frames == frames.sorted(), "in the order of the requests")
            }
        }
        let connections = Set(report.connections.map(\.id))
        #expect(messages.allSatisfy { connections.contains($0.connection) })
        #expect(messages.allSatisfy { $0.outcome != "answered" || $0.responseFrame != nil && $0.latency != nil })
    }

    /// Damaged captures are listed to their damage, and each line is a JSON object.
    @Test(arguments: ["error-codes.pcap", "healthy-java-old.pcap", "auth-legacy-v0-wrong.pcap", "wrapped-qinq.pcap"])
    func damageEndsInALine(name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        for (index, mutation) in Mutation.allCases.enumerated() {
            var random = Seeded(UInt64(index))
            _ = try Scratch.reading(mutation.apply(to: bytes, using: &random)) { path in
                try? Listing.messages([path])
            }
        }
    }

    @Test(arguments: SecretTests.captures) func noMessageShowsASecret(name: String) throws {
        let secrets = try SecretTests.secrets(name)
        for isJSON in [true, false] {
            var options = ListingOptions()
            options.isJSON = isJSON
            let text = try Listing.text([Repository.capture(name)], options)
            for secret in secrets {
                let spellings = [secret] + (0..<3).map { Listing.base64(secret, skipping: $0) }
                #expect(!spellings.contains { text.contains($0) }, "\(name) gives \(secret.prefix(4))… away")
            }
        }
    }

    /// What is inside TLS reads as what was in clear.
    @Test(arguments: ["tls13-aes128", "tls12-cbc-sha256"]) func keysOpenMessages(name: String) throws {
        let folder = Repository.root.appendingPathComponent("Tests/EndToEndTests/TLSCaptures").path
        var options = ListingOptions()
        options.analysis.keylog = ["\(folder)/\(name).keys"]
        let opened = try Listing.messages(["\(folder)/\(name).pcap"], options)
        let plain = try Listing.messages(["\(folder)/\(name)-plain.pcap"])
        #expect(opened.map(\.content) == plain.map(\.content) && !opened.isEmpty)
    }

    // MARK: Filters

    @Test func filtersLeaveWhatFitsAll() throws {
        let path = Repository.capture("crash-kill9.pcap")
        let all = try Listing.messages([path])
        let fetches = try Listing.messages([path]) { $0.apis = ["fetch"] }
        #expect(fetches.map(\.frame) == all.filter { $0.api == "Fetch" }.map(\.frame) && !fetches.isEmpty)
        let slow = try Listing.messages([path]) { $0.slowerThan = Span.seconds(1) }
        #expect(!slow.isEmpty && slow.count < all.count)
        #expect(slow.filter { $0.outcome == "answered" }.allSatisfy { ($0.latency ?? 0) > 1000 })
        let connection = try #require(all.first { $0.outcome == "lost" }?.connection)
        let one = try Listing.messages([path]) { $0.connections = [connection] }
        #expect(one.map(\.frame) == all.filter { $0.connection == connection }.map(\.frame))
        let client = try #require(all.first { $0.clientId != nil }?.clientId)
        let ofClient = try Listing.messages([path]) { $0.analysis.clients = [client] }
        #expect(!ofClient.isEmpty && ofClient.allSatisfy { $0.clientId == client })
        let ofNode = try Listing.messages([path]) { $0.analysis.brokers = ["1"] }
        #expect(!ofNode.isEmpty && Set(ofNode.map(\.server)).count < Set(all.map(\.server)).count)
        let both = try Listing.messages([path]) {
            $0.apis = ["1"]
            $0.connections = [connection]
        }
        #expect(both.allSatisfy { $0.api == "Fetch" && $0.connection == connection })
    }

    @Test func contentIsFilteredByTopicGroupAndError() throws {
        let path = Repository.capture("acl-denied.pcap")
        let failed = try Listing.messages([path]) { $0.errors = ["any"] }
        #expect(!failed.isEmpty)
        let denied = try Listing.messages([path]) { $0.errors = ["topic-authorization-failed"] }
        #expect(!denied.isEmpty && denied.allSatisfy { $0.content.contains(#""errorCode":29"#) })
        let topics = try Listing.messages([Repository.capture("healthy-java.pcap")]) { $0.topics = ["t1"] }
        #expect(topics.contains { $0.api == "Produce" } && topics.contains { $0.api == "Fetch" })
        #expect(try Listing.messages([path]) { $0.topics = ["no-such-topic"] }.isEmpty)
    }

    @Test func whatIsUnknownIsRefusedWithANameThatIsNear() throws {
        for arguments in [
            ["--api", "Fetsh"], ["--error", "NOT_LEADER"], ["--finding", "x-1"], ["--slower", "soon"],
        ] {
            let run = try Tool.run(["decode", "captures/acl-denied.pcap"] + arguments)
            #expect(run.status == 2 && run.errors.hasPrefix("brokertap: ") && run.output.isEmpty, "\(arguments)")
        }
        #expect(try Tool.run(["decode", "-"], input: Repository.capture("acl-denied.pcap")).status == 2)
    }

    @Test func ofSeveralFilesEachMessageNamesItsOwn() throws {
        var options = ListingOptions()
        options.isJSON = true
        let paths = ["acl-denied.pcap", "idle-close.pcap"].map(Repository.capture)
        let lines = try Listing.text(paths, options).split(separator: "\n")
        for name in ["acl-denied.pcap", "idle-close.pcap"] {
            let alone = try Listing.text([Repository.capture(name)], options).split(separator: "\n").count
            #expect(lines.filter { $0.contains(#""source":"\#(name)""#) }.count == alone && alone > 0)
        }
    }

    // MARK: Findings

    /// The messages of each finding, with and without their neighbours.
    @Test(arguments: ["crash-kill9.pcap", "acl-denied.pcap", "hang-now.pcap", "idle-close-race.pcap"])
    func aFindingsMessages(name: String) throws {
        let report = try InProcess.report([Repository.capture(name)])
        for finding in report.findings where !finding.requests.isEmpty {
            let alone = try Listing.messages([Repository.capture(name)]) {
                $0.finding = finding.id
                $0.context = 0
            }
            for request in finding.requests {
                let id = Int64(request.correlationId)
                #expect(alone.contains { $0.correlationId == id }, "\(finding.id) #\(id)")
            }
            let around = try Listing.messages([Repository.capture(name)]) { $0.finding = finding.id }
            #expect(Set(around.map(\.key)).isSuperset(of: alone.map(\.key)))
        }
    }

    /// However little may wait, nothing is lost and nothing twice; only the order gives way.
    @Test func aFullQueueLosesNothing() throws {
        let path = Repository.capture("crash-kill9.pcap")
        let all = try Listing.messages([path])
        for bytes in [0, 5000, 50_000] {
            let some = try Listing.messages([path]) { $0.analysis.limits.shownWaitingBytes = bytes }
            #expect(some.map(\.key).sorted() == all.map(\.key).sorted())
        }
    }
}
