internal import Vocabulary

/// A step of advice taken apart: prose, commands to paste, and names and short commands within a sentence.
///
/// A command begins with the name of a program that has an argument, and ends where a word of prose, a comma or a full stop
/// does. One that a colon, a question or the step's beginning leads to stands in a block of its own.
struct AdviceStep {
    enum Part: Equatable {
        case text(String)
        case code(String)
        case command(String)
    }

    private(set) var parts: [Part] = []

    private static let programs: Set<Substring> = [
        "brokertap", "conntrack", "curl", "dig", "dmesg", "ethtool", "getent", "iostat", "ip", "journalctl", "jstack",
        "kcat", "kubectl",
        "mtr", "nc", "netstat", "nslookup", "openssl", "ping", "ss", "tcpdump", "tracepath", "traceroute",
    ]
    /// None of them stands in a command unquoted.
    private static let prose: Set<Substring> = [
        "a", "add", "also", "and", "as", "at", "beside", "by", "compare", "fails", "for", "from", "in", "is", "it",
        "lists", "of",
        "on", "or", "prints", "says", "shows", "so", "tells", "that", "the", "then", "there", "to", "until", "what",
        "when",
        "where", "which", "while", "with",
    ]
    /// What leads from one command to the next.
    private static let links: Set<String> = ["", ";", ",", ", then", "; then", "then", ".", ". Then", "and"]

    init(_ step: String) {
        var (text, rest) = ("", step[...])
        while !rest.isEmpty {
            let atWord = text.last.map { $0 == " " || $0 == "(" || $0 == "\n" } ?? true
            if rest.first == "`", let end = rest.dropFirst().firstIndex(of: "`") {
                add(text: &text)
                parts.append(.code(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            } else if atWord, let command = Self.command(at: rest) {
                take(command, after: &text, before: rest[command.endIndex...])
                rest = rest[command.endIndex...]
            } else {
                text.append(rest.removeFirst())
            }
        }
        add(text: &text)
        tidy()
    }

    private mutating func add(text: inout String) {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
    }

    private mutating func take(_ command: Substring, after text: inout String, before rest: Substring) {
        let lead = text.trimmed
        // One of several things to look at.
        let isListed = rest.hasPrefix(", ") && !rest.hasPrefix(", then") && !rest.hasPrefix(", and ")
        let follows = parts.last.map { if case .command = $0 { Self.links.contains(lead) } else { false } } ?? false
        let isLedTo = lead.isEmpty && parts.isEmpty || [":", "?", "."].contains(lead.last)
        guard follows || isLedTo, !isListed else {
            add(text: &text)
            return parts.append(.code(String(command)))
        }
        // Between two commands punctuation says nothing.
        if follows { text = "" }
        add(text: &text)
        parts.append(.command(String(command)))
    }

    /// A full stop, or what joins the rest of a sentence to a command, has nothing to stand on behind a block.
    private mutating func tidy() {
        var before: Part?
        parts = parts.compactMap { part in
            defer { before = part }
            guard case .command? = before, case .text(let text) = part else { return part }
            let rest = text.drop { " .;,".contains($0) }
            return rest.isEmpty ? nil : .text(String(rest))
        }
    }

    // MARK: Commands

    /// The command that a text begins with, if it does.
    private static func command(at text: Substring) -> Substring? {
        let name = text.prefix { !" ,;:)\n".contains($0) }
        guard programs.contains(name) || (name.hasPrefix("kafka-") && name.hasSuffix(".sh")) else { return nil }
        var (end, words) = (name.endIndex, 0)
        while end < text.endIndex, text[end] == " " {
            let word = word(at: text[text.index(after: end)...])
            if word.isEmpty || prose.contains(word) { break }
            let bare = Self.bare(word)
            if !bare.isEmpty { (end, words) = (bare.endIndex, words + 1) }
            if bare.endIndex < word.endIndex || bare.isEmpty { break }
        }
        return words > 0 ? text[..<end] : nil
    }

    /// Up to the next blank that is in no quotes.
    private static func word(at text: Substring) -> Substring {
        var quote: Character?
        let end = text.firstIndex { character in
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
            return quote == nil && (character == " " || character == "\n")
        }
        return text[..<(end ?? text.endIndex)]
    }

    /// Without the punctuation of the sentence that it stands in.
    private static func bare(_ word: Substring) -> Substring {
        var word = word
        while let last = word.last, ".,;:)".contains(last) {
            if last == ")", word.contains("(") { break }
            word.removeLast()
        }
        return word
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " || text.first == "\n" { text.removeFirst() }
        while text.last == " " || text.last == "\n" { text.removeLast() }
        return String(text)
    }
}

extension HTMLPage {
    /// The step in an element of its own: prose, then each command as a block that can be copied.
    func step(_ tag: StaticString, _ text: String, lead: StaticString = "", _ attributes: [(StaticString, String)] = [])
    {
        open(tag, attributes)
        raw(lead)
        for part in AdviceStep(text).parts {
            switch part {
            case .text(let text): self.text(text)
            case .code(let code): element("code", code)
            case .command(let command):
                raw("<div class=\"command\"><pre><code>")
                self.text(command)
                raw(
                    "</code></pre><button type=\"button\" class=\"copy only-js\" data-what=\"Command\">copy</button></div>"
                )
            }
        }
        close(tag)
    }
}
