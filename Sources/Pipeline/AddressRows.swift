import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Addresses given out, one row a client host, node and address, with what became of them.
struct AddressRows {
    let file: CaseFile
    private static let limit = 2_000

    private struct Route: Hashable {
        var client: IPAddress
        var server: Endpoint
    }

    private struct Key: Hashable {
        var client: IPAddress
        var node: Int32
        var host: StringID
        var port: Int32
    }

    var rows: [AddressRow] {
        var places: [Key: Int] = [:]
        var rows: [AddressRow] = []
        let (ends, names) = (ends, NameIndex(file))
        for claim in file.addresses.claims {
            let key = Key(client: claim.client, node: claim.node, host: claim.host, port: claim.port)
            if places[key] == nil {
                guard rows.count < Self.limit else { continue }
                places[key] = rows.count
                rows.append(row(claim, ends, names))
            }
            guard let place = places[key] else { continue }
            rows[place].count += claim.count
            let (giver, id) = ("\(claim.toldBy)", file.text(claim.clientId))
            if !rows[place].toldBy.contains(giver), rows[place].toldBy.count < 50 { rows[place].toldBy.append(giver) }
            if let id, !rows[place].clientIds.contains(id), rows[place].clientIds.count < 50 {
                rows[place].clientIds.append(id)
            }
        }
        return rows.sorted { ($0.client, $0.nodeId, $0.address) < ($1.client, $1.nodeId, $1.address) }
    }

    private func row(_ claim: AddressClaim, _ ends: [Route: AddressRow.Fate], _ names: NameIndex) -> AddressRow {
        let host = file.text(claim.host) ?? "?"
        let addresses = names.addresses(of: claim.host, for: claim.client)
        var fate = AddressRow.Fate.notTried
        if let port = UInt16(exactly: claim.port) {
            let fates = addresses.compactMap { ends[Route(client: claim.client, server: Endpoint($0, port))] }
            fate = fates.contains(.used) ? .used : fates.first ?? .notTried
        }
        let answers = names.answers(to: host.lowercased(), for: claim.client)
        if addresses.isEmpty, answers.contains(where: { ($0.code ?? 0) != 0 }) { fate = .unresolvable }
        var row = AddressRow(
            client: "\(claim.client)", nodeId: Int(claim.node),
            address: host.contains(":") ? "[\(host)]:\(claim.port)" : "\(host):\(claim.port)",
            first: claim.firstTime, frame: claim.firstFrame, fate: fate)
        if IPAddress(host) == nil { row.resolvedTo = addresses.prefix(8).map { "\($0)" } }
        return row
    }

    /// The best that came of any attempt of a client host at a server.
    private var ends: [Route: AddressRow.Fate] {
        var ends: [Route: AddressRow.Fate] = [:]
        for record in file.connections.records {
            let key = Route(client: record.client.address, server: record.server)
            if ends[key] == .used { continue }
            ends[key] =
                switch record.tcp.end {
                case .refused: .refused
                case .rejected: .rejected
                case .noAnswer: .noAnswer
                default: .used
                }
        }
        return ends
    }
}

/// Error codes in responses, by API, client and server.
struct ErrorCountRows {
    let file: CaseFile

    var rows: [ErrorCountRow] {
        file.errors.rows.values.map(row).sorted {
            ($1.count, $0.first, $0.error, $0.client, $0.server) < ($0.count, $1.first, $1.error, $1.client, $1.server)
        }
    }

    private func row(_ error: ErrorRow) -> ErrorCountRow {
        var row = ErrorCountRow(first: error.first, last: error.last, frame: error.frames.first ?? .none)
        row.error = KafkaError.name(of: Int(error.key.code)) ?? "error \(error.key.code)"
        row.api = Api.name(error.key.api)
        row.client = "\(error.key.client)"
        row.clientId = file.text(error.key.clientId)
        row.server = "\(error.key.server)"
        row.count = error.count
        row.topics = error.topics.compactMap { file.text($0) }
        row.groups = error.groups.compactMap { file.text($0) }
        row.healed = error.healedAt != nil
        return row
    }
}
