import Conversations
import Streams
import Vocabulary

/// Where signing in takes a client long, time after time: what checks its credentials is slow, and not the broker.
struct SlowSignIns {
    /// A sign-in that takes so long is slow.
    private static let slow = Span.seconds(1)
    private static let atLeast = 3
    private static let apis = ErrorCodes.apis("SaslHandshake", "SaslAuthenticate")

    /// Those that took long, by client host and server.
    let late: [ClientAtServer: [ConnectionRecord]]
    private let servedBeside: Set<ClientAtServer>

    init(_ view: CaseView) {
        late = view.byPair.compactMapValues { places in
            Self.among(places.map { view.records[$0] }.filter { $0.tcp.twinOf == nil && $0.wasEstablished })
        }
        servedBeside = Set(
            late.filter { _, records in records.count { Self.isServedBeside($0, view) } * 2 >= records.count }.keys)
    }

    /// Those of a client's connections to a server of which half, and three at least, took long to sign in; else nil.
    private static func among(_ records: [ConnectionRecord]) -> [ConnectionRecord]? {
        let done = records.filter {
            $0.signIn.stage == .succeeded && !$0.signIn.isRepeat && $0.fromClient.lateResends == 0
                && $0.fromServer.lateResends == 0
        }
        let late = done.filter { $0.signInTime.subtractingSaturated(4 * min($0.roundTrip, slow)) >= slow }
        return late.count >= atLeast && late.count * 2 >= done.count ? late : nil
    }

    /// The server answered something in the midst of the wait: it did not stand still.
    private static func isServedBeside(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        let (from, part) = (record.signIn.startTime, record.signInTime / 4)
        let midst = from.adding(nanoseconds: part)...from.adding(nanoseconds: 3 * part)
        return view.file.times.answers(of: record.server).contains(where: midst.contains)
    }

    /// The answer is a part of such a sign-in, at a server that answered others meanwhile.
    func explain(_ late: SlowAnswer) -> Bool {
        Self.apis.contains(late.api)
            && servedBeside.contains(ClientAtServer(client: late.client.address, server: late.server))
    }
}
