/// Takes out of a user's own words what is a secret or may be one. Three kinds are shown only where they are known to be harmless:
/// what stands behind an option of a command line, the value of `key=value`, and that of `key:value`. Behind a key that is
/// called like a secret, and behind an option that is not known, nothing more is shown, for nobody knows where its value ends.
/// Of the rest, long words that are no words, names before an `@`, and what a URL asks for are left out.
enum Scrubber {
    private static let keys = [
        "pass", "secret", "token", "jaas", "authorization", "bearer", "apikey", "api_key", "api-key", "credential",
        "private", "pwd", "basic", "signature",
    ]
    private static let namesOfSecrets: Set<String> = [
        "pass", "password", "passwords", "passwd", "passphrase", "passcode", "secret", "secrets", "token", "tokens",
        "jaas", "bearer", "authorization", "auth", "apikey", "credential", "credentials", "creds", "pwd", "pw", "otp",
        "basic", "key", "identified", "requirepass", "masterauth", "echo", "printf",
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
            if let option = Option(word), !Harmless.options.contains(option.name.lowercased()) {
                // What `net use` takes stands in front of its options.
                if option.isWindows, !shown.isEmpty { shown[shown.count - 1] = hidden }
                shown += option.isShown ? [option.marked, hidden] : [hidden]
                break
            }
            let (part, goesOn) = Self.shown(word)
            shown.append(part)
            if !goesOn { break }
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
        return key.count < longestWord && (Option(key)?.isShown ?? true) ? String(key) : hidden
    }

    /// - Returns: what is shown of a word, and whether what follows is no part of what was hidden.
    private static func shown(_ word: Substring) -> (String, goesOn: Bool) {
        if word.contains("@") || isNoWord(word) { return (hidden, !isQuoteOpen(word)) }
        if let scheme = word.firstRange(of: "://"),
            word[..<scheme.lowerBound].drop(while: { "\"'(<[".contains($0) }).allSatisfy({ $0.isLetter })
        {
            let isSecret = word.split(separator: "/").contains { isNoWord($0) }
            guard let question = word.firstIndex(of: "?") else { return (isSecret ? hidden : String(word), true) }
            return (isSecret ? hidden : word[...question] + hidden, true)
        }
        if let question = word.firstIndex(of: "?"), word[..<question].contains("/") {
            return (word[...question] + hidden, true)
        }
        var parts: [String] = []
        for pair in word.split(omittingEmptySubsequences: false, whereSeparator: { ",;&".contains($0) }) {
            let part = Pair(pair)
            if part.isHarmless {
                parts.append(String(pair))
            } else {
                parts.append(part.key + hidden)
                if isQuoteOpen(word) { return (parts.joined(separator: ","), false) }
            }
        }
        return (parts.allSatisfy { !$0.hasSuffix(hidden) } ? String(word) : parts.joined(separator: ","), true)
    }

    private static func isQuoteOpen(_ word: Substring) -> Bool {
        ["\"", "'", "`"].contains { quote in word.count { $0 == quote } % 2 == 1 } || word.hasSuffix("\\")
    }

    /// Longer than names are with digits and letters mixed, or with signs that names do not have.
    private static func isNoWord(_ word: Substring) -> Bool {
        guard word.contains(where: \.isLetter) else { return false }
        if word.contains("eyJ") || word.contains(where: { "$^".contains($0) }) { return true }
        if word.hasSuffix("="), word.count >= 8 { return true }
        guard word.contains(where: \.isNumber) else { return false }
        return word.count >= longestWord && !word.contains(".") && !word.contains("/")
            || word.contains { "!%&+*~\\`#".contains($0) }
    }
}

/// `-u`, `-pword`, `--user=x`, `/p:x`: how a command line names what follows.
private struct Option {
    /// Without its mark and its value.
    let name: Substring
    let marked: String
    /// A letter alone, or a long name; of `-pword` nobody can say where the name ends.
    let isShown: Bool
    let isWindows: Bool

    init?(_ word: Substring) {
        let bare = word.drop { "\"'([{".contains($0) }
        isWindows = bare.first == "/"
        guard isWindows || bare.first.map(Self.dashes.contains) == true else { return nil }
        let rest = isWindows ? bare.dropFirst() : bare.drop(while: Self.dashes.contains)
        let end = rest.firstIndex { !$0.isLetter && !$0.isNumber && !"-_.".contains($0) } ?? rest.endIndex
        guard rest.contains(where: \.isLetter), rest.first?.isLetter == true || !isWindows else { return nil }
        name = rest[..<end]
        // `/data` is a path; `/p x`, `/user:x` are options.
        if isWindows, rest.contains("/") || name.count > 2 && end == rest.endIndex { return nil }
        let mark = bare[..<rest.startIndex]
        marked = String(mark + name)
        isShown = name.count == 1 && end == rest.endIndex || mark.count > 1 && name.count < 24
    }

    /// Also those that a word processor makes of a hyphen.
    private static let dashes: Set<Character> = [
        "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    ]
}

/// `key=value` or `key:value`; a word without either is a key alone.
private struct Pair {
    /// With its sign.
    let key: String
    let isHarmless: Bool

    init(_ text: Substring) {
        guard let sign = text.firstIndex(where: { "=:".contains($0) }) else {
            (key, isHarmless) = ("", true)
            return
        }
        let name = text[..<sign].drop { !$0.isLetter && !$0.isNumber }
        let value = text[text.index(after: sign)...]
        let isName = name.count < 48 && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.\"'])".contains($0) }
        key = isName ? String(text[...sign]) : ""
        let plain = name.filter(\.isLetter).lowercased()
        isHarmless =
            value.allSatisfy { "\"',.)]}:".contains($0) }
            || Harmless.keys.contains(plain) && value.allSatisfy(Self.isOfName)
            || Self.isMeasure(value, behindColon: text[sign] == ":", isCount: text[..<sign].allSatisfy(Self.isOfTime))
            || Self.isAddress(text)
    }

    private static func isOfName(_ sign: Character) -> Bool {
        sign.isLetter || sign.isNumber || "._:/-\"'()[]{}".contains(sign)
    }

    private static func isOfTime(_ sign: Character) -> Bool { sign.isNumber || "[(T.-/".contains(sign) }

    /// A port, a count, a version; a time of day behind its hour.
    private static func isMeasure(_ value: Substring, behindColon: Bool, isCount: Bool) -> Bool {
        let bare = value.drop { "\"'".contains($0) }
        let digits = bare.prefix { $0.isNumber }
        guard !digits.isEmpty else { return false }
        let rest = bare[digits.endIndex...]
        if isCount { return rest.allSatisfy { $0.isNumber || ":.,)]Z".contains($0) } }
        if behindColon {
            let isPort = digits.count <= 5 && rest.allSatisfy { ",.;)]}\"'".contains($0) }
            let isVersion = rest.hasPrefix(".") && rest.allSatisfy { $0.isNumber || $0 == "." }
            return isPort || isVersion
        }
        let unit = rest.filter { !$0.isNumber && $0 != "." }.filter { !",;)]}\"'".contains($0) }
        return digits.count <= 19
            && ["", "ms", "s", "m", "h", "d", "b", "kb", "mb", "gb", "%"].contains(unit.lowercased())
    }

    /// IPv6, with a port or without.
    private static func isAddress(_ text: Substring) -> Bool {
        text.count { $0 == ":" } > 1 && text.allSatisfy { $0.isHexDigit || ":.[](),".contains($0) }
            && text.contains { "[:".contains($0) }
    }
}

/// Names whose values are shown: what deployments, topics and machines are told by.
private enum Harmless {
    static let keys: Set<String> = [
        "topic", "topics", "partition", "partitions", "group", "groups", "broker", "brokers", "node", "nodes", "nodeid",
        "brokerid", "pod", "pods", "host", "hosts", "hostname", "port", "state", "status", "level", "severity",
        "reason",
        "namespace", "name", "version", "image", "tag", "app", "service", "svc", "cluster", "zone", "rack", "region",
        "deployment", "deploy", "statefulset", "sts", "daemonset", "job", "replicas", "replica", "leader", "controller",
        "offset", "offsets", "lag", "count", "duration", "elapsed", "timeout", "interval", "retention", "event", "kind",
        "type", "component", "container", "release", "revision", "build", "stage", "phase", "step", "result", "from",
        "to", "since", "until", "listener", "interface", "disk", "mount", "volume", "server", "client", "instance",
        "acks", "compression", "format", "size", "bytes", "time", "date", "start", "end", "action", "http", "https",
        "url", "uri",
    ]
    /// Their values, where they have any, are like those of `keys`.
    static let options: Set<String> =
        keys.subtracting(["client"]).union([
            "all", "all-namespaces", "alter", "create", "delete", "describe", "dry-run", "execute", "force", "help",
            "list", "now", "quiet", "recursive", "reset-offsets", "rm", "to-earliest", "to-latest", "verbose", "verify",
            "wait", "watch", "yes", "bootstrap-server", "broker-list", "replication-factor", "max-messages",
            "grace-period", "from-beginning", "context", "rf", "it", "l", "n",
        ])
}
