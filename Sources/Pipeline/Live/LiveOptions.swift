public import Capture
public import ReportModel
import Vocabulary

/// What a live run looks at.
public struct LiveOptions: Sendable {
    public var analysis = AnalyzerOptions()
    public var capture = LiveCaptureOptions()
    /// Devices; `any` is all.
    public var interfaces: [String] = []
    /// FIFOs and files that a capture is being written to; `-` is standard input.
    public var pipes: [String] = []
    /// The least time between two ticks; the rules never take more than a tenth of the time.
    public var tickNanoseconds = Span.seconds(1)

    /// What every message is read for: how far groups are behind, what clients and topics do.
    public var metricLabels: Set<MetricLabel> = []

    /// Whether rows of connections that end and of requests are kept until `LiveAnalyzer.takeNews` is asked for them.
    public var keepsRows = false

    public init() {
        analysis.limits = .live
        capture.limits = .live
    }
}
