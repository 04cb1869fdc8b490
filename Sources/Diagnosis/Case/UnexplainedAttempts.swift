import Conversations
import ReportModel
import Streams
import Vocabulary

/// Runs of connection attempts that were meant for Kafka, failed to the end, and that no finding speaks of. While there is
/// one, "nothing wrong" is no promise that can be given.
enum UnexplainedAttempts {
    private struct Run: Hashable {
        var client: IPAddress
        var server: Endpoint
    }
    /// One alone may be a look whether somebody is there.
    private static let atLeast = 2
    /// One that waits in vain for so long, and asks so often, is no look.
    private static let waiting = Span.seconds(3)
    private static let syns = 3

    static func count(_ view: CaseView, _ findings: [Finding]) -> Int {
        let told = findings.connectionsExplained
        var runs: [Run: [ConnectionRecord]] = [:]
        for record in view.records
        where !record.isBareEnd && view.isKafkaPort(record.server.port) && !view.scans.contains(record.id) {
            runs[Run(client: record.client.address, server: record.server), default: []].append(record)
        }
        return runs.count { run, records in
            let failed = records.suffix(while: { $0.isFailedAttempt && !$0.wasEstablished })
            return (failed.count >= atLeast || failed.contains(where: waitedLong))
                && !failed.contains { told.contains($0.id) }
                && !view.siblingWorks(of: run.server, for: run.client)
        }
    }

    private static func waitedLong(_ record: ConnectionRecord) -> Bool {
        record.tcp.synCount >= syns && record.tcp.lastTime.since(record.tcp.firstTime) >= waiting
    }
}

extension CaseView {
    /// Another address of the name that leads there works for this client.
    func siblingWorks(of server: Endpoint, for client: IPAddress) -> Bool {
        // Every host knows localhost by two addresses, and comes from the one that it goes to.
        if server.address.isLoopback {
            return servedAtLoopback[server.port]?.contains { $0 != server } ?? false
        }
        return names.siblings(of: server.address, for: client).contains { address in
            served(by: Endpoint(address, server.port)).contains { $0.client.address == client }
        }
    }
}

extension Array {
    /// The longest end of the array of which all elements fit.
    fileprivate func suffix(while fits: (Element) -> Bool) -> ArraySlice<Element> {
        var start = endIndex
        while start > startIndex, fits(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}

extension [Finding] {
    /// The connections, by id, that a finding speaks of. What is only information explains nothing.
    var connectionsExplained: Set<String> {
        Set(filter { $0.severity > .info }.flatMap(\.evidence.connections))
    }
}
