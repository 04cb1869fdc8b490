public import ReportModel
internal import Vocabulary

/// A report whose rows go to a store, and what all of them carry.
public struct StoreReport: Sendable {
    public let report: Report
    let context: NarrationContext
    /// The same for the same capture and options, from what the report itself says.
    public let run: String
    let capture: String
    /// Which of a live run's rows about itself this is.
    let revision: Int
    /// Of a live run's incidents, by id; those of others are final.
    public var incidentStates: [String: IncidentState] = [:]

    /// - Parameters:
    ///   - run: of a live run, as it was named first; nil: from the report.
    ///   - rows: only these rows of the report are written, and its words are still those of the whole; nil: all.
    public init(_ report: Report, rows: Report? = nil, run: String? = nil, revision: Int = 1) {
        self.report = rows ?? report
        self.run = run ?? Self.name(of: report)
        self.revision = revision
        context = NarrationContext(report)
        let sources = report.capture.sources
        let first = sources.first?.name.baseName ?? ""
        capture = sources.count > 1 ? "\(first) and \(sources.count - 1) more" : first
    }

    /// How an incident stands: one is replaced where another tells its findings now.
    public enum IncidentState: String, Sendable { case open, replaced, final }

    private static func name(of report: Report) -> String {
        var sum = RunSum()
        for source in report.capture.sources {
            sum.add(source.name.baseName)
            for number in [source.packets, source.bytes, source.first?.nanoseconds ?? 0, source.last?.nanoseconds ?? 0]
            {
                sum.add(number)
            }
        }
        sum.add(report.tool.filter ?? "")
        sum.add(report.tool.keysUsed ? 1 : 0)
        if let view = report.view {
            (view.clients + [""] + view.brokers).forEach { sum.add($0) }
            [view.first, view.last].forEach { sum.add($0?.nanoseconds ?? 0) }
        }
        return sum.text
    }

    /// The name of a live run: of where it captures, and when it began.
    public static func name(ofLiveRunAt inputs: [String], began nanoseconds: Int64) -> String {
        var sum = RunSum()
        inputs.forEach { sum.add($0) }
        sum.add(nanoseconds)
        return sum.text
    }
}

/// FNV-1a over 64 bits: it tells runs apart and hides nothing.
private struct RunSum {
    private var sum: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte: byte) }
        add(byte: 0)
    }

    mutating func add(_ number: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }

    private mutating func add(byte: UInt8) { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }

    var text: String {
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
