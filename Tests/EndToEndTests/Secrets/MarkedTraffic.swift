import KafkaSchema
import Vocabulary

/// A capture of many connections to one broker, made segment by segment.
struct MarkedTraffic {
    private(set) var file: [UInt8] = [
        0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0,
    ]
    private var tick = 0
    private var clientPort = 20_000
    private var numbers: (client: Int, server: Int) = (1, 1)
    var serverPort = 9092
    /// Around the IP packet, and inside its headers.
    var ipOptions: [UInt8] = []
    var tcpOptions: [UInt8] = []
    var trailer: [UInt8] = []

    static func big(_ value: Int, _ count: Int) -> [UInt8] { MarkedMessage.big(value, count) }

    // MARK: Connections

    mutating func connect() {
        clientPort += 1
        // Two connections with equal numbers and bytes would be one, seen twice.
        numbers = (clientPort * 99_991, clientPort * 70_001)
        segment(fromClient: true, [], flags: 2)
        segment(fromClient: false, [], flags: 0x12)
        segment(fromClient: true, [], flags: 0x10)
    }

    mutating func client(_ payload: [UInt8]) { segment(fromClient: true, payload, flags: 0x18) }
    mutating func server(_ payload: [UInt8]) { segment(fromClient: false, payload, flags: 0x18) }

    mutating func close(byReset: Bool = false) {
        if byReset { return segment(fromClient: false, [], flags: 0x14) }
        segment(fromClient: true, [], flags: 0x11)
        segment(fromClient: false, [], flags: 0x11)
        segment(fromClient: true, [], flags: 0x10)
    }

    private mutating func segment(fromClient: Bool, _ payload: [UInt8], flags: UInt8) {
        let ports = fromClient ? [clientPort, serverPort] : [serverPort, clientPort]
        let (own, other) = fromClient ? (numbers.client, numbers.server) : (numbers.server, numbers.client)
        var tcp = ports.flatMap { Self.big($0, 2) } + Self.big(own, 4) + Self.big(flags & 0x10 == 0 ? 0 : other, 4)
        tcp += [UInt8(5 + tcpOptions.count / 4) << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0] + tcpOptions + payload
        packet(6, fromClient: fromClient, tcp)
        let used = payload.count + (flags & 3 == 0 ? 0 : 1)
        if fromClient { numbers.client += used } else { numbers.server += used }
    }

    // MARK: Packets

    mutating func datagram(_ payload: [UInt8], fromClient: Bool, port: Int) {
        let ports = fromClient ? [clientPort, port] : [port, clientPort]
        packet(
            17, fromClient: fromClient,
            ports.flatMap { Self.big($0, 2) } + Self.big(8 + payload.count, 2) + [0, 0] + payload)
    }

    mutating func packet(_ number: UInt8, fromClient: Bool, _ content: [UInt8]) {
        let header = 20 + ipOptions.count
        var ip: [UInt8] = [0x40 | UInt8(header / 4), 0] + Self.big(header + content.count, 2) + Self.big(tick, 2)
        ip += [0x40, 0, 64, number, 0, 0]
        ip += fromClient ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]
        frame([UInt8](repeating: 2, count: 12) + [8, 0] + ip + ipOptions + content + trailer)
    }

    /// Any bytes as a packet, with its record.
    mutating func frame(_ bytes: [UInt8]) {
        tick += 1
        for word in [1_700_000_000 + tick / 1000, tick % 1000 * 1000, bytes.count, bytes.count] {
            file += Self.big(word, 4).reversed()
        }
        file += bytes
    }

    // MARK: Kafka

    static func framed(_ body: [UInt8]) -> [UInt8] { big(body.count, 4) + body }

    static func request(_ api: Int, _ version: Int, _ id: Int, clientId: String, tags: [UInt8], _ body: [UInt8])
        -> [UInt8]
    {
        let header = KafkaApi.requestHeaderVersion(api, version: version)
        var bytes = big(api, 2) + big(version, 2) + big(id, 4)
        if header > 0 { bytes += big(clientId.utf8.count, 2) + clientId.utf8 }
        return framed(bytes + (header == 2 ? tags : []) + body)
    }

    static func response(_ api: Int, _ version: Int, _ id: Int, tags: [UInt8], _ body: [UInt8]) -> [UInt8] {
        framed(big(id, 4) + (KafkaApi.responseHeaderVersion(api, version: version) == 1 ? tags : []) + body)
    }

    /// One unknown tagged field.
    static func tagged(_ content: String) -> [UInt8] { [1, 0x88, 0x27, UInt8(content.utf8.count)] + content.utf8 }
}

extension MarkedTraffic {
    /// Every API in every version, each on a connection of its own, with a mark in each of its fields.
    static func messages(errorCode: Int, _ marks: inout Marks) -> MarkedTraffic {
        var traffic = MarkedTraffic()
        for api in KafkaApi.all {
            guard let versions = KafkaApi.validVersions(api.key, .request),
                let asked = MessageDefinition.find(apiKey: api.key, kind: .request),
                let told = MessageDefinition.find(apiKey: api.key, kind: .response)
            else { continue }
            for version in versions where told.validVersions.contains(version) {
                traffic.exchange(api.key, version, asked, told, errorCode, &marks)
            }
        }
        return traffic
    }

    private mutating func exchange(
        _ api: Int, _ version: Int, _ asked: MessageDefinition, _ told: MessageDefinition, _ errorCode: Int,
        _ marks: inout Marks
    ) {
        connect()
        // What is surely Kafka comes first.
        client(Self.request(18, 0, 1, clientId: marks.mark("RequestHeader.ClientId"), tags: [], []))
        server(Self.response(18, 0, 1, tags: [], [0, 0, 0, 0, 0, 0]))
        let body = MarkedMessage(asked, version, errorCode: errorCode, &marks).bytes
        client(
            Self.request(
                api, version, 2, clientId: marks.mark("RequestHeader.ClientId"),
                tags: Self.tagged(marks.mark("RequestHeader.(unknown tag)")), body))
        let answer = MarkedMessage(told, version, errorCode: errorCode, &marks).bytes
        server(
            Self.response(
                api, version, 2, tags: Self.tagged(marks.mark("ResponseHeader.(unknown tag)")), answer))
        // A request whose answer never comes, and one of the same kind behind whose end there are more bytes.
        client(
            Self.request(
                api, version, 3, clientId: marks.mark("RequestHeader.ClientId"),
                tags: Self.tagged(marks.mark("RequestHeader.(unknown tag)")),
                body + marks.mark("\(asked.name).(behind the last field)").utf8))
        close(byReset: true)
    }
}
