import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// The table `setup`: how long connections take until they can be used. From handshakes alone; no message is asked.
struct SetupRows {
    private struct Key: Hashable {
        var client: IPAddress
        var server: Endpoint
    }

    fileprivate struct Times {
        var count = 0
        var tcp: [Int64] = []
        var tls: [Int64] = []
        var signIn: [Int64] = []
        var repeatedSyns: Int64 = 0
        var seen: Seen
    }

    let file: CaseFile

    var rows: [SetupRow] {
        var sums: [Key: Times] = [:]
        for record in file.connections.records where record.wasEstablished {
            let key = Key(client: record.client.address, server: record.server)
            let seen = Seen(first: record.tcp.firstTime, last: record.tcp.lastTime)
            sums[key, default: Times(seen: seen)].add(record)
        }
        let rows = sums.map { key, times in
            var row = SetupRow(seen: times.seen)
            (row.client, row.server, row.count) = ("\(key.client)", "\(key.server)", times.count)
            row.tcp = Self.times(times.tcp)
            row.tls = Self.times(times.tls)
            row.signIn = Self.times(times.signIn)
            row.repeatedSyns = times.repeatedSyns
            return row
        }
        return rows.sorted { ($0.client, $0.server) < ($1.client, $1.server) }
    }

    /// Nil where no connection shows the step.
    private static func times(_ spans: [Int64]) -> SetupTimes? {
        guard let longest = spans.max() else { return nil }
        let sorted = spans.sorted()
        func share(_ q: Double) -> Double {
            Double(sorted[min(sorted.count - 1, max(0, Int((Double(sorted.count) * q).rounded(.up)) - 1))]) / 1e6
        }
        return SetupTimes(p50Ms: share(0.5), p99Ms: share(0.99), maxMs: Double(longest) / 1e6)
    }
}

extension SetupRows.Times {
    fileprivate mutating func add(_ record: ConnectionRecord) {
        count += 1
        seen.add(record.tcp.firstTime)
        seen.add(record.tcp.lastTime)
        repeatedSyns += Int64(max(0, record.tcp.synCount - 1))
        if !record.tcp.synFrame.isNone, !record.tcp.synAckFrame.isNone {
            tcp.append(max(0, record.tcp.synAckTime.since(record.tcp.firstTime)))
        }
        let handshake = record.tls.handshake
        if let hello = handshake.clientHello, let finished = handshake.finished {
            tls.append(max(0, finished.time.since(hello.time)))
        }
        // A sign-in that was done again overwrites when the first began.
        if record.signIn.stage == .succeeded, record.signIn.repeats == 0 {
            signIn.append(max(0, record.signIn.succeededTime.since(record.signIn.startTime)))
        }
    }
}
