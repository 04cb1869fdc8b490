import Conversations
import ReportModel
import Vocabulary

/// Who waits in SyncGroup for its share of the partitions, in one generation.
struct SyncWaits {
    /// Sharing out takes a leader less, however large the group is.
    static let least = Span.seconds(9)
    private static let framesKept = 8
    private var asked: [String: FrameRef] = [:]
    private(set) var ids: [String] = []
    private(set) var frames: [FrameRef] = []
    /// When the last one waited no more.
    private(set) var last: CaptureTime?

    mutating func asks(_ id: String, _ request: ObservedRequest) {
        if asked[id] == nil { ids.append(id) }
        asked[id] = request.frame
        if frames.count < Self.framesKept { frames.append(request.frame) }
    }

    /// It was answered, or gave up, or the capture is over.
    mutating func ended(_ id: String, _ request: ObservedRequest, at time: CaptureTime) {
        guard asked[id] == request.frame else { return }
        last = max(last ?? time, time)
    }

    func hasAsked(_ id: String) -> Bool { asked[id] != nil }
}
