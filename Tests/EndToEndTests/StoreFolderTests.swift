import Foundation
import Testing

@testable import Reports

/// `--ndjson-dir` as an output: what it overwrites and what not, aliases, and the files of a live run.
@Suite struct StoreFolderTests {
    private static let capture = Repository.capture("crash-kill9.pcap")

    /// An earlier run's rows do not stay beside the new ones, and nothing half-written does.
    @Test func aRunReplacesTheOneBefore() throws {
        let scratch = try Scratch()
        _ = try Stores.made([Self.capture], in: scratch, as: "a/b")
        let stores = try Stores.made([Repository.capture("healthy-java.pcap")], in: scratch, as: "a/b/")
        #expect(stores["findings"].allSatisfy { $0["capture"] == .text("healthy-java.pcap") })
        #expect(Set(stores.tables.values.flatMap { $0.map { $0["run"].description } }).count == 1)
        let files = Repository.files(in: scratch.folder.appendingPathComponent("a/b"))
        #expect(Set(files) == Set(StoreTables.names.map { "\($0).ndjson" }))
    }

    /// The same capture gives the same bytes, and another view of it is another run.
    @Test func aRunHasItsName() throws {
        let scratch = try Scratch()
        let once = try Stores.made([Self.capture], in: scratch, as: "one")
        let again = try Stores.made([Self.capture], in: scratch, as: "two")
        for name in StoreTables.names {
            #expect(
                try Stores.text("\(once.folder)/\(name).ndjson") == Stores.text("\(again.folder)/\(name).ndjson"))
        }
        let part = try Stores.made([Self.capture, "--broker", "2"], in: scratch, as: "three")
        #expect(part["runs"].first?["run"] != once["runs"].first?["run"])
        #expect(part["runs"].first?["narrowed"] == .flag(true))
    }

    /// What cannot be written is told before the capture is read.
    @Test func obstaclesAreToldFirst() throws {
        let scratch = try Scratch()
        let file = try scratch.write([], as: "file")
        _ = try Tool.shell("mkdir '\(scratch.path("d"))' && mkdir '\(scratch.path("d"))/findings.ndjson'")
        for (folder, words) in [
            (file, "is no folder"), ("\(file)/below", "is no folder"), ("-", "needs a folder"),
            (scratch.path("d"), "it is a directory"),
        ] {
            let ended = try Tool.run(["no-such.pcap", "--ndjson-dir", folder])
            #expect(ended.status == 2 && ended.errors.contains(words), "\(folder): \(ended.errors)")
            #expect(!ended.errors.contains("no-such.pcap"))
        }
        // Nobody can make a folder there, whatever the rights are.
        let ended = try Tool.run([Self.capture, "--ndjson-dir", "/proc/none"])
        #expect(ended.status == 2 && ended.errors.contains("/proc/none") && ended.output.isEmpty)
    }

    @Test func anInputIsNeverOverwritten() throws {
        let scratch = try Scratch()
        let hosts = try scratch.write(Array("10.10.0.11 kafka-1\n".utf8), as: "limits.ndjson")
        let ended = try Tool.run([Self.capture, "--hosts", hosts, "--ndjson-dir", scratch.folder.path])
        #expect(ended.status == 2)
        #expect(try Stores.text(hosts) == "10.10.0.11 kafka-1\n")
    }

    /// A full disk leaves the run before, whole.
    @Test func whatDoesNotFitIsToldAndLeavesTheOneBefore() throws {
        let scratch = try Scratch()
        let before = try Stores.made([Repository.capture("healthy-java.pcap")], in: scratch)
        let ended = try Tool.shell(
            "trap '' XFSZ; ulimit -f 200; \"$brokertap\" '\(Self.capture)' --quiet --ndjson-dir '\(before.folder)'")
        #expect(ended.status == 2 && ended.errors.contains("requests.ndjson"), "\(ended.errors)")
        let after = try Stores(before.folder)
        #expect(after.tables == before.tables)
        #expect(Repository.files(in: URL(fileURLWithPath: before.folder)).count == StoreTables.names.count)
    }

    /// Names that the plain tables tell are in none of the others.
    @Test func aliasesAreInAllTables() throws {
        let scratch = try Scratch()
        for name in [
            "anonymize-names.pcap", "crash-kill9.pcap", "mtls.pcap", "txn-fenced.pcap", "gateway-both-legs.pcap",
        ] {
            let path = Repository.capture(name)
            let plain = try Stores.made([path], in: scratch, as: "plain")
            let hidden = try Stores.made([path, "--anonymize"], in: scratch, as: "hidden")
            var names: Set<String> = []
            for row in plain["connections"] {
                for column in ["client", "server"] {
                    names.insert(row[column].description.split(separator: ":")[0].filter { $0 != "\"" })
                }
                for column in ["client_id", "principal", "client_name", "server_name"] where row[column] != .null {
                    names.insert(row[column].description.filter { $0 != "\"" })
                }
            }
            names.remove("127.0.0.1")
            #expect(names.count > 2)
            for table in StoreTables.names {
                let text = try Stores.text("\(hidden.folder)/\(table).ndjson")
                for name in names where name.count > 5 { #expect(!text.contains(name), "\(table): \(name)") }
                #expect(hidden[table].count == plain[table].count)
            }
        }
    }

    // MARK: Live

    private func live(_ arguments: [String], _ folder: String) throws {
        let ended = try Tool.run(["live", Self.capture, "--plain", "--quiet", "--ndjson-dir", folder] + arguments)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    }

    /// What a live run tells piece by piece is what is read from the file: each connection and request once, each finding in the end.
    @Test func aLiveRunTellsTheSameRows() throws {
        let scratch = try Scratch()
        let read = try Stores.made([Self.capture], in: scratch)
        try live([], scratch.path("live"))
        let live = try Stores(scratch.path("live"))
        #expect(
            Set(live["connections"].map { $0["id"].description })
                == Set(read["connections"].map { $0["id"].description }))
        #expect(live["connections"].count == read["connections"].count)
        let key = { (row: JSONValue) in
            "\(row["connection_id"]) \(row["frame"]) \(row["correlation_id"]) \(row["outcome"])"
        }
        #expect(live["requests"].map(key).sorted() == read["requests"].map(key).sorted())
        let last = Dictionary(grouping: live["findings"]) { $0["id"].description }.compactMap { id, rows in
            rows.max { ($0["revision"].number ?? 0) < ($1["revision"].number ?? 0) }
        }
        #expect(last.allSatisfy { $0["state"] == .text("final") || $0["state"] == .text("withdrawn") })
        let kinds = { (rows: [JSONValue]) in rows.map { "\($0["kind"]) \($0["server"]) \($0["cause"])" }.sorted() }
        // Milder ones are told otherwise live: what was seen later changes them.
        let errors = { (rows: [JSONValue]) in rows.filter { $0["severity"] == .text("error") } }
        #expect(kinds(errors(last.filter { $0["state"] == .text("final") })) == kinds(errors(read["findings"])))
        #expect(!errors(last).isEmpty)
        #expect(
            Set(live["incidents"].map { $0["kind"].description })
                == Set(read["incidents"].map { $0["kind"].description }))
        #expect(live["runs"].last?["interim"] == .flag(false))
        #expect(live["runs"].last?["lost"] == read["runs"].first?["lost"])
        #expect(Set(live.tables.values.flatMap { $0.map { $0["run"].description } }).count == 1)
        for table in StoreTables.all.map(\.facts) {
            for row in live[table.name] {
                let fields = try #require(row.fields)
                #expect(Set(fields.keys) == Set(table.columns.map(\.name)))
            }
        }
    }

    /// However the packets come, each row is told once, and of an outage that is told anew as more is known one stands in the end.
    @Test func ticksChangeNoRow() throws {
        let scratch = try Scratch()
        let read = try Stores.made([Self.capture], in: scratch)
        let ended = try Tool.shell(
            """
            for part in 0 1 2 3 4 5 6 7; do
                tail -c +$((part * 200000 + 1)) '\(Self.capture)' 2>/dev/null | head -c 200000
                sleep 0.3
            done | "$brokertap" live - --tick 100ms --plain --quiet --ndjson-dir '\(scratch.path("live"))'
            """)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        let live = try Stores(scratch.path("live"))
        let key = { (row: JSONValue) in "\(row["connection_id"]) \(row["frame"]) \(row["outcome"]) \(row["weight"])" }
        #expect(live["requests"].map(key).sorted() == read["requests"].map(key).sorted())
        let ids = { (rows: [JSONValue]) in rows.map { $0["id"].description }.sorted() }
        #expect(ids(live["connections"]) == ids(read["connections"]))
        let last = Dictionary(grouping: live["incidents"]) { $0["id"].description }.values.compactMap { rows in
            rows.max { ($0["revision"].number ?? 0) < ($1["revision"].number ?? 0) }
        }
        #expect(last.allSatisfy { $0["state"] == .text("final") || $0["state"] == .text("replaced") })
        #expect(last.count { $0["state"] == .text("final") } == read["incidents"].count)
    }

    /// A second run appends; a file that is full is turned over, and so many older ones stay.
    @Test func liveFilesAreBounded() throws {
        let scratch = try Scratch()
        let folder = scratch.path("live")
        for _ in 0..<3 { try live(["--ndjson-rotate", "200k", "--ndjson-keep", "2"], folder) }
        let files = Repository.files(in: URL(fileURLWithPath: folder)).filter { $0.hasPrefix("requests.") }
        #expect(files == ["requests.ndjson", "requests.ndjson.1", "requests.ndjson.2"])
        #expect(try Stores(folder)["sources"].count == 3)
    }

    @Test(arguments: [["--anonymize"], ["--client", "x"], ["--broker", "1"]])
    func whatCannotGoWithItIsRefused(_ flags: [String]) throws {
        let scratch = try Scratch()
        let ended = try Tool.run(["live", Self.capture, "--ndjson-dir", scratch.path("x")] + flags)
        #expect(ended.status == 2 && ended.errors.contains("--ndjson-dir"))
    }

    @Test func sqlNamesEveryColumn() throws {
        for engine in StoreWords.Engine.allCases {
            let text = try Tool.run(["schema", "--sql", engine.rawValue]).text
            for table in StoreTables.all.map(\.facts) {
                #expect(text.contains("CREATE TABLE \(table.name) ("))
                for column in table.columns { #expect(text.contains("    \(column.name) ")) }
            }
        }
        #expect(try Tool.run(["schema", "--sql", "mysql"]).status == 2)
    }
}
