import Conversations
import Streams
import TLS
import Vocabulary

/// What all connections to one server say of it, summed once: rules ask it for each of many ends.
struct ServerTraits {
    struct Request: Hashable {
        var api: Int16
        var version: Int16
    }

    /// A broker closes on a request that it cannot accept within this time of it.
    static let rejectsWithin = Span.milliseconds(400)

    /// What was first offered there.
    private(set) var offered: OfferedVersions?
    /// Work was answered on a connection that is seen from its start, whose list, had it one, is not cut.
    private(set) var worksWithoutList = false
    private(set) var speaksTLS = false
    /// Somebody signed in there.
    private(set) var signsIn = false
    /// It answered Kafka requests behind a PROXY header.
    private(set) var takesProxyHeader = false
    /// When it last answered in some way, and when on a connection on which it did work.
    private(set) var lastServed: CaptureTime?
    private(set) var lastWorked: CaptureTime?
    /// Hosts for which it did work.
    private(set) var workedFor: Set<IPAddress> = []
    private(set) var certificate: CertificateFacts?
    /// Least and greatest TTL of its packets.
    private(set) var ttl: ClosedRange<Int>?
    /// Connections that it accepted, and closed before it had sent a byte.
    private(set) var turnedAway = 0
    private(set) var turnedAwayOf: [IPAddress: Int] = [:]
    /// The same, however long that took.
    private(set) var closedUnanswered = 0
    /// The first requests of those that it turned away, of each host; and when it answered new connections of hosts.
    private var turnedAwayOn: [IPAddress: (requests: Set<Request>, from: CaptureTime, to: CaptureTime)] = [:]
    private var admitted: [IPAddress: [CaptureTime]] = [:]
    /// It never sent a byte, on connections of which that can be said.
    private(set) var isSilent = true
    /// Requests that it answered by closing: how often, and whether each was the only one that was lost then.
    private(set) var closedOn: [Request: (count: Int, alone: Bool)] = [:]
    /// When connections that carried answers began: seen from their start, or joined; and when any of them ended. Sorted.
    private var answered = AnsweredLives()
    /// The same of each client host of which it turned connections away.
    private var answeredOf: [IPAddress: AnsweredLives] = [:]
    /// When connections that came about began and ended, and those of them on which answers are owed. Sorted.
    private var all = Lives()
    private var owing = Lives()

    init(_ records: RecordList, _ view: CaseView) {
        for record in records {
            add(record)
            if record.kafka.responses > 0 { answered.add(record, view) }
            if record.wasEstablished { all.add(record, view) }
            if record.wasEstablished, !record.unanswered.isEmpty { owing.add(record, view) }
        }
        for record in records where record.kafka.responses > 0 && turnedAwayOf[record.client.address] != nil {
            answeredOf[record.client.address, default: AnsweredLives()].add(record, view)
        }
        answered.sort()
        for host in answeredOf.keys { answeredOf[host]?.sort() }
        all.sort()
        owing.sort()
    }

    private mutating func add(_ record: ConnectionRecord) {
        offered = offered ?? record.kafka.offered
        worksWithoutList =
            worksWithoutList || record.kafka.workAnswered > 0 && !record.startsMidway && !record.kafka.offerCut
        speaksTLS = speaksTLS || record.serverSpoke == .tls
        signsIn = signsIn || record.signIn.stage == .succeeded
        takesProxyHeader = takesProxyHeader || record.proxyHeader && record.kafka.responses > 0
        if record.isServed { lastServed = max(lastServed ?? record.lastServed, record.lastServed) }
        if record.kafka.workAnswered > 0 {
            lastWorked = max(lastWorked ?? record.lastServed, record.lastServed)
            workedFor.insert(record.client.address)
        }
        certificate = certificate ?? record.tls.handshake.serverCertificates.first
        let server = record.fromServer
        if server.ttlLow > 0 {
            let (low, high) = (Int(server.ttlLow), Int(server.ttlHigh))
            ttl = min(low, ttl?.lowerBound ?? low)...max(high, ttl?.upperBound ?? high)
        }
        if record.wasClosedUnanswered { closedUnanswered += 1 }
        if record.wasTurnedAway {
            turnedAway += 1
            turnedAwayOf[record.client.address, default: 0] += 1
            noteTurnedAway(record)
        } else if record.kafka.responses > 0, !record.startsMidway {
            admitted[record.client.address, default: []].append(record.tcp.firstTime)
        }
        if server.payloadBytes > 0 || record.startsMidway && record.firstClose == nil { isSilent = false }
        guard let lost = record.unanswered.first, let end = record.firstClose, record.clientClosedFirst == false,
            !lost.partial, end.time.since(lost.sent) < Self.rejectsWithin
        else { return }
        let request = Request(api: lost.api, version: lost.version)
        let before = closedOn[request] ?? (0, true)
        closedOn[request] = (before.count + 1, before.alone && record.unanswered.count == 1)
    }

    private mutating func noteTurnedAway(_ record: ConnectionRecord) {
        let time = record.tcp.firstTime
        var known = turnedAwayOn[record.client.address] ?? ([], time, time)
        (known.from, known.to) = (min(known.from, time), max(known.to, time))
        if known.requests.count <= 1, let first = record.unanswered.first {
            known.requests.insert(Request(api: first.api, version: first.version))
        }
        turnedAwayOn[record.client.address] = known
    }

    /// It closed on a single request of a version that it offers: it closes for another reason than a version.
    func closesOnOffered(_ listed: OfferedVersions) -> Bool {
        closedOn.contains { $1.alone && listed.offers(api: $0.api, version: $0.version) }
    }

    /// All that it turned away of a host asked the same, and new connections of that host which ask something else are
    /// answered all the while: it is the request that it closes on, and no limit.
    func closesOnOneRequest(_ request: UnansweredRequest?, of client: IPAddress) -> Bool {
        guard let request, request.api != Api.apiVersions, let known = turnedAwayOn[client],
            known.requests == [Request(api: request.api, version: request.version)],
            turnedAwayOf[client] ?? 0 >= Self.alikeAtLeast
        else { return false }
        let between = (admitted[client] ?? []).lazy.filter { $0 > known.from && $0 < known.to }
        return between.prefix(Self.alikeAtLeast).count == Self.alikeAtLeast
    }
    private static let alikeAtLeast = 3

    /// Connections that came about and lived between two moments, and how many of them owe answers.
    func lived(from: CaptureTime, to: CaptureTime) -> (all: Int, owing: Int) {
        (all.count(from: from, to: to), owing.count(from: from, to: to))
    }

    /// Connections that carried answers and lived at a moment (`CaseView.wasOpen`).
    func living(at time: CaptureTime, in view: CaseView) -> Int { answered.living(at: time, in: view) }

    /// Those of one client host of which it turned connections away.
    func living(of client: IPAddress, at time: CaptureTime, in view: CaseView) -> Int {
        answeredOf[client]?.living(at: time, in: view) ?? 0
    }
}

/// The beginnings and ends of connections that carried answers: seen from their start, or joined.
private struct AnsweredLives {
    private var began: [CaptureTime] = []
    private var joined: [CaptureTime] = []
    private var ended: [CaptureTime] = []

    mutating func add(_ record: ConnectionRecord, _ view: CaseView) {
        let first = record.tcp.firstTime
        if record.startsMidway { joined.append(first) } else { began.append(first) }
        ended.append(max(first, record.firstClose?.time ?? view.captureEnd(of: record)))
    }

    mutating func sort() {
        began.sort()
        joined.sort()
        ended.sort()
    }

    func living(at time: CaptureTime, in view: CaseView) -> Int {
        let seen = max(time, view.captureEnd(behind: time))
        return began.partitionPoint { $0 > time } + joined.partitionPoint { $0 > seen }
            - ended.partitionPoint { $0 > time }
    }
}

/// The beginnings and ends of connections, counted without walking them all.
private struct Lives {
    private var began: [CaptureTime] = []
    private var ended: [CaptureTime] = []

    mutating func add(_ record: ConnectionRecord, _ view: CaseView) {
        began.append(record.tcp.firstTime)
        ended.append(max(record.tcp.firstTime, record.firstClose?.time ?? view.captureEnd))
    }

    mutating func sort() {
        began.sort()
        ended.sort()
    }

    func count(from: CaptureTime, to: CaptureTime) -> Int {
        max(0, began.partitionPoint { $0 >= to } - ended.partitionPoint { $0 > from })
    }
}

extension CaseView {
    func traits(of server: Endpoint) -> ServerTraits {
        if let known = serverTraits[server] { return known }
        let traits = ServerTraits(connections(to: server), self)
        serverTraits[server] = traits
        return traits
    }
}
