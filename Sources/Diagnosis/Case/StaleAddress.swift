import Conversations
import Streams
import Vocabulary

/// An address that worked and is dead now, and that its node, which answers elsewhere, gives out all the same: no mere outage.
enum StaleAddress {
    /// Where the node answers now. Who names one node alone is that node, or leads to it: a cluster of several names all of
    /// them, and any of those may be the one that was asked.
    /// - Parameter failed: attempts at the address, in order.
    static func givers(of server: Endpoint, _ failed: [ConnectionRecord], _ view: CaseView) -> [Endpoint] {
        guard let from = failed.first?.tcp.firstTime, let last = failed.last?.tcp.firstTime else { return [] }
        let isBack = view.connections(to: server).contains { $0.isServed && $0.lastServed > from }
        guard !isBack else { return [] }
        let late = view.file.claims.filter { $0.lastTime > from }
        let here = late.filter { $0.toldBy != server && view.endpoints(of: $0).contains(server) }
        return Set(here.map(\.toldBy)).sorted().filter { giver in
            Set(late.filter { $0.toldBy == giver }.map(\.node)).count == 1
                && view.connections(to: giver).contains {
                    $0.kafka.workAnswered > 0 && $0.lastServed >= min(last, from)
                }
                && !view.capture.isOtherClock(giver, server, view)
        }
    }
}

extension CaptureHealth {
    /// Nothing of the two was seen by one clock.
    fileprivate func isOtherClock(_ one: Endpoint, _ other: Endpoint, _ view: CaseView) -> Bool {
        guard let a = view.connections(to: one).first, let b = view.connections(to: other).first else { return false }
        return !haveOneClock(a.tcp.firstFrame, b.tcp.firstFrame)
    }
}
