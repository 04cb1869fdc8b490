import Conversations
import ReportModel
import Streams
import Vocabulary

/// What a server, or the path to it, does to connections again and again: it ends them at the same idle time, or at the same
/// age. That is the limit in force there, whatever the defaults are.
struct ServerHabit {
    enum Measure { case idle, age }

    var measure: Measure
    /// The least time at which it ended one of them.
    var nanoseconds: Int64
    /// Connections that show it.
    var count: Int

    var facts: [Fact] {
        let key: FactKey = measure == .idle ? .alikeIdleMs : .alikeAgeMs
        return [Fact(key, .milliseconds(Double(nanoseconds) / 1e6)), Fact(.alikeCount, .number(count))]
    }
}

enum ServerHabits {
    private static let least = 3
    /// Times that are the same limit differ by no more than this share, or by a timer's coarseness.
    private static let share = 0.03
    private static let coarseness = Span.seconds(1)

    static func find(in view: CaseView) -> [Endpoint: ServerHabit] {
        var found: [Endpoint: ServerHabit] = [:]
        for (server, places) in view.byServer {
            let ends = places.filter { isOrdinaryEnd($0, view) }.map { view.records[$0] }
            guard ends.count >= least else { continue }
            found[server] = habit(ends)
        }
        return found
    }

    /// After how much silence a server, or what stands in front of it, ends connections whose requests wait on purpose: the same
    /// time again and again, to a tenth of a second or the limit's share, is a timer that does not know of long polls.
    static func quietLimits(in view: CaseView) -> [Endpoint: ServerHabit] {
        var found: [Endpoint: ServerHabit] = [:]
        for (server, places) in view.byServer {
            let quiet = places.filter { isOrdinaryEnd($0, view) }.compactMap { view.records[$0].silenceBeforeEnd }
                .filter { $0 >= Idleness.least }
            guard let alike = largestCluster(quiet, coarseness: Span.milliseconds(100)), alike.count * 2 > quiet.count
            else { continue }
            found[server] = ServerHabit(measure: .idle, nanoseconds: alike.least, count: alike.count)
        }
        return found
    }

    /// Whether a time is that limit too.
    static func isAlike(_ time: Int64, _ habit: ServerHabit) -> Bool {
        time >= habit.nanoseconds
            && time.subtractingSaturated(habit.nanoseconds)
                <= max(Span.milliseconds(100), Int64(Double(habit.nanoseconds) * share))
    }

    static func survivedPauses(in view: CaseView) -> [Endpoint: Int64] {
        var longest: [Endpoint: Int64] = [:]
        for record in view.records {
            var pause = record.outlivedQuiet
            if let quiet = record.lastQuiet, record.kafka.lastResponseTime > quiet.upperBound {
                pause = max(pause, quiet.upperBound.since(quiet.lowerBound))
            }
            if pause > 0 { longest[record.server] = max(longest[record.server] ?? 0, pause) }
        }
        return longest
    }

    /// Ended by the server's side, alone, after work was answered.
    private static func isOrdinaryEnd(_ place: Int, _ view: CaseView) -> Bool {
        let record = view.records[place]
        guard record.kafka.responses > 0, record.endedByServer else { return false }
        let isForged = record.firstClose.map { $0.reset && view.foreignResets.hitBusy(record.server, $0.time) } ?? false
        return !isForged && !view.endedWithOthers(place)
    }

    private static func habit(_ ends: [ConnectionRecord]) -> ServerHabit? {
        let idle = ends.compactMap(\.idleBeforeEnd).filter { $0 >= Idleness.least }
        if let alike = largestCluster(idle), alike.count * 2 > ends.count {
            return ServerHabit(measure: .idle, nanoseconds: alike.least, count: alike.count)
        }
        // The age is seen only of connections whose beginning was captured.
        let ages = ends.filter { !$0.startsMidway }.compactMap { record in
            record.firstClose.map { $0.time.since(record.tcp.firstTime) }
        }
        guard let alike = largestCluster(ages.filter { $0 >= Idleness.least }), alike.count * 2 > ends.count,
            endedAtMoments(ends) > 1
        else { return nil }
        return ServerHabit(measure: .age, nanoseconds: alike.least, count: alike.count)
    }

    /// What began together and ended together shares its age with nobody else, but the moment with all.
    private static func endedAtMoments(_ ends: [ConnectionRecord]) -> Int {
        ends.compactMap { $0.firstClose?.time }.sorted().runs { run, next in
            run.last.map { next.since($0) < coarseness } ?? false
        }.count
    }

    private static func largestCluster(
        _ times: [Int64], coarseness: Int64 = coarseness
    ) -> (least: Int64, count: Int)? {
        let sorted = times.sorted()
        var best: (least: Int64, count: Int)?
        var first = 0
        for last in sorted.indices {
            while sorted[last].subtractingSaturated(sorted[first])
                > max(coarseness, Int64(Double(sorted[first]) * share))
            { first += 1 }
            if last - first + 1 > max(best?.count ?? 0, least - 1) { best = (sorted[first], last - first + 1) }
        }
        return best
    }
}
