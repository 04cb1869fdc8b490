// Writes Sources/KafkaSchema/Generated from Schema/. With --check: writes nothing, fails where they differ.
import Foundation
import JSONText

func complain(_ text: String) -> Never {
    FileHandle.standardError.write(Data("schema-gen: \(text)\n".utf8))
    exit(1)
}

func read(_ path: String) -> JSONValue {
    guard let data = FileManager.default.contents(atPath: path), let value = try? JSONValue(parsing: data) else {
        complain("cannot read \(path); run it in the project's root")
    }
    return value
}

let isCheck = CommandLine.arguments.dropFirst().contains("--check")
let files: [(name: String, text: String)]
do {
    files = try SchemaWriter.files(messages: read("Schema/messages.json"), errors: read("Schema/errors.json"))
} catch {
    complain("\(error)")
}
var stale: [String] = []
for file in files {
    let path = "Sources/KafkaSchema/Generated/\(file.name)"
    if FileManager.default.contents(atPath: path) == Data(file.text.utf8) { continue }
    stale.append(path)
    if isCheck { continue }
    do { try Data(file.text.utf8).write(to: URL(fileURLWithPath: path)) } catch { complain("\(path): \(error)") }
}
if isCheck, !stale.isEmpty { complain("not as Schema/ says: " + stale.joined(separator: ", ")) }
print(isCheck ? "schema-gen: up to date" : "schema-gen: \(stale.count) of \(files.count) files written")
