internal import ReportModel
internal import Vocabulary

/// The depth tables. Those that need every message are null where that was not asked for.
extension JSONReportWriter {
    func tables(_ json: inout JSONWriter) {
        let tables = report.tables
        json.field("tablesState", report.tablesState.rawValue)
        table(&json, "topics", tables?.topics, topic)
        table(&json, "topicClients", tables?.topicClients, topicClient)
        table(&json, "groups", tables?.groups, groupStory)
        table(&json, "lag", tables?.lag, lag)
        table(&json, "shareGroups", tables?.shareGroups, shareGroup)
        table(&json, "producers", tables?.producers, producer)
        table(&json, "ledger", tables?.ledger, ledger)
        table(&json, "readiness", tables?.readiness, readiness)
        table(&json, "latencyParts", tables?.latencyParts, latencyPart)
        json.objects("setup", report.setup, setup)
        json.objects("listeners", report.listeners, listener)
        table(&json, "apis", report.apis, api)
        json.objects("gateways", report.gateways, gateway)
        table(&json, "clientLog", report.clientLog, logLine)
        json.objects("clientLogFiles", report.clientLogFiles, logFile)
    }

    func table<Row>(
        _ json: inout JSONWriter, _ name: StaticString, _ rows: [Row]?, _ body: (inout JSONWriter, Row) -> Void
    ) {
        guard let rows else { return json.field(name, nil as String?) }
        json.objects(name, rows, body)
    }

    /// Error codes by name, each with how many answers carried it.
    func errors(_ json: inout JSONWriter, _ errors: [(name: String, count: some BinaryInteger)]) {
        json.object("errors") { json in
            for error in errors {
                json.key(named: error.name)
                json.value(Int64(clamping: error.count))
            }
        }
    }

    func seen(_ json: inout JSONWriter, _ seen: Seen) {
        json.field("first", seen.first)
        json.field("last", seen.last)
    }

    private func topic(_ json: inout JSONWriter, _ row: TopicRow) {
        json.field("topic", row.topic)
        json.field("topicId", row.topicId)
        json.array("partitions", row.partitions) { $0.value($1) }
        json.field("producedBytes", row.producedBytes)
        json.field("producedRecords", row.producedRecords)
        json.field("fetchedBytes", row.fetchedBytes)
        json.field("producers", row.producers)
        json.field("consumers", row.consumers)
        errors(&json, row.errors)
        seen(&json, row.seen)
    }

    private func topicClient(_ json: inout JSONWriter, _ row: TopicClientRow) {
        json.field("topic", row.topic)
        json.field("client", row.client)
        json.field("clientId", row.clientId)
        json.field("direction", row.direction.rawValue)
        json.field("bytes", row.bytes)
        json.field("records", row.records)
        json.field("batches", row.batches)
        json.field("resent", row.resent)
        json.field("requests", row.requests)
        json.field("compression", row.compression)
        json.field("acks", row.acks)
        json.field("idempotent", row.idempotent)
        json.field("group", row.group)
        seen(&json, row.seen)
    }

    private func groupStory(_ json: inout JSONWriter, _ row: GroupRow) {
        json.field("group", row.group)
        json.field("type", row.type.rawValue)
        json.field("coordinator", row.coordinator)
        json.objects("members", row.members, member)
        json.field("membersLeftOut", row.membersLeftOut)
        json.objects("rebalances", row.rebalances, rebalance)
        json.field("rebalancesLeftOut", row.rebalancesLeftOut)
        json.field("commitsRefused", row.commitsRefused)
        json.field("topics", row.topics)
        seen(&json, row.seen)
    }

    private func member(_ json: inout JSONWriter, _ row: GroupMemberRow) {
        json.field("memberId", row.memberId)
        json.field("client", row.client)
        json.field("clientId", row.clientId)
        json.field("instanceId", row.instanceId)
        json.field("sessionTimeoutMs", row.sessionTimeoutMs)
        json.field("rebalanceTimeoutMs", row.rebalanceTimeoutMs)
        json.field("joined", row.joined)
        json.field("left", row.left)
        json.field("leftBecause", row.leftBecause?.rawValue)
        seen(&json, row.seen)
        json.array("frames", row.frames) { frame(&$0, $1) }
    }

    private func rebalance(_ json: inout JSONWriter, _ row: RebalanceRow) {
        json.field("from", row.from)
        json.field("to", row.to)
        json.field("durationMs", row.durationMs)
        json.field("trigger", row.trigger.rawValue)
        json.field("generation", row.generation)
        json.field("heldUpBy", row.heldUpBy)
        json.field("heldUpByMember", row.heldUpByMember)
        json.field("first", row.from)
        json.field("last", row.to)
        json.array("frames", row.frames) { frame(&$0, $1) }
    }

    private func lag(_ json: inout JSONWriter, _ row: LagRow) {
        json.field("group", row.group)
        json.field("topic", row.topic)
        json.field("partition", row.partition)
        json.field("committedOffset", row.committedOffset)
        json.field("position", row.position)
        json.field("endOffset", row.endOffset)
        json.field("lastStableOffset", row.lastStableOffset)
        json.field("logStartOffset", row.logStartOffset)
        json.field("lagRecords", row.lagRecords)
        json.field("lagRecordsMax", row.lagRecordsMax)
        json.field("lagMs", row.lagMs)
        json.field("standstillMs", row.standstillMs)
        json.field("heldBackBy", row.heldBackBy)
        json.field("heldBackMs", row.heldBackMs)
        json.field("clientId", row.clientId)
        seen(&json, row.seen)
    }

    private func shareGroup(_ json: inout JSONWriter, _ row: ShareGroupRow) {
        json.field("group", row.group)
        json.field("topic", row.topic)
        json.field("partition", row.partition)
        json.field("acquired", row.acquired)
        json.field("accepted", row.accepted)
        json.field("released", row.released)
        json.field("rejected", row.rejected)
        json.field("redelivered", row.redelivered)
        seen(&json, row.seen)
    }

    private func producer(_ json: inout JSONWriter, _ row: ProducerRow) {
        json.field("client", row.client)
        json.field("clientId", row.clientId)
        json.field("producerId", row.producerId)
        json.field("lastEpoch", row.lastEpoch)
        json.field("transactionalId", row.transactionalId)
        json.field("idempotent", row.idempotent)
        json.field("batches", row.batches)
        json.field("records", row.records)
        json.field("resent", row.resent)
        json.key("transactions")
        if let sums = row.transactions {
            json.object { transactions(&$0, sums) }
        } else {
            json.value(nil as String?)
        }
        json.field("fencedBy", row.fencedBy)
        seen(&json, row.seen)
    }

    private func transactions(_ json: inout JSONWriter, _ sums: TransactionSums) {
        json.field("committed", sums.committed)
        json.field("aborted", sums.aborted)
        json.field("timedOut", sums.timedOut)
        json.field("fenced", sums.fenced)
        json.field("open", sums.open)
        json.field("longestMs", sums.longestMs)
    }

    private func ledger(_ json: inout JSONWriter, _ row: LedgerRow) {
        json.field("topic", row.topic)
        json.field("partition", row.partition)
        json.field("lostBatches", row.lost.batches)
        json.field("lostRecords", row.lost.records)
        json.field("storedOnce", row.storedOnce.batches)
        json.field("storedOnceRecords", row.storedOnce.records)
        json.field("storedTwice", row.storedTwice.batches)
        json.field("storedTwiceRecords", row.storedTwice.records)
        json.field("notStored", row.notStored.batches)
        json.field("notStoredRecords", row.notStored.records)
        json.field("unknown", row.unknown.batches)
        json.field("unknownRecords", row.unknown.records)
        seen(&json, row.seen)
        json.array("frames", row.frames) { frame(&$0, $1) }
    }

    private func setup(_ json: inout JSONWriter, _ row: SetupRow) {
        json.field("client", row.client)
        json.field("server", row.server)
        json.field("count", row.count)
        step(&json, "dns", row.dns)
        step(&json, "tcp", row.tcp)
        step(&json, "tls", row.tls)
        step(&json, "signIn", row.signIn)
        json.field("repeatedSyns", row.repeatedSyns)
        seen(&json, row.seen)
    }

    private func step(_ json: inout JSONWriter, _ name: StaticString, _ times: SetupTimes?) {
        guard let times else { return json.field(name, nil as String?) }
        json.object(name) { json in
            json.field("p50Ms", times.p50Ms)
            json.field("p99Ms", times.p99Ms)
            json.field("maxMs", times.maxMs)
        }
    }

    private func gateway(_ json: inout JSONWriter, _ row: GatewayRow) {
        json.field("address", row.address)
        json.field("confidence", row.confidence.rawValue)
        json.field("routing", row.routing?.rawValue)
        json.objects("nodes", row.nodes) { json, node in
            json.field("nodeId", node.nodeId)
            json.field("host", node.host)
            json.field("port", node.port)
        }
        json.field("clusterIds", row.clusterIds)
        json.field("signIn", row.signIn?.rawValue)
        if let renames = row.renames {
            json.object("renames") { json in
                json.field("topicPrefix", renames.topicPrefix)
                json.field("groupPrefix", renames.groupPrefix)
            }
        } else {
            json.field("renames", nil as String?)
        }
        if let added = row.added {
            json.object("addedMs") { json in
                json.field("p50", added.p50Ms)
                json.field("p99", added.p99Ms)
            }
        } else {
            json.field("addedMs", nil as String?)
        }
        json.field("clients", row.clients)
        json.field("clientsLeftOut", row.clientsLeftOut)
        seen(&json, row.seen)
    }
}
