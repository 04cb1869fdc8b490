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

/// Takes out of a user's own words what looks like a secret: values of keys that are called so, what stands before `@` in an
/// address, and long words that are no words.
enum Scrubber {
    private static let keys = [
        "pass", "secret", "token", "jaas", "authorization", "bearer", "apikey", "api_key", "api-key", "credential",
        "private", "pwd", "basic", "key",
    ]
    private static let longestWord = 24

    static func scrubbed(_ text: ArraySlice<UInt8>) -> String {
        let words = String(decoding: text, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        var shown: [String] = []
        var hidesNext = false
        for word in words {
            let hides = hidesNext
            hidesNext = false
            let lower = word.lowercased()
            if hides, !word.isEmpty {
                shown.append("...")
                // `Authorization: Bearer TOKEN`: the word behind the scheme is the secret.
                hidesNext = keys.contains { lower.hasPrefix($0) }
            } else if let mark = word.firstIndex(where: { "=:".contains($0) }), isSecret(word[..<mark].lowercased()) {
                shown.append(word[...mark] + "...")
                hidesNext = word[mark...].count == 1 || lower.hasSuffix("bearer") || lower.hasSuffix("basic")
            } else if keys.contains(where: { lower == $0 || lower == $0 + "word" }) {
                shown.append(String(word))
                hidesNext = true
            } else {
                shown.append(word.contains("@") || isNoWord(word) ? "..." : String(word))
            }
        }
        return shown.joined(separator: " ")
    }

    private static func isSecret(_ key: some StringProtocol) -> Bool { keys.contains { key.contains($0) } }

    /// Longer than names are, with digits and letters mixed.
    private static func isNoWord(_ word: Substring) -> Bool {
        word.count >= longestWord && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
            && !word.contains(".") && !word.contains("/") || word.hasPrefix("eyJ")
    }
}
