internal import ReportModel

/// The schema of the depth tables. Those that need every message are null where that was not asked for.
extension JSONSchema {
    private static let textOrNull = SchemaNode.string.orNull
    private static let countOrNull = SchemaNode.count.orNull
    private static let numberOrNull = SchemaNode.number.orNull
    private static let seen = [Field("first", SchemaNode.time), Field("last", SchemaNode.time)]
    private static let frames = Field("frames", SchemaNode.array(frame))

    private static func table(_ name: String, _ fields: [Field]) -> Field {
        Field(name, SchemaNode.array(.object(fields + seen)).orNull)
    }

    static let tables: [Field] = [
        Field("tablesState", words(DepthState.self)),
        table("topics", topic), table("topicClients", topicClient), table("groups", group), table("lag", lag),
        table("shareGroups", shareGroup), table("producers", producer), table("ledger", ledger + [frames]),
        table("readiness", readiness), table("latencyParts", latencyPart),
        Field("setup", .array(.object(setup + seen))),
        Field("listeners", .array(.object(listener + seen))), Field("apis", SchemaNode.array(.object(api)).orNull),
        Field("gateways", .array(.object(gateway + seen))), table("clientLog", logLine),
        Field("clientLogFiles", .array(.object(logFile))),
    ]

    private static let logLine: [Field] = [
        Field("source", .string), Field("line", .count), Field("time", .time), Field("offsetMs", .number),
        Field("topic", words(LogTopic.self)), Field("level", textOrNull), Field("text", .string),
        Field("clientId", textOrNull), Field("connection", textOrNull), Field("finding", textOrNull),
        Field("unexplained", .boolean),
    ]

    private static let logFile: [Field] =
        [
            Field("source", .string), Field("offsetMs", numberOrNull), Field("lowMs", numberOrNull),
            Field("highMs", numberOrNull), Field("offsetFrom", .count), Field("lines", .count),
            Field("understood", .count), Field("ordinary", .count), Field("continued", .count),
            Field("unknown", .count), Field("unknownLines", .array(.count)), Field("placed", .count),
            Field("unexplained", .count), Field("outside", .count),
        ]

    private static let topic: [Field] = [
        Field("topic", textOrNull), Field("topicId", textOrNull), Field("partitions", .array(.integer)),
        Field("producedBytes", .count), Field("producedRecords", countOrNull), Field("fetchedBytes", .count),
        Field("producers", texts), Field("consumers", texts), Field("errors", .map(.count)),
    ]

    private static let topicClient: [Field] = [
        Field("topic", textOrNull), Field("client", .string), Field("clientId", textOrNull),
        Field("direction", words(FlowDirection.self)), Field("bytes", .count), Field("records", countOrNull),
        Field("batches", .count), Field("resent", .count), Field("requests", .count), Field("compression", texts),
        Field("acks", SchemaNode.integer.orNull), Field("idempotent", SchemaNode.boolean.orNull),
        Field("group", textOrNull),
    ]

    private static let group: [Field] = [
        Field("group", .string), Field("type", words(GroupType.self)), Field("coordinator", SchemaNode.integer.orNull),
        Field("members", .array(.object(member + seen + [frames]))), Field("membersLeftOut", .count),
        Field("rebalances", .array(.object(rebalance + seen + [frames]))), Field("rebalancesLeftOut", .count),
        Field("commitsRefused", countOrNull), Field("topics", texts),
    ]

    private static let member: [Field] = [
        Field("memberId", .string), Field("client", .string), Field("clientId", textOrNull),
        Field("instanceId", textOrNull), Field("sessionTimeoutMs", SchemaNode.integer.orNull),
        Field("rebalanceTimeoutMs", SchemaNode.integer.orNull), Field("joined", SchemaNode.time.orNull),
        Field("left", SchemaNode.time.orNull), Field("leftBecause", words(LeftBecause.self).orNull),
    ]

    private static let rebalance: [Field] = [
        Field("from", .time), Field("to", .time), Field("durationMs", numberOrNull),
        Field("trigger", words(RebalanceTrigger.self)), Field("generation", .integer), Field("heldUpBy", textOrNull),
        Field("heldUpByMember", textOrNull),
    ]

    private static let lag: [Field] = [
        Field("group", .string), Field("topic", textOrNull), Field("partition", .integer),
        Field("committedOffset", countOrNull), Field("position", countOrNull), Field("endOffset", countOrNull),
        Field("lastStableOffset", countOrNull), Field("logStartOffset", countOrNull), Field("lagRecords", countOrNull),
        Field("lagRecordsMax", countOrNull), Field("lagMs", numberOrNull), Field("standstillMs", numberOrNull),
        Field("heldBackBy", textOrNull), Field("heldBackMs", numberOrNull), Field("clientId", textOrNull),
    ]

    private static let shareGroup: [Field] = [
        Field("group", .string), Field("topic", textOrNull), Field("partition", .integer), Field("acquired", .count),
        Field("accepted", .count), Field("released", .count), Field("rejected", .count), Field("redelivered", .count),
    ]

    private static let producer: [Field] = [
        Field("client", .string), Field("clientId", textOrNull), Field("producerId", countOrNull),
        Field("lastEpoch", SchemaNode.integer.orNull), Field("transactionalId", textOrNull),
        Field("idempotent", .boolean), Field("batches", .count), Field("records", countOrNull), Field("resent", .count),
        Field(
            "transactions",
            SchemaNode.object([
                Field("committed", .count), Field("aborted", .count), Field("timedOut", .count),
                Field("fenced", .count),
                Field("open", .count), Field("longestMs", numberOrNull),
            ]).orNull), Field("fencedBy", textOrNull),
    ]

    private static let ledger: [Field] = [
        Field("topic", textOrNull), Field("partition", .integer), Field("lostBatches", .count),
        Field("lostRecords", countOrNull), Field("storedOnce", .count), Field("storedOnceRecords", countOrNull),
        Field("storedTwice", .count), Field("storedTwiceRecords", countOrNull), Field("notStored", .count),
        Field("notStoredRecords", countOrNull), Field("unknown", .count), Field("unknownRecords", countOrNull),
    ]

    private static let versions = SchemaNode.array(
        .object([Field("api", .string), Field("minVersion", .count), Field("maxVersion", .count)]))

    private static let readiness: [Field] = [
        Field("client", .string), Field("clientId", textOrNull), Field("software", textOrNull),
        Field("softwareVersion", textOrNull), Field("softwareGuess", textOrNull), Field("apis", versions),
        Field("removed", versions),
        Field(
            "broker", .object([Field("version", textOrNull), Field("offered", versions.orNull)])),
        Field("servers", .array(.object([Field("address", .string), Field("version", textOrNull)]))),
        Field(
            "upgrades",
            .array(
                .object([
                    Field("upgrade", words(Upgrade.self)), Field("outlook", words(UpgradeOutlook.self)),
                    Field("because", words(UpgradeReason.self).orNull),
                ]))),
    ]

    private static let setup: [Field] =
        [Field("client", .string), Field("server", .string), Field("count", .count)]
        + ["dns", "tcp", "tls", "signIn"].map { Field($0, SchemaNode.reference("setupTimes").orNull) }
        + [Field("repeatedSyns", .count)]

    private static let listener: [Field] = [
        Field("server", .string), Field("connections", .count), Field("clients", .count),
        Field("protocols", .array(words(ListenerProtocol.self))), Field("tlsVersions", texts),
        Field("ciphers", texts), Field("mechanisms", texts), Field("mechanismsOffered", texts),
        Field("anonymous", .count), Field("passwordsInClear", .count), Field("clientCertificates", countOrNull),
        Field("notOpened", .count), Field("serverNames", texts),
        Field(
            "certificates",
            .array(
                .object([
                    Field("subject", textOrNull), Field("issuer", textOrNull), Field("names", texts),
                    Field("notBefore", SchemaNode.time.orNull), Field("notAfter", SchemaNode.time.orNull),
                    Field("selfSigned", .boolean), Field("keyType", .string), Field("keyBits", .count),
                ]))),
    ]

    private static let latencyPart: [Field] =
        [
            Field("api", .string), Field("broker", textOrNull), Field("client", textOrNull),
            Field("clientId", textOrNull), Field("topic", textOrNull), Field("requests", .count),
            Field("resent", .count), Field("roundTripUnknown", .count),
        ]
        + ["total", "queued", "wire", "inBroker", "throttled", "onPurpose"].map {
            Field($0, SchemaNode.reference("partTimes"))
        }
        + [Field("slow", SchemaNode.reference("slowRequests").orNull)]

    static let slowRequests = SchemaNode.object(
        [
            Field("owner", words(SlowRequests.Owner.self)), Field("fromMs", .number), Field("requests", .count),
            Field("resent", .count),
        ]
            + [
                "totalMs", "networkMs", "brokerMs", "clientMs", "quotaMs", "onPurposeMs", "roundTripMs", "resendingMs",
                "windowClosedMs", "queuedMs", "unplacedMs",
            ].map { Field($0, .number) } + [
                Field("lossyPath", .boolean), Field("handshakeMs", numberOrNull), Field("fastestMs", .number),
            ])

    static let partTimes = SchemaNode.object([
        Field("p50Ms", .number), Field("p99Ms", .number), Field("maxMs", .number), Field("sumMs", .number),
    ])

    private static let api: [Field] = [
        Field("api", .string), Field("answers", .count), Field("longPolls", .count), Field("p50Ms", numberOrNull),
        Field("p90Ms", numberOrNull), Field("p99Ms", numberOrNull), Field("maxMs", numberOrNull),
        Field("errors", .map(.count)),
    ]

    private static let gateway: [Field] = [
        Field("address", .string), Field("confidence", words(Confidence.self)),
        Field("routing", words(GatewayRow.Routing.self).orNull),
        Field(
            "nodes",
            .array(
                .object([Field("nodeId", SchemaNode.integer.orNull), Field("host", .string), Field("port", .count)]))),
        Field("clusterIds", texts), Field("signIn", words(GatewayRow.SignIn.self).orNull),
        Field(
            "renames",
            SchemaNode.object([Field("topicPrefix", textOrNull), Field("groupPrefix", textOrNull)]).orNull),
        Field("addedMs", SchemaNode.object([Field("p50", .number), Field("p99", .number)]).orNull),
        Field("clients", texts), Field("clientsLeftOut", .count),
    ]

    static let setupTimes = SchemaNode.object([
        Field("p50Ms", .number), Field("p99Ms", .number), Field("maxMs", .number),
    ])
}
