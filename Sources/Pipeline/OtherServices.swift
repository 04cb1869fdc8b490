import Conversations
import Streams
import Vocabulary

/// Connections of a capture that has Kafka in it which have nothing to do with that: seen from their start, at a port that no
/// broker has, and by their first bytes of another protocol, known or not.
struct OtherServices {
    private let kafkaPorts: Set<UInt16>
    /// There are none, or nothing shows which ports are Kafka's.
    let isEmpty: Bool

    init(_ file: CaseFile) {
        let records = file.connections.records
        var ports = Set(records.lazy.filter(\.speaksKafka).map(\.server.port))
        guard !ports.isEmpty else {
            (kafkaPorts, isEmpty) = ([], true)
            return
        }
        ports.formUnion(file.addresses.claims.lazy.compactMap { UInt16(exactly: $0.port) })
        kafkaPorts = ports
        isEmpty = !records.contains { Self.isOther($0, ports) }
    }

    func contain(_ record: ConnectionRecord) -> Bool { !isEmpty && Self.isOther(record, kafkaPorts) }

    private static func isOther(_ record: ConnectionRecord, _ kafkaPorts: Set<UInt16>) -> Bool {
        guard !kafkaPorts.contains(record.server.port), record.wasEstablished, !record.startsMidway,
            record.fromClient.gapBytes == 0, record.fromServer.gapBytes == 0
        else { return false }
        if record.clientSpoke == .unknown || record.serverSpoke == .unknown { return true }
        // A hello that is answered in clear reached no listener of Kafka's.
        return record.clientSpoke == .tls && record.serverSpoke != .tls && record.serverSpoke != .silent
    }
}
