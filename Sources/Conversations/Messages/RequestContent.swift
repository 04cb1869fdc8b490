import KafkaDecode
import Vocabulary

/// What a request says that anybody asks for later. One value is refilled for each request; its arrays keep their room.
struct RequestContent {
    var acks: Int16?
    /// Milliseconds that the request itself lets the broker wait.
    var timeoutMs: Int32?
    var maxWaitMs: Int32?
    var rebalanceTimeoutMs: Int32?
    var group = StringID.none
    var transactionalId = StringID.none
    /// FindCoordinator up to version 3: whose coordinator is asked for.
    var coordinatorKey = StringID.none
    var memberId = StringID.none
    /// Of a static member (KIP-345).
    var instanceId = StringID.none
    /// SyncGroup: its member is the group's leader, and says who gets what.
    var assigns = false
    /// InitProducerId: the producer had an id before, and asks for its next epoch (KIP-360).
    var hasOwnProducerId = false
    /// ApiVersions: the node that is meant (KIP-1242); -1 for any.
    var expectedNode: Int32 = -1
    var mechanism = StringID.none
    var softwareName = StringID.none
    var softwareVersion = StringID.none
    /// A sign-in token, as far as it was kept to read names from it. Never leaves this module.
    var token: [UInt8] = []
    var tokenLength = 0
    var hasToken = false
    var topics: [StringID] = []
    var batches: [BatchIdentity] = []
    var hasProducerId = false
    var hasTransactionalBatch = false
    /// Fetch: from a replica, not from a consumer.
    var replicaId: Int32 = -1

    private var topic = StringID.none
    private var partition: Int32 = -1
    private static let topicLimit = 8
    private static let batchLimit = 32

    mutating func reset() {
        (acks, timeoutMs, maxWaitMs, rebalanceTimeoutMs) = (nil, nil, nil, nil)
        (group, transactionalId, mechanism, softwareName, softwareVersion) = (.none, .none, .none, .none, .none)
        (topic, partition, replicaId, instanceId, hasOwnProducerId) = (.none, -1, -1, .none, false)
        (expectedNode, assigns) = (-1, false)
        (hasToken, hasProducerId, hasTransactionalBatch, tokenLength) = (false, false, false, 0)
        (coordinatorKey, memberId) = (.none, .none)
        token.clear()
        topics.clear()
        batches.clear()
    }

    mutating func take(_ field: DecodedField, file: CaseFile) {
        switch RequestTag(rawValue: field.tag) {
        case .acks: acks = Int16(truncatingIfNeeded: field.integer)
        case .timeout: timeoutMs = Int32(truncatingIfNeeded: field.integer)
        case .maxWait: maxWaitMs = Int32(truncatingIfNeeded: field.integer)
        case .rebalanceTimeout: rebalanceTimeoutMs = Int32(truncatingIfNeeded: field.integer)
        case .replicaId: replicaId = Int32(truncatingIfNeeded: field.integer)
        case .group: group = field.intern(file)
        case .transactionalId: transactionalId = field.intern(file)
        case .coordinatorKey: coordinatorKey = field.intern(file)
        case .memberId: memberId = field.intern(file)
        case .instanceId: if instanceId.isNone { instanceId = field.intern(file) }
        case .expectedNode: expectedNode = Int32(truncatingIfNeeded: field.integer)
        case .assigned: assigns = true
        case .producerId: hasOwnProducerId = field.integer >= 0
        case .mechanism: mechanism = field.intern(file)
        case .softwareName: softwareName = field.intern(file)
        case .softwareVersion: softwareVersion = field.intern(file)
        case .topicName, .topicId: startTopic(field.kind == .uuid ? field.internUUID(file) : field.intern(file))
        case .partition: partition = Int32(truncatingIfNeeded: field.integer)
        case .token: takeToken(field)
        case .records: if field.kind == .recordBatch { takeBatch(field) }
        case nil: break
        }
    }

    private mutating func startTopic(_ id: StringID) {
        topic = id
        if !id.isNone, topics.count < Self.topicLimit, !topics.contains(id) { topics.append(id) }
    }

    private mutating func takeToken(_ field: DecodedField) {
        hasToken = true
        tokenLength = Int(clamping: field.integer)
        token.removeAll(keepingCapacity: true)
        if let pointer = field.pointer { token += UnsafeBufferPointer(start: pointer, count: Int(field.length)) }
    }

    /// Reads a batch's numbers anew: the frame is like the one that this content is of.
    @inline(__always)
    mutating func retake(batch index: Int, _ header: UnsafeBufferPointer<UInt8>) {
        guard index < batches.count, let batch = BatchHeader(header) else { return }
        hasProducerId = index == 0 ? batch.producerId >= 0 : hasProducerId || batch.producerId >= 0
        batches[index].take(batch)
    }

    /// A partition's number, for the batches from one on. The next partition's comes behind it.
    @inline(__always)
    mutating func renumber(from index: Int, _ partition: Int32) {
        for i in index..<max(index, batches.count) { batches[i].partition = partition }
    }

    private mutating func takeBatch(_ field: DecodedField) {
        guard let batch = BatchHeader(field) else { return }
        if batch.producerId >= 0 { hasProducerId = true }
        if batch.transactional { hasTransactionalBatch = true }
        guard batches.count < Self.batchLimit else { return }
        batches.append(
            BatchIdentity(
                topic: topic, partition: partition, producerId: batch.producerId, epoch: batch.epoch,
                baseSequence: batch.baseSequence, records: batch.records, crc: batch.crc, bytes: batch.bytes,
                firstRecord: batch.firstRecord, baseTimestamp: batch.baseTimestamp))
    }
}

extension BatchIdentity {
    /// Reads the numbers anew from a batch of format 2, its header at least; topic and partition stay.
    @inline(__always)
    mutating func renumber(_ header: UnsafeBufferPointer<UInt8>) {
        if let batch = BatchHeader(header) { take(batch) }
    }

    @inline(__always)
    fileprivate mutating func take(_ batch: BatchHeader) {
        (producerId, epoch, baseSequence, records) = (batch.producerId, batch.epoch, batch.baseSequence, batch.records)
        (crc, bytes, baseTimestamp) = (batch.crc, batch.bytes, batch.baseTimestamp)
        firstRecord = batch.firstRecord
    }
}

/// The header of a record batch of format 2 (KIP-98), or of a message of format 0 or 1.
struct BatchHeader {
    var producerId: Int64 = -1
    var epoch: Int16 = -1
    var baseSequence: Int32 = -1
    var records: Int32 = 1
    var crc: UInt32
    var bytes: Int32
    var transactional = false
    var baseTimestamp: Int64 = 0
    /// See `BatchIdentity.firstRecord`.
    var firstRecord: UInt32 = 0

    init?(_ field: DecodedField) {
        guard let pointer = field.pointer, field.length >= 17 else { return nil }
        self.init(UnsafeBufferPointer(start: pointer, count: Int(field.length)))
    }

    /// - Parameter header: at least 17 bytes.
    @inline(__always)
    init?(_ header: UnsafeBufferPointer<UInt8>) {
        bytes = Int32(truncatingIfNeeded: header.bigEndian32(at: 8))
        guard header[16] >= 2 else {
            // Formats 0 and 1: offset, size, CRC, magic. The CRC alone tells messages apart.
            crc = UInt32(truncatingIfNeeded: header.bigEndian32(at: 12))
            return
        }
        guard header.count >= 61 else { return nil }
        crc = UInt32(truncatingIfNeeded: header.bigEndian32(at: 17))
        transactional = header.bigEndian16(at: 21) & 0x10 != 0
        baseTimestamp = header.bigEndian64(at: 27)
        producerId = header.bigEndian64(at: 43)
        epoch = Int16(truncatingIfNeeded: header.bigEndian16(at: 51))
        baseSequence = Int32(truncatingIfNeeded: header.bigEndian32(at: 53))
        records = Int32(truncatingIfNeeded: header.bigEndian32(at: 57))
        // Producers with an id are known by it and their sequence, and packed records change with what is packed along.
        if producerId < 0, header[22] & 7 == 0 { firstRecord = Self.print(ofFirst: header) }
    }

    /// A number made of how the first record begins: its length, key and value, as far as they are shown.
    private static func print(ofFirst header: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var (at, length, shift) = (61, 0, 0)
        while at < header.count, shift < 35 {
            length |= Int(header[at] & 0x7F) << shift
            shift += 7
            at += 1
            if header[at - 1] < 0x80 { break }
        }
        // Lengths are zigzag numbers: those of records are even.
        let record = length >> 1
        guard record > 0, header.count - at >= min(record, shownRecordBytes) else { return 0 }
        var mixed = UInt64(record)
        for byte in header[at..<(at + min(record, shownRecordBytes))] {
            mixed = (mixed ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= mixed >> 29
        }
        return max(1, UInt32(truncatingIfNeeded: mixed >> 32))
    }

    /// So much of a record counts: of the 64 bytes shown behind a header, a record's length may take up to five.
    private static var shownRecordBytes: Int { 56 }
}

extension DecodedField {
    func intern(_ file: CaseFile) -> StringID {
        guard let pointer, length > 0 else { return .none }
        return file.strings.intern(UnsafeBufferPointer(start: pointer, count: Int(length)))
    }

    /// A topic id in text form, in braces so that no topic name can look like it.
    func internUUID(_ file: CaseFile) -> StringID {
        guard let pointer, length == 16 else { return .none }
        let bytes = UnsafeBufferPointer(start: pointer, count: 16)
        if bytes.allSatisfy({ $0 == 0 }) { return .none }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 34) { text in
            let digits: StaticString = "0123456789abcdef"
            text[0] = UInt8(ascii: "{")
            for i in 0..<16 {
                text[1 + 2 * i] = digits.utf8Start[Int(bytes[i] >> 4)]
                text[2 + 2 * i] = digits.utf8Start[Int(bytes[i] & 15)]
            }
            text[33] = UInt8(ascii: "}")
            return file.strings.intern(UnsafeBufferPointer(text))
        }
    }
}
