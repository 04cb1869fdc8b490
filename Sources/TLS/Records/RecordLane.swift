/// One direction of a TLS connection: where its records begin, and how they are protected.
final class RecordLane {
    let isFirst: Bool

    // Framing
    /// A record, or a header, whose end has not come yet.
    var partial: [UInt8] = []
    /// Bytes left of a record that is not read.
    var skipping = 0
    /// Where the next record begins is not known.
    var isSeeking = false
    var messages = MessageAssembler()

    // Protection
    enum Epoch { case clear, handshake, application }
    var epoch = Epoch.clear
    var cipher: (any RecordCipher)?
    /// TLS 1.3: the secret of the current keys.
    var secret: Secret?
    /// The keys that come next, made once and kept.
    var next: NextKeys?
    var sequence: UInt64 = 0
    /// The key log's generation when keys were last looked for.
    var generation = -1
    /// Records may have been lost: how many numbers further the next one may be.
    var window = 0
    var failures = 0
    var isGivenUp = false
    /// Bytes that the last record of application data had beyond its plaintext. Padding makes it differ from record to
    /// record, but lost ones are mostly like their neighbours.
    var overhead: Int?
    /// Bytes on the wire, since the last record that was opened, that were not opened.
    var lostBytes: Int64 = 0

    struct NextKeys {
        var cipher: any RecordCipher
        var secret: Secret
    }

    init(isFirst: Bool) { self.isFirst = isFirst }

    var isProtected: Bool { epoch != .clear }

    /// From here on the direction's records are protected by keys that are looked for anew.
    func beginEpoch(_ epoch: Epoch) {
        self.epoch = epoch
        (cipher, secret, next) = (nil, nil, nil)
        (sequence, generation, window, lostBytes) = (0, -1, 0, 0)
        messages.reset()
    }

    func adopt(_ keys: NextKeys, sequence: UInt64, epoch: Epoch) {
        (cipher, secret, next) = (keys.cipher, keys.secret, nil)
        (self.sequence, self.epoch) = (sequence, epoch)
        messages.reset()
    }

    /// A record, or so many bytes of records, went by unread.
    func lose(bytes: Int64, records: Int, limit: Int) {
        lostBytes += bytes
        window = min(limit, window + records)
    }
}
