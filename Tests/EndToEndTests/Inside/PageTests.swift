import Foundation
import Testing

/// The examples in the pages of the documentation are what the program says. A line `...` stands for any others.
@Suite struct PageTests {
    static let pages = ["decode.md", "evidence.md", "annotate.md"].filter {
        FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent("docs/\($0)").path)
    }

    private struct Example {
        var command: String
        var output: [String]
    }

    @Test(arguments: pages) func examplesAreTrue(page: String) throws {
        let text = try String(contentsOf: Repository.root.appendingPathComponent("docs/\(page)"), encoding: .utf8)
        let examples = Self.examples(text)
        #expect(!examples.isEmpty)
        let scratch = try Scratch()
        for example in examples {
            let script = example.command.replacing("brokertap ", with: #""$brokertap" "#).replacing(
                "small.pcapng", with: scratch.path("small.pcapng")
            ).replacing("commented.pcapng", with: scratch.path("commented.pcapng"))
            let run = try Tool.shell(script)
            let text = run.text.replacing(scratch.folder.path + "/", with: "")
            let lines = text.split(separator: "\n").map(String.init)
            #expect(Self.fits(lines[...], example.output[...]), "\(example.command)\n\(run.text)\(run.errors)")
        }
    }

    private static func fits(_ lines: ArraySlice<String>, _ wanted: ArraySlice<String>) -> Bool {
        guard let first = wanted.first else { return lines.isEmpty }
        if first == "..." {
            return (lines.startIndex...lines.endIndex).contains { fits(lines[$0...], wanted.dropFirst()) }
        }
        return lines.first == first && fits(lines.dropFirst(), wanted.dropFirst())
    }

    /// What stands in blocks of `console`: a command behind `$`, then what it writes.
    private static func examples(_ text: String) -> [Example] {
        var examples: [Example] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                isInside = line == "```console"
            } else if isInside, line.hasPrefix("$ ") {
                examples.append(Example(command: String(line.dropFirst(2)), output: []))
            } else if isInside, !examples.isEmpty {
                examples[examples.count - 1].output.append(line)
            }
        }
        return examples
    }
}
