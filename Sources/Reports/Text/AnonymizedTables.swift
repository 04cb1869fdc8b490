internal import ReportModel

/// Names in the depth tables: hosts and client ids. Topics and groups stay, as elsewhere in a report; what a client made of its
/// own name, a member id, does not.
extension Anonymizer {
    func tables(_ tables: DepthTables) -> DepthTables {
        var tables = tables
        for i in tables.topics.indices {
            tables.topics[i].producers = tables.topics[i].producers.map(alias)
            tables.topics[i].consumers = tables.topics[i].consumers.map(alias)
            tables.topics[i].deletion = tables.topics[i].deletion.map(renamed)
        }
        for i in tables.topicClients.indices { rename(&tables.topicClients[i]) }
        for i in tables.producers.indices {
            rename(&tables.producers[i])
            tables.producers[i].transactionalId = tables.producers[i].transactionalId.map(text)
            tables.producers[i].fencedBy = tables.producers[i].fencedBy.map(alias)
        }
        for i in tables.readiness.indices {
            rename(&tables.readiness[i])
            for place in tables.readiness[i].servers.indices {
                tables.readiness[i].servers[place].address = text(tables.readiness[i].servers[place].address)
            }
        }
        for i in tables.latencyParts.indices {
            tables.latencyParts[i].broker = tables.latencyParts[i].broker.map(text)
            tables.latencyParts[i].client = tables.latencyParts[i].client.map(text)
            tables.latencyParts[i].clientId = tables.latencyParts[i].clientId.map(alias)
        }
        for i in tables.lag.indices {
            tables.lag[i].clientId = tables.lag[i].clientId.map(alias)
            tables.lag[i].heldBackBy = tables.lag[i].heldBackBy.map(alias)
        }
        tables.groups = tables.groups.map(group)
        return tables
    }

    func setup(_ row: SetupRow) -> SetupRow {
        var row = row
        (row.client, row.server) = (text(row.client), text(row.server))
        return row
    }

    /// A certificate's names are those of its hosts, or say whose they are.
    func listener(_ row: ListenerRow) -> ListenerRow {
        var row = row
        row.server = text(row.server)
        row.serverNames = row.serverNames.map(text)
        row.mechanisms = row.mechanisms.map(alias)
        row.mechanismsOffered = row.mechanismsOffered.map(alias)
        for i in row.certificates.indices {
            row.certificates[i].subject = row.certificates[i].subject.map { _ in "subject" }
            row.certificates[i].issuer = row.certificates[i].issuer.map { _ in "issuer" }
            row.certificates[i].names = row.certificates[i].names.map { _ in "name" }
        }
        return row
    }

    func gateway(_ row: GatewayRow) -> GatewayRow {
        var row = row
        row.address = text(row.address)
        for i in row.nodes.indices { row.nodes[i].host = text(row.nodes[i].host) }
        row.clients = row.clients.map(text)
        for i in row.legs.indices {
            row.legs[i].server = text(row.legs[i].server)
            row.legs[i].name = row.legs[i].name.map(text)
        }
        return row
    }

    /// A log's name tells of its program; what the user wrote of events, and lines on the timeline, are left out.
    func logLine(_ row: ClientLogRow, _ logs: [String: String]) -> ClientLogRow {
        var row = row
        (row.text, row.clientId) = (text(row.text, naming: row.hosts), row.clientId.map(alias))
        row.hosts = []
        row.source = logs[row.source] ?? "log"
        return row
    }

    private func rename(_ row: inout some ClientNamed) {
        row.client = text(row.client)
        row.clientId = row.clientId.map(alias)
    }

    private func renamed(_ deletion: TopicDeletion) -> TopicDeletion {
        var deletion = deletion
        rename(&deletion)
        return deletion
    }

    private func group(_ row: GroupRow) -> GroupRow {
        var row = row
        row.server = row.server.map(text)
        var ids: [String: String] = [:]
        for i in row.members.indices {
            let alias = "member-\(i + 1)"
            ids[row.members[i].memberId] = alias
            row.members[i].memberId = alias
            row.members[i].instanceId = row.members[i].instanceId.map { _ in "instance of \(alias)" }
            rename(&row.members[i])
        }
        for i in row.rebalances.indices {
            row.rebalances[i].heldUpBy = row.rebalances[i].heldUpBy.map(self.alias)
            row.rebalances[i].heldUpByMember = row.rebalances[i].heldUpByMember.map { ids[$0] ?? "member" }
        }
        return row
    }
}

/// A row about one program.
private protocol ClientNamed {
    var client: String { get set }
    var clientId: String? { get set }
}

extension TopicClientRow: ClientNamed {}
extension ProducerRow: ClientNamed {}
extension ReadinessRow: ClientNamed {}
extension GroupMemberRow: ClientNamed {}
extension TopicDeletion: ClientNamed {}
