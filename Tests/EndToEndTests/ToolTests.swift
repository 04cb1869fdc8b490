import Foundation
import Testing

/// The program as a user meets it: files in, text and exit statuses out.
@Suite struct ToolTests {
    private let crash = "captures/crash-kill9.pcap"
    private let healthy = "captures/healthy-java.pcap"

    @Test func saysWhatHappenedAndExitsWithZero() throws {
        let run = try Tool.run([crash])
        #expect(run.status == 0)
        #expect(run.text.contains("VERDICT"))
        #expect(run.errors.isEmpty)
    }

    @Test(arguments: [("error", 1), ("warning", 1), ("info", 1)] as [(String, Int32)])
    func failsOnFindingsWhenAsked(level: String, status: Int32) throws {
        #expect(try Tool.run([crash, "--fail-on", level]).status == status)
    }

    @Test func healthyTrafficNeverFails() throws {
        #expect(try Tool.run([healthy, "--fail-on", "warning"]).status == 0)
    }

    @Test(arguments: [["--nonsense"], ["captures/healthy-java.pcap", "--fail-on", "sometimes"], ["no-such.pcap"]])
    func whatCannotBeDoneExitsWithTwo(arguments: [String]) throws {
        let run = try Tool.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("brokertap: "))
    }

    @Test func unreadableFilesAreNamed() throws {
        let scratch = try Scratch()
        let empty = try scratch.write([], as: "empty.pcap")
        let text = try scratch.write(Array("GET / HTTP/1.1\r\n\r\nthis is no capture\n".utf8), as: "notes.txt")
        for path in [empty, text, scratch.path("missing.pcap"), scratch.folder.path] {
            let run = try Tool.run(["analyze", path])
            #expect(run.status == 2, "\(path): \(run.text)")
            #expect(run.errors.contains(URL(fileURLWithPath: path).lastPathComponent), "\(run.errors)")
        }
    }

    @Test func aTextFileIsNotQuoted() throws {
        let scratch = try Scratch()
        let path = try scratch.write(Array("hunter2-hunter2-hunter2-hunter2-hunter2".utf8), as: "secret.txt")
        let run = try Tool.run([path])
        #expect(!run.errors.contains("hunter2"))
    }

    @Test func aReaderWhoLeavesIsNoError() throws {
        let run = try Tool.shell(#"{ "$brokertap" \#(crash) --json - --pretty; echo "status $?" >&2; } | head -n 1"#)
        #expect(run.errors == "status 0\n")
        #expect(run.output.count < 10)
    }

    @Test func aFullDiskIsAnError() throws {
        let run = try Tool.run([crash, "--json", "/dev/full"])
        #expect(run.status == 2)
        #expect(run.errors.contains("/dev/full"))
    }

    @Test func standardInputReadsAsAFile() throws {
        let piped = try Tool.run(["-", "--json", "-"], input: Repository.capture("healthy-java.pcap"))
        let named = try Tool.run([healthy, "--json", "-"])
        #expect(piped.status == 0)
        let (fromPipe, fromFile) = (try report(piped), try report(named))
        #expect(fromPipe.findings.map(\.id) == fromFile.findings.map(\.id))
        #expect(fromPipe.capture.coverage.understoodBytes == fromFile.capture.coverage.understoodBytes)
    }

    @Test func packedFilesReadAsTheirContent() throws {
        let plain = try report(Tool.run(["captures/adv-wrong-port.pcap", "--json", "-"]))
        for name in ["wrapped-gz.pcap.gz", "wrapped-zst.pcap.zst"] {
            let packed = try report(Tool.run(["captures/\(name)", "--json", "-"]))
            #expect(packed.findings.map(\.id) == plain.findings.map(\.id), "\(name)")
        }
    }

    @Test func severalFilesAreOneStory() throws {
        let run = try Tool.run([
            "captures/response-lost-retry.pcap", "captures/response-lost-retry.broker2.pcap", "--json", "-",
        ])
        #expect(run.status == 0)
        #expect(try report(run).schema == "brokertap.report/1")
    }

    @Test func oneFileMayBeUnreadableAmongOthersOnlyWithAWord() throws {
        let run = try Tool.run([healthy, "no-such.pcap"])
        #expect(run.status == 2)
        #expect(run.errors.contains("no-such.pcap"))
    }

    private func report(_ run: Tool.Ended) throws -> JSONReport {
        try JSONDecoder().decode(JSONReport.self, from: Data(run.output))
    }
}
