/// Sums and differences that stop at the ends of the range. Counters and times come from files and from the wire, where they
/// may be anything; a wrong number there must not end the analysis.
extension FixedWidthInteger {
    @inlinable public func addingSaturated(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    @inlinable public func subtractingSaturated(_ other: Self) -> Self {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }

    /// The distance from 0; of the least value, which has no counterpart, the greatest.
    @inlinable public var distanceFromZero: Self {
        self < 0 ? Self.zero.subtractingSaturated(self) : self
    }
}

extension Int {
    /// The nearest whole number; 0 for what is no number.
    @inlinable public init(saturating value: Double) {
        self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int(value)
    }
}
