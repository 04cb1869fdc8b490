import Conversations
import ReportModel
import Vocabulary

/// What a snap length cut of the messages that tell how far a group is.
struct CutProgress {
    /// When a commit of a group, and a Fetch of a program or its answer, was cut for the last time.
    private var commits: [GroupKey: CaptureTime] = [:]
    private var fetches: [ClientKey: CaptureTime] = [:]
    /// Of each; beyond it the tables of groups and clients have reached theirs.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func noteCommit(_ request: ObservedRequest, of group: GroupKey) {
        guard request.api == Api.offsetCommit || request.api == Api.txnOffsetCommit, request.body.isTruncated else {
            return
        }
        if commits[group] != nil || commits.count < limit { commits[group] = request.sentWhole }
    }

    mutating func noteFetch(_ request: ObservedRequest, isCut: Bool, at time: CaptureTime) {
        guard isCut else { return }
        let client = ClientKey(request)
        if fetches[client] != nil || fetches.count < limit { fetches[client] = time }
    }

    func last(of group: GroupKey, _ reader: ClientKey?) -> (commit: CaptureTime?, any: CaptureTime)? {
        let (commit, fetch) = (commits[group], reader.flatMap { fetches[$0] })
        return [commit, fetch].compactMap(\.self).max().map { (commit, $0) }
    }
}

extension MessageBody {
    /// Its end was not captured.
    var isTruncated: Bool {
        if case .truncated = reading { true } else { false }
    }
}

extension LagRow {
    /// Messages that were cut may have said anything: that its group stood still while they came is not known, and what it had
    /// committed is only known where no commit was cut.
    mutating func loseProgress(until last: (commit: CaptureTime?, any: CaptureTime)) {
        if let from = stall?.from, from <= last.any { stall = nil }
        if let from = growth?.from, from <= last.any { growth = nil }
        guard last.commit != nil else { return }
        (committedOffset, lagRecords, lagRecordsMax, lagMs, standstillMs, lostCommit) = (nil, nil, nil, nil, nil, nil)
    }
}
