import Conversations
import Streams
import Vocabulary

/// Producers with acks=0 get no responses. That a server hears them is told by its TCP: all that they send is acknowledged.
struct UnansweringProducers {
    private var byServer: [IPAddress: [ConnectionRecord]] = [:]

    init(_ view: CaseView) {
        for record in view.records where record.kafka.wantNoAnswer > 0 && record.wasEstablished {
            byServer[record.server.address, default: []].append(record)
        }
    }

    /// The hosts of those that sent something to a host in that time, and had it acknowledged at once.
    func heard(by server: IPAddress, _ span: ClosedRange<CaptureTime>) -> [IPAddress] {
        (byServer[server] ?? []).filter { record in
            guard record.kafka.firstRequestTime < span.lowerBound, record.kafka.lastRequestTime > span.upperBound,
                record.fromClient.acknowledged > 0
            else { return false }
            // It never paused for as long, so it sent meanwhile.
            let pause = record.longestQuiet.map { $0.upperBound.since($0.lowerBound) } ?? 0
            return pause < span.upperBound.since(span.lowerBound)
                && !record.fromClient.unacknowledged.contains { $0.from <= span.upperBound && $0.to >= span.lowerBound }
        }.map(\.client.address)
    }
}
