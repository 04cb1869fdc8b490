import Foundation
import Pipeline
import ReportModel
import Reports
import Testing

@testable import brokertap

/// What can be tested of `docs/style-of-words.md`, over the report of each capture in the repository and each page of `explain`.
@Suite struct WordsTests {
    static let captures: [String] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("captures")
        return ["", "hunt"].flatMap { folder -> [String] in
            let path = root.appendingPathComponent(folder).path
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.filter { $0.contains(".pcap") }.sorted().map { "\(path)/\($0)" }
        }
    }()

    @Test func thereAreCaptures() { #expect(Self.captures.count > 100) }

    @Test(arguments: captures) func everySentenceIsPlain(_ path: String) throws {
        let report = try Analyzer(options: AnalyzerOptions()).run(paths: [path]) { _ in true }
        let context = NarrationContext(report)
        let verdict = Verdict(report)
        for sentence in verdict.sentences where !sentence.hasPrefix("Nothing wrong found") {
            Self.check(sentence, names: Self.names(report))
        }
        for finding in report.findings {
            let words = Narration(finding, in: context)
            #expect(!words.title.hasSuffix("."), "\(words.title)")
            for text in [words.title] + words.sentences { Self.check(text, names: Self.names(report)) }
            #expect(!words.steps.isEmpty, "\(finding.id)")
            for step in words.steps { Self.check(step, of: finding, Self.names(report)) }
        }
    }

    @Test(arguments: FindingKind.allCases) func everyPageIsPlain(_ kind: FindingKind) {
        let page = Explain.page(kind, markdown: true).split(separator: "\n\n").filter { !$0.hasPrefix("#") }
        for paragraph in page {
            let text = paragraph.replacingOccurrences(of: "\n", with: " ")
            Self.checkLength(text, names: [])
            Self.checkWords(text)
        }
    }

    @Test func helpIsPlain() {
        for command in FlagTable.commands {
            for text in [command.summary] + command.flags.map(\.help) { Self.checkWords(text) }
        }
    }

    // MARK: Rules

    private static let mostWords = 25

    /// Words that had to go; whole ones, in lower case.
    private static let forbidden = [
        "readably", "besides", "in its wake", "its fate is open", "idleness", "taking a request along", "nobody",
        "said goodbye",
        "all the same", "is no fault", "thrown out", "throws out", "in the midst", "anew", "its no", "said no",
        "turned away",
        "one a deployment", "for so it is", "luck",
    ]

    private static func check(_ text: String, names: Set<String>) {
        checkLength(text, names: names)
        checkWords(text)
        for kind in FindingKind.allCases where kind.rawValue.contains("-") {
            let isName = names.contains { $0.contains(kind.rawValue) }
            #expect(isName || !text.contains(kind.rawValue), "\(kind.rawValue) in: \(text)")
        }
    }

    private static func checkWords(_ text: String) {
        let plain = " " + text.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ") + " "
        #expect(!text.contains("In all "), "\(text)")
        for words in forbidden { #expect(!plain.contains(" \(words) "), "\(words) in: \(text)") }
    }

    /// Only words of ours count: no names, numbers, settings, addresses, and nothing in brackets or quotes.
    private static func checkLength(_ text: String, names: Set<String>) {
        for sentence in sentences(text) {
            let bare = sentence.replacing(#/\([^()]*\)|"[^"]*"|'[^']*'|`[^`]*`/#, with: "")
            let words = bare.split(separator: " ").filter { word in
                let bare = word.filter { !",.;:".contains($0) }
                let isName = names.contains(bare) || bare.contains { $0.isNumber || "_=/@".contains($0) }
                return !isName && !bare.contains(".") && bare.contains(where: \.isLetter) && bare.uppercased() != bare
            }
            #expect(words.count <= mostWords, "\(words.count) words: \(sentence)")
        }
    }

    /// Cut behind a full stop, where the next word begins large.
    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        for word in text.split(separator: " ") {
            let begins = word.first.map { $0.isUppercase || $0.isNumber || $0 == "\"" } ?? false
            if let last = sentences.last, !(begins && ".!?".contains(last.suffix(1))) {
                sentences[sentences.count - 1] = last + " " + word
            } else {
                sentences.append(String(word))
            }
        }
        return sentences
    }

    private static func names(_ report: Report) -> Set<String> {
        Set(report.clients.flatMap(\.clientIds) + (report.tables?.topics.compactMap(\.topic) ?? []))
    }

    private static func check(_ step: HelpStep, of finding: Finding, _ names: Set<String>) {
        guard let command = step.command else {
            #expect(step.text.hasSuffix("."), "\(step.text)")
            return check(step.text, names: names)
        }
        check(step.text, names: names)
        #expect(!step.text.isEmpty && !".:;,".contains(step.text.suffix(1)), "\(step.text)")
        #expect(!command.contains("\n") && !".;…".contains(command.suffix(1)), "\(command)")
        #expect(!command.contains(" --property "), "\(command)")
        if command.hasPrefix("kafka-") { #expect(command.contains(" --bootstrap-server "), "\(command)") }
        if finding.kind == .errorResponse, finding.severity == .info {
            #expect(!step.text.contains("Look for the same error"), "\(step.text)")
        }
    }
}
