import Vocabulary

/// Whole records: clear ones are read, protected ones opened.
extension TLSSession {
    /// Whether a record's body is worth gathering.
    func wants(_ lane: RecordLane, _ header: RecordHeader) -> Bool {
        if isSealed(lane, header) { return findKeys(lane) }
        return header.type != ContentType.applicationData
    }

    /// In TLS 1.3 everything protected looks like application data; before, the type stays outside.
    private func isSealed(_ lane: RecordLane, _ header: RecordHeader) -> Bool {
        guard lane.isProtected else { return false }
        if isTLS13 { return header.type == ContentType.applicationData }
        return header.type != ContentType.changeCipherSpec
    }

    func finish(
        _ lane: RecordLane, _ header: RecordHeader, _ record: UnsafeBufferPointer<UInt8>, _ moment: Moment
    ) -> TLSStep {
        note(lane, header, moment)
        let body = UnsafeBufferPointer(rebasing: record[RecordHeader.length...])
        var step = TLSStep(used: record.count)
        guard isSealed(lane, header) else {
            step.readBytes = record.count
            readContent(lane, header.type, body, moment, wasEncrypted: false)
            return step
        }
        guard let opened = open(lane, header, body) else {
            step.sealedBytes = record.count
            return step
        }
        facts.openedRecords += 1
        step.opened = true
        step.readBytes = record.count - opened.content.count
        step.lostBefore = opened.lostBefore
        if opened.type == ContentType.applicationData {
            step.plaintext = opened.content
        } else {
            step.readBytes = record.count
            readContent(lane, opened.type, opened.content, moment, wasEncrypted: true)
        }
        return step
    }

    private func readContent(
        _ lane: RecordLane, _ type: UInt8, _ content: UnsafeBufferPointer<UInt8>, _ moment: Moment, wasEncrypted: Bool
    ) {
        switch type {
        case ContentType.changeCipherSpec: changeCipher(lane)
        case ContentType.alert: readAlert(lane, content, moment, wasEncrypted: wasEncrypted)
        case ContentType.handshake:
            // Taken out while it works: a message may start new keys, which resets the lane's own.
            var assembler = lane.messages
            lane.messages = MessageAssembler()
            let epoch = lane.epoch
            let secretBefore = lane.sequence
            assembler.take(content, limit: limits.tlsHandshakeBytes) { readMessage(lane, $0, $1, moment) }
            if lane.epoch == epoch, lane.sequence == secretBefore { lane.messages = assembler }
        default: break
        }
    }

    /// In TLS 1.3 the message is for old middleboxes and means nothing (RFC 8446, appendix D.4).
    private func changeCipher(_ lane: RecordLane) {
        if isClient(lane) { facts.clientChangedCipher = true } else { facts.serverChangedCipher = true }
        guard !isTLS13 else { return }
        if !isClient(lane), facts.serverHello != nil {
            let sentCertificate = facts.serverMessages.contains(HandshakeType.certificate)
            let keyExchanged = facts.serverMessages.contains(HandshakeType.serverHelloDone)
            facts.resumed = !sentCertificate && !keyExchanged
        }
        lane.beginEpoch(.application)
    }

    private func readAlert(
        _ lane: RecordLane, _ content: UnsafeBufferPointer<UInt8>, _ moment: Moment, wasEncrypted: Bool
    ) {
        guard content.count == 2, (1...2).contains(content[0]) else { return }
        if content[1] == AlertName.closeNotify {
            if isClient(lane) { facts.clientSaidGoodbye = true } else { facts.serverSaidGoodbye = true }
        } else if content[1] != AlertName.userCanceled, facts.alert == nil {
            facts.alert = AlertFacts(
                level: content[0], code: content[1], fromClient: isClient(lane), wasEncrypted: wasEncrypted,
                moment: moment)
        }
    }

    /// Keeps lengths and times of records whose content is not in clear.
    func note(_ lane: RecordLane, _ header: RecordHeader, _ moment: Moment) {
        guard header.type == ContentType.applicationData || isSealed(lane, header) else { return }
        let fromClient = isClient(lane)
        if fromClient {
            facts.clientRecords += 1
            facts.clientRecordBytes += Int64(header.bodyLength)
        } else {
            facts.serverRecords += 1
            facts.serverRecordBytes += Int64(header.bodyLength)
        }
        if header.type != ContentType.alert { facts.turns.note(fromClient: fromClient, moment) }
        let note = RecordNote(
            fromClient: fromClient, type: header.type, length: UInt16(header.bodyLength), moment: moment)
        if facts.firstRecords.count < HandshakeFacts.notedFirst { return facts.firstRecords.append(note) }
        if facts.lastRecords.count == HandshakeFacts.notedLast { facts.lastRecords.removeFirst() }
        facts.lastRecords.append(note)
    }
}
