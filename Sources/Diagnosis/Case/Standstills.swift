import Conversations
import ReportModel
import Streams
import Vocabulary

/// The times for which a server did no work at all though requests waited. Each ends where it does work again: what lies
/// between two of them is healthy, and no part of a standstill.
struct Standstills {
    let spells: [ClosedRange<CaptureTime>]
    /// Work was answered behind the last of them.
    let goesOn: Bool
    /// The start of connections was answered in them, and nothing else.
    let onlySetup: Bool

    /// Less is no standstill, and a server that works for less between two has not come back.
    private static let least = Span.seconds(1)

    /// - Parameters:
    ///   - waits: of requests that were lost there or answered late.
    ///   - span: from the first of the waits to the end of the last.
    init(of server: Endpoint, waits: [ClosedRange<CaptureTime>], in span: ClosedRange<CaptureTime>, _ view: CaseView) {
        let working = view.connections(to: server).filter { $0.kafka.firstWorkTime > .distantPast }.map {
            $0.kafka.firstWorkTime...max($0.kafka.firstWorkTime, $0.kafka.lastResponseTime)
        }
        let all = view.file.times.answers(of: server).filter { span.contains($0) }.sorted()
        let first = working.map(\.lowerBound).filter(span.contains)
        let worked = (first + all.filter { time in working.contains { $0.contains(time) } }).sorted()
        let sorted = waits.sorted { $0.lowerBound < $1.lowerBound }
        let least = max(Self.least, 2 * view.file.times.answerStep(of: server))
        var previous = span.lowerBound
        var found: [ClosedRange<CaptureTime>] = []
        for time in worked + [span.upperBound] {
            let gap = previous...max(previous, time)
            previous = time
            guard gap.upperBound.since(gap.lowerBound) >= least else { continue }
            let mine = sorted.filter { $0.overlap(gap.lowerBound, gap.upperBound) >= Self.least }
            guard let first = mine.map(\.lowerBound).min(), let last = mine.map(\.upperBound).max() else { continue }
            let from = max(first, gap.lowerBound)
            found.append(from...max(from, min(last, gap.upperBound)))
        }
        spells = Self.joined(found, sorted, worked)
        let end = spells.last?.upperBound ?? span.upperBound
        // Where no work can be read, bytes are what is known.
        goesOn =
            working.isEmpty
            ? view.connections(to: server).contains { $0.fromServer.lastDataTime > end }
            : working.contains { $0.upperBound >= end }
        onlySetup =
            !goesOn
            && spells.last.map { spell in all.count { $0 > spell.lowerBound && $0 < spell.upperBound } >= 2 } == true
    }

    /// Two between which nothing was answered promptly, or over both of which one request waited, are one.
    private static func joined(
        _ spells: [ClosedRange<CaptureTime>], _ waits: [ClosedRange<CaptureTime>], _ worked: [CaptureTime]
    ) -> [ClosedRange<CaptureTime>] {
        spells.reduce(into: []) { joined, spell in
            guard let before = joined.last else { return joined.append(spell) }
            // What was late may come for a while.
            let late = waits.filter { $0.lowerBound <= before.upperBound }.map(\.upperBound).max() ?? before.upperBound
            let end = max(before.upperBound, late).adding(nanoseconds: moment)
            if spell.lowerBound.since(before.upperBound) >= least, late < spell.lowerBound,
                worked.contains(where: { $0 > end && $0 < spell.lowerBound })
            {
                joined.append(spell)
            } else {
                joined[joined.count - 1] = before.lowerBound...spell.upperBound
            }
        }
    }
    private static let moment = Span.milliseconds(100)

    var longest: Int64 { spells.map { $0.upperBound.since($0.lowerBound) }.max() ?? 0 }

    /// How long a host waited at most until the server answered it anything again; nil where it never did.
    func recovery(of host: IPAddress, at server: Endpoint, _ view: CaseView) -> Double? {
        let answers = view.file.times.answers(of: server, to: host)
        return spells.compactMap { spell in
            answers.first { $0.since(spell.lowerBound) >= Self.least }.map { $0.milliseconds(since: spell.lowerBound) }
        }.max()
    }
}
