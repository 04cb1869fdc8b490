import Vocabulary

/// Opening protected records: finding keys, and the record's number where records were lost.
extension TLSSession {
    struct Opened {
        var type: UInt8
        var content: UnsafeBufferPointer<UInt8>
        var lostBefore: Int64
    }

    /// Whether there are keys for the direction; looks for them when the key log has grown.
    func findKeys(_ lane: RecordLane) -> Bool {
        if lane.cipher != nil { return true }
        guard !lane.isGivenUp, lane.generation != keyLog.generation, let random = hellos.random else { return false }
        lane.generation = keyLog.generation
        guard let entry = keyLog.entry(random) else { return false }
        guard let suite = hellos.suite, suite.isSupported, facts.version >= 0x0303 else {
            facts.obstacle = "\(CipherSuite.name(facts.cipher)) cannot be opened here"
            return false
        }
        if isTLS13 { findTLS13Keys(lane, entry, suite) } else { findTLS12Keys(lane, entry, suite) }
        return lane.cipher != nil
    }

    private func findTLS12Keys(_ lane: RecordLane, _ entry: KeyLog.Entry, _ suite: CipherSuite) {
        guard let master = entry.master else { return }
        lane.cipher = CipherFactory.tls12(
            suite, master: master, .init(client: hellos.clientRandom, server: hellos.serverRandom),
            fromClient: isClient(lane), encryptThenMAC: hellos.encryptThenMAC)
    }

    /// Without the handshake's secret, the first record of application data is found by trying.
    private func findTLS13Keys(_ lane: RecordLane, _ entry: KeyLog.Entry, _ suite: CipherSuite) {
        let handshake = isClient(lane) ? entry.clientHandshake : entry.serverHandshake
        if lane.epoch == .handshake, let secret = handshake {
            (lane.secret, lane.cipher) = (secret, CipherFactory.tls13(suite, secret: secret))
        } else if let secret = trafficSecret(lane, entry) {
            if lane.epoch == .handshake { lane.beginEpoch(.application) }
            lane.generation = keyLog.generation
            (lane.secret, lane.cipher) = (secret, CipherFactory.tls13(suite, secret: secret))
        }
    }

    private func trafficSecret(_ lane: RecordLane, _ entry: KeyLog.Entry) -> Secret? {
        isClient(lane) ? entry.clientTraffic : entry.serverTraffic
    }

    // MARK: Opening

    func open(_ lane: RecordLane, _ header: RecordHeader, _ body: UnsafeBufferPointer<UInt8>) -> Opened? {
        guard let cipher = lane.cipher else { return nil }
        if let length = cipher.open(body, header.label, sequence: lane.sequence, into: scratch.start) {
            return opened(lane, header, length, skipped: 0)
        }
        if let (length, skipped) = tryFurtherNumbers(lane, header, body, cipher) {
            return opened(lane, header, length, skipped: skipped)
        }
        if let length = tryNextKeys(lane, header, body) { return opened(lane, header, length, skipped: 0) }
        return fail(lane, header)
    }

    /// Records were lost: the number may be a later one. The protection's own check tells which.
    private func tryFurtherNumbers(
        _ lane: RecordLane, _ header: RecordHeader, _ body: UnsafeBufferPointer<UInt8>, _ cipher: any RecordCipher
    ) -> (length: Int, skipped: Int)? {
        guard lane.window > 0 else { return nil }
        for skipped in 1...tries(lane, body) {
            let number = lane.sequence &+ UInt64(skipped)
            if let length = cipher.open(body, header.label, sequence: number, into: scratch.start) {
                lane.sequence = number
                return (length, skipped)
            }
        }
        return nil
    }

    /// How many numbers are tried: fewer of long records, so that hostile ones cost no more than a few milliseconds.
    private func tries(_ lane: RecordLane, _ body: UnsafeBufferPointer<UInt8>) -> Int {
        min(lane.window, max(64, (4 << 20) / max(1, body.count)))
    }

    /// The message that changed the keys was lost, or could not be read.
    private func tryNextKeys(_ lane: RecordLane, _ header: RecordHeader, _ body: UnsafeBufferPointer<UInt8>) -> Int? {
        guard isTLS13, let next = nextKeys(lane) else { return nil }
        for number in 0...tries(lane, body) {
            if let length = next.cipher.open(body, header.label, sequence: UInt64(number), into: scratch.start) {
                if lane.epoch == .handshake, number == 0 { lane.lostBytes = 0 }
                lane.adopt(next, sequence: UInt64(number), epoch: .application)
                return length
            }
        }
        return nil
    }

    /// The application's keys after the handshake's, then those after a KeyUpdate.
    private func nextKeys(_ lane: RecordLane) -> RecordLane.NextKeys? {
        if let next = lane.next { return next }
        guard let suite = hellos.suite, let random = hellos.random else { return nil }
        let secret: Secret?
        if lane.epoch == .handshake {
            secret = keyLog.entry(random).flatMap { trafficSecret(lane, $0) }
        } else {
            secret = lane.secret.flatMap { KeyDerivation.updated($0, digest: suite.digest) }
        }
        guard let secret, let cipher = CipherFactory.tls13(suite, secret: secret) else { return nil }
        lane.next = RecordLane.NextKeys(cipher: cipher, secret: secret)
        return lane.next
    }

    /// The handshake is done for the direction, or a KeyUpdate was sent: the next record has the next keys.
    func advanceKeys(_ lane: RecordLane) {
        guard let next = nextKeys(lane) else { return lane.beginEpoch(.application) }
        lane.adopt(next, sequence: 0, epoch: .application)
        (lane.window, lane.lostBytes) = (0, 0)
    }

    private func opened(_ lane: RecordLane, _ header: RecordHeader, _ length: Int, skipped: Int) -> Opened? {
        let overhead = lane.overhead ?? lane.cipher?.overhead ?? 0
        let lost = lane.lostBytes == 0 ? 0 : max(0, lane.lostBytes - Int64(skipped) * Int64(overhead))
        lane.sequence &+= 1
        // Behind a hole a message begins with a record, as nearly always.
        if lane.messages.isLost { lane.messages.reset() }
        (lane.window, lane.lostBytes, lane.failures) = (0, 0, 0)
        var content = UnsafeBufferPointer(start: UnsafePointer(scratch.start), count: length)
        guard isTLS13 else {
            noteOverhead(lane, header, header.type, length)
            return Opened(type: header.type, content: content, lostBefore: lost)
        }
        // Zeros of padding, before them the type (RFC 8446, section 5.4).
        guard let last = content.lastIndex(where: { $0 != 0 }) else { return nil }
        content = UnsafeBufferPointer(rebasing: content[..<last])
        noteOverhead(lane, header, scratch.start[last], content.count)
        return Opened(type: scratch.start[last], content: content, lostBefore: lost)
    }

    private func noteOverhead(_ lane: RecordLane, _ header: RecordHeader, _ type: UInt8, _ plainLength: Int) {
        if type == ContentType.applicationData { lane.overhead = header.recordLength - plainLength }
    }

    private func fail(_ lane: RecordLane, _ header: RecordHeader) -> Opened? {
        lane.lostBytes += Int64(header.recordLength)
        // Data sent with the first flight has keys of its own: those records go by without a number.
        if facts.earlyData, isClient(lane), lane.epoch == .handshake, lane.sequence == 0 { return nil }
        facts.failedRecords += 1
        lane.failures += 1
        lane.window = min(limits.tlsRecordSearch, lane.window + 1)
        if lane.failures > limits.tlsFailedRecords {
            lane.isGivenUp = true
            (lane.cipher, lane.secret, lane.next) = (nil, nil, nil)
        }
        return nil
    }
}
