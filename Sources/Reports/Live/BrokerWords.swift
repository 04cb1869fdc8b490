internal import ReportModel
internal import Vocabulary

/// What a broker did, in words: the same in the view, in lines and on the page.
enum BrokerWords {
    static func text(_ change: BrokerChange, in context: NarrationContext) -> String {
        let broker = context.broker(change.server, nodeId: change.nodeId)
        switch change.condition {
        case .down:
            // That it accepts no connections is known where somebody tried.
            return change.attempts > 0
                ? "\(broker) accepts no connections" : "\(broker) stopped: its connections ended together"
        case .hanging: return "\(broker) answers nothing, and accepts connections"
        case .up:
            let verb = change.was == .hanging ? "answers" : "accepts"
            return "\(broker) \(verb) again" + (change.afterMs.map { " after \(Format.duration(ms: $0))" } ?? "")
        }
    }

    /// For a row of a table: `DOWN 12 s`; empty where it is at work.
    static func state(_ change: BrokerChange?, at now: CaptureTime) -> String {
        guard let change, change.condition != .up else { return "" }
        let length = Format.duration(ms: max(0, now.milliseconds(since: change.time)))
        return "\(change.condition == .down ? "DOWN" : "HANGS") \(length)"
    }

    /// `122 waiting, the longest for 4.2 s`.
    static func waiting(_ status: LiveStatus) -> String {
        let count = status.waitingCount
        let longest = count > 0 ? ", the longest for \(Format.duration(ms: status.longestWaitMs))" : ""
        return "\(Format.count(count)) waiting\(longest)"
    }
}
