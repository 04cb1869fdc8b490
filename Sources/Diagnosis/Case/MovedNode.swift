import Conversations
import Streams
import Vocabulary

extension CaseView {
    /// Answers told a client host that a node which they had given out at a server lives elsewhere now: what failed at the old place
    /// is over.
    func hasMoved(_ server: Endpoint, for client: IPAddress, after time: CaptureTime) -> Bool {
        guard let id = node(at: server) else { return false }
        let told = (claimsByClient[client] ?? []).map { file.addresses.claims[$0] }.filter { Int($0.node) == id }
        guard let old = told.filter({ endpoints(of: $0).contains(server) }).map(\.lastTime).max() else { return false }
        return told.contains {
            $0.firstTime > time && $0.firstTime > old && !endpoints(of: $0).contains(server)
        }
    }
}
