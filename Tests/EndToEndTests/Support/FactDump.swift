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
        for child in Mirror(reflecting: file).children {
            guard let label = child.label, !Self.leftOut.contains(label) else { continue }
            if let rows = child.value as? [Any] {
                lines += rows.map { "\(label): \(text($0))" }
            } else {
                lines.append("\(label): \(text(child.value))")
            }
        }
        let times = file.latency.map { key, value in
            "latency: \(text(key)) \(value.count) \(value.maxNanoseconds) \(value.octaves)"
        }
        lines += times.sorted()
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
