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
        let isBack = view.traits(of: server).lastServed.map { $0 > from } ?? false
        guard !isBack else { return [] }
        return view.givers.of(server, after: from).sorted().filter { giver in
            view.givers.namesOneNode(giver, after: from)
                && view.traits(of: giver).lastWorked.map { $0 >= min(last, from) } ?? false
                && !view.capture.isOtherClock(giver, server, view)
        }
    }
}

/// Who gave addresses out, and until when, summed once.
struct Givers {
    /// Where addresses lead, with who told them last when.
    private var byPlace: [Endpoint: [Endpoint: CaptureTime]] = [:]
    /// The node that a giver told of last, and when it last told of any other.
    private var nodes: [Endpoint: (node: Int32, time: CaptureTime, others: CaptureTime)] = [:]

    init(_ view: CaseView) {
        for claim in view.file.addresses.claims {
            for end in view.endpoints(of: claim) {
                byPlace[end, default: [:]][claim.toldBy, default: claim.lastTime].keepLater(claim.lastTime)
            }
            note(claim)
        }
    }

    private mutating func note(_ claim: AddressClaim) {
        guard var told = nodes[claim.toldBy] else {
            nodes[claim.toldBy] = (claim.node, claim.lastTime, .distantPast)
            return
        }
        if told.node == claim.node {
            told.time.keepLater(claim.lastTime)
        } else if claim.lastTime > told.time {
            told = (claim.node, claim.lastTime, told.time)
        } else {
            told.others.keepLater(claim.lastTime)
        }
        nodes[claim.toldBy] = told
    }

    /// The servers, but it, that told of a place behind a moment.
    func of(_ place: Endpoint, after time: CaptureTime) -> [Endpoint] {
        (byPlace[place] ?? [:]).filter { $0.key != place && $0.value > time }.map(\.key)
    }

    /// What it told behind a moment was one node alone.
    func namesOneNode(_ giver: Endpoint, after time: CaptureTime) -> Bool {
        nodes[giver].map { $0.time > time && $0.others <= time } ?? false
    }
}

extension CaptureTime {
    fileprivate mutating func keepLater(_ other: CaptureTime) { self = max(self, other) }
}

extension CaptureHealth {
    /// Nothing of the two was seen by one clock.
    fileprivate func isOtherClock(_ one: Endpoint, _ other: Endpoint, _ view: CaseView) -> Bool {
        guard let a = view.connections(to: one).first, let b = view.connections(to: other).first else { return false }
        return !haveOneClock(a.tcp.firstFrame, b.tcp.firstFrame)
    }
}
