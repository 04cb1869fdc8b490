import Streams
import TLS
import Vocabulary

/// TLS under Kafka: records go to the connection's session; what keys open goes on as plain bytes do.
extension ConversationEngine {
    func takeTLS(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        let layer = layer(connection)
        let step = layer.session.take(
            first: side == .initiator, piece.bytes, at: Moment(piece.time, piece.frame))
        if step.used == 0, layer.session.facts.clientHello == nil, layer.session.facts.serverHello == nil {
            // Taken for TLS in the middle of a stream, and what follows is none.
            connection[side].mode = .searching
            connection[side].spoke = .unknown
            return 0
        }
        account(step, layer, connection)
        learnClient(connection, layer.session)
        if step.sealedBytes > 0, layer.isOpened { noteUnread(connection, side, piece.time) }
        if step.lostBefore > 0 { passGap(connection, side, step.lostBefore, piece) }
        if let plaintext = step.plaintext, !plaintext.isEmpty {
            layer.wireEnd = piece.offset + Int64(step.used)
            takePlaintext(connection, side, plaintext, piece)
        }
        return step.used
    }

    /// The connection's TLS layer, made with the first record.
    private func layer(_ connection: Connection) -> TLSLayer {
        if let layer = connection.pointee.layer { return layer }
        let session = TLSSession(
            keyLog: keyLog, limits: limits, scratch: scratch, firstIsClient: connection.pointee.clientSide == .initiator
        )
        let layer = TLSLayer(session)
        connection.pointee.layer = layer
        return layer
    }

    /// Who sent the ClientHello is the client, whatever the ports say.
    private func learnClient(_ connection: Connection, _ session: TLSSession) {
        guard connection.pointee.roleBasis == .guess, let first = session.firstIsClient else { return }
        connection.pointee.clientSide = first ? .initiator : .responder
        connection.pointee.roleBasis = .content
    }

    /// Bytes of a direction stay closed while others were opened: what they held may be the answer, or the request, that
    /// seems to be missing.
    private func noteUnread(_ connection: Connection, _ side: Side, _ time: CaptureTime) {
        if side == connection.pointee.clientSide {
            connection.pointee.lastRequestGap = time
        } else {
            connection.pointee.lastAnswerGap = time
        }
    }

    /// Clear records count as understood once a record of the connection was opened, and as encrypted before.
    private func account(_ step: TLSStep, _ layer: TLSLayer, _ connection: Connection) {
        count(encrypted: step.sealedBytes, connection)
        count(unknown: step.unknownBytes, connection)
        if layer.isOpened {
            file.totals.keysUsed = true
            connection.pointee.kafka.rare.value.recordBytes += Int64(step.readBytes + layer.clearBytes)
            file.totals.understoodBytes += Int64(step.readBytes + layer.clearBytes)
            count(encrypted: -layer.clearBytes, connection)
            layer.clearBytes = 0
        } else {
            count(encrypted: step.readBytes, connection)
            layer.clearBytes += step.readBytes
        }
    }

    // MARK: Inside

    private func takePlaintext(
        _ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>, _ outer: Piece
    ) {
        inside(connection) { layer in
            let piece = Piece(bytes: bytes, offset: layer.plainEnd(side), time: outer.time, frame: outer.frame)
            layer.advance(side, by: Int64(bytes.count))
            takeBytes(connection, side, piece)
        }
    }

    /// Records are missing: the plaintext has a hole of their length.
    private func passGap(_ connection: Connection, _ side: Side, _ length: Int64, _ outer: Piece) {
        inside(connection) { layer in
            let event = StreamEvent(
                kind: .gap, side: side, slot: connection.pointee.slot, offset: layer.plainEnd(side), length: length,
                bytes: nil,
                time: outer.time, frame: outer.frame, gapReason: .notCaptured)
            layer.advance(side, by: length)
            takeGap(connection, event)
        }
    }

    /// Runs with the states of the plaintext in the connection's place.
    func inside(_ connection: Connection, _ body: (TLSLayer) -> Void) {
        guard let layer = connection.pointee.layer, !layer.isInside else { return }
        layer.isInside = true
        swap(&connection.pointee.directions, &layer.directions)
        body(layer)
        swap(&connection.pointee.directions, &layer.directions)
        layer.isInside = false
    }

    /// Whether the bytes being read come out of TLS records.
    func isInsideTLS(_ connection: Connection) -> Bool { connection.pointee.layer?.isInside ?? false }

    /// Where in the TCP stream a piece ends: of plaintext, where its record does.
    func wireEnd(_ connection: Connection, _ piece: Piece) -> Int64 {
        if let layer = connection.pointee.layer, layer.isInside { return layer.wireEnd }
        return piece.offset + Int64(piece.bytes.count)
    }

    // MARK: Gaps and ends

    func gapInTLS(_ connection: Connection, _ side: Side, _ missing: Int64) {
        let abandoned = layer(connection).session.lose(first: side == .initiator, bytes: missing)
        count(encrypted: abandoned, connection)
    }

    /// Bytes of records that never ended are read by nobody.
    func releaseTLS(_ connection: Connection) {
        guard let layer = connection.pointee.layer else { return }
        count(encrypted: layer.session.unreadBytes, connection)
        inside(connection) { _ in releaseDirections(connection) }
        connection.pointee.layer = nil
    }

    // MARK: Facts

    /// The facts for the record of a connection.
    func factsOfTLS(_ connection: Connection) -> TLSFacts {
        guard let layer = connection.pointee.layer else { return TLSFacts() }
        let handshake = layer.session.facts
        var facts = TLSFacts()
        facts.handshake = handshake
        facts.clientHelloFrame = handshake.clientHello?.frame ?? .none
        facts.serverHelloFrame = handshake.serverHello?.frame ?? .none
        if let name = handshake.serverName { facts.serverName = file.strings.intern(name) }
        (facts.version, facts.cipher) = (handshake.version, handshake.cipher)
        if let alert = handshake.alert {
            (facts.alertLevel, facts.alert, facts.alertFromClient) = (alert.level, alert.code, alert.fromClient)
            facts.alertFrame = alert.moment.frame
        }
        (facts.clientRecords, facts.serverRecords) = (handshake.clientRecords, handshake.serverRecords)
        (facts.clientAppBytes, facts.serverAppBytes) = (handshake.clientRecordBytes, handshake.serverRecordBytes)
        return facts
    }
}
