import KafkaSchema
import Streams
import Vocabulary

/// Answers about names that one program at a time may work under: a static member's instance id, a transactional id.
extension ConversationEngine {
    /// The second one: the older one has it still (KIP-848).
    private static let instanceTaken = KafkaError.codes("FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID")
    private static let producerFenced = KafkaError.codes("INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED")

    func noteIdentity(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        let isMember = Api.keepsMembership(request.pointee.api) && request.pointee.api != Api.txnOffsetCommit
        let identity = Identity(
            isMember ? .groupInstance : .transactional, request.pointee.identity,
            group: isMember ? request.pointee.group : .none)
        let key = IdentityUse.Key(
            identity: identity, client: connection.client, clientId: request.pointee.clientId,
            server: connection.server)
        let taken = isMember ? Self.instanceTaken : Self.producerFenced
        if let failure = reader.pointee.response.failures.first(where: { taken.contains($0.code) }) {
            file.identities.refuse(
                IdentityRefusal(
                    key: key, code: failure.code, api: request.pointee.api, sent: request.pointee.sent,
                    answered: last.time, requestFrame: request.pointee.frame, frame: last.frame))
        } else if reader.pointee.response.topLevelError == 0, reader.pointee.ending == .decoded {
            noteWell(key, request, last)
        }
    }

    private func noteWell(_ key: IdentityUse.Key, _ request: Waiting, _ last: Piece) {
        switch request.pointee.api {
        case Api.joinGroup, Api.initProducerId:
            file.identities.admit(
                key,
                IdentityUse.Admission(
                    asked: request.pointee.sent, answered: last.time, frame: last.frame,
                    goesOn: request.pointee.hasOwnProducerId))
        case Api.consumerGroupHeartbeat, Api.streamsGroupHeartbeat: file.identities.noteAlive(key, at: last.time)
        default: break
        }
    }
}
