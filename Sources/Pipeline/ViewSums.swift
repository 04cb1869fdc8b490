import Conversations
import Diagnosis
import KafkaSchema
import ReportModel
import Vocabulary

/// The numbers of a view. Those of whole connections are sums over the view's connections, and so are bytes. Of a span of time,
/// requests are those sent in it, from the request log, and a response belongs to its request.
struct ViewSums {
    let view: ReportView
    let part: CaseFile
    let losses: LossesByConnection
    let log: RequestLog?

    /// The log had no room for all requests: those of a span of time are then counted from an even sample.
    var isEstimated: Bool {
        guard view.isPartOfTime, let log else { return false }
        return log.ordinaryStride > 1 || log.notableStride > 1
    }

    var summary: Summary {
        var summary = Summary()
        summary.connections = part.totals.connections
        summary.connectionsRefused = part.totals.refusedAttempts
        var requests = part.totals.requests
        (summary.responses, summary.wantNoAnswer) = (part.totals.responses, part.totals.wantNoAnswer)
        if view.isPartOfTime {
            let sent = sentInTime
            (requests, summary.responses, summary.wantNoAnswer) = (sent.all, sent.answered, sent.wantNoAnswer)
        }
        for record in part.connections.records { add(record, to: &summary) }
        add(part.totals.foldedFates, to: &summary, givenUp: false, silent: 0)
        summary.answered = max(0, requests - summary.requests)
        return summary
    }

    private func add(_ record: ConnectionRecord, to summary: inout Summary) {
        let loss = losses[record.id]
        add(
            record.fates(captureEnd: part.lastTime, sent: view.covers), to: &summary,
            givenUp: loss?.isGivenUp ?? false, silent: loss?.onOpenConnection ?? 0)
    }

    private func add(_ fates: RequestFates, to summary: inout Summary, givenUp: Bool, silent: Int) {
        summary.unanswered += fates.unanswered
        if givenUp { summary.givenUp += fates.ended } else { summary.lost += fates.ended }
        let open = fates.overdue + fates.waiting
        summary.lost += min(open, Int64(silent))
        summary.stillWaiting += open - min(open, Int64(silent))
        summary.mayWantNoAnswer += fates.unsure
        summary.wantNoAnswer += fates.unsure
    }

    private var sentInTime: (all: Int64, answered: Int64, wantNoAnswer: Int64) {
        var sent: (all: Int64, answered: Int64, wantNoAnswer: Int64) = (0, 0, 0)
        eachRequest { request, _, weight in
            sent.all += weight
            if request.marks.contains(.answered) { sent.answered += weight }
            if request.marks.contains(.wantsNoAnswer) { sent.wantNoAnswer += weight }
        }
        return sent
    }

    /// The logged requests of the view, each with its connection and how many it stands for.
    private func eachRequest(_ body: (LoggedRequest, ConnectionRecord, Int64) -> Void) {
        guard let log else { return }
        var records: [UInt32: ConnectionRecord] = [:]
        for record in part.connections.records { records[UInt32(truncatingIfNeeded: record.serial)] = record }
        log.forEach { request in
            guard view.covers(request.sent), let record = records[request.connection] else { return }
            body(request, record, Int64(request.marks.isNotable ? log.notableStride : log.ordinaryStride))
        }
    }

    // MARK: Response times

    /// From the log: the histograms of the whole mix clients of a broker, brokers of a client, and times. Of a log that had
    /// no room for all, the counts are those of the sample.
    var latency: [LatencyRow] {
        var byBroker: [LatencyOrder: Histogram] = [:]
        var byClient: [LatencyOrder: Histogram] = [:]
        eachRequest { request, record, _ in
            guard request.marks.contains(.answered) else { return }
            let (api, wait) = (Api.name(request.api), Int64(request.microseconds) * 1000)
            let longPoll = request.marks.contains(.longPoll)
            byBroker[LatencyOrder(api: api, party: "\(record.server)", longPoll: longPoll), default: Histogram()]
                .add(nanoseconds: wait)
            let client = part.text(record.kafka.clientId) ?? "\(record.client.address)"
            byClient[LatencyOrder(api: api, party: client, longPoll: longPoll), default: Histogram()].add(
                nanoseconds: wait)
        }
        return Self.rows(byClient) { $0.client = $1 } + Self.rows(byBroker) { $0.broker = $1 }
    }

    private struct LatencyOrder: Hashable {
        var api: String
        var party: String
        var longPoll: Bool
    }

    private static func rows(
        _ histograms: [LatencyOrder: Histogram], _ name: (inout LatencyRow, String) -> Void
    ) -> [LatencyRow] {
        let sorted = histograms.sorted {
            ($0.key.api, $0.key.party, $0.key.longPoll ? 1 : 0) < ($1.key.api, $1.key.party, $1.key.longPoll ? 1 : 0)
        }
        return sorted.map { key, histogram in
            var row = LatencyRow(api: key.api, longPoll: key.longPoll, histogram)
            name(&row, key.party)
            return row
        }
    }
}
