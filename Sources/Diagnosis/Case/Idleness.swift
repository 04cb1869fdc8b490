import Conversations
import Streams
import Vocabulary

enum Idleness {
    /// Below this a silence is no idleness, and an age no lifetime.
    static let least = Span.milliseconds(2500)
}

/// The longest pauses that connections between two hosts lived through: no device on their way, and no limit of the server, ends
/// what has been idle for less. Probes keep a connection known everywhere, so pauses with such say nothing.
struct OutlivedPauses {
    private var longest: [HostAndHost: Int64] = [:]
    /// Connections that ended behind a pause, without an answer to the first request behind it.
    private var ended: [HostAndHost: Int] = [:]
    /// So many of them are a limit that is in force now, whatever was borne before.
    private static let several = 3
    /// Timers are this exact: a program that asks every three seconds never pauses for a little more each time.
    private static let share = 0.99

    init(_ view: CaseView) {
        for record in view.records where (record.idleBeforeLoss ?? 0) >= Idleness.least {
            ended[HostAndHost(client: record.client.address, server: record.server.address), default: 0] += 1
        }
        for record in view.records where record.fromClient.keepAlives + record.fromServer.keepAlives == 0 {
            var pause = record.outlivedQuiet
            if let quiet = record.lastQuiet, record.kafka.lastResponseTime > quiet.upperBound {
                pause = max(pause, quiet.upperBound.since(quiet.lowerBound))
            }
            guard pause > 0 else { continue }
            let hosts = HostAndHost(client: record.client.address, server: record.server.address)
            longest[hosts] = max(longest[hosts] ?? 0, pause)
        }
    }

    /// Whether connections between the ends of that one were idle for as long, and worked on.
    func rulesOut(_ idle: Int64, on record: ConnectionRecord) -> Bool {
        let hosts = HostAndHost(client: record.client.address, server: record.server.address)
        guard ended[hosts] ?? 0 < Self.several, let longest = longest[hosts] else { return false }
        return Double(longest) >= Double(idle) * Self.share
    }
}

extension ConnectionRecord {
    /// How long before the first lost request the last answer had come.
    var idleBeforeLoss: Int64? {
        LostRequests.of(self).requests.first.map { $0.sent.since(max(kafka.lastResponseTime, tcp.firstTime)) }
    }

    /// How long neither side had sent anything when its end came.
    var silenceBeforeEnd: Int64? {
        guard let close = firstClose else { return nil }
        let last = max(fromClient.lastDataTime, fromServer.lastDataTime)
        return last < close.time ? close.time.since(last) : nil
    }

    /// How long nothing had been sent when its end came; a request that met the end is not counted.
    var idleBeforeEnd: Int64? {
        guard let close = firstClose else { return nil }
        let asked = unanswered.filter { !$0.wantsNoAnswer }.isEmpty ? fromClient.lastDataTime : .distantPast
        let last = max(asked < close.time ? asked : .distantPast, kafka.lastResponseTime)
        return last == .distantPast ? nil : close.time.since(last)
    }
}
