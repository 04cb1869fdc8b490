internal import ReportModel
internal import Vocabulary

/// Commands of Kafka's own tools, as Kafka 4 takes them.
extension Case {
    /// `kafka-topics.sh --bootstrap-server 10.0.0.1:9092 --describe`, with a file of settings where the listener wants a
    /// sign-in or TLS.
    /// - Parameter server: as the report names it; else one that works.
    func kafka(_ tool: String, at server: String? = nil, _ arguments: String = "") -> String {
        let place = server.map(Trim.shell) ?? workingBootstrap
        let rest = arguments.isEmpty ? "" : " " + arguments
        return "\(tool).sh --bootstrap-server \(place)\(settings(for: server ?? bootstrap))\(rest)"
    }

    /// Where the listener wants more than a plain connection, the tools need to be told how.
    func settings(for server: String?) -> String {
        let rows = context.report.listeners
        let here = rows.filter { $0.server == server }
        let seen = here.isEmpty ? rows : here
        let isPlain = seen.contains { $0.protocols.contains(.plaintext) } || seen.allSatisfy(\.protocols.isEmpty)
        return isPlain ? "" : " --command-config client.properties"
    }

    /// ` --topic orders`, or ` --topic-id …` where only the id was seen; empty where there is no topic.
    var topicFlag: String { topics.first.map(Self.flag) ?? "" }

    /// Of the brokers' own log nothing is to be listed.
    private static func flag(topic: String) -> String {
        if TopicName(topic).shown == TopicName.metadata { return "" }
        return TopicName(topic).id.map { " --topic-id \($0)" } ?? " --topic \(Trim.shell(topic))"
    }

    /// ` --group billing`.
    var groupFlag: String { " --group \(list(.group).first.map(Trim.shell) ?? "GROUP")" }

    /// Names for sentences; a topic that only its id is known of says so.
    var shownTopics: [String] { topics.map { TopicName($0).shown } }
}

/// A topic as a report names it: by name, or in braces by the 32 hexadecimal digits of its id.
struct TopicName {
    let text: String
    /// As Kafka's tools print and take it; nil of a name.
    let id: String?

    init(_ text: String) {
        self.text = text
        let digits = text.utf8.dropFirst().dropLast().compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard text.hasPrefix("{"), text.hasSuffix("}"), digits.count == 32, text.utf8.count == 34 else {
            id = nil
            return
        }
        id = Self.base64(stride(from: 0, to: 32, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }

    var shown: String {
        id == Self.metadataId ? Self.metadata : id.map { "topic id \($0)" } ?? Trim.name(text)
    }

    static let metadata = "__cluster_metadata"
    private static let metadataId = "AAAAAAAAAAAAAAAAAAAAAQ"

    /// With the alphabet for addresses, without padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var (text, bits, held) = ("", 0, 0)
        for byte in bytes {
            (bits, held) = (bits << 8 | Int(byte), held + 8)
            while held >= 6 {
                held -= 6
                text.append(alphabet[bits >> held & 63])
            }
            bits &= (1 << held) - 1
        }
        if held > 0 { text.append(alphabet[bits << (6 - held) & 63]) }
        return text
    }
}
