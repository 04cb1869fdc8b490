internal import ReportModel

/// Clients that an incident struck, by number and name.
struct AffectedClients {
    private let clients: [Incident.ClientRecovery]

    init(_ clients: [Incident.ClientRecovery]) { self.clients = clients }

    /// `3 clients were affected (a, b and c at 10.0.0.5)`, without a full stop.
    func sentence(isOver: Bool) -> String {
        if clients.count == 1 {
            let name = name(clients[0], withHost: true)
            let subject = clients[0].clientId == nil ? name.prefix(1).uppercased() + name.dropFirst() : name
            return "\(subject) \(isOver ? "was" : "is") affected"
        }
        let isShared = Set(clients.map(\.client)).count == 1 && clients.allSatisfy { $0.clientId != nil }
        let names = Format.list(clients.map { name($0, withHost: !isShared) })
        let head = "\(Format.count(clients.count, "client")) \(isOver ? "were" : "are") affected"
        return isShared ? "\(head) (\(names) at \(Trim.name(clients[0].client)))" : "\(head): \(names)"
    }

    private func name(_ client: Incident.ClientRecovery, withHost: Bool) -> String {
        guard let id = client.clientId, !id.isEmpty else { return "host \(Trim.name(client.client))" }
        return withHost ? "\(Trim.name(id)) (\(Trim.name(client.client)))" : Trim.name(id)
    }
}
