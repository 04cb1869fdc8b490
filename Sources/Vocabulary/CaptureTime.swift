/// A moment in capture time: nanoseconds since 1970-01-01 00:00:00 UTC.
///
/// All analysis runs on capture time, never on the wall clock, so that the same capture gives the same report.
@frozen public struct CaptureTime: Comparable, Hashable, Sendable {
    public var nanoseconds: Int64

    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable public static var distantPast: CaptureTime { CaptureTime(nanoseconds: .min) }

    @inlinable public static func < (a: CaptureTime, b: CaptureTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Nanoseconds from `other` to `self`; saturates instead of trapping on hostile time stamps.
    @inlinable public func since(_ other: CaptureTime) -> Int64 {
        nanoseconds.subtractingSaturated(other.nanoseconds)
    }

    /// Milliseconds from `other` to `self`.
    @inlinable public func milliseconds(since other: CaptureTime) -> Double { Double(since(other)) / 1e6 }

    @inlinable public func adding(nanoseconds more: Int64) -> CaptureTime {
        CaptureTime(nanoseconds: nanoseconds.addingSaturated(more))
    }
}

/// Lengths of time in nanoseconds, so that thresholds read as what they are.
public enum Span {
    @inlinable public static func milliseconds(_ n: Int64) -> Int64 { n * 1_000_000 }
    @inlinable public static func seconds(_ n: Int64) -> Int64 { n * 1_000_000_000 }
    /// For so long no host stays wholly silent while its programs wait for something: the capture was not running, or it is
    /// two in one file. TCP itself gives up what it sends again within half an hour (RFC 9293, 3.8.3).
    @inlinable public static var pause: Int64 { seconds(3600) }
}

extension ClosedRange<CaptureTime> {
    /// How much of the time between two moments lies within it, in nanoseconds; 0 where the second is before the first.
    public func overlap(_ from: CaptureTime, _ to: CaptureTime) -> Int64 {
        Swift.max(0, Swift.min(upperBound, to).since(Swift.max(lowerBound, from)))
    }
}
