public import Vocabulary

/// How captures are read.
public struct CaptureOptions: Sendable {
    /// An expression of pcap-filter(7); packets that it does not match are passed over, but keep their frame numbers.
    public var filter: String?
    public var limits: Limits

    public init(filter: String? = nil, limits: Limits = Limits()) {
        self.filter = filter
        self.limits = limits
    }
}
