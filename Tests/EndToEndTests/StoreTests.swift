import Foundation
import Testing

@testable import Reports

/// The tables of `--ndjson-dir`: declared once, the report's own values, summed as the report sums, and written as outputs are.
@Suite struct StoreTests {
    /// Of each sort something: groups, transactions, lost and late requests, gateways, TLS, sign-ins, errors, two interfaces.
    static let captures = [
        "crash-kill9.pcap", "response-lost-retry.pcap", "healthy-java-transactions.pcap", "txn-fenced.pcap",
        "hang-now.pcap", "gateway-both-legs.pcap", "gateway-port-range-too-small.pcap", "proxy-protocol.pcap",
        "tls-expired.pcap", "sasl-good.pcap", "healthy-java-kip848.pcap", "error-codes.pcap", "connection-limit.pcap",
        "idle-close.pcap", "wrapped-two-interfaces.pcapng", "client-killed.pcap", "healthy-java-old.pcap",
        "mtls.pcap", "auth-java-plain-wrong.pcap", "healthy-acks0.pcap", "client-id-newline.pcap",
    ]

    /// Each line has the declared columns in their order, of the declared types, and null only where that is declared.
    @Test(arguments: captures) func rowsAreAsDeclared(_ name: String) throws {
        let scratch = try Scratch()
        let stores = try Stores.made([Repository.capture(name)], in: scratch)
        #expect(Repository.files(in: URL(fileURLWithPath: stores.folder)).count == StoreTables.names.count)
        for table in StoreTables.all.map(\.facts) {
            let names = table.columns.map(\.name)
            for line in try Stores.text("\(stores.folder)/\(table.name).ndjson").split(separator: "\n") {
                var rest = line[...]
                for name in names {
                    guard let place = rest.range(of: "\"\(name)\":") else {
                        Issue.record("\(table.name).\(name) is missing, or not in its place")
                        break
                    }
                    rest = rest[place.upperBound...]
                }
            }
            for row in stores[table.name] {
                let fields = try #require(row.fields)
                #expect(Set(fields.keys) == Set(names))
                for column in table.columns {
                    #expect(
                        Self.fits(fields[column.name] ?? .null, column), "\(table.name).\(column.name): \(fields)")
                }
            }
        }
    }

    private static func fits(_ value: JSONValue, _ column: StoreColumnFacts) -> Bool {
        switch (column.type, value) {
        case (_, .null): column.mayBeNull
        case (.text, .text), (.flag, .flag), (.number, .number): true
        case (.integer, .number(let number)): number == number.rounded()
        case (.time, .text(let text)): text.count == 30 && text.hasSuffix("Z")
        case (.texts, .list(let items)): items.allSatisfy { if case .text = $0 { true } else { false } }
        case (.integers, .list(let items)): items.allSatisfy { $0.number.map { $0 == $0.rounded() } ?? false }
        default: false
        }
    }

    /// A column that the JSON report has too has the report's value, row by row.
    @Test(arguments: captures) func rowsAreTheReports(_ name: String) throws {
        let scratch = try Scratch()
        let stores = try Stores.made([Repository.capture(name), "--json", scratch.path("report.json")], in: scratch)
        let report = try JSONValue(report: Stores.text(scratch.path("report.json")))
        for table in StoreTables.all.map(\.facts) where table.path != nil || table.name == "runs" {
            let wanted = table.path.map { ReportRows.of(report, $0) } ?? [(report, .null)]
            #expect(stores[table.name].count == wanted.count, "\(table.name)")
            for (row, want) in zip(stores[table.name], wanted) {
                for column in table.columns {
                    guard let path = column.path else { continue }
                    let value =
                        path.hasPrefix("../") ? want.above.at(path: String(path.dropFirst(3))) : want.row.at(path: path)
                    #expect(
                        Self.same(row[column.name], value, path, want.row), "\(table.name).\(column.name), \(path)")
                }
            }
        }
    }

    /// A frame is a number, or an object where there are several sources; its source is the first one's else.
    private static func same(_ one: JSONValue, _ other: JSONValue, _ path: String, _ row: JSONValue) -> Bool {
        if path.hasSuffix(".source"), path.lowercased().contains("frame") {
            let frame = row.at(path: String(path.dropLast(7)))
            if case .object = frame { return one == frame["source"] }
            return one == (frame == .null ? .null : .number(0))
        }
        if one == other { return true }
        if case .object(let frame) = other { return one == frame["number"] }
        if case .list(let frames) = other { return one == .list(frames.map { $0["number"] }) }
        return false
    }

    /// What the report's rows hold is a column, unless it is a table of its own or told otherwise here.
    @Test func nothingOfARowIsForgotten() throws {
        let elsewhere: Set<String> = [
            // Tables of their own.
            "requests", "facts", "clients", "findings", "members", "rebalances", "certificates", "nodes", "errors",
            // Told in other columns.
            "frame", "first", "last", "displayFilter", "connections", "apis", "removed", "broker", "servers",
            "upgrades", "faultOffset",
            // Words about an incident's errors are in its explanation.
            "related",
        ]
        var seen: Set<String> = []
        for name in Self.captures {
            let scratch = try Scratch()
            _ = try Stores.made([Repository.capture(name), "--json", scratch.path("report.json")], in: scratch)
            let report = try JSONValue(report: Stores.text(scratch.path("report.json")))
            for table in StoreTables.all.map(\.facts) {
                guard let path = table.path else { continue }
                let paths = Set(table.columns.compactMap(\.path))
                for (row, _) in ReportRows.of(report, path) {
                    for leaf in Self.leaves(row)
                    where !paths.contains(where: { $0 == leaf || $0.hasPrefix(leaf + ".") }) {
                        let names = leaf.split(separator: ".").map(String.init)
                        #expect(!elsewhere.isDisjoint(with: names), "\(table.name) has no column for \(leaf)")
                    }
                    seen.insert(table.name)
                }
            }
        }
        let tables = Set(StoreTables.all.filter { $0.facts.path != nil }.map(\.facts.name))
        #expect(tables.subtracting(seen) == ["share_groups", "limits", "connection_groups"])
    }

    private static func leaves(_ value: JSONValue, _ path: String = "") -> [String] {
        guard case .object(let fields) = value else { return [path] }
        return fields.flatMap { leaves($1, path.isEmpty ? $0 : "\(path).\($0)") }
    }

    /// What becomes of single requests adds up to what the summary says.
    @Test func requestsAddUp() throws {
        for name in Repository.files(in: Repository.captures) where name.contains(".pcap") {
            let scratch = try Scratch()
            let stores = try Stores.made([Repository.capture(name)], in: scratch)
            let run = try #require(stores["runs"].first)
            #expect(stores["runs"].count == 1)
            #expect(stores.requests("lost") == run["lost"].number, "\(name): lost")
            #expect(stores.requests("given-up") == run["given_up"].number, "\(name): given up")
            #expect(stores.requests() == run["requests"].number, "\(name): requests")
        }
    }

    /// A sample stands for the whole.
    @Test func aSampleIsWeighed() throws {
        let scratch = try Scratch()
        let stores = try Stores.made(
            [Repository.capture("crash-kill9.pcap"), "--html-events", "200"], in: scratch)
        let run = try #require(stores["runs"].first)
        #expect(stores["requests"].count <= 200)
        #expect(stores.requests("lost") == run["lost"].number)
        let all = try #require(run["requests"].number)
        #expect(abs(stores.requests() - all) < all / 20)
    }
}
