import Conversations
import JSONText
import KafkaSchema
import Testing
import VectorChecking
import Vocabulary

/// What is shown of messages one by one.
@Suite struct ShownMessageTests {
    /// Kafka's own names of what is blanked.
    private static let secrets: Set = ["authBytes", "hmac", "salt", "saltedPassword", "requestData", "responseData"]

    @Test(arguments: [Int.max, 1, 7]) func everyVectorIsShownAsKafkaWritesIt(pieceSize: Int) throws {
        for vector in SchemaFiles.vectors {
            let name = "\(vector.message) v\(vector.version)"
            let body = try #require(Self.read(vector, pieceSize: pieceSize), "\(name)")
            #expect(body.reading == .whole, "\(name)")
            let ours = try JSONValue(parsing: Self.json(body))
            #expect(VectorCheck.differences(Self.plain(ours, vector.json), vector.json) == [], "\(name)")
        }
    }

    @Test func everySecretOfAVectorIsBlanked() throws {
        var blanked: Set<String> = []
        for vector in SchemaFiles.vectors {
            guard let body = Self.read(vector) else { continue }
            let text = String(decoding: Self.json(body), as: UTF8.self)
            for name in Self.secrets where text.contains("\"\(name)\":") {
                let isBlanked = text.contains("\"\(name)\":\"<blanked>\"") || text.contains("\"\(name)\":null")
                #expect(isBlanked, "\(vector.message) v\(vector.version) shows \(name)")
                blanked.insert(name)
            }
        }
        #expect(blanked == Self.secrets)
    }

    @Test func aCutMessageShowsWhatWasReadAndWhere() throws {
        let vector = try #require(SchemaFiles.vectors.first { $0.message == "MetadataResponse" && $0.version == 12 })
        for cut in 1..<min(200, vector.body.count) {
            let body = try #require(
                MessageBody.read(
                    "MetadataResponse", version: 12, body: Array(vector.body.prefix(cut)),
                    length: vector.body.count))
            guard case .truncated(let at) = body.reading else {
                Issue.record("cut at \(cut) it is \(body.reading)")
                continue
            }
            #expect(at <= Int64(cut) + 4)
            #expect((try? JSONValue(parsing: Self.json(body))) != nil, "cut at \(cut) it is no JSON")
        }
    }

    /// ApiVersions 3: a name, a version, then a tag that no schema has.
    @Test func unknownTagsAreToldByNumberAndSize() throws {
        let bytes: [UInt8] = [2, 0x61, 2, 0x62, 1, 77, 3, 0x73, 0x65, 0x63]
        let body = try #require(MessageBody.read("ApiVersionsRequest", version: 3, body: bytes))
        #expect(
            String(decoding: Self.json(body), as: UTF8.self)
                == #"{"clientSoftwareName":"a","clientSoftwareVersion":"b","_unknownTaggedFields":[{"tag":77,"bytes":3}]}"#
        )
    }

    /// IncrementalAlterConfigs 0: a broker's settings, one of which is a password.
    @Test(arguments: [("sasl.jaas.config", true), ("listener.name.x.ssl.keystore.password", true), ("log.dirs", false)])
    func passwordsInSettingsAreBlanked(name: String, isSecret: Bool) throws {
        func text(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + text.utf8 }
        let bytes: [UInt8] =
            [0, 0, 0, 1, 4] + text("1") + [0, 0, 0, 1] + text(name) + [0] + text("hunter2") + [0]
        let body = try #require(MessageBody.read("IncrementalAlterConfigsRequest", version: 0, body: bytes))
        #expect(body.reading == .whole)
        let json = String(decoding: Self.json(body), as: UTF8.self)
        #expect(json.contains("hunter2") != isSecret && json.contains("<blanked>") == isSecret)
    }

    private static func read(_ vector: Vector, pieceSize: Int = .max) -> MessageBody? {
        MessageBody.read(vector.message, version: vector.version, body: vector.body, pieceSize: pieceSize)
    }

    private static func json(_ body: MessageBody) -> [UInt8] {
        var text: [UInt8] = []
        body.appendJSON(to: &text)
        return text
    }

    /// Kafka's JSON of a vector leaves records out, and hides nothing.
    private static func plain(_ ours: JSONValue, _ theirs: JSONValue, _ name: String = "") -> JSONValue {
        switch (ours, theirs) {
        case (.object(let members), .object):
            .object(members.map { ($0.name, plain($0.value, theirs[$0.name] ?? .null, $0.name)) })
        case (.array(let elements), .array(let others)) where elements.count == others.count:
            .array(zip(elements, others).map { plain($0, $1, name) })
        case (.array, .string("")): theirs
        case (.string("<blanked>"), .string) where secrets.contains(name): theirs
        default: ours
        }
    }
}
