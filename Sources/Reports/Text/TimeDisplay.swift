public import Vocabulary

/// How times are shown to a reader: the zone's distance from UTC, and its name.
public struct TimeDisplay: Sendable {
    public var offsetSeconds: Int
    public var zoneName: String

    public init(offsetSeconds: Int = 0, zoneName: String = "UTC") {
        self.offsetSeconds = offsetSeconds
        self.zoneName = zoneName
    }

    public static let utc = TimeDisplay()

    /// `03:18:16.329`.
    func clock(_ time: CaptureTime) -> String {
        CalendarTime(time, offsetSeconds: offsetSeconds).clock(fractionDigits: 3)
    }

    /// `2026-11-21 03:18:16.329 UTC`.
    public func moment(_ time: CaptureTime) -> String { "\(date(time)) \(clock(time)) \(zoneName)" }

    /// `2026-11-21`.
    func date(_ time: CaptureTime) -> String { CalendarTime(time, offsetSeconds: offsetSeconds).date }
}
