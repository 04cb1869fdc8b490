/// The two texts in which metrics are written.
public enum MetricsFormat: Sendable {
    case openMetrics, plain

    public var contentType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .plain: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// What a reader's `Accept` asks for: OpenMetrics, unless it asks for text and not for that, or for text rather than for that. A
    /// browser shows text, and would save the other.
    public init(accept: String?) {
        let wishes = (accept ?? "").lowercased().split(separator: ",").map(Self.wish)
        let open = wishes.filter { $0.type == "application/openmetrics-text" }.map(\.weight).max() ?? 0
        let texts: Set<Substring> = ["text/plain", "text/html", "text/*"]
        let plain = wishes.filter { texts.contains($0.type) }.map(\.weight).max() ?? 0
        self = plain > open ? .plain : .openMetrics
    }

    private static func wish(_ text: Substring) -> (type: Substring, weight: Double) {
        let parts = text.split(separator: ";").map { part in
            part.drop { $0 == " " }.prefix { $0 != " " }
        }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
        return (parts.first ?? "", weight ?? 1)
    }
}
