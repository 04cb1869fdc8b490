import Conversations
import ReportModel
import Streams
import Vocabulary

/// The other leg of a gateway, where the capture shows both: the server that a client lost its answer at had asked another
/// server the same, and waited for that one's answer itself.
struct Upstream {
    /// The server behind the gateway.
    var server: Endpoint
    /// Of the request to it.
    var frame: FrameRef
    /// Of the connection to it in the view's records.
    var place: Int
    /// The gateway closed that one as well, and not because an answer was overdue: the fault is its own.
    var isEndedByGateway: Bool

    /// A gateway passes a request on within this time.
    private static let passedOnWithin = Span.seconds(1)
    /// It ends both legs within this time.
    private static let endsWithin = Span.seconds(1)
    /// An answer that nothing holds back is overdue then.
    private static let overdue = Span.milliseconds(900)

    /// - Parameter ended: when the client's connection ended.
    static func of(
        _ record: ConnectionRecord, _ lost: [UnansweredRequest], ended: CaptureTime, in view: CaseView
    ) -> Upstream? {
        let waiting = view.unansweredByHost[GatewayLegs.relay(record)] ?? []
        var best: (upstream: Upstream, late: Int64)?
        for mine in lost {
            // Of several that are alike, its own is the one that follows it most closely.
            let first = waiting.partitionPoint { $0.request.sent >= mine.sent }
            let copy = waiting[first...].prefix { $0.request.sent.since(mine.sent) <= passedOnWithin }.first {
                isCopy($0.request, of: mine) && isBehind(view.records[$0.place], record)
            }
            guard let copy else { continue }
            let late = copy.request.sent.since(mine.sent)
            guard late < best?.late ?? .max else { continue }
            let other = view.records[copy.place]
            let own = isGatewaysEnd(other, copy.request, ended)
            best = (
                Upstream(server: other.server, frame: copy.request.frame, place: copy.place, isEndedByGateway: own),
                late
            )
        }
        return best?.upstream ?? refused(record, ended: ended, in: view)
    }

    /// A close follows the refusal that caused it within this time.
    private static let rightBehind = Span.milliseconds(100)
    private static let triesAtMost = 16

    /// Nothing could be passed on: the gateway's, or the sidecar's, own attempt to connect was refused right before, or had no answer.
    private static func refused(_ record: ConnectionRecord, ended: CaptureTime, in view: CaseView) -> Upstream? {
        guard record.kafka.responses == 0, !record.startsMidway else { return nil }
        let attempts = view.failedByHost[GatewayLegs.relay(record)] ?? []
        let next = attempts.partitionPoint { view.records[$0].tcp.lastTime > ended }
        let place = attempts[..<next].suffix(triesAtMost).reversed().first {
            let attempt = view.records[$0]
            return attempt.server.address != record.server.address && attempt.tcp.firstTime >= record.tcp.firstTime
                && (attempt.tcp.end == .refused
                    ? ended.since(attempt.tcp.lastTime) <= rightBehind
                    : attempt.tcp.firstTime.since(record.tcp.firstTime) <= passedOnWithin)
        }
        return place.map {
            Upstream(
                server: view.records[$0].server, frame: view.records[$0].tcp.firstFrame, place: $0,
                isEndedByGateway: false)
        }
    }

    private static func isCopy(_ request: UnansweredRequest, of mine: UnansweredRequest) -> Bool {
        !request.wantsNoAnswer && request.api == mine.api && request.clientId == mine.clientId
    }

    private static func isBehind(_ other: ConnectionRecord, _ front: ConnectionRecord) -> Bool {
        other.server.address != front.server.address && other.server.address != front.client.address
    }

    private static func isGatewaysEnd(
        _ behind: ConnectionRecord, _ request: UnansweredRequest, _ ended: CaptureTime
    ) -> Bool {
        guard behind.clientClosedFirst == true, let close = behind.firstClose,
            close.time.since(ended).distanceFromZero <= endsWithin
        else { return false }
        let allowed = request.api == Api.produce ? 0 : Int64(request.allowedWaitMs ?? 0) * 1_000_000
        return close.time.since(request.sentWhole) <= allowed.addingSaturated(overdue)
    }

    /// What ended the connection behind, where that is known.
    func cause(in view: CaseView) -> EndCause {
        if let stop = view.nodeEndsByPlace.stop(of: place) ?? stopBefore(in: view) {
            return EndCause(
                cause: stop.announced ? .brokerShutdown : .brokerCrashed, closedBy: .broker, confidence: .likely,
                nature: .transient)
        }
        let behind = view.records[place]
        if behind.clientClosedFirst == false {
            let own = EndCause.of(place, behind, LostRequests.of(behind).requests, in: view)
            if Self.passedBack.contains(own.cause) {
                return EndCause(
                    cause: own.cause, closedBy: .broker, confidence: min(own.confidence, .likely), nature: own.nature)
            }
        }
        return EndCause(cause: .unknown, closedBy: .broker, confidence: .certain, nature: .transient)
    }

    /// Why a broker turns a gateway away, it turns away whoever the gateway asks for.
    private static let passedBack: Set<Cause> = [.connectionLimit, .unsupportedVersion, .oversizedRequest]
}

extension Upstream {
    /// The stop that refused the gateway's attempt.
    private func stopBefore(in view: CaseView) -> NodeEnd? {
        let attempt = view.records[place]
        guard attempt.isFailedAttempt else { return nil }
        return view.nodeEnds[server]?.last { end in
            end.isStop && end.from <= attempt.tcp.firstTime && end.back.map { $0 > attempt.tcp.firstTime } ?? true
        }
    }
}

extension Finding {
    /// Servers behind a gateway at which its answers were waited for.
    var upstreams: [String] {
        switch self[.upstream] {
        case .text(let server)?: [server]
        case .list(let servers)?: servers
        default: []
        }
    }
}
