import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Follows a sign-in: SaslHandshake, then tokens in SaslAuthenticate (handshake version 1), or raw (version 0).
extension ConversationEngine {
    /// Larger tokens are not sign-ins (a broker takes 512 KiB).
    private static let tokenBytes = 1 << 20

    func startSignIn(_ connection: Connection, _ reader: Reader) {
        // A sign-in comes first on a connection; one in the middle of it, or behind work, is a renewal.
        let again = connection.pointee.signIn.stage == .succeeded || connection.pointee.kafka.workAnswered > 0
        var facts = SignInFacts()
        facts.repeats = connection.pointee.signIn.repeats + (again ? 1 : 0)
        facts.principal = again ? connection.pointee.signIn.principal : .none
        facts.succeededTime = connection.pointee.signIn.succeededTime
        facts.sessionLifetimeMs = connection.pointee.signIn.sessionLifetimeMs
        facts.stage = .handshakeSent
        facts.handshakeVersion = reader.pointee.version
        facts.mechanism = reader.pointee.request.mechanism
        facts.startTime = reader.pointee.startTime
        facts.lastStepTime = reader.pointee.startTime
        facts.startFrame = reader.pointee.startFrame
        let isFirst = connection.pointee.signIn.stage == .none
        facts.firstStartTime = isFirst ? facts.startTime : connection.pointee.signIn.firstStartTime
        facts.firstStartFrame = isFirst ? facts.startFrame : connection.pointee.signIn.firstStartFrame
        facts.note(reader.pointee.startFrame)
        connection.pointee.signIn = facts
        // Whatever becomes of the answer, and whether it was captured: no Kafka request comes next.
        if facts.handshakeVersion == 0 { expect(.tokens, connection, connection.pointee.clientSide) }
    }

    /// A complete token of the client.
    func clientToken(_ connection: Connection, _ token: [UInt8], _ frame: FrameRef, _ time: CaptureTime) {
        if connection.pointee.signIn.stage == .none {
            connection.pointee.signIn.firstStartTime = time
            connection.pointee.signIn.firstStartFrame = frame
        }
        if connection.pointee.signIn.stage == .none || connection.pointee.signIn.stage == .succeeded {
            // Re-authentication may skip the handshake only in theory; a token without one still is a sign-in.
            connection.pointee.signIn.repeats += connection.pointee.signIn.stage == .succeeded ? 1 : 0
            connection.pointee.signIn.startTime = time
            connection.pointee.signIn.startFrame = frame
        }
        connection.pointee.signIn.stage = .tokens
        connection.pointee.signIn.tokensFromClient += 1
        connection.pointee.signIn.clientTokenUnanswered = true
        connection.pointee.signIn.clientOwes = false
        connection.pointee.signIn.lastStepTime = time
        connection.pointee.signIn.note(frame)
        noteIdentity(connection, token)
        if observes { tellShape(of: token, connection, isClients: true) }
    }

    private func noteIdentity(_ connection: Connection, _ token: [UInt8]) {
        let mechanism = file.strings[connection.pointee.signIn.mechanism]
        let identity = TokenIdentity.read(token, mechanism: mechanism)
        if let name = identity.principal { connection.pointee.signIn.principal = file.strings.intern(name) }
        if let issuer = identity.issuer { connection.pointee.signIn.tokenIssuer = file.strings.intern(issuer) }
        if let audience = identity.audience { connection.pointee.signIn.tokenAudience = file.strings.intern(audience) }
        if let expires = identity.expires { connection.pointee.signIn.tokenExpires = expires }
    }

    func signInSucceeded(_ connection: Connection, _ time: CaptureTime) {
        connection.pointee.signIn.stage = .succeeded
        connection.pointee.signIn.succeededTime = time
        connection.pointee.signIn.clientOwes = false
        connection.pointee.signIn.clientTokenUnanswered = false
    }

    // MARK: Answers with Kafka headers

    func noteSignInAnswer(_ connection: Connection, _ reader: Reader, _ request: Waiting, _ last: Piece) {
        if request.pointee.api == Api.saslHandshake { handshakeAnswer(connection, reader, last) }
        if request.pointee.api == Api.saslAuthenticate { tokenAnswer(connection, reader, last) }
    }

    private func handshakeAnswer(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        connection.pointee.signIn.lastStepTime = last.time
        connection.pointee.signIn.note(reader.pointee.startFrame)
        connection.pointee.signIn.offered = reader.pointee.response.mechanisms
        if let error = reader.pointee.response.topLevelError, error != 0 { return refuse(connection, error, reader) }
        if connection.messages(connection.pointee.clientSide).state.pointee.framing.content == .tokens {
            expect(.tokens, connection, connection.pointee.clientSide.other)
        }
        guard connection.pointee.signIn.stage == .handshakeSent else { return }
        connection.pointee.signIn.stage = .mechanismAccepted
        connection.pointee.signIn.clientOwes = true
    }

    private func tokenAnswer(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        connection.pointee.signIn.lastStepTime = last.time
        connection.pointee.signIn.clientTokenUnanswered = false
        connection.pointee.signIn.note(reader.pointee.startFrame)
        let token = reader.pointee.response.token
        if observes { tellShape(of: token, connection, isClients: false) }
        if token.first == UInt8(ascii: "{"), connection.pointee.signIn.message.isNone {
            // OAUTHBEARER says no by a JSON status in an answer without error (KIP-255).
            connection.pointee.signIn.message = token.withUnsafeBufferPointer { file.strings.intern($0) }
        }
        if let error = reader.pointee.response.topLevelError, error != 0 { return refuse(connection, error, reader) }
        connection.pointee.signIn.tokensFromServer += 1
        if refusesByToken(connection, token, reader) { return }
        connection.pointee.signIn.clientOwes = true
        if reader.pointee.response.sessionLifetimeMs > 0 {
            connection.pointee.signIn.sessionLifetimeMs = reader.pointee.response.sessionLifetimeMs
        }
        // A token that was cut away says nothing.
        let isSeen = reader.pointee.ending == .decoded || !token.isEmpty
        // Some servers tell the session's life before the last step.
        let isTold = reader.pointee.response.sessionLifetimeMs > 0 && !isScram(connection)
        if isSeen && completes(connection, token) || isTold {
            signInSucceeded(connection, last.time)
        }
    }

    private func refuse(_ connection: Connection, _ error: Int16, _ reader: Reader) {
        connection.pointee.signIn.stage = .refused
        connection.pointee.signIn.error = error
        connection.pointee.signIn.errorFrame = reader.pointee.startFrame
        connection.pointee.signIn.clientTokenUnanswered = false
        // Another mechanism may be asked for on the same connection.
        if connection.pointee.signIn.tokensFromClient == 0 { leaveTokens(connection) }
        if !reader.pointee.response.message.isNone {
            connection.pointee.signIn.message = reader.pointee.response.message
        }
    }

    /// SCRAM says no in its last message (RFC 5802, 7: `e=` and the reason), whatever code stands in the answer around it.
    private func refusesByToken(_ connection: Connection, _ token: [UInt8], _ reader: Reader) -> Bool {
        guard isScram(connection), let reason = ScramRefusal.reason(token)
        else { return false }
        refuse(connection, Self.authenticationFailed, reader)
        connection.pointee.signIn.message = file.strings.intern(reason)
        return true
    }

    private func isScram(_ connection: Connection) -> Bool {
        file.strings[connection.pointee.signIn.mechanism].hasPrefix("SCRAM-")
    }
    private static let authenticationFailed = KafkaError.codes("SASL_AUTHENTICATION_FAILED").first ?? 58

    /// Whether the server's token is the last of its mechanism. GSSAPI has no sign of its own: there the client's next
    /// request tells.
    private func completes(_ connection: Connection, _ token: [UInt8]) -> Bool {
        switch file.strings[connection.pointee.signIn.mechanism] {
        case "PLAIN", "AWS_MSK_IAM": true
        case "OAUTHBEARER": token.first != UInt8(ascii: "{")
        case "SCRAM-SHA-256", "SCRAM-SHA-512": token.starts(with: Array("v=".utf8))
        default: false
        }
    }

    // MARK: Raw tokens

    private func expect(_ content: Framing.Content, _ connection: Connection, _ side: Side) {
        connection.messages(side).state.pointee.framing.expect(content)
    }

    /// Frames have Kafka's headers again, in both directions.
    func leaveTokens(_ connection: Connection) {
        for side in [Side.initiator, .responder] { expect(.messages, connection, side) }
    }

    /// The first bytes of a client's frame among raw tokens.
    /// - Returns: false where it is neither a token nor a request.
    func feedTelling(_ direction: Direction, _ reader: Reader, _ piece: Piece) -> Bool {
        var rest = piece
        while reader.pointee.phase == .telling, !rest.bytes.isEmpty {
            let missing = bytesToTell(reader) - reader.pointee.carry.count
            let taken = max(0, min(missing, rest.bytes.count))
            reader.pointee.carry += rest.bytes.slice(from: 0, count: taken)
            rest = rest.dropping(taken)
            let isEnough = reader.pointee.carry.count >= bytesToTell(reader)
            if isEnough, !tellToken(direction, reader, rest) { return false }
        }
        return rest.bytes.isEmpty || feed(direction, reader, rest)
    }

    private func bytesToTell(_ reader: Reader) -> Int {
        reader.pointee.carry.withUnsafeBufferPointer { RequestHeaderShape.bytesToTell($0, limits.frameBytes) }
    }

    /// Tells whether a frame among raw tokens is one, or a request again, which ends them. Before the first token only a
    /// request that belongs to a sign-in is believed: the client asks anew.
    /// - Parameter isAll: no more bytes of it will come.
    /// - Returns: false where it is neither.
    func tellToken(_ direction: Direction, _ reader: Reader, _ piece: Piece, isAll: Bool = false) -> Bool {
        let connection = direction.connection
        var first: [UInt8] = []
        swap(&first, &reader.pointee.carry)
        let isRequest =
            first.withUnsafeBufferPointer { RequestHeaderShape.check($0, limits.frameBytes, isAll: isAll) } == .fits
        let api = first.count < 6 ? -1 : Int16(first[4]) << 8 | Int16(first[5])
        guard isRequest, connection.pointee.signIn.tokensFromClient > 0 || Api.belongsToSignIn(api) else {
            reader.pointee.phase = .token
            reader.pointee.carry += first.dropFirst(Framing.lengthBytes)
            return reader.pointee.size <= Self.tokenBytes
        }
        if connection.pointee.signIn.stage == .tokens { signInSucceeded(connection, piece.time) }
        leaveTokens(connection)
        (reader.pointee.isToken, reader.pointee.phase) = (false, .header)
        return first.withUnsafeBufferPointer { bytes in
            var begun = piece
            begun.bytes = bytes.slice(from: Framing.lengthBytes)
            return feed(direction, reader, begun)
        }
    }

    /// Whether the server's next frame is a token, where that is told by the client's side only: bytes of the client may be
    /// missing, or come later than their answers.
    func chooseTokens(_ direction: Direction, _ size: Int) {
        let connection = direction.connection
        guard connection.pointee.rareSignIn.isSet else { return }
        if direction.state.pointee.framing.content == .tokens {
            // Nothing is left to answer but requests.
            if size >= 4, connection.pointee.signIn.stage == .succeeded {
                direction.state.pointee.framing.expect(.messages)
            }
        } else if size < 4, direction.opposite.state.pointee.framing.content == .tokens,
            connection.pointee.signIn.clientTokenUnanswered
        {
            // The answer to SaslHandshake has gone by, captured or not: this is the one to the token, of PLAIN an empty one.
            direction.state.pointee.framing.expect(.tokens)
        }
    }

    func finishToken(_ direction: Direction, _ reader: Reader, _ last: Piece) {
        let connection = direction.connection
        // A token that was cut away says nothing.
        let isSeen = reader.pointee.ending != .cut
        if observes { tellToken(connection, reader, isClients: direction.isRequests) }
        connection.pointee.kafka.rare.value.tokens += 1
        if isSeen {
            file.totals.decoded += 1
        } else {
            addOne(to: \.cut, \.cut, connection)
        }
        if direction.isRequests {
            return clientToken(connection, reader.pointee.carry, reader.pointee.startFrame, last.time)
        }
        if observes { tellShape(of: reader.pointee.carry, connection, isClients: false) }
        connection.pointee.signIn.tokensFromServer += 1
        connection.pointee.signIn.clientTokenUnanswered = false
        connection.pointee.signIn.clientOwes = true
        connection.pointee.signIn.lastStepTime = last.time
        connection.pointee.signIn.note(reader.pointee.startFrame)
        if isSeen, refusesByToken(connection, reader.pointee.carry, reader) { return }
        if isSeen, reader.pointee.carry.isEmpty || completes(connection, reader.pointee.carry) {
            signInSucceeded(connection, last.time)
        }
    }
}
