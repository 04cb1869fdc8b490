/// What is known of each API without looking at its fields.
public enum KafkaApi {
    /// One API: its key, name, and versions.
    public struct Entry: Sendable, Hashable {
        /// The number on the wire.
        public let key: Int
        /// The name, without `Request`: `Produce`.
        public let name: String
        /// The request's versions, and those that are flexible.
        public let requestVersions, flexibleRequests: VersionRange
        /// The response's versions, and those that are flexible.
        public let responseVersions, flexibleResponses: VersionRange
    }

    /// Every API, by key.
    public static let all: [Entry] = byKey.compactMap { $0 }

    /// The API's name, nil where the key is unknown.
    public static func name(of key: Int) -> String? { entry(key)?.name }

    /// The keys of the APIs of those names, in order.
    public static func keys(_ names: String...) -> [Int16] { keys(named: names) }

    /// The same, of a list.
    public static func keys(named names: [String]) -> [Int16] {
        all.filter { names.contains($0.name) }.compactMap { Int16(exactly: $0.key) }
    }

    /// The versions that the schema has.
    public static func validVersions(_ key: Int, _ kind: MessageKind) -> ClosedRange<Int>? {
        guard let entry = entry(key) else { return nil }
        return (kind == .request ? entry.requestVersions : entry.responseVersions).closedRange
    }

    /// Whether that version has compact lengths and tagged fields. Versions newer than the schema count as its
    /// newest, as Kafka never goes back.
    public static func isFlexible(_ key: Int, version: Int, kind: MessageKind = .request) -> Bool {
        guard let entry = entry(key) else { return false }
        let flexible = kind == .request ? entry.flexibleRequests : entry.flexibleResponses
        return flexible.first <= flexible.last && version >= flexible.first
    }

    /// The version of the header before such a request.
    public static func requestHeaderVersion(_ key: Int, version: Int) -> Int {
        if key == controlledShutdown, version == 0 { return 0 }
        return isFlexible(key, version: version, kind: .request) ? 2 : 1
    }

    /// The version of the header before the response. ApiVersions keeps 0, so that a client can read the answer of a broker
    /// whose versions it does not know yet.
    public static func responseHeaderVersion(_ key: Int, version: Int) -> Int {
        if key == apiVersions { return 0 }
        return isFlexible(key, version: version, kind: .response) ? 1 : 0
    }

    /// The key of ApiVersions.
    public static let apiVersions = 18
    /// The key of ControlledShutdown.
    public static let controlledShutdown = 7

    /// What is known of the API of that key.
    public static func entry(_ key: Int) -> Entry? {
        key >= 0 && key < byKey.count ? byKey[key] : nil
    }

    private static let byKey: [Entry?] = {
        let answers = newest(SchemaTables.responses)
        var entries: [Entry?] = []
        for (key, head) in newest(SchemaTables.requests).sorted(by: { $0.key < $1.key }) where key >= 0 {
            while entries.count <= key { entries.append(nil) }
            let answer = answers[key]
            entries[key] = Entry(
                key: key, name: String(head.name.dropLast("Request".count)), requestVersions: head.validVersions,
                flexibleRequests: head.flexibleVersions, responseVersions: answer?.validVersions ?? .none,
                flexibleResponses: answer?.flexibleVersions ?? .none)
        }
        return entries
    }()

    /// The first lines by key; of a renamed API's, the one that goes on to later versions.
    private static func newest(_ texts: [StaticString]) -> [Int: MessageDefinition] {
        var found: [Int: MessageDefinition] = [:]
        for text in texts {
            guard let head = SchemaNotation.head(of: text), let key = head.apiKey else { continue }
            if let other = found[key], other.validVersions.last >= head.validVersions.last { continue }
            found[key] = head
        }
        return found
    }
}
