import Conversations
import Streams
import TLS
import Vocabulary

/// Clients' waits for servers whose TLS nobody has keys for. What was asked cannot be read, and a long poll may take any time; but
/// what several connections ask of a server that says nothing to anybody is no long poll: each of those begins at an answer.
struct SealedWaits {
    /// One wait: sealed data of a client, or its hello, to which nothing came for long.
    struct Wait {
        enum End { case answered, given, open }

        var place: Int
        var from: Moment
        var to: CaptureTime
        var frame: FrameRef
        var end: End
        /// The server's kernel acknowledged what was sent.
        var arrived: Bool
        /// It was asked on the client's own accord, and not because the server had just said something; a hello is.
        var isOwn = true

        var nanoseconds: Int64 { to.since(from.time) }
    }

    /// A server that said nothing to anybody while clients asked.
    struct Silence {
        var server: Endpoint
        var from: CaptureTime
        var to: CaptureTime
        var waits: [Wait]
        /// Nothing came of it to the end.
        var lasts: Bool
        /// What was asked in it was never acknowledged: the host, or the way to it.
        var isUnheard: Bool { waits.allSatisfy { !$0.arrived } }
    }

    private static let least = Span.seconds(3)
    /// What is asked so long behind a server's last word to that client follows from none; and behind its last to anybody.
    private static let quiet = Span.milliseconds(250)
    private static let settling = Span.milliseconds(150)
    private static let several = 2
    /// One wait in so many is no habit.
    private static let rare = 10
    /// Nobody sends so much into silence who wants an answer (acks=0).
    private static let unasked = 50
    private static let turnsAtLeast = 2
    /// What TCP sent again so often, for so long, nobody got.
    private static let resends: Int32 = 3
    private static let unheard = Span.seconds(5)

    let silences: [Silence]
    /// Waits that TCP alone shows to be in vain: nobody acknowledged what was sent, and the connection did not go on.
    let unheard: [Wait]

    init(_ view: CaseView) {
        var silences: [Silence] = []
        var unheard: [Wait] = []
        for (server, places) in view.byServer.sorted(by: { $0.key < $1.key }) {
            let sealed = places.filter { Self.isSealed(view.records[$0], view) }
            guard !sealed.isEmpty else { continue }
            let waits = sealed.flatMap { Self.waits($0, view) }
            silences += Self.silences(server, waits, view)
            unheard += waits.filter { !$0.arrived && $0.end != .answered && $0.nanoseconds >= Self.unheard }
        }
        (self.silences, self.unheard) = (silences, unheard)
    }

    private static func isSealed(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        record.tls.seen && !record.tls.isOpened && record.wasEstablished && !record.isOneSided
            && view.mayBeKafkas(record) && !view.blackHoledPaths.contains(HostPath(of: record))
    }

    // MARK: Of one connection

    private static func waits(_ place: Int, _ view: CaseView) -> [Wait] {
        let record = view.records[place]
        let turns = record.tls.handshake.turns
        guard turns.answered >= turnsAtLeast else { return hello(place, record, view) }
        var waits = turns.waits.compactMap { wait -> Wait? in
            guard let to = wait.to, wait.length >= least else { return nil }
            return Wait(
                place: place, from: wait.from, to: to.time, frame: to.frame, end: .answered,
                arrived: !isUnheard(record, wait.from.time, to.time), isOwn: wait.pause >= quiet)
        }
        if let open = turns.open, open.records <= unasked, !wantsNoAnswer(record, turns, open.from.time) {
            waits += last(place, record, open.from, isOwn: open.pause >= quiet, view)
        }
        return waits.filter { !isHabit($0, turns) }
    }

    /// Whoever goes on sending for longer than any request may wait, or has had no answer but those with which it began, is a
    /// producer that wants none (acks=0).
    private static func wantsNoAnswer(_ record: ConnectionRecord, _ turns: SealedTurns, _ from: CaptureTime) -> Bool {
        let last = record.fromClient.lastDataTime
        let goesOn = last.since(from)
        // What TCP sends again is not its program's going on.
        if isUnheard(record, from, last) { return false }
        return goesOn >= patience || turns.answered <= setUp && goesOn >= least
    }

    /// Clients give a request up within that time, and close (30 s by default).
    private static let patience = Span.seconds(40)
    /// Session tickets, the versions, and two steps of a sign-in.
    private static let setUp = 4

    /// Such waits are usual on its connection.
    private static func isHabit(_ wait: Wait, _ turns: SealedTurns) -> Bool {
        let alike = turns.waits.count { $0.from != wait.from && $0.length >= wait.nanoseconds / 3 }
        return alike > turns.answered / rare
    }

    /// What waits when the connection, or the capture, ends.
    private static func last(
        _ place: Int, _ record: ConnectionRecord, _ from: Moment, isOwn: Bool, _ view: CaseView
    ) -> [Wait] {
        let close = record.firstClose
        // Whoever lets the server close has not given up.
        guard close == nil || record.clientClosedFirst == true else { return [] }
        let to = close?.time ?? view.captureEnd(of: record)
        guard to.since(from.time) >= least else { return [] }
        return [
            Wait(
                place: place, from: from, to: to, frame: close?.frame ?? record.tcp.lastFrame,
                end: close == nil ? .open : .given, arrived: !isUnheard(record, from.time, to), isOwn: isOwn)
        ]
    }

    private static func hello(_ place: Int, _ record: ConnectionRecord, _ view: CaseView) -> [Wait] {
        let handshake = record.tls.handshake
        guard let from = handshake.clientHello else { return [] }
        guard let answer = handshake.serverHello else {
            guard record.fromServer.payloadBytes == 0, record.fromServer.sentAhead == 0 else { return [] }
            return last(place, record, from, isOwn: true, view)
        }
        guard answer.time.since(from.time) >= least else { return [] }
        return [
            Wait(
                place: place, from: from, to: answer.time, frame: answer.frame, end: .answered,
                arrived: !isUnheard(record, from.time, answer.time))
        ]
    }

    /// TCP sent what was asked again and again, and nobody acknowledged it.
    private static func isUnheard(_ record: ConnectionRecord, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        record.fromClient.unacknowledged.contains {
            $0.headResends >= resends && $0.from <= to && $0.to >= from && $0.to.since($0.from) >= least
        }
    }

    // MARK: Of a server

    private static func silences(_ server: Endpoint, _ waits: [Wait], _ view: CaseView) -> [Silence] {
        guard waits.count >= several else { return [] }
        let answers = view.file.times.answers(of: server).sorted()
        let step = view.file.times.answerStep(of: server)
        var byStart: [CaptureTime: [Wait]] = [:]
        for wait in waits {
            let next = answers.partitionPoint { $0 > wait.from.time.adding(nanoseconds: settling) }
            guard next > 0 else { continue }
            byStart[answers[next - 1], default: []].append(wait)
        }
        return byStart.sorted { $0.key < $1.key }.compactMap { from, mine in
            let next = answers.partitionPoint { $0 > from }
            let end = mine.map(\.to).max() ?? from
            let to = next < answers.count ? answers[next] : end
            let asked = mine.filter {
                $0.isOwn && $0.from.time.since(from) >= max(settling, step)
                    && min($0.to, to).since($0.from.time) >= least
            }
            guard Set(asked.map(\.place)).count >= several else { return nil }
            let hit = mine.filter { min($0.to, to).since($0.from.time) >= least }
            return Silence(server: server, from: from, to: to, waits: hit, lasts: next >= answers.count)
        }
    }
}
