import Conversations
import Vocabulary

extension CaseView {
    /// A client asks for Metadata so soon on a connection made anew.
    private static let asksWithin = Span.seconds(10)

    /// The cluster that answers at a host since all connections to one of its ports ended at once, where it is another one: the
    /// address was switched over, and no broker died for that.
    func clusterSince(_ end: NodeEnd) -> String? {
        // Of a host's ports, not each may have been asked.
        guard let told = clustersByHost[end.server.address], told.count > 1 else { return nil }
        let until = (end.back ?? end.to).adding(nanoseconds: Self.asksWithin)
        let next = told.filter { $0.firstTime >= end.from && $0.firstTime <= until }.min {
            ($0.firstTime, $0.firstFrame) < ($1.firstTime, $1.firstFrame)
        }
        let isOther = told.contains {
            $0.firstTime < end.from && $0.lastTime <= end.to && $0.clusterId != next?.clusterId
        }
        return isOther ? next.flatMap { file.text($0.clusterId) } : nil
    }
}
