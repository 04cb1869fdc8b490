import KafkaDecode
import Vocabulary

/// What a response says that anybody asks for later. One value is refilled for each response.
struct ResponseContent {
    struct Failure {
        var code: Int16
        var topic: StringID
        var partition: Int32
        /// A group, a transactional id or a named resource, where the answer speaks of several.
        var owner = StringID.none
    }

    /// A topic, or a partition of it (-1: none), with error code 0.
    struct Success {
        var topic: StringID
        var partition: Int32
        var owner = StringID.none
    }

    struct Broker {
        var node: Int32 = -1
        var host = StringID.none
        var port: Int32 = -1
        var rack = StringID.none
        /// FindCoordinator from version 4 on: the group or transactional id that it coordinates.
        var coordinates = StringID.none
    }

    /// An answered Produce partition.
    struct Append {
        var topic: StringID
        var partition: Int32
        var error: Int16
        var baseOffset: Int64
        var logAppendTime: Int64
    }

    struct Partition {
        var topic: StringID
        var index: Int32
        var leader: Int32
        var replicas: [Int32]
        var inSync: [Int32]
    }

    var throttleMs = 0
    /// Error codes other than 0, at any depth.
    var failures: [Failure] = []
    var failuresLeftOut = 0
    /// What went well, kept while some error waits for that.
    var successes: [Success] = []
    var successesLeftOut = 0
    /// The first error code of the body, 0 included; nil where there was none.
    var topLevelError: Int16?
    var message = StringID.none
    var brokers: [Broker] = []
    var clusterId = StringID.none
    var versions: [(api: Int16, low: Int16, high: Int16)] = []
    var mechanisms: [StringID] = []
    var token: [UInt8] = []
    var hasToken = false
    var sessionLifetimeMs: Int64 = 0
    /// The first answered Produce partition.
    var append: Append?
    private var appends = 0
    var unhealthy: [Partition] = []
    /// Partitions told whole that were told otherwise before.
    var healthyAgain: [PartitionName] = []
    /// What each node leads of the topics that Metadata tells of.
    var led = LedPartitions()
    /// Bytes of records that a Fetch brought.
    var recordBytes: Int64 = 0
    /// Topic names by id, from Metadata: pairs (id, name).
    var topicIds: [(id: StringID, name: StringID)] = []
    var isController = false

    private var topic = StringID.none
    private var topicIdText = StringID.none
    private var partition: Int32 = -1
    private var owner = StringID.none
    private var ownerFailures = 0
    private var ownerSuccesses = 0
    private var topicFailures = 0
    private var partitionFailures = 0
    private var topicSuccesses = 0
    private var partitionSuccesses = 0
    private var leader: Int32 = -2
    private var replicas: [Int32] = []
    private var inSync: [Int32] = []
    private static let listLimit = 256

    mutating func reset() {
        (throttleMs, failuresLeftOut, topLevelError, message, clusterId) = (0, 0, nil, .none, .none)
        (hasToken, sessionLifetimeMs, recordBytes, isController) = (false, 0, 0, false)
        (topic, topicIdText, partition, topicFailures, partitionFailures, leader) = (.none, .none, -1, 0, 0, -2)
        (successesLeftOut, topicSuccesses, partitionSuccesses) = (0, 0, 0)
        (owner, ownerFailures, ownerSuccesses) = (.none, 0, 0)
        failures.clear()
        successes.clear()
        brokers.clear()
        versions.clear()
        mechanisms.clear()
        token.clear()
        (append, appends) = (nil, 0)
        unhealthy.clear()
        healthyAgain.clear()
        led.clear()
        topicIds.clear()
        replicas.clear()
        inSync.clear()
    }

    mutating func take(_ field: DecodedField, file: CaseFile) {
        guard let tag = ResponseTag(rawValue: field.tag) else { return }
        switch tag {
        case .error: takeError(Int16(truncatingIfNeeded: field.integer), file)
        case .throttle: throttleMs = Int(clamping: field.integer)
        case .message: if message.isNone { message = field.intern(file) }
        case .brokers: if field.kind == .element { startBroker() }
        case .owners: if field.kind == .element { startOwner() }
        case .ownerName: nameOwner(field.intern(file))
        case .node, .host, .port, .rack, .coordinates: takeAddress(tag, field, file)
        case .clusterId: clusterId = field.intern(file)
        case .apiKeys: if field.kind == .element, versions.count < Self.listLimit { versions.append((-1, -1, -1)) }
        case .apiKey, .minVersion, .maxVersion: takeVersion(tag, Int16(truncatingIfNeeded: field.integer))
        case .mechanisms:
            if field.kind == .string, mechanisms.count < 32 { mechanisms.append(field.intern(file)) }
        case .token: takeToken(field)
        case .sessionLifetime: sessionLifetimeMs = field.integer
        case .topics: if field.kind == .element { startTopic() }
        case .topicName: nameTopic(field.intern(file))
        case .topicId: takeTopicId(field.internUUID(file))
        case .partitions: takePartitions(field, file)
        case .partition: namePartition(Int32(truncatingIfNeeded: field.integer))
        case .leader: leader = Int32(truncatingIfNeeded: field.integer)
        case .replicas: Self.keep(field, in: &replicas, file)
        case .inSync: Self.keep(field, in: &inSync, file)
        case .baseOffset: takeBaseOffset(field.integer)
        case .logAppendTime: if appends == 1 { append?.logAppendTime = field.integer }
        case .records: if field.kind == .records { recordBytes += max(0, field.integer) }
        }
    }

    private static func keep(_ field: DecodedField, in list: inout [Int32], _ file: CaseFile) {
        guard field.kind == .integer else { return }
        guard list.count < file.limits.partitionReplicas else {
            return file.note(
                Bound(
                    name: "partitionReplicas", most: file.limits.partitionReplicas,
                    leftOut: "replicas of a partition beyond it"))
        }
        list.append(Int32(truncatingIfNeeded: field.integer))
    }

    private mutating func takeError(_ code: Int16, _ file: CaseFile) {
        if topLevelError == nil { topLevelError = code }
        lastError = code
        guard code != 0 else { return file.errors.unhealed.areThere ? keepSuccess() : () }
        guard failures.count < Self.listLimit else {
            failuresLeftOut += 1
            return
        }
        failures.append(Failure(code: code, topic: topic, partition: partition, owner: owner))
    }

    private mutating func keepSuccess() {
        guard successes.count < Self.listLimit else { return successesLeftOut += 1 }
        successes.append(Success(topic: topic, partition: partition, owner: owner))
    }

    private mutating func startBroker() {
        startOwner()
        if brokers.count < Self.listLimit { brokers.append(Broker()) }
    }

    private mutating func startOwner() {
        (owner, topic, partition) = (.none, .none, -1)
        (ownerFailures, ownerSuccesses) = (failures.count, successes.count)
    }

    /// Its error may stand before its name: what was read since it began gets the name too.
    private mutating func nameOwner(_ name: StringID) {
        owner = name
        for i in min(ownerFailures, failures.count)..<failures.count { failures[i].owner = name }
        for i in min(ownerSuccesses, successes.count)..<successes.count { successes[i].owner = name }
    }

    private static let listenerNotFound: Int16 = 72

    /// The error code most lately read, which in a Produce answer stands before the base offset.
    private var lastError: Int16 = 0

    private mutating func takeAddress(_ tag: ResponseTag, _ field: DecodedField, _ file: CaseFile) {
        // FindCoordinator up to version 3 has one address outside any list.
        if brokers.isEmpty { brokers.append(Broker()) }
        let at = brokers.count - 1
        switch tag {
        case .node: brokers[at].node = Int32(truncatingIfNeeded: field.integer)
        case .host: brokers[at].host = field.intern(file)
        case .port: brokers[at].port = Int32(truncatingIfNeeded: field.integer)
        case .coordinates:
            brokers[at].coordinates = field.intern(file)
            nameOwner(brokers[at].coordinates)
        default: brokers[at].rack = field.intern(file)
        }
    }

    private mutating func takeVersion(_ tag: ResponseTag, _ value: Int16) {
        guard let at = versions.indices.last else { return }
        switch tag {
        case .apiKey: versions[at].api = value
        case .minVersion: versions[at].low = value
        default: versions[at].high = value
        }
    }

    private mutating func takeToken(_ field: DecodedField) {
        hasToken = true
        if let pointer = field.pointer { token += UnsafeBufferPointer(start: pointer, count: Int(field.length)) }
    }

    private mutating func startTopic() {
        (topic, topicIdText, partition) = (.none, .none, -1)
        (topicFailures, topicSuccesses) = (failures.count, successes.count)
    }

    /// In some messages a topic's error stands before its name: what was read since the topic began gets the name too.
    private mutating func nameTopic(_ name: StringID) {
        guard !name.isNone else { return }
        topic = name
        for i in min(topicFailures, failures.count)..<failures.count { failures[i].topic = name }
        for i in min(topicSuccesses, successes.count)..<successes.count { successes[i].topic = name }
        noteTopicId()
    }

    private mutating func takeTopicId(_ id: StringID) {
        topicIdText = id
        if topic.isNone { nameTopic(id) } else { noteTopicId() }
    }

    private mutating func noteTopicId() {
        guard !topicIdText.isNone, !topic.isNone, topic != topicIdText, topicIds.count < Self.listLimit else { return }
        topicIds.append((topicIdText, topic))
    }

    private mutating func takePartitions(_ field: DecodedField, _ file: CaseFile) {
        if field.kind == .element || field.kind == .endArray { endPartition(file) }
        if field.kind == .element { (partitionFailures, partitionSuccesses) = (failures.count, successes.count) }
    }

    private mutating func namePartition(_ index: Int32) {
        partition = index
        for i in min(partitionFailures, failures.count)..<failures.count { failures[i].partition = index }
        for i in min(partitionSuccesses, successes.count)..<successes.count { successes[i].partition = index }
    }

    /// Metadata: notes who leads the partition that just ended, and keeps it where it is not as it should be.
    private mutating func endPartition(_ file: CaseFile) {
        if leader >= 0 { led.add(PartitionName(topic: topic, partition: partition), leader: leader) }
        if leader > -2, replicas.count > 1 {
            file.partitions.learn(replicas, of: PartitionName(topic: topic, partition: partition))
        }
        // A leader without this client's listener is one all the same.
        let isUnnamed = leader < 0 && lastError == Self.listenerNotFound
        let isUnwell = leader < 0 && !isUnnamed || inSync.count < replicas.count
        if leader > -2, isUnwell, unhealthy.count < Self.listLimit {
            unhealthy.append(
                Partition(topic: topic, index: partition, leader: leader, replicas: replicas, inSync: inSync))
        } else if leader >= 0, !file.partitions.unwell.isEmpty {
            let name = PartitionName(topic: topic, partition: partition)
            if file.partitions.unwell.contains(name) { healthyAgain.append(name) }
        }
        leader = -2
        partition = -1
        replicas.removeAll(keepingCapacity: true)
        inSync.removeAll(keepingCapacity: true)
    }

    private mutating func takeBaseOffset(_ offset: Int64) {
        if append == nil {
            append = Append(
                topic: topic, partition: partition, error: lastError, baseOffset: offset, logAppendTime: -1)
        }
        appends += 1
    }
}
