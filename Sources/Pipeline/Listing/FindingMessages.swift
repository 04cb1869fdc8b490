import Conversations
import ReportModel
import Vocabulary

/// Finds the messages that a finding rests on: those that it names, and those in its frames. Of a connection in its evidence
/// that has none of them, the last one before the finding's end.
final class FindingMessages: MessageObserver {
    private struct Place {
        var connection: UInt64
        var ordinal: Int
    }

    private let frames: Set<FrameRef>
    private let names: Set<RequestName>
    private let connections: Set<String>
    private let last: CaptureTime
    private let context: Int
    private let limit: Int
    private var counts: [UInt64: Int] = [:]
    private var waiting: [UInt64: Place] = [:]
    /// The places of what was found on each connection.
    private var hits: [UInt64: Set<Int>] = [:]
    private var found = 0
    private var lastBefore: [UInt64: Int] = [:]

    let showsMessages = true

    init(_ finding: Finding, context: Int, _ limits: Limits) {
        frames = Set(finding.evidence.frames)
        names = Set(finding.requests.map(RequestName.init))
        connections = Set(finding.evidence.connections)
        last = finding.last
        self.context = max(0, context)
        limit = limits.shownOfFinding
    }

    func took(_ request: ObservedRequest) {
        let place = take(request)
        waiting[request.number] = place
        let isNamed = names.contains(RequestName(request))
        if isNamed || frames.contains(request.frame) || frames.contains(request.lastFrame) { hit(place) }
    }

    func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        note(answer, waiting.removeValue(forKey: request.number))
    }

    func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) { note(answer, waiting[request.number]) }
    func cut(_ answer: ObservedAnswer, to request: ObservedRequest) { note(answer, waiting[request.number]) }
    func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest) { note(answer, take(request)) }
    func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) { waiting[request.number] = nil }

    /// The message's place among its connection's.
    private func take(_ request: ObservedRequest) -> Place {
        let ordinal = counts[request.connection, default: 0]
        counts[request.connection] = ordinal + 1
        if request.sent <= last, connections.contains(ConnectionRecord.id(ofFirst: request.firstFrame)) {
            lastBefore[request.connection] = ordinal
        }
        return Place(connection: request.connection, ordinal: ordinal)
    }

    private func note(_ answer: ObservedAnswer, _ place: Place?) {
        guard let place, frames.contains(answer.frame) || frames.contains(answer.lastFrame) else { return }
        hit(place)
    }

    private func hit(_ place: Place) {
        guard found < limit, hits[place.connection, default: []].insert(place.ordinal).inserted else { return }
        found += 1
    }

    /// Whether a message is shown, asked for each in the same order once more.
    func chooser() -> (ObservedRequest) -> Bool {
        for (connection, ordinal) in lastBefore where hits[connection] == nil { hits[connection] = [ordinal] }
        let sorted = hits.mapValues { $0.sorted() }
        let context = context
        var counts: [UInt64: Int] = [:]
        return { request in
            guard let places = sorted[request.connection] else { return false }
            let ordinal = counts[request.connection, default: 0]
            counts[request.connection] = ordinal + 1
            return Self.isNear(ordinal, places, context)
        }
    }

    private static func isNear(_ ordinal: Int, _ places: [Int], _ context: Int) -> Bool {
        let next = places.partitionPoint(where: { $0 >= ordinal })
        if next < places.count, places[next] - ordinal <= context { return true }
        return next > 0 && ordinal - places[next - 1] <= context
    }
}
