internal import ReportModel

/// The depth tables as rows of text, a section each; what is longer is in the JSON report.
struct TablesText {
    let tables: DepthTables
    let setup: [SetupRow]
    let listeners: [ListenerRow]
    let gateways: [GatewayRow]
    let time: TimeDisplay
    private static let shown = 20

    func draw(on page: inout TextPage) {
        section("TOPICS", tables.topics, on: &page, topic)
        section("CLIENTS", tables.topicClients, on: &page, client)
        section("PRODUCER", tables.producers, on: &page, producer)
        section("LEDGER", tables.ledger, on: &page, ledger)
        section("GROUPS", tables.groups, on: &page, group)
        section("LAG", tables.lag, on: &page, lag)
        section("SHARE", tables.shareGroups, on: &page, share)
        section("KAFKA 4", tables.readiness.filter { !$0.removed.isEmpty }, on: &page) { row in
            "\(ReadinessWords.name(row)), software \(ReadinessWords.software(row)), sends what Kafka 4 no longer takes:"
                + " \(Format.list(ReadinessWords.removed(row)))"
        }
        section("LATENCY", LatencyPartWords.told(tables.latencyParts), on: &page, LatencyPartWords.sentence)
        section("SETUP", setup, on: &page, setup)
        section("LISTENER", listeners, on: &page) { row in
            "\(Trim.name(row.server)): \(ListenerWords(row: row, time: time).sentence)"
        }
        section("GATEWAYS", gateways, on: &page, gateway)
    }

    private func section<Row>(_ label: String, _ rows: [Row], on page: inout TextPage, _ text: (Row) -> String) {
        if rows.isEmpty { return }
        page.blank()
        let rest = rows.count - Self.shown
        page.section(
            label,
            rows.prefix(Self.shown).map(text) + (rest > 0 ? ["\(Format.count(rest)) more: --json has all"] : []))
    }

    // MARK: Rows

    private func topic(_ row: TopicRow) -> String {
        let names = row.topic.map(Trim.name) ?? "topic \(row.topicId ?? "without a name")"
        return
            "\(names): \(Format.count(row.partitions.count, "partition")), produced \(Format.bytes(row.producedBytes))"
            + "\(records(row.producedRecords)) by \(list(row.producers)), fetched \(Format.bytes(row.fetchedBytes))"
            + " by \(list(row.consumers))"
    }

    private func client(_ row: TopicClientRow) -> String {
        let verb = row.direction == .produce ? "produces" : "reads"
        var text =
            "\(name(row.clientId, row.client)) \(verb) \(row.topic.map(Trim.name) ?? "a topic without a name"):"
            + " \(Format.bytes(row.bytes))\(records(row.records)), \(Format.count(row.batches)) batches"
        if row.resent > 0 { text += ", \(Format.count(row.resent)) sent again" }
        if let acks = row.acks { text += ", acks=\(acks == -1 ? "all" : "\(acks)")" }
        if !row.compression.isEmpty { text += ", \(row.compression.joined(separator: ", "))" }
        if let group = row.group { text += ", group \(Trim.name(group))" }
        return text
    }

    private func producer(_ row: ProducerRow) -> String {
        let id = row.producerId.map { "producer id \($0)" } ?? "no producer id"
        var text =
            "\(name(row.clientId, row.client)), \(id): \(Format.count(row.batches)) batches\(records(row.records))"
        if let sums = row.transactions {
            text += "; transactions of \(row.transactionalId.map(Trim.name) ?? "?"): \(sums.committed) committed,"
            text += " \(sums.aborted) aborted, \(sums.timedOut) timed out, \(sums.fenced) fenced, \(sums.open) open"
            if let ms = sums.longestMs { text += ", longest \(Format.duration(ms: ms))" }
        }
        if let other = row.fencedBy { text += "; thrown out by \(Trim.name(other))" }
        return text
    }

    private func ledger(_ row: LedgerRow) -> String {
        "\(place(row.topic, row.partition)): \(row.lost.batches) lost; of all lost or sent again, \(row.storedOnce.batches)"
            + " stored once, \(row.storedTwice.batches) twice, \(row.notStored.batches) not,"
            + " \(row.unknown.batches) unknown (batches)"
    }

    private func group(_ row: GroupRow) -> String {
        let left = row.members.filter { $0.leftBecause != nil && $0.leftBecause != .leave }
        var text =
            "\(Trim.name(row.group)) (\(row.type.rawValue)): \(Format.count(row.members.count, "member")),"
            + " \(Format.count(row.rebalances.count, "rebalance"))"
        if let worst = row.rebalances.max(by: { ($0.durationMs ?? 0) < ($1.durationMs ?? 0) }),
            let ms = worst.durationMs
        {
            text += ", longest \(Format.duration(ms: ms))"
            if let other = worst.heldUpBy { text += " held up by \(Trim.name(other))" }
        }
        if let refused = row.commitsRefused, refused > 0 { text += ", \(Format.count(refused)) commits refused" }
        for member in left.prefix(3) {
            text += "; \(name(member.clientId, member.client)) out: \(member.leftBecause?.rawValue ?? "")"
        }
        return text
    }

    private func lag(_ row: LagRow) -> String {
        var text = "\(Trim.name(row.group)), \(place(row.topic, row.partition)): "
        text += row.lagRecords.map { "\(Format.count($0)) behind" } ?? "lag unknown"
        text += ", committed \(number(row.committedOffset)) of \(number(row.endOffset))"
        if let ms = row.standstillMs, ms >= 1000 { text += ", stood still \(Format.duration(ms: ms))" }
        if let other = row.heldBackBy { text += ", held back by \(Trim.name(other))" }
        return text
    }

    private func share(_ row: ShareGroupRow) -> String {
        "\(Trim.name(row.group)), \(place(row.topic, row.partition)): \(Format.count(row.acquired)) given out,"
            + " \(Format.count(row.accepted)) accepted, \(Format.count(row.released)) released,"
            + " \(Format.count(row.rejected)) rejected, \(Format.count(row.redelivered)) given out again"
    }

    private func setup(_ row: SetupRow) -> String {
        let steps = [("TCP", row.tcp), ("TLS", row.tls), ("sign-in", row.signIn)].compactMap { name, times in
            times.map { "\(name) \(Format.duration(ms: $0.p50Ms)), \(Format.duration(ms: $0.maxMs)) at most" }
        }
        return "\(Trim.name(row.client)) to \(Trim.name(row.server)), \(Format.count(row.count, "connection")): "
            + (steps.isEmpty ? "begun before the capture" : steps.joined(separator: "; "))
    }

    private func gateway(_ row: GatewayRow) -> String {
        var text = Trim.name(row.address)
        switch row.routing {
        case .byPort: text += " leads to nodes by port"
        case .byName: text += " leads to nodes by TLS server name"
        case .some(.none): text += " passes on and rewrites nothing"
        case nil: text += " stands for several nodes"
        }
        if row.confidence != .certain { text += " (\(row.confidence.rawValue))" }
        let nodes = row.nodes.map { node in
            "\(node.nodeId.map { "node \($0)" } ?? "a node") at \(Trim.name(node.host)):\(node.port)"
        }
        if !nodes.isEmpty { text += ": " + Format.list(nodes, limit: 5) }
        if row.clusterIds.count > 1 { text += "; \(row.clusterIds.count) clusters: \(list(row.clusterIds))" }
        switch row.signIn {
        case .atGateway: text += "; clients sign in at it"
        case .passedOn: text += "; sign-ins are passed on"
        case nil: break
        }
        if let prefix = row.renames?.topicPrefix { text += "; topics behind it begin with \(Trim.name(prefix))" }
        if let prefix = row.renames?.groupPrefix { text += "; groups behind it begin with \(Trim.name(prefix))" }
        if let added = row.added {
            text +=
                "; adds \(Format.duration(ms: added.p50Ms)), \(Format.duration(ms: added.p99Ms)) at the 99th percentile"
        }
        return text
    }

    // MARK: Parts

    private func name(_ clientId: String?, _ client: String) -> String {
        clientId.map { "\(Trim.name($0)) (\(Trim.name(client)))" } ?? Trim.name(client)
    }

    private func place(_ topic: String?, _ partition: Int) -> String {
        "\(topic.map(Trim.name) ?? "a topic without a name")-\(partition)"
    }

    private func records(_ count: Int64?) -> String { count.map { " in \(Format.count($0, "record"))" } ?? "" }
    private func number(_ value: Int64?) -> String { value.map { Format.count($0) } ?? "?" }
    private func list(_ names: [String]) -> String {
        names.isEmpty ? "nobody" : Format.list(names.map(Trim.name), limit: 5)
    }
}
