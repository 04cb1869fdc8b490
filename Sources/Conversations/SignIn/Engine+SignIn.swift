import KafkaDecode
import Streams
import Vocabulary

/// Follows a sign-in: SaslHandshake, then tokens in SaslAuthenticate (handshake version 1), or raw (version 0).
extension ConversationEngine {
    func startSignIn(_ slot: Int, _ reader: MessageReader) {
        // A sign-in comes first on a connection; one in the middle of it, or behind work, is a renewal.
        let again = live[slot].signIn.stage == .succeeded || live[slot].kafka.workAnswered > 0
        var facts = SignInFacts()
        facts.repeats = live[slot].signIn.repeats + (again ? 1 : 0)
        facts.principal = again ? live[slot].signIn.principal : .none
        facts.succeededTime = live[slot].signIn.succeededTime
        facts.sessionLifetimeMs = live[slot].signIn.sessionLifetimeMs
        facts.stage = .handshakeSent
        facts.handshakeVersion = reader.version
        facts.mechanism = reader.request.mechanism
        facts.startTime = reader.startTime
        facts.lastStepTime = reader.startTime
        facts.startFrame = reader.startFrame
        facts.note(reader.startFrame)
        live[slot].signIn = facts
    }

    /// A complete token of the client.
    func clientToken(_ slot: Int, _ token: [UInt8], _ frame: FrameRef, _ time: CaptureTime) {
        if live[slot].signIn.stage == .none || live[slot].signIn.stage == .succeeded {
            // Re-authentication may skip the handshake only in theory; a token without one still is a sign-in.
            live[slot].signIn.repeats += live[slot].signIn.stage == .succeeded ? 1 : 0
            live[slot].signIn.startTime = time
            live[slot].signIn.startFrame = frame
        }
        live[slot].signIn.stage = .tokens
        live[slot].signIn.tokensFromClient += 1
        live[slot].signIn.clientTokenUnanswered = true
        live[slot].signIn.clientOwes = false
        live[slot].signIn.lastStepTime = time
        live[slot].signIn.note(frame)
        noteIdentity(slot, token)
    }

    private func noteIdentity(_ slot: Int, _ token: [UInt8]) {
        let mechanism = file.strings[live[slot].signIn.mechanism]
        let identity = TokenIdentity.read(token, mechanism: mechanism)
        if let name = identity.principal { live[slot].signIn.principal = file.strings.intern(name) }
        if let issuer = identity.issuer { live[slot].signIn.tokenIssuer = file.strings.intern(issuer) }
        if let audience = identity.audience { live[slot].signIn.tokenAudience = file.strings.intern(audience) }
        if let expires = identity.expires { live[slot].signIn.tokenExpires = expires }
    }

    func signInSucceeded(_ slot: Int, _ time: CaptureTime) {
        live[slot].signIn.stage = .succeeded
        live[slot].signIn.succeededTime = time
        live[slot].signIn.clientOwes = false
        live[slot].signIn.clientTokenUnanswered = false
    }

    // MARK: Answers with Kafka headers

    func noteSignInAnswer(_ slot: Int, _ reader: MessageReader, _ request: PendingRequest, _ last: Piece) {
        if request.api == Api.saslHandshake { handshakeAnswer(slot, reader, last) }
        if request.api == Api.saslAuthenticate { tokenAnswer(slot, reader, last) }
    }

    private func handshakeAnswer(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        live[slot].signIn.lastStepTime = last.time
        live[slot].signIn.note(reader.startFrame)
        live[slot].signIn.offered = reader.response.mechanisms
        if let error = reader.response.topLevelError, error != 0 { return refuse(slot, error, reader) }
        guard live[slot].signIn.stage == .handshakeSent else { return }
        live[slot].signIn.stage = .mechanismAccepted
        live[slot].signIn.clientOwes = true
        if live[slot].signIn.handshakeVersion == 0 { enterTokens(slot) }
    }

    private func tokenAnswer(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        live[slot].signIn.lastStepTime = last.time
        live[slot].signIn.clientTokenUnanswered = false
        live[slot].signIn.note(reader.startFrame)
        let token = reader.response.token
        if token.first == UInt8(ascii: "{"), live[slot].signIn.message.isNone {
            // OAUTHBEARER says no by a JSON status in an answer without error (KIP-255).
            live[slot].signIn.message = token.withUnsafeBufferPointer { file.strings.intern($0) }
        }
        if let error = reader.response.topLevelError, error != 0 { return refuse(slot, error, reader) }
        live[slot].signIn.tokensFromServer += 1
        live[slot].signIn.clientOwes = true
        if reader.response.sessionLifetimeMs > 0 {
            live[slot].signIn.sessionLifetimeMs = reader.response.sessionLifetimeMs
        }
        if completes(slot, token) || reader.response.sessionLifetimeMs > 0 { signInSucceeded(slot, last.time) }
    }

    private func refuse(_ slot: Int, _ error: Int16, _ reader: MessageReader) {
        live[slot].signIn.stage = .refused
        live[slot].signIn.error = error
        live[slot].signIn.errorFrame = reader.startFrame
        live[slot].signIn.clientTokenUnanswered = false
        if !reader.response.message.isNone { live[slot].signIn.message = reader.response.message }
    }

    /// Whether the server's token is the last of its mechanism. GSSAPI has no sign of its own: there the client's next
    /// request tells.
    private func completes(_ slot: Int, _ token: [UInt8]) -> Bool {
        switch file.strings[live[slot].signIn.mechanism] {
        case "PLAIN", "AWS_MSK_IAM": true
        case "OAUTHBEARER": token.first != UInt8(ascii: "{")
        case "SCRAM-SHA-256", "SCRAM-SHA-512": token.starts(with: Array("v=".utf8))
        default: false
        }
    }

    // MARK: Raw tokens

    private func enterTokens(_ slot: Int) {
        live[slot].directions.0.mode = .tokens
        live[slot].directions.1.mode = .tokens
    }

    private func leaveTokens(_ slot: Int) {
        live[slot].directions.0.mode = .kafka
        live[slot].directions.1.mode = .kafka
    }

    /// Whether the client's next bytes are a Kafka request again, which ends the tokens.
    func endsTokens(_ slot: Int, _ piece: Piece, _ lengthBytes: Int) -> Bool {
        guard lengthBytes == 4, live[slot].signIn.tokensFromClient > 0, piece.bytes.count >= 14,
            RequestHeaderShape.check(piece.bytes, frameLimit: limits.frameBytes) == .fits
        else { return false }
        if live[slot].signIn.stage == .tokens { signInSucceeded(slot, piece.time) }
        leaveTokens(slot)
        return true
    }

    func finishToken(_ slot: Int, _ side: Side, _ reader: MessageReader, _ last: Piece) {
        file.totals.decoded += 1
        if side == live[slot].clientSide {
            return clientToken(slot, reader.carry, reader.startFrame, last.time)
        }
        live[slot].signIn.tokensFromServer += 1
        live[slot].signIn.clientTokenUnanswered = false
        live[slot].signIn.clientOwes = true
        live[slot].signIn.lastStepTime = last.time
        live[slot].signIn.note(reader.startFrame)
        if reader.carry.isEmpty || completes(slot, reader.carry) { signInSucceeded(slot, last.time) }
    }
}
