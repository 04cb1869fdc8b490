import JSONText
import KafkaSchema
import Testing

@Suite struct SchemaTests {
    private func ranges(_ text: String?) -> ClosedRange<Int>? {
        guard let text, text != "none" else { return nil }
        let ends = text.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last else { return nil }
        return first...last
    }

    private func compare(_ ours: [FieldDefinition], _ theirs: [JSONValue], in message: String) {
        #expect(ours.map(\.name) == theirs.map { $0["name"]?.text }, "\(message)")
        for (field, json) in zip(ours, theirs) {
            let place = "\(message).\(field.name)"
            #expect(typeName(field) == json["type"]?.text, "\(place)")
            #expect(field.versions.closedRange == ranges(json["versions"]?.text), "\(place)")
            #expect(field.nullable.closedRange == ranges(json["nullable"]?.text), "\(place)")
            #expect(field.tagged.closedRange == ranges(json["tagged"]?.text), "\(place)")
            #expect(field.tag == json["tag"]?.integer, "\(place)")
            #expect((field.flexibleOverride == nil) == (json["flexible"] == nil), "\(place)")
            compare(field.fields, json["fields"]?.elements ?? [], in: place)
        }
    }

    private func typeName(_ field: FieldDefinition) -> String {
        let name = if case .structure(let name) = field.type { name } else { "\(field.type)" }
        return (field.isArray ? "[]" : "") + name
    }

    @Test func theTablesAreWhatTheDefinitionsSay() throws {
        let messages = try JSONValue(parsing: SchemaFiles.data("messages.json")).elements ?? []
        #expect(messages.count == 207 && MessageDefinition.all.count == 207)
        let ours = Dictionary(MessageDefinition.all.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
        for json in messages {
            let name = json["name"]?.text ?? ""
            let message = try #require(ours[name])
            #expect(message.apiKey == json["apiKey"]?.integer)
            #expect("\(message.kind)" == json["type"]?.text)
            #expect(message.validVersions.closedRange == ranges(json["validVersions"]?.text))
            #expect(message.flexibleVersions.closedRange == ranges(json["flexibleVersions"]?.text))
            compare(message.fields, json["fields"]?.elements ?? [], in: name)
        }
    }

    @Test func theErrorsAreWhatTheListSays() throws {
        let errors = try JSONValue(parsing: SchemaFiles.data("errors.json")).elements ?? []
        #expect(errors.count == KafkaError.all.count && errors.count > 100)
        for json in errors {
            let code = try #require(json["code"]?.integer)
            let name = try #require(json["name"]?.text)
            #expect(KafkaError.name(of: code) == name && KafkaError.code(named: name) == code)
            if case .bool(let retriable)? = json["retriable"] { #expect(KafkaError.isRetriable(code) == retriable) }
        }
        #expect(KafkaError.name(of: 30000) == nil && !KafkaError.isRetriable(30000))
    }

    @Test func apisAndHeaders() {
        #expect(KafkaApi.name(of: 0) == "Produce" && KafkaApi.name(of: 18) == "ApiVersions")
        #expect(KafkaApi.name(of: -1) == nil && KafkaApi.name(of: 5000) == nil)
        // Two of the 95 were renamed and share their keys with the newer names.
        #expect(KafkaApi.all.count == 95)
        #expect(KafkaApi.name(of: 56) == "AlterPartition" && KafkaApi.name(of: 74) == "ListConfigResources")
        #expect(MessageDefinition.find(apiKey: 56, kind: .response)?.name == "AlterPartitionResponse")
        #expect(KafkaApi.validVersions(0, .request) == 0...13)
        #expect(KafkaApi.isFlexible(0, version: 9) && !KafkaApi.isFlexible(0, version: 8))
        #expect(KafkaApi.requestHeaderVersion(7, version: 0) == 0)
        #expect(KafkaApi.requestHeaderVersion(0, version: 9) == 2)
        #expect(KafkaApi.requestHeaderVersion(17, version: 1) == 1)
        #expect(KafkaApi.responseHeaderVersion(18, version: 4) == 0)
        #expect(KafkaApi.responseHeaderVersion(0, version: 9) == 1)
    }
}
