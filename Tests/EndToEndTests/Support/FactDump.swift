import Vocabulary

@testable import Conversations

/// Every fact of a case as text: whatever a `CaseFile` holds is in it, so that no new fact can be forgotten.
struct FactDump {
    /// What is no fact, or depends on the order in which texts were met.
    private static let leftOut: Set<String> = [
        "limits", "strings", "histograms", "histogramPlaces", "unhealedBits", "uneventful",
    ]

    private let file: CaseFile
    private(set) var lines: [String] = []

    init(_ file: CaseFile) {
        self.file = file
        addChildren(of: file, "")
        let times = file.times.latency.map { key, value in
            "latency: \(text(key)) \(value.count) \(value.maxNanoseconds) \(value.octaves)"
        }
        lines += times.sorted()
    }

    /// The facts of a subject are told one by one.
    private mutating func addChildren(of subject: Any, _ name: String) {
        for child in Mirror(reflecting: subject).children {
            guard let label = child.label, !Self.leftOut.contains(label) else { continue }
            let path = name + label
            if "\(type(of: child.value))".hasSuffix("Facts") {
                addChildren(of: child.value, path + ".")
            } else {
                lines.append("\(path): \(text(child.value))")
            }
        }
    }

    /// A value with all that is inside it. What has no order is sorted, and texts stand in the place of their numbers.
    func text(_ value: Any) -> String {
        if let id = value as? StringID { return file.text(id).map { "\"\($0)\"" } ?? "none" }
        let mirror = Mirror(reflecting: value)
        let parts = mirror.children.map { child in
            let label = child.label.map { $0.hasPrefix(".") ? "" : "\($0): " } ?? ""
            return label + text(child.value)
        }
        switch mirror.displayStyle {
        case .none: return "\(value)"
        case .dictionary, .set: return "[\(parts.sorted().joined(separator: ", "))]"
        case .collection: return "[\(parts.joined(separator: ", "))]"
        case .optional: return mirror.children.first.map { text($0.value) } ?? "nil"
        case .enum where parts.isEmpty: return "\(value)"
        default: return "(\(parts.joined(separator: ", ")))"
        }
    }
}
