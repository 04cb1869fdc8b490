import Conversations
import Streams
import Vocabulary

/// Finds the moments at which servers ended their connections together.
enum NodeEnds {
    /// Ends that follow one another within this time belong together: a kernel closes all sockets of a dead process at
    /// once, a controlled stop takes some tens of milliseconds.
    private static let together = Span.milliseconds(400)
    /// How long after the end refused attempts are still its consequence.
    fileprivate static let refusedWithin = Span.seconds(120)
    /// How long before the end moved leadership still announces it.
    private static let announcedWithin = Span.seconds(10)
    /// The same where requests were lost: a broker that stops in good order moves its leaderships, answers what waits, and closes.
    private static let announcedAtOnce = Span.seconds(2)

    static func find(in view: CaseView) -> [Endpoint: [NodeEnd]] {
        let announcements = Dictionary(
            grouping: view.file.errors.events.filter { ErrorCodes.wrongBroker.contains($0.code) }, by: \.server
        ).mapValues { $0.sorted { $0.time < $1.time } }
        let otherPorts = otherPorts(in: view)
        var found: [Endpoint: [NodeEnd]] = [:]
        for (server, places) in view.byServer {
            let all = places.filter { view.records[$0].endedByServer }.sorted {
                closeTime(view, $0) < closeTime(view, $1)
            }
            let ends = withoutRefusals(all, places, view).filter { !isForged($0, view) }
            guard !ends.isEmpty else { continue }
            let course = ServerCourse(places, view)
            let clusters = clusters(ends, view)
            let moments = clusters.map { (closeTime(view, $0[0]), closeTime(view, $0[$0.count - 1])) }
            let survivors = course.survivors(moments)
            var last = CaptureTime.distantPast
            found[server] = zip(clusters, survivors).map { ended, survivors in
                var end = describe(ended, server, course, survivors: survivors, view)
                announce(&end, announcements[server] ?? [], since: last, view)
                if end.isStop { last = end.to }
                let isGatewayAlive = otherPorts[server.address]?.contains { $0.server != server && $0.last > end.from }
                if survivors == 0, isGatewayAlive ?? false, ended.contains(where: { view.records[$0].hadWorked }) {
                    end.turnedAway = course.turnedAway(after: end.from, until: end.back)
                }
                return end
            }
        }
        return found
    }

    /// What a device on the way resets in a server's name, and what ends beside it in the same way, is no end of the server.
    private static func isForged(_ place: Int, _ view: CaseView) -> Bool {
        let record = view.records[place]
        guard let close = record.firstClose, close.reset else { return false }
        return view.foreignResets.isBeside(record.server, close.time)
    }

    /// A lone RST amid attempts that the server refuses answers one whose SYN was not captured, and ends no connection.
    private static func withoutRefusals(_ ends: [Int], _ places: [Int], _ view: CaseView) -> [Int] {
        guard ends.contains(where: { view.records[$0].isBareReset }) else { return ends }
        let refused = places.filter { view.records[$0].tcp.end == .refused }.map { view.records[$0].tcp.firstTime }
            .sorted()
        return ends.filter {
            guard view.records[$0].isBareReset else { return true }
            let time = closeTime(view, $0)
            let next = refused.partitionPoint { $0 > time }
            guard next > 0, next < refused.count else { return true }
            return refused[next].since(refused[next - 1]) >= refusedWithin
        }
    }

    private static func closeTime(_ view: CaseView, _ place: Int) -> CaptureTime {
        view.records[place].firstClose?.time ?? .distantPast
    }

    private static func clusters(_ ends: [Int], _ view: CaseView) -> [[Int]] {
        ends.runs { run, next in
            run.last.map { closeTime(view, next).since(closeTime(view, $0)) <= together } ?? false
        }
    }

    /// The two ports of each host that answered last: one of them is another than any given one.
    private static func otherPorts(in view: CaseView) -> [IPAddress: [(server: Endpoint, last: CaptureTime)]] {
        var found: [IPAddress: [(server: Endpoint, last: CaptureTime)]] = [:]
        for server in view.byServer.keys {
            guard let last = view.file.times.answers(of: server).max() else { continue }
            let ports = found[server.address, default: []] + [(server, last)]
            found[server.address] = Array(ports.sorted { $0.last > $1.last }.prefix(2))
        }
        return found
    }

    private static func describe(
        _ ended: [Int], _ server: Endpoint, _ course: ServerCourse, survivors: Int, _ view: CaseView
    ) -> NodeEnd {
        let from = closeTime(view, ended[0])
        let to = closeTime(view, ended[ended.count - 1])
        let back = course.back(after: from)
        let refused = course.refused(after: from, until: back)
        var end = NodeEnd(
            server: server, from: from, to: to, ended: ended, survivors: survivors,
            acceptedMeanwhile: course.accepted(after: from, until: to),
            refused: refused.count, firstRefused: refused.first, turnedAway: [], back: back, announced: false,
            announcements: [],
            wasBusy: ended.contains { view.records[$0].wasBusyAtEnd } && ended.count { view.records[$0].hadWorked } >= 2
        )
        end.closesAgain = refused.isEmpty && course.closesAgain(after: to)
        end.silentSince = ended.compactMap { RestartedHost.silentSince(view.records[$0], in: view) }.min()
        return end
    }

    /// - Parameters:
    ///   - events: those of the server by which leadership moves, in order of time.
    ///   - last: when it stopped before: what it said in that life announces nothing of this.
    private static func announce(
        _ end: inout NodeEnd, _ events: [ErrorEvent], since last: CaptureTime, _ view: CaseView
    ) {
        let losesRequests = end.ended.contains { view.records[$0].unanswered.contains { !$0.wantsNoAnswer } }
        let within = losesRequests ? announcedAtOnce : announcedWithin
        let (from, to) = (max(last, end.to.adding(nanoseconds: -within)), end.to)
        let first = events.partitionPoint { $0.time > from }
        let said = events[first...].prefix { $0.time <= to }.filter { !isTakenBack($0, by: to, view) }
        end.announced = !said.isEmpty
        end.announcements = said.prefix(4).map(\.frame)
    }

    /// The server itself served the same again before its end: leadership came back, or had only just come.
    private static func isTakenBack(_ event: ErrorEvent, by end: CaptureTime, _ view: CaseView) -> Bool {
        guard let course = view.file.errors.rows[event.row]?.courses[event.subject], let healed = course.healedAt else {
            return false
        }
        return course.healedBy == event.server && healed <= end
    }
}

/// The connections of one server in order of time, to be asked what came behind a moment without walking them all.
private struct ServerCourse {
    private let view: CaseView
    private let places: [Int]
    /// Behind each place, itself included, when the first was accepted that was served; the last is behind all.
    private var nextServed: [CaptureTime?]
    /// Those that were accepted, and for each the next of them that was not turned away.
    private let accepted: [Int]
    private var nextKept: [Int]

    init(_ given: [Int], _ view: CaseView) {
        self.view = view
        let places = given.sorted { (view.records[$0].tcp.firstTime, $0) < (view.records[$1].tcp.firstTime, $1) }
        self.places = places
        // An attempt of long ago may be answered later than a new one.
        nextServed = [nil]
        for place in places.reversed() {
            let record = view.records[place]
            let isServed = record.kafka.responses > 0 || record.wasEstablished && record.fromServer.payloadBytes > 0
            nextServed.append([isServed ? record.acceptedAt : nil, nextServed.last ?? nil].compactMap(\.self).min())
        }
        nextServed.reverse()
        let accepted = places.filter { view.records[$0].wasEstablished }
        self.accepted = accepted
        nextKept = Self.next(accepted.count) {
            !view.records[accepted[$0]].wasTurnedAway
        }
    }

    private static func next(_ count: Int, where fits: (Int) -> Bool) -> [Int] {
        var next = [Int](repeating: count, count: count + 1)
        for i in (0..<count).reversed() { next[i] = fits(i) ? i : next[i + 1] }
        return next
    }

    private func began(_ place: Int) -> CaptureTime { view.records[place].tcp.firstTime }

    private func first(behind time: CaptureTime) -> Int { places.partitionPoint { began($0) > time } }

    /// When a connection was served again.
    func back(after time: CaptureTime) -> CaptureTime? { nextServed[first(behind: time)] }

    /// When attempts failed behind a moment, until one was served.
    func refused(after time: CaptureTime, until back: CaptureTime?) -> [CaptureTime] {
        places[first(behind: time)...].prefix {
            began($0).since(time) < NodeEnds.refusedWithin && began($0) < back ?? CaptureTime(nanoseconds: .max)
        }.filter {
            let tcp = view.records[$0].tcp
            return view.records[$0].isFailedAttempt && (tcp.end != .noAnswer || tcp.synCount > 1)
        }.map(began)
    }

    /// What the queue of a dying listener takes in is closed with the others, without an answer.
    func accepted(after time: CaptureTime, until end: CaptureTime) -> Bool {
        let next = nextKept[accepted.partitionPoint { began($0) > time }]
        return next < accepted.count && began(accepted[next]) < end
    }

    /// All that were accepted behind a moment, until one was served, where all of them were turned away.
    func turnedAway(after time: CaptureTime, until back: CaptureTime?) -> ArraySlice<Int> {
        let from = accepted.partitionPoint { began($0) > time }
        let to = back.map { back in accepted.partitionPoint { began($0) >= back } } ?? accepted.count
        return from < to && nextKept[from] >= to ? accepted[from..<to] : []
    }

    private static let closesAtLeast = 2

    /// The next that were accepted behind a moment did no better: each was closed on a request, behind answers of its set-up.
    func closesAgain(after time: CaptureTime) -> Bool {
        let next = accepted[accepted.partitionPoint { began($0) > time }...].prefix(Self.closesAtLeast)
        return next.count == Self.closesAtLeast && next.allSatisfy { view.records[$0].isClosedOnFirstWork }
    }

    /// Connections that were open before each moment and still carried answers after it.
    /// - Parameter moments: from and to, in order of time, none within another.
    func survivors(_ moments: [(from: CaptureTime, to: CaptureTime)]) -> [Int] {
        let until = accepted.map { place in
            let record = view.records[place]
            let close = record.firstClose?.time ?? CaptureTime(nanoseconds: .max)
            return min(record.fromServer.lastDataTime, close)
        }
        let order = until.indices.sorted { until[$0] < until[$1] }
        var rank = [Int](repeating: 0, count: until.count)
        for (i, place) in order.enumerated() { rank[place] = i }
        let sorted = order.map { until[$0] }
        var open = RankCounts(until.count)
        var next = 0
        return moments.map { from, to in
            while next < accepted.count, began(accepted[next]) < from {
                open.add(rank[next])
                next += 1
            }
            return next - open.count(below: sorted.partitionPoint { $0 > to })
        }
    }
}

/// How many of some numbers lie below a bound, where numbers come one by one (a Fenwick tree).
private struct RankCounts {
    private var sums: [Int]

    init(_ count: Int) { sums = [Int](repeating: 0, count: count + 1) }

    mutating func add(_ rank: Int) {
        var i = rank + 1
        while i < sums.count {
            sums[i] += 1
            i += i & -i
        }
    }

    func count(below bound: Int) -> Int {
        var (i, sum) = (bound, 0)
        while i > 0 {
            sum += sums[i]
            i -= i & -i
        }
        return sum
    }
}

/// Which of the moments a connection's end belongs to.
struct NodeEndIndex {
    private var ends: [NodeEnd] = []
    private var own: [Int: Int] = [:]
    private var stopped: [Int: Int] = [:]

    init(_ byServer: [Endpoint: [NodeEnd]]) {
        for server in byServer.values { add(server) }
    }

    /// Of several stops that explain one end the first counts.
    private mutating func add(_ server: [NodeEnd]) {
        // Lists of those turned away are parts of one list, and begin no earlier than those of earlier stops.
        var looked = 0
        for end in server {
            let number = ends.count
            ends.append(end)
            for place in end.ended { own[place] = number }
            guard end.isStop else { continue }
            for place in end.ended where stopped[place] == nil { stopped[place] = number }
            guard end.isBehindGateway else { continue }
            let first = max(looked, end.turnedAway.startIndex)
            guard first < end.turnedAway.endIndex else { continue }
            for place in end.turnedAway[first...] where stopped[place] == nil { stopped[place] = number }
            looked = end.turnedAway.endIndex
        }
    }

    /// The moment at which a server ended a connection, with others or alone.
    func end(of place: Int) -> NodeEnd? { own[place].map { ends[$0] } }

    /// The stop that explains a connection's end: it was among those that ended, or was turned away behind it.
    func stop(of place: Int) -> NodeEnd? { stopped[place].map { ends[$0] } }
}
