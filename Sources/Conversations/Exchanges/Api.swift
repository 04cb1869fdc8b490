import KafkaSchema

/// The API keys that rules speak of (Kafka's protocol guide, "Api Keys").
public enum Api {
    public static let produce: Int16 = 0
    public static let fetch: Int16 = 1
    public static let metadata: Int16 = 3
    public static let offsetCommit: Int16 = 8
    public static let findCoordinator: Int16 = 10
    public static let joinGroup: Int16 = 11
    public static let heartbeat: Int16 = 12
    public static let leaveGroup: Int16 = 13
    public static let syncGroup: Int16 = 14
    public static let saslHandshake: Int16 = 17
    public static let apiVersions: Int16 = 18
    public static let initProducerId: Int16 = 22
    public static let txnOffsetCommit: Int16 = 28
    public static let saslAuthenticate: Int16 = 36
    public static let consumerGroupHeartbeat: Int16 = 68
    public static let shareGroupHeartbeat: Int16 = 76
    public static let shareFetch: Int16 = 78
    public static let streamsGroupHeartbeat: Int16 = 88

    /// APIs that wait for records where there are none: an answer without any is no latency of the broker.
    @inline(__always)
    public static func waitsForRecords(_ api: Int16) -> Bool { api == fetch || api == shareFetch }

    private static let waiting = Set(
        KafkaApi.keys(
            "Produce", "Fetch", "JoinGroup", "SyncGroup", "ShareFetch", "CreateTopics", "DeleteTopics", "DeleteRecords",
            "CreatePartitions", "ElectLeaders", "AlterPartitionReassignments"))

    /// APIs whose requests say how long the broker may wait: long polls, rebalances, waits for replicas, elections.
    public static func waitsByItsFields(_ api: Int16) -> Bool {
        waiting.contains(api)
    }

    /// APIs that are meant to wait so long, and not only to give up then: those that wait by their fields, but for Produce,
    /// which answers when its replicas have the records.
    public static func waitsOnPurpose(_ api: Int16) -> Bool { api != produce && waitsByItsFields(api) }

    /// Answers that say who takes part in a group, or produces under an id: each of them is looked at.
    static func tellsOfMembers(_ api: Int16) -> Bool {
        [joinGroup, syncGroup, leaveGroup, initProducerId, consumerGroupHeartbeat, streamsGroupHeartbeat].contains(api)
    }

    /// What a group waits for from each of its members.
    static func keepsMembership(_ api: Int16) -> Bool {
        [
            heartbeat, offsetCommit, txnOffsetCommit, joinGroup, syncGroup, leaveGroup, consumerGroupHeartbeat,
            shareGroupHeartbeat, streamsGroupHeartbeat,
        ].contains(api)
    }

    /// Allowed before a sign-in is done.
    public static func belongsToSignIn(_ api: Int16) -> Bool {
        api == apiVersions || api == saslHandshake || api == saslAuthenticate
    }

    /// The API's name, or `API 99` for one that came after the schema.
    public static func name(_ api: Int16) -> String { KafkaApi.name(of: Int(api)) ?? "API \(api)" }
}
