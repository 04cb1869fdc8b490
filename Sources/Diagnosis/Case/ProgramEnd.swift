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
        let ends = view.program(record.client.address, record.kafka.clientId).ends
        let later = closed.adding(nanoseconds: Self.atOnce)
        let itself = record.wasEstablished && record.heardOf(after: later) ? 1 : 0
        let living = ends.heard(after: later) - itself
        if living > 0 { return [Fact(.livingConnections, .number(living))] + lastError }
        return (killed(ends) ?? lastError) + heldBack(lost)
    }

    /// All of its connections ended together, and the group was not told.
    private func killed(_ ends: ProgramEnds) -> [Fact]? {
        guard let together = ends.byItself(from: closed.adding(nanoseconds: -Self.atOnce)), together.count >= 2,
            together.last.since(together.first) <= Self.atOnce, ends.isMember, !ends.leftGroup
        else { return nil }
        return [
            Fact(.connectionsEnded, .number(together.count)),
            Fact(.endedWithin, .milliseconds(together.last.milliseconds(since: together.first))),
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

/// When a program's connections, those that came about, were last heard of and closed, to be asked about a moment without walking
/// them all.
struct ProgramEnds {
    private var heard: [CaptureTime] = []
    private var closes: [(time: CaptureTime, byClient: Bool)] = []
    /// How many of the closes up to each place were not the client's.
    private var others: [Int] = []
    private var isOpen = false
    private(set) var isMember = false
    private(set) var leftGroup = false

    mutating func add(_ record: ConnectionRecord) {
        guard record.wasEstablished else { return }
        heard.append(max(record.tcp.firstTime, record.fromClient.lastDataTime))
        if let close = record.firstClose {
            closes.append((close.time, record.clientClosedFirst == true))
        } else {
            isOpen = true
        }
        isMember = isMember || !record.kafka.group.isNone
        leftGroup = leftGroup || record.kafka.leftGroup
    }

    mutating func sort() {
        heard.sort()
        closes.sort { $0.time < $1.time }
        others = closes.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1.byClient ? 0 : 1)) }
    }

    /// Connections that the client opened, or sent data on, behind a moment.
    func heard(after time: CaptureTime) -> Int { heard.count - heard.partitionPoint { $0 > time } }

    /// The closes from a moment on, where all that were open then were closed by the client.
    func byItself(from time: CaptureTime) -> (first: CaptureTime, last: CaptureTime, count: Int)? {
        let first = closes.partitionPoint { $0.time >= time }
        guard !isOpen, first < closes.count, others[closes.count] == others[first] else { return nil }
        return (closes[first].time, closes[closes.count - 1].time, closes.count - first)
    }
}
