/// Kafka's error codes.
public enum KafkaError {
    /// One code.
    public struct Entry: Sendable, Hashable {
        /// The number on the wire; 0 is none, -1 an unknown server error.
        public let code: Int
        /// Kafka's name, such as `NOT_LEADER_OR_FOLLOWER`.
        public let name: String
        /// Whether a client may try again.
        public let isRetriable: Bool
    }

    /// Every code, in order.
    public static let all: [Entry] = {
        let bytes = UnsafeBufferPointer(
            start: SchemaTables.errors.utf8Start, count: SchemaTables.errors.utf8CodeUnitCount)
        return bytes.split(separator: 0x0A).compactMap { line in
            let words = Substring(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 3, let code = Int(words[0]) else { return nil }
            return Entry(code: code, name: String(words[1]), isRetriable: words[2] == "retriable")
        }
    }()

    /// The code's name, nil where the code is unknown.
    public static func name(of code: Int) -> String? { entry(code)?.name }

    /// Whether a client may try again; false where the code is unknown.
    public static func isRetriable(_ code: Int) -> Bool { entry(code)?.isRetriable ?? false }

    /// The code of that name.
    public static func code(named name: String) -> Int? { all.first { $0.name == name }?.code }

    /// The codes of those names: sets of codes are written so, for a number tells its reader nothing.
    public static func codes(_ names: String...) -> Set<Int16> { codes(named: names) }

    /// The same, of a list.
    public static func codes(named names: [String]) -> Set<Int16> {
        Set(all.filter { names.contains($0.name) }.compactMap { Int16(exactly: $0.code) })
    }

    private static let byCode: [Int: Entry] = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { one, _ in one })

    private static func entry(_ code: Int) -> Entry? { byCode[code] }
}
