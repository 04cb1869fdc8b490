import Foundation
import Pipeline
import ReportModel
import Testing

@testable import Reports

/// Reports narrowed to clients, brokers and a span of time: what they count is the view's, and they say what they leave out.
@Suite struct ViewTests {
    private static let captures = [
        "crash-kill9.pcap", "healthy-acks0.pcap", "hang-now.pcap", "sasl-tls-nokeys.pcap", "gssapi-legacy-v0.pcap",
        "adv-unresolvable.pcap", "response-lost-retry.pcap", "bootstrap-wrong.pcap",
    ]
    private static var fates: [KeyPath<Summary, Int64>] {
        [\.answered, \.lost, \.givenUp, \.stillWaiting, \.wantNoAnswer, \.unanswered]
    }
    private static var sums: [KeyPath<Coverage, Int64>] {
        [
            \.tcpPayloadBytes, \.understoodBytes, \.encryptedBytes, \.gapBytes, \.unknownBytes, \.otherProtocolBytes,
            \.messagesDecoded, \.messagesPairedOnly, \.messagesCut, \.messagesMalformed,
        ]
    }

    /// Every connection has one client and one server.
    @Test(arguments: captures, ["client", "broker"])
    func viewsAddUpToTheWhole(_ capture: String, of side: String) throws {
        let whole = try report(capture)
        let named = whole.findings.compactMap { side == "client" ? $0.client : $0.server }
        let parties = whole.connections.map { side == "client" ? $0.client.withoutPort : $0.server }
        let views = try Set(parties + named).sorted().map { name in
            try report(capture) { if side == "client" { $0.clients = [name] } else { $0.brokers = [name] } }
        }
        for fate in Self.fates + [\.responses] {
            #expect(views.reduce(0) { $0 + $1.summary[keyPath: fate] } == whole.summary[keyPath: fate], "\(fate)")
        }
        for count in [\Summary.connections, \.connectionsRefused] {
            #expect(views.reduce(0) { $0 + $1.summary[keyPath: count] } == whole.summary[keyPath: count])
        }
        for bytes in Self.sums {
            let sum = views.reduce(0) { $0 + $1.capture.coverage[keyPath: bytes] }
            #expect(sum == whole.capture.coverage[keyPath: bytes], "\(bytes)")
        }
        let shown = Set(views.flatMap { $0.findings.map(\.id) })
        let ofOne = whole.findings.filter { (side == "client" ? $0.client : $0.server) != nil }
        #expect(ofOne.allSatisfy { shown.contains($0.id) }, "\(ofOne.map(\.id)) \(shown)")
        for view in views { checkWords(view, whole) }
    }

    private func checkWords(_ view: Report, _ whole: Report) {
        let text = Verdict(view).text
        #expect(text.contains("This view shows "), "\(text)")
        #expect(!text.contains("Nothing wrong found") || text.contains("Nothing wrong found in this view"), "\(text)")
        let outside = view.view?.outside
        #expect((outside?.errors ?? -1) + view.summary.errors == whole.summary.errors)
        #expect((outside?.requests ?? -1) + view.summary.requests == whole.summary.requests)
    }

    @Test(arguments: captures)
    func everyClientIdSeesItsFindings(_ capture: String) throws {
        let whole = try report(capture)
        for id in Set(whole.findings.flatMap(\.clientIds)) {
            let view = try report(capture) { $0.clients = [id] }
            let own = whole.findings.filter { $0.clientIds.contains(id) }.map(\.id)
            #expect(Set(own).isSubset(of: view.findings.map(\.id)), "\(id)")
        }
    }

    /// A request belongs to the moment at which it was sent.
    @Test(arguments: captures)
    func partsOfTimeAddUp(_ capture: String) throws {
        let whole = try report(capture)
        let start = try #require(whole.capture.sources.compactMap(\.first).min())
        let half = (whole.capture.sources.compactMap(\.last).max() ?? start).since(start) / 2
        let early = try report(capture) { $0.to = .sinceStart(nanoseconds: half) }
        let late = try report(capture) { $0.from = .sinceStart(nanoseconds: half + 1) }
        for fate in Self.fates {
            let sum = early.summary[keyPath: fate] + late.summary[keyPath: fate]
            #expect(sum == whole.summary[keyPath: fate], "\(fate)")
        }
        #expect(early.timeline.allSatisfy { $0.time <= early.view?.to ?? .distantPast })
        #expect(late.view?.first == late.view?.from)
    }

    /// Where the log has no room for all requests, those of a time are an estimate, and said to be one.
    @Test func aSampleIsSaidToBeOne() throws {
        let view = try report("crash-kill9.pcap") {
            $0.from = .sinceStart(nanoseconds: 4_000_000_000)
            $0.limits.loggedRequests = 200
        }
        let exact = try report("crash-kill9.pcap") { $0.from = .sinceStart(nanoseconds: 4_000_000_000) }
        #expect(view.view?.isEstimated == true && exact.view?.isEstimated == false)
        #expect(Verdict(view).text.contains("even sample"))
        #expect(view.summary.lost == exact.summary.lost && view.summary.givenUp == exact.summary.givenUp)
        let share = Double(view.summary.requests) / Double(exact.summary.requests)
        #expect((0.8...1.2).contains(share), "\(share)")
    }

    /// Connections that found no room in the report count in views of hosts.
    @Test(arguments: ["client", "broker"])
    func foldedConnectionsCount(_ side: String) throws {
        let narrow = { (options: inout AnalyzerOptions) in options.limits.endedConnections = 10 }
        let whole = try report("crash-kill9.pcap", narrow)
        let names = side == "client" ? ["10.10.0.100"] : ["10.10.0.11", "10.10.0.12", "10.10.0.13"]
        let views = try names.map { name in
            try report("crash-kill9.pcap") {
                narrow(&$0)
                if side == "client" { $0.clients = [name] } else { $0.brokers = [name] }
            }
        }
        #expect(!whole.connectionGroups.isEmpty)
        #expect(views.reduce(0) { $0 + $1.summary.requests } == whole.summary.requests)
        #expect(views.reduce(0) { $0 + $1.summary.lost } == whole.summary.lost)
        #expect(views.reduce(0) { $0 + $1.summary.connections } == whole.summary.connections)
    }

    @Test func aViewByNodeIsThatByAddressAndName() throws {
        let views = try ["2", "10.10.0.12", "10.10.0.12:9092", "kafka-2.lab", "Kafka-2", "kafka-2.lab:9092"].map {
            name in
            try report("crash-kill9.pcap") { $0.brokers = [name] }
        }
        for view in views {
            #expect(view.findings.map(\.id) == views[0].findings.map(\.id))
            #expect(view.summary.requests == views[0].summary.requests && view.summary.requests > 0)
            #expect(view.brokers.map(\.nodeIds) == [[2]])
            #expect(view.latency.allSatisfy { $0.broker == nil || $0.broker == "10.10.0.12:9092" })
        }
    }

    /// Every row is of the view's connections.
    @Test func rowsAreThoseOfTheView() throws {
        let view = try report("crash-kill9.pcap") { $0.clients = ["java-consume"] }
        #expect(view.connections.allSatisfy { $0.clientId == "java-consume" } && !view.connections.isEmpty)
        #expect(view.clients.flatMap(\.clientIds) == ["java-consume"])
        #expect(view.latency.allSatisfy { $0.client == nil || $0.client == "java-consume" } && !view.latency.isEmpty)
        #expect(view.connections.reduce(0) { $0 + $1.requests } == view.summary.requests)
        #expect(view.errorCounts.allSatisfy { $0.clientId == "java-consume" })
        #expect(view.findings.flatMap(\.requests).allSatisfy { $0.clientId == "java-consume" })
    }

    /// A finding lists a hundred lost requests; those of a view are counted all the same.
    @Test func lostRequestsBeyondTheListAreCountedByTime() throws {
        let scratch = try Scratch()
        let capture = try scratch.write(PingPong.capture(rounds: 20, unanswered: 700), as: "many.pcap")
        let whole = try InProcess.report([capture])
        let last = try #require(whole.findings.flatMap(\.requests).last)
        var options = AnalyzerOptions()
        options.from = .absolute(last.sent)
        let view = try InProcess.report([capture], options)
        let finding = try #require(view.findings.first { $0.kind == .disconnectBeforeResponse })
        #expect(finding.requests.count + finding.requestsLeftOut == Int(view.summary.lost))
        #expect(view.summary.lost == 601 && view.summary.requests == 601)
    }

    /// A view of brokers with and without a fault tells the incident only where it failed.
    @Test func anIncidentIsToldWhereItLeftItsMark() throws {
        #expect(try report("crash-kill9.pcap") { $0.brokers = ["2"] }.incidents.map(\.kind) == [.brokerOutage])
        let other = try report("crash-kill9.pcap") { $0.brokers = ["3"] }
        #expect(!Verdict(other).text.contains("stopped without notice"), "\(Verdict(other).text)")
    }

    // MARK: The program

    /// The finding's first client id is another's.
    @Test func anyOfItsClientsFailsOnAFinding() throws {
        for id in ["librdkafka-produce", "franz-consume", "java-consume"] {
            let run = try Tool.run(["captures/crash-kill9.pcap", "--client", id, "--fail-on", "error", "-q"])
            #expect(run.status == 1, "\(id)")
        }
        #expect(try Tool.run(["captures/crash-kill9.pcap", "--broker", "1", "--fail-on", "error", "-q"]).status == 0)
    }

    @Test(
        arguments: [
            (["--client", "franz-consum"], "did you mean franz-consume?"), (["--client", "nobody"], "10.10.0.100 ("),
            (["--broker", "7"], "10.10.0.11:9092 (node 1, kafka-1.lab:9092)"),
            (["--from", "+100"], "the capture goes from 2026-11-21 03:18:10.287 UTC to 2026-11-21 03:18:26.733 UTC"),
            (["--to", "2020-01-01T00:00:00Z"], "nothing was captured then"),
            (["--from", "+5", "--to", "+3"], "the end is before the beginning"),
        ] as [([String], String)])
    func whatIsNotThereIsAnErrorThatNamesWhatIs(_ flags: [String], _ words: String) throws {
        let run = try Tool.run(["captures/crash-kill9.pcap"] + flags)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("brokertap: --") && run.errors.contains(words), "\(run.errors)")
    }

    @Test(
        arguments: [
            ("tls13-keylog", ["unjudged"], 1), ("tls13-keylog", ["error"], 0), ("healthy-java", ["unjudged"], 0),
            ("crash-kill9", ["unjudged"], 1), ("tls13-keylog", ["warning", "unjudged"], 1),
        ] as [(String, [String], Int32)])
    func whatCannotBeJudgedFailsWhenAsked(_ capture: String, _ levels: [String], _ status: Int32) throws {
        let flags = levels.flatMap { ["--fail-on", $0] }
        #expect(try Tool.run(["captures/\(capture).pcap", "-q"] + flags).status == status)
    }

    @Test func theReportTellsItsView() throws {
        let run = try Tool.run(["captures/crash-kill9.pcap", "--broker", "1", "--report", "-"])
        let text = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            text.contains(
                "This view shows broker 1: 9 of 82 connections and 503 of 1,460 requests. 1 error and"
            ))
        #expect(text.contains("analyze captures/crash-kill9.pcap --broker 1 --html report.html"))
        let told = try JSONDecoder().decode(
            Told.self, from: Data(Tool.run(["captures/crash-kill9.pcap", "--broker", "1", "--json", "-"]).output))
        #expect(told.view?.brokers == ["1"] && told.view?.outside.findings["error"] == 1)
        #expect(told.view?.outside.connections == 73)
        let whole = try Tool.run(["captures/crash-kill9.pcap", "--json", "-"])
        #expect(try JSONDecoder().decode(Told.self, from: Data(whole.output)).view == nil)
    }

    private struct Told: Decodable {
        var view: View?
        struct View: Decodable {
            var brokers: [String]
            var outside: Outside
        }
        struct Outside: Decodable {
            var connections: Int
            var findings: [String: Int]
        }
    }

    private func report(_ capture: String, _ narrow: (inout AnalyzerOptions) -> Void = { _ in }) throws -> Report {
        var options = AnalyzerOptions()
        narrow(&options)
        return try InProcess.report([Repository.capture(capture)], options)
    }
}

extension String {
    /// The host of `host:port`, without brackets.
    fileprivate var withoutPort: String {
        String(self[..<(lastIndex(of: ":") ?? endIndex)]).trimmingCharacters(in: ["[", "]"])
    }
}
