import Foundation
import Reports
import Testing

/// What the program's output looks like where it goes.
@Suite struct AppearanceTests {
    private let crash = "captures/crash-kill9.pcap"
    private static let escape: UInt8 = 0x1B

    @Test func coloursOnlyWhenAsked() throws {
        #expect(try Tool.run([crash, "--color", "always"]).output.contains(Self.escape))
        #expect(try !Tool.run([crash]).output.contains(Self.escape))
        #expect(try !Tool.run([crash, "--color", "always", "--no-color"]).output.contains(Self.escape))
        #expect(
            try !Tool.run([crash], environment: ["NO_COLOR": "1", "TERM": "xterm-256color"]).output.contains(
                Self.escape))
    }

    @Test func aPlainLocaleGetsPlainBytes() throws {
        for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
            let run = try Tool.run([crash, "--all"], environment: ["LC_ALL": locale])
            #expect(run.output.allSatisfy { $0 < 128 }, "\(locale)")
        }
    }

    @Test(arguments: [20, 40, 72, 80, 120, 200]) func fitsTheWidth(width: Int) throws {
        let run = try Tool.run([crash, "--all", "--width", "\(width)"], environment: ["LC_ALL": "C.UTF-8"])
        let report = try InProcess.report([Repository.root.appendingPathComponent(crash).path])
        let context = NarrationContext(report)
        let commands = Set(report.findings.flatMap { Narration($0, in: context).steps }.compactMap(\.command))
        for line in run.text.split(separator: "\n") where line.contains(" ") {
            // A command is copied as a whole, so it is never broken.
            if commands.contains(String(line.drop { $0 == " " })) || line.contains("brokertap ") { continue }
            // One word that is longer than the line (a command's path, an address) stays whole.
            let longestWord = line.split(separator: " ").map(\.count).max() ?? 0
            #expect(line.count <= max(width, longestWord + 14), "\(line)")
        }
    }

    @Test func theSameCaptureGivesTheSameBytes() throws {
        for arguments in [[crash, "--json", "-"], [crash, "--all"]] {
            let runs = try (0..<3).map { _ in try Tool.run(arguments).output }
            #expect(runs[0] == runs[1] && runs[1] == runs[2])
        }
    }

    @Test func everyCommandSpeaks() throws {
        for command in [
            ["--help"], ["--version"], ["help"], ["man"], ["schema"], ["explain"], ["completions", "bash"],
        ] {
            let run = try Tool.run(command)
            #expect(run.status == 0, "\(command)")
            #expect(!run.output.isEmpty)
        }
    }

    @Test func explainsEachKindThatACaptureShows() throws {
        let overview = try Tool.run(["explain"]).text
        for kind in Set(Label.all.values.flatMap(\.expect).map(\.kind)).subtracting(NotYet.kinds.keys).sorted() {
            #expect(overview.contains(kind))
            #expect(try Tool.run(["explain", kind]).status == 0, "\(kind)")
        }
    }

    @Test func theReportFileIsPlain() throws {
        let scratch = try Scratch()
        let path = scratch.path("report.txt")
        let run = try Tool.run([crash, "--report", path, "--color", "always"])
        #expect(run.output.isEmpty)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(bytes.allSatisfy { $0 < 128 && $0 != Self.escape })
    }
}
