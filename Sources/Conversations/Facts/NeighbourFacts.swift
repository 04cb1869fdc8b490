import Streams
public import Vocabulary

/// Hosts of the capture's own network segment whose hardware addresses others ask for, before they can send them anything: by ARP
/// (RFC 826), or IPv6's neighbour discovery (RFC 4861).
public struct NeighbourFacts {
    struct Pair: Hashable {
        var asker: IPAddress
        var asked: IPAddress
    }

    private var rows: BoundedTable<Pair, Neighbour>
    /// When those that are asked for were last heard of by anybody.
    private var heard: BoundedTable<IPAddress, CaptureTime>

    init(_ limits: Limits) {
        let bound = Bound(name: "neighbours", most: limits.neighbours, leftOut: "neighbours asked for beyond it")
        (rows, heard) = (BoundedTable(bound), BoundedTable(bound))
    }

    var limitReached: LimitTrip? { rows.limitReached ?? heard.limitReached }

    /// Takes a question or an answer.
    mutating func note(_ message: Datagram) {
        let (from, to) = (message.source.address, message.destination.address)
        heard.update(from, beginning: message.time) { $0 = max($0, message.time) }
        guard message.neighbour == .question else { return }
        rows.update(Pair(asker: from, asked: to), beginning: Neighbour(at: message.time)) {
            $0.ask(at: message.time, message.frame, heard: heard[to])
        }
    }

    /// What a host asked for a neighbour in vain, again and again and to the end; nil where the neighbour was heard of since.
    public func silent(_ asked: IPAddress, for asker: IPAddress) -> Neighbour? {
        guard let row = rows[Pair(asker: asker, asked: asked)], row.isSilent,
            heard[asked].map({ $0 < row.first }) ?? true
        else { return nil }
        return row
    }

    mutating func forget(before time: CaptureTime) {
        rows.removeAll { $1.last < time }
        heard.removeAll { $1 < time }
    }

    func narrowed(to selection: CaseSelection) -> Self {
        var part = self
        part.rows = rows.narrowed { selection.parties($0.asker, .none, nil) && selection.span($1.first, $1.last) }
        return part
    }
}

/// How one host asked for another's hardware address.
public struct Neighbour: Sendable {
    /// The first question of those that were asked in vain.
    public private(set) var first: CaptureTime
    public private(set) var last: CaptureTime
    public private(set) var count = 0
    public private(set) var frames: [FrameRef] = []
    /// Questions that follow one another as they do where nobody answers.
    private var run = 0
    private(set) var isSilent = false

    init(at time: CaptureTime) { (first, last) = (time, time) }

    /// A host that hears no answer asks again after a second, three times in all; one that hears it is content with it for
    /// much longer.
    private static let againWithin = Span.milliseconds(2500)
    private static let inVain = 3
    /// The same question seen at two places.
    private static let twiceWithin = Span.milliseconds(5)

    /// - Parameter heard: when the other was last heard of.
    mutating func ask(at time: CaptureTime, _ frame: FrameRef, heard: CaptureTime?) {
        if count > 0, time.since(last) < Self.twiceWithin { return }
        let isAnswered = heard.map { $0 >= first } ?? false
        if time.since(last) > Self.againWithin { run = 0 }
        // Questions that stand alone were answered, seen or unseen.
        if isAnswered || run == 0 && !isSilent { self = Neighbour(at: time) }
        (last, count, run) = (max(last, time), count + 1, run + 1)
        isSilent = isSilent || run >= Self.inVain
        if frames.count < CaseFile.framesPerFact { frames.append(frame) }
    }
}
