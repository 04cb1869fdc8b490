import Foundation
import ReportModel
import Reports
import Testing

/// With `--anonymize` no output shows a host, a client id or a principal of the capture.
@Suite struct AliasTests {
    /// All outputs of a run over a file: the screen, JSON, and the page with its packed rows.
    private func outputs(_ capture: String, _ flags: [String]) throws -> [String] {
        let scratch = try Scratch()
        let (json, page) = (scratch.path("a.json"), scratch.path("a.html"))
        let ended = try Tool.run(
            ["analyze", Repository.capture(capture), "--all", "--json", json, "--html", page] + flags)
        #expect(ended.status == 0)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        return [ended.text, try String(contentsOfFile: json, encoding: .utf8), html] + unpacked(html, scratch)
    }

    /// The page's rows are packed by gzip, in base 64.
    private func unpacked(_ html: String, _ scratch: Scratch) -> [String] {
        html.matches(of: #/H4sI[A-Za-z0-9+\/]+=*/#).compactMap { match in
            guard let packed = Data(base64Encoded: String(match.output)),
                let path = try? scratch.write(Array(packed), as: "rows.gz")
            else { return nil }
            return try? Tool.shell("gzip -dc '\(path)' 2>/dev/null || true").text
        }
    }

    @Test func aNameThatOnlyDNSHasIsNotTold() throws {
        let plain = try outputs("anonymize-names.pcap", [])
        #expect(plain[1].contains("payroll-db.hr.acme-corp.example"))
        for output in try outputs("anonymize-names.pcap", ["--anonymize"]) {
            for word in ["payroll", "acme", "10.0.0.1", "10.0.0.53"] { #expect(!output.contains(word)) }
        }
    }

    @Test func pathsOfFilesAreNotTold() throws {
        let scratch = try Scratch()
        let json = scratch.path("a.json")
        _ = try Tool.run(
            ["analyze", Repository.capture("anonymize-names.pcap"), "--json=\(json)", "--anonymize"])
        #expect(!(try String(contentsOfFile: json, encoding: .utf8)).contains(scratch.folder.path))
    }

    @Test(arguments: Label.all.keys.sorted()) func noOutputTellsWho(name: String) throws {
        let label = try #require(Label.all[name])
        let report = try InProcess.report([Repository.capture(label.capture)])
        let names = Self.names(in: report)
        let hidden = Anonymizer.anonymized(report)
        let outputs = [InProcess.json(hidden), InProcess.text(hidden, .init(width: 400, showAll: true))]
        for output in outputs {
            let words = Set(output.split { !Self.isNamePart($0) }.map { $0.trimmingCharacters(in: ["."]) })
            for name in names {
                let isTold = name.allSatisfy(Self.isNamePart) ? words.contains(name) : output.contains(name)
                #expect(!isTold, "\(label.capture) tells \(name)")
            }
        }
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber) || "._-@".contains(character)
    }

    /// Addresses, names of hosts, client ids and principals, wherever the report has them.
    static func names(in report: Report) -> Set<String> {
        var names: Set<String> = []
        for row in report.connections {
            for endpoint in [row.client, row.server] { names.insert(host(endpoint)) }
            names.formUnion([row.clientName, row.serverName, row.tlsServerName, row.principal].compactMap(\.self))
            if let id = row.clientId { names.insert(id) }
        }
        for event in report.timeline { names.formUnion(event.hosts) }
        for row in report.brokers { names.formUnion((row.addresses + row.advertised).map(host)) }
        for row in report.clients { names.formUnion(row.clientIds) }
        // Words that are the report's own too, hosts that mean any host, and what is shown as a group's name as well.
        let groups = Set(report.tables?.groups.map(\.group) ?? [])
        return names.filter { name in
            name.count > 4 && !groups.contains(name)
                && ![
                    "localhost", "127.0.0.1", "0.0.0.0", "kafka", "client", "sarama", "rdkafka", "first", "idempotent",
                ].contains(name)
        }
    }

    private static func host(_ endpoint: String) -> String {
        guard let colon = endpoint.lastIndex(of: ":") else { return endpoint }
        return endpoint[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}
