import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// A client closed a connection with requests in flight: what else its program did at that moment tells whether it ended, was
/// killed, or goes on without that connection.
struct ProgramEnd {
    let record: ConnectionRecord
    let closed: CaptureTime
    let view: CaseView

    /// A dying process's kernel closes all of its sockets at once; so does a program that ends.
    private static let atOnce = Span.seconds(1)
    /// An error that a client closes on came right before.
    private static let rightBefore = Span.milliseconds(500)

    init(_ record: ConnectionRecord, _ closed: CaptureTime, _ view: CaseView) {
        (self.record, self.closed, self.view) = (record, closed, view)
    }

    func facts(_ lost: [UnansweredRequest]) -> [Fact] {
        let mine = view.records(of: record.client.address, record.kafka.clientId).filter(\.wasEstablished)
        let living = mine.count { $0.id != record.id && $0.heardOf(after: closed.adding(nanoseconds: Self.atOnce)) }
        if living > 0 { return [Fact(.livingConnections, .number(living))] + lastError }
        return (killed(mine) ?? lastError) + heldBack(lost)
    }

    /// All of its connections ended together, and the group was not told.
    private func killed(_ mine: RecordList) -> [Fact]? {
        let open = mine.filter { $0.firstClose.map { $0.time >= closed.adding(nanoseconds: -Self.atOnce) } ?? true }
        let ends = open.compactMap { $0.clientClosedFirst == true ? $0.firstClose?.time : nil }
        guard let first = ends.min(), let last = ends.max(), ends.count >= 2, ends.count == open.count,
            last.since(first) <= Self.atOnce, mine.contains(where: { !$0.kafka.group.isNone }),
            !mine.contains(where: \.kafka.leftGroup)
        else { return nil }
        return [
            Fact(.connectionsEnded, .number(ends.count)),
            Fact(.endedWithin, .milliseconds(last.milliseconds(since: first))),
        ]
    }

    /// The last error that it was answered, on this connection or another of its.
    private var lastError: [Fact] {
        guard let event = view.lastError(of: record.client.address, record.kafka.clientId, upTo: closed),
            closed.since(event.time) <= Self.rightBefore, let name = KafkaError.name(of: Int(event.code))
        else { return [] }
        return [Fact(.errorBefore, .text(name))]
    }

    /// A quota muted the connection while its requests waited.
    private func heldBack(_ lost: [UnansweredRequest]) -> [Fact] {
        guard let sent = lost.map(\.sentWhole).min(), record.kafka.throttledUntil > sent else { return [] }
        return [Fact(.throttleMsMax, .milliseconds(record.kafka.throttledUntil.milliseconds(since: sent)))]
    }
}

extension CaseView {
    /// - Returns: the last error that a program was answered up to a moment.
    fileprivate func lastError(of client: IPAddress, _ clientId: StringID, upTo time: CaptureTime) -> ErrorEvent? {
        let mine = errorsByProgram[ProgramKey(client: client, clientId: clientId)] ?? []
        return mine.prefix(upTo: mine.partitionPoint(where: { $0.time > time })).last
    }
}

/// A program, as far as its host and client id tell.
struct ProgramKey: Hashable {
    var client: IPAddress
    var clientId: StringID
}
