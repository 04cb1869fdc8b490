import Streams
import Vocabulary

/// Streams that were joined in mid-stream, or whose server spoke first, and that looked like Kafka frame by frame, but never in
/// an exchange: what they gave is taken back when they end.
extension ConversationEngine {
    /// Of so many answers one at least would have been to a request that was captured.
    private static let answersWithoutRequest = 3

    /// No answer pairs with a request, though both sides were captured, and something speaks against answers to requests before
    /// the capture: that their numbers are not those, or that the client never sent a request meanwhile.
    func isForeign(_ connection: Connection, _ facts: TCPFacts) -> Bool {
        let kafka = connection.pointee.kafka
        guard connection.pointee.tls == nil, kafka.responses == kafka.unmatchedAnswers, kafka.requestGaps == 0,
            facts[connection.pointee.clientSide].payloadBytes > 0, connection.pointee.signIn.stage == .none
        else { return false }
        if kafka.requests == 0 {
            let client = connection.messages(connection.pointee.clientSide).state.pointee
            return client.layer == .ignored ? kafka.understoodBytes > 0 : kafka.responses >= Self.answersWithoutRequest
        }
        return !connection.pointee.handshakeSeen && connection.pointee.answersAtOdds
    }

    /// Notes what an answer without a request says of the stream. Those to requests before the capture have numbers that rise, and
    /// that stay below the first request's.
    func noteNumber(_ connection: Connection, _ correlationId: Int32) {
        let isLate = connection.pointee.firstCorrelationId.map { correlationId >= $0 } ?? false
        let falls = connection.pointee.lastUnmatched.map { correlationId <= $0 } ?? false
        connection.pointee.answersAtOdds = connection.pointee.answersAtOdds || isLate || falls
        connection.pointee.lastUnmatched = correlationId
    }

    /// Takes back what a stream gave that proved to be another protocol's.
    func disownIfForeign(_ connection: Connection, _ facts: TCPFacts) {
        guard isForeign(connection, facts) else { return }
        for side in [Side.initiator, .responder] { release(Direction(connection, side)) }
        while connection.pointee.pendingHead >= 0 { removePending(connection, connection.pointee.pendingHead) }
        file.totals.disown(&connection.pointee.kafka)
        let client = connection.messages(connection.pointee.clientSide)
        if client.state.pointee.spoke == .kafka { client.state.pointee.spoke = .unknown }
        if client.opposite.state.pointee.spoke == .kafka {
            client.opposite.state.pointee.spoke = client.state.pointee.spoke
        }
    }
}

extension CaseFile.Totals {
    /// The messages of a connection never were any, and its bytes are of no protocol that is known.
    mutating func disown(_ kafka: inout KafkaFacts) {
        let rare = kafka.rare.value
        leaveOut(copy: kafka)
        unmatchedAnswers -= Int64(kafka.unmatchedAnswers)
        pairedOnly -= rare.pairedOnly
        answersUnread -= rare.answersUnread
        cut -= rare.cut
        malformed -= rare.malformed
        leftOver -= rare.leftOver
        decoded -= max(0, Int64(kafka.requests + kafka.responses) - rare.pairedOnly - rare.cut - rare.malformed)
        understoodBytes -= kafka.understoodBytes
        unknownBytes += kafka.understoodBytes
        var none = KafkaFacts()
        none.unknownBytes = kafka.unknownBytes + kafka.understoodBytes
        if !rare.otherBytes.isEmpty { none.rare.value.otherBytes = rare.otherBytes }
        kafka = none
    }
}

extension ConnectionRecord {
    /// Nothing of it was Kafka.
    func disown() {
        unanswered = []
        if clientSpoke == .kafka { clientSpoke = .unknown }
        if serverSpoke == .kafka { serverSpoke = clientSpoke }
    }
}
