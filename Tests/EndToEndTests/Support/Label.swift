import Foundation

/// What a labelled capture must and must not give; the form is told in captures/README.md.
struct Label: Decodable {
    var capture: String
    var expect: [Want]
    var forbid: [Want]
    /// What `summary.status` must be: one of these.
    var status: JSONValue?
    /// Figures of `summary`.
    var counts: [String: JSONValue]?
    /// Rows that tables of the report must have.
    var facts: [Row]?

    struct Row: Decodable {
        var table: String
        var `where`: [String: JSONValue]?
        var want: [String: JSONValue]
    }

    /// The labels of the folder and of those in it, by name.
    static let all: [String: Label] = {
        var labels: [String: Label] = [:]
        for folder in ["", "hunt/"] {
            for file in Repository.files(in: Repository.captures.appendingPathComponent(folder))
            where file.hasSuffix(".json") {
                let url = Repository.captures.appendingPathComponent(folder + file)
                guard let data = try? Data(contentsOf: url),
                    var label = try? JSONDecoder().decode(Label.self, from: data)
                else { continue }
                label.capture = folder + label.capture
                labels[folder + file.dropLast(5)] = label
            }
        }
        return labels
    }()
}

/// A finding as a label describes it: what is not given fits anything.
struct Want: Decodable, CustomStringConvertible {
    var kind: String
    /// Field names of the report with the value each must have.
    var fields: [String: String] = [:]
    var outcome: String?
    var min = 1
    var max = Int.max
    var needsKeyLog = false

    init(from decoder: any Decoder) throws {
        if let kind = try? decoder.singleValueContainer().decode(String.self) {
            self.kind = kind
            return
        }
        let values = try decoder.container(keyedBy: AnyName.self)
        kind = try values.decode(String.self, forKey: AnyName("kind"))
        for key in values.allKeys where !["kind", "outcome", "min", "max", "needs"].contains(key.stringValue) {
            fields[key.stringValue] = try values.decode(String.self, forKey: key)
        }
        outcome = try values.decodeIfPresent(String.self, forKey: AnyName("outcome"))
        min = try values.decodeIfPresent(Int.self, forKey: AnyName("min")) ?? 1
        max = try values.decodeIfPresent(Int.self, forKey: AnyName("max")) ?? .max
        needsKeyLog = try values.decodeIfPresent(String.self, forKey: AnyName("needs")) == "keylog"
    }

    func fits(_ finding: JSONReport.Finding) -> Bool {
        guard kind == "*" || kind == finding.kind else { return false }
        guard fields.allSatisfy({ finding.has($0.value, as: $0.key) }) else { return false }
        return outcome.map { wanted in finding.requests.contains { $0.outcome == wanted } } ?? true
    }

    var description: String {
        let parts =
            fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            + (outcome.map { ["outcome \($0)"] } ?? [])
        return ([kind] + parts).joined(separator: ", ")
    }
}
