public import ReportModel
public import Vocabulary

/// Timestamped lines of anything, for the timeline: shown as they are, less what looks like a secret.
public enum UserEvents {
    private static let longest = 200

    /// - Parameters:
    ///   - day: the capture's first moment, for lines that have no date.
    ///   - utc: the moment of a time that the line gives without a zone.
    public static func event(_ line: ArraySlice<UInt8>, day: CaptureTime, utc: (Int64) -> CaptureTime) -> TimelineEvent?
    {
        let structured = StructuredLine(line, day: day)
        let found = LogStamp.find(in: line, day: day)
        guard let stamp = structured?.stamp ?? found?.stamp else { return nil }
        let text = structured.map { $0.message[...] } ?? found.map { rest(of: line, from: $0.end) } ?? []
        let time = stamp.hasZone ? CaptureTime(nanoseconds: stamp.nanoseconds) : utc(stamp.nanoseconds)
        return TimelineEvent(
            time: time, frame: .none, connection: nil, kind: .userEvent, text: Scrubber.scrubbed(text.prefix(longest)))
    }

    private static func rest(of line: ArraySlice<UInt8>, from end: Int) -> ArraySlice<UInt8> {
        line[end...].drop { " \t,;|]:-".utf8.contains($0) }
    }
}

/// Takes out of a user's own words what looks like a secret. Behind a key that is called so nothing more is shown, for nobody
/// knows where its value ends; of what stands before it, long words that are no words, names before an `@`, and what a URL
/// asks for.
enum Scrubber {
    private static let keys = [
        "pass", "secret", "token", "jaas", "authorization", "bearer", "apikey", "api_key", "api-key", "credential",
        "private", "pwd", "basic", "signature",
    ]
    private static let namesOfSecrets: Set<String> = [
        "pass", "password", "passwords", "passwd", "passphrase", "secret", "secrets", "token", "tokens", "jaas",
        "bearer", "authorization", "apikey", "credential", "credentials", "pwd", "basic", "key",
    ]
    private static let longestWord = 24
    private static let hidden = "..."

    static func scrubbed(_ text: ArraySlice<UInt8>) -> String {
        let words = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        var shown: [String] = []
        for (place, word) in words.enumerated() {
            let next = place + 1 < words.count ? words[place + 1] : ""
            if namesSecret(word.lowercased(), before: next) {
                shown += [keyAlone(word), hidden]
                break
            }
            shown.append(Self.shown(word))
        }
        return shown.joined(separator: " ")
    }

    /// `password=x`, `--token`, `sasl.password`, `"secret":"x"`, a bare `token`, `key = x`; not `passed` or `tokens.`
    private static func namesSecret(_ word: String, before next: Substring) -> Bool {
        if namesOfSecrets.contains(word.filter(\.isLetter)) { return true }
        guard let key = keys.compactMap({ word.firstRange(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound }) else {
            return false
        }
        if word.hasPrefix("-") || next.first.map({ "=:".contains($0) }) == true { return true }
        if word[key.upperBound...].contains(where: { "=:".contains($0) }) { return true }
        return word[..<key.lowerBound].contains { "._-/".contains($0) }
    }

    /// The word's letters up to the first sign of a value.
    private static func keyAlone(_ word: Substring) -> String {
        let end = word.firstIndex { "=:,;&?@\"'".contains($0) } ?? word.endIndex
        let key = word[..<end]
        return key.count < longestWord ? String(key) : hidden
    }

    private static func shown(_ word: Substring) -> String {
        if word.contains("@") || isNoWord(word) { return hidden }
        guard let question = word.firstIndex(of: "?"), word[..<question].contains("/") else { return String(word) }
        return word[...question] + hidden
    }

    /// Longer than names are, with digits and letters mixed.
    private static func isNoWord(_ word: Substring) -> Bool {
        word.count >= longestWord && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
            && !word.contains(".") && !word.contains("/") || word.contains("eyJ")
    }
}
