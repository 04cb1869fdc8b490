import Conversations
import Streams
import Vocabulary

/// Sign-ins that a server refused for a time, and accepts since: the same client, user and mechanism, and no refusal behind.
struct AcceptedLater {
    private struct Identity: Hashable {
        var client: IPAddress
        var clientId: StringID
        var mechanism: StringID
        var principal: StringID
        var server: Endpoint
    }

    private var since: [Identity: CaptureTime] = [:]

    init(_ view: CaseView) {
        var refused: [Identity: CaptureTime] = [:]
        for record in view.records where record.signIn.stage == .refused {
            guard let identity = Self.identity(record) else { continue }
            refused[identity] = max(refused[identity] ?? .distantPast, record.signIn.lastStepTime)
        }
        for record in view.records where record.signIn.stage == .succeeded {
            let time = record.signIn.lastStepTime
            guard let identity = Self.identity(record), let last = refused[identity], time > last else { continue }
            since[identity] = min(since[identity] ?? time, time)
        }
    }

    /// When this client's was accepted there, after its last refusal.
    func time(_ record: ConnectionRecord) -> CaptureTime? { Self.identity(record).flatMap { since[$0] } }

    /// Nil where nobody says who it is.
    private static func identity(_ record: ConnectionRecord) -> Identity? {
        guard !record.signIn.principal.isNone else { return nil }
        return Identity(
            client: record.client.address, clientId: record.kafka.clientId, mechanism: record.signIn.mechanism,
            principal: record.signIn.principal, server: record.server)
    }
}
