/// A file that is still being written: where it ends, reading waits for more.
public final class FollowedFile: @unchecked Sendable {
    public let path: String
    /// Waits for a moment; false where no more is to be waited for.
    private let wait: () -> Bool
    /// Where it ended when waiting came to its end: later readings of the same file end there.
    private var end: Int64?

    public init(path: String, wait: @escaping () -> Bool) { (self.path, self.wait) = (path, wait) }

    /// So many bytes may be read at a place of the file.
    func room(at place: Int64, _ count: Int) -> Int {
        end.map { min(count, Int(clamping: max(0, $0.subtractingReportingOverflow(place).partialValue))) } ?? count
    }

    /// Nothing more is there for now.
    /// - Returns: whether to look again.
    func waits(at place: Int64) -> Bool {
        if end != nil { return false }
        if wait() { return true }
        end = place
        return false
    }
}
