import Conversations
import Streams
import Vocabulary

/// What all connections of one client host say of it, summed once: rules ask it for each of many attempts.
struct ClientTraits {
    /// It got answers to Kafka requests.
    var isServed = false
    /// It spoke TLS at a port that Kafka usually has.
    var speaksTLSAtKafka = false
    var triesKafkaPort = false
    /// A server's packet was seen on its way to it.
    var hearsServers = false
    /// It spoke Kafka on a connection that the capture does not show from its start.
    var wasAtWorkBefore = false
    /// Servers' hosts with which a connection shows one direction only.
    var oneSided: Set<IPAddress> = []
    /// When it was first answered, connection by connection: places of records in order of their first packet's time.
    var answered: [Int] = []
    /// When packets of its connections were last found missing.
    var lastHole: CaptureTime?
    /// When it was last answered: by the server that was last to, and by any other.
    private var lastServed: (time: CaptureTime, server: Endpoint)?
    private var servedByOthers = CaptureTime.distantPast
    /// When the last of its connections that came about began.
    private(set) var lastConnected = CaptureTime.distantPast
    fileprivate(set) var software: [String] = []
    /// Until when it is heard of on its connections: on the one of which that is longest, and on any other.
    private var last: (until: CaptureTime, place: Int) = (.distantPast, -1)
    private var others = CaptureTime.distantPast

    /// It was heard of again after a moment, on a connection other than that one.
    func goesOn(after time: CaptureTime, except place: Int) -> Bool {
        (last.place == place ? others : last.until) > time
    }

    /// Another server than that one answered it behind a moment.
    func isServed(byOtherThan server: Endpoint, after time: CaptureTime) -> Bool {
        guard let last = lastServed else { return false }
        return (last.server == server ? servedByOthers : last.time) > time
    }

    private mutating func noteServed(_ server: Endpoint, _ time: CaptureTime) {
        guard let last = lastServed else {
            lastServed = (time, server)
            return
        }
        if last.server == server {
            lastServed = (max(time, last.time), server)
        } else if time > last.time {
            servedByOthers = last.time
            lastServed = (time, server)
        } else {
            servedByOthers = max(servedByOthers, time)
        }
    }

    fileprivate mutating func add(_ record: ConnectionRecord, at place: Int, in view: CaseView) {
        if record.kafka.responses > 0 {
            isServed = true
            answered.append(place)
        }
        let isKafkas = view.isKafkaPort(record.server.port)
        triesKafkaPort = triesKafkaPort || isKafkas
        speaksTLSAtKafka = speaksTLSAtKafka || isKafkas && record.serverSpoke == .tls
        hearsServers = hearsServers || record.fromServer.packets > 0
        wasAtWorkBefore = wasAtWorkBefore || record.startsMidway && record.speaksKafka
        if record.isOneSided { oneSided.insert(record.server.address) }
        if let hole = CaptureHoles.lastHole(record, view.captureEnd) { lastHole = max(lastHole ?? hole, hole) }
        if record.isServed { noteServed(record.server, record.lastServed) }
        if record.wasEstablished { lastConnected = max(lastConnected, record.tcp.firstTime) }
        // Opened, or sent data, and not over before that.
        let until = min(record.tcp.lastTime, max(record.tcp.firstTime, record.fromClient.lastDataTime))
        if until > last.until {
            (last, others) = ((until, place), last.until)
        } else {
            others = max(others, until)
        }
    }
}

extension CaseView {
    func findClientTraits() -> [IPAddress: ClientTraits] {
        var found: [IPAddress: ClientTraits] = [:]
        for (client, places) in byClient {
            var traits = ClientTraits()
            for place in places { traits.add(records[place], at: place, in: self) }
            traits.software = places.compactMap { file.software(records[$0]) }.uniqued
            traits.answered.sort { (records[$0].tcp.firstTime, $0) < (records[$1].tcp.firstTime, $1) }
            found[client] = traits
        }
        return found
    }

    func traits(of client: IPAddress) -> ClientTraits { clientTraits[client] ?? ClientTraits() }

    /// The first connection behind a moment on which the client host got answers.
    func firstAnswered(_ client: IPAddress, after time: CaptureTime) -> ConnectionRecord? {
        guard let places = clientTraits[client]?.answered else { return nil }
        let next = places.partitionPoint { records[$0].tcp.firstTime > time }
        return next < places.endIndex ? records[places[next]] : nil
    }

    /// Connections of a server on which it answered in some way, in order of their first packet.
    func served(by server: Endpoint) -> RecordList { RecordList(records, servedPlaces[server] ?? []) }

    /// The client spoke Kafka on a connection that the capture does not show from its start.
    func wasAtWorkBefore(_ client: IPAddress) -> Bool { traits(of: client).wasAtWorkBefore }

    /// The client was heard of again after a moment, on a connection other than that one.
    func goesOn(_ client: IPAddress, after time: CaptureTime, except index: Int) -> Bool {
        clientTraits[client]?.goesOn(after: time, except: index) ?? false
    }
}
