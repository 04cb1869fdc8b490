public import ReportModel
public import Vocabulary

/// Timestamped lines of anything, for the timeline: shown as they are, less what looks like a secret.
public enum UserEvents {
    private static let longest = 200

    /// - Parameters:
    ///   - day: the capture's first moment, for lines that have no date.
    ///   - utc: the moment of a time that the line gives without a zone.
    public static func event(_ line: ArraySlice<UInt8>, day: CaptureTime, utc: (Int64) -> CaptureTime) -> TimelineEvent?
    {
        let structured = StructuredLine(line, day: day)
        let found = LogStamp.find(in: line, day: day)
        guard let stamp = structured?.stamp ?? found?.stamp else { return nil }
        let text = structured.map { $0.message[...] } ?? found.map { rest(of: line, from: $0.end) } ?? []
        let time = stamp.hasZone ? CaptureTime(nanoseconds: stamp.nanoseconds) : utc(stamp.nanoseconds)
        return TimelineEvent(
            time: time, frame: .none, connection: nil, kind: .userEvent, text: Scrubber.scrubbed(text.prefix(longest)))
    }

    private static func rest(of line: ArraySlice<UInt8>, from end: Int) -> ArraySlice<UInt8> {
        line[end...].drop { " \t,;|]:-".utf8.contains($0) }
    }
}
