import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// What an event left behind: the time that each client took to come back, and the errors of the same window.
struct Aftermath {
    let view: CaseView

    /// The clients of the connections that were hit, each with the time to its first work that went well on a connection made after
    /// it, or until its lost work was taken elsewhere.
    /// - Parameter stillTrying: when each client last tried a broker that did not come back: what others answered it before is no
    ///   recovery of that one's work.
    /// - Parameter until: what was lost later belongs to another event.
    func recoveries(
        of hit: [ConnectionRecord], from: CaptureTime, until: CaptureTime = CaptureTime(nanoseconds: .max),
        stillTrying: [IPAddress: CaptureTime] = [:]
    ) -> [Incident.ClientRecovery] {
        struct Key: Hashable {
            var client: IPAddress
            var clientId: StringID
        }
        var recovered: [Key: Double?] = [:]
        var lastLost: [Key: CaptureTime] = [:]
        for record in hit where !record.kafka.clientId.isNone {
            let key = Key(client: record.client.address, clientId: record.kafka.clientId)
            let sent =
                record.unanswered.lazy.filter { !$0.wantsNoAnswer && $0.sent <= until }.map(\.sent).max()
                ?? .distantPast
            lastLost[key] = [lastLost[key], sent, stillTrying[key.client]].compactMap(\.self).max()
            let taken = record.unanswered.compactMap { $0.retry.error == 0 ? $0.retry.resentTime : nil }.min()
            recovered[key] = .some(earlier(recovered[key] ?? nil, taken.map { $0.milliseconds(since: from) }))
        }
        for (key, known) in recovered {
            recovered[key] = .some(
                view.records(of: key.client, key.clientId).reduce(known) {
                    earlier($0, recovery(on: $1, from: from, behind: lastLost[key] ?? from))
                })
        }
        return recovered.sorted { ($0.key.client, $0.key.clientId.raw) < ($1.key.client, $1.key.clientId.raw) }.map {
            Incident.ClientRecovery(
                client: "\($0.key.client)", clientId: view.file.text($0.key.clientId), recoveredAfterMs: $0.value)
        }
    }

    /// From the event to the first work on a connection that was made after it. While requests are still sent that get no
    /// answer, what works is another program of that host.
    private func recovery(on record: ConnectionRecord, from: CaptureTime, behind lost: CaptureTime) -> Double? {
        let work = record.kafka.firstWorkTime
        return record.tcp.firstTime >= from && work >= max(from, lost) ? work.milliseconds(since: from) : nil
    }

    private func earlier(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }

    func related(from: CaptureTime, to: CaptureTime) -> [Incident.Related] {
        struct Key: Hashable {
            var code: Int16
            var server: Endpoint
        }
        let all = view.errorsByTime
        let events = all[all.partitionPoint { $0.time >= from }...].prefix { $0.time <= to }.filter {
            ErrorCodes.inItsWake.contains($0.code)
        }
        return Dictionary(grouping: events) { Key(code: $0.code, server: $0.server) }
            .sorted { ($0.key.code, $0.key.server) < ($1.key.code, $1.key.server) }
            .map { key, events in
                Incident.Related(
                    error: KafkaError.name(of: Int(key.code)) ?? "error \(key.code)", count: events.count,
                    server: "\(key.server)")
            }
    }
}
