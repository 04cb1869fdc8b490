public import ReportModel
public import Vocabulary

/// What to analyse, and within which bounds.
public struct AnalyzerOptions: Sendable {
    public var limits = Limits()
    /// A BPF filter.
    public var filter: String?
    public var from: TimeBound?
    public var to: TimeBound?
    /// Hosts or client ids; empty means all.
    public var clients: [String] = []
    /// Hosts, `host:port` or node ids; empty means all.
    public var brokers: [String] = []
    /// Names of addresses that the user gave.
    public var hosts: [IPAddress: String] = [:]
    public init() {}
}

/// How far reading has come.
public struct AnalysisProgress: Sendable {
    public var bytesRead: Int64
    public var totalBytes: Int64?
    public var packets: Int64

    public init(bytesRead: Int64, totalBytes: Int64?, packets: Int64) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
        self.packets = packets
    }
}

/// Reads captures and gives the report. A stand-in: an empty report, until the steps are wired.
public final class Analyzer {
    private let options: AnalyzerOptions

    public init(options: AnalyzerOptions) { self.options = options }

    /// - Parameter progress: called between batches; false stops the run, and the report then says so.
    public func run(paths: [String], progress: (AnalysisProgress) -> Bool) throws -> Report {
        var report = Report()
        report.capture.sources = paths.map { path in
            var source = SourceInfo()
            source.name = path
            return source
        }
        report.capture.partial = !progress(AnalysisProgress(bytesRead: 0, totalBytes: nil, packets: 0))
        return report
    }
}
