import ReportModel
import Testing
import Vocabulary

@testable import ClientLogs

@Suite struct SaidTests {
    /// Lines as the libraries print them, with what they say.
    static let lines: [(line: String, topic: LogTopic, peer: String?, node: Int?, client: String?)] = [
        (
            "[2026-11-26 20:36:53,935] WARN [Producer clientId=java-produce] Connection to node 2 (kafka-2.lab/10.10.0.12:9092)"
                + " could not be established. Node may not be available. (org.apache.kafka.clients.NetworkClient)",
            .connectFailed, "kafka-2.lab/10.10.0.12:9092", 2, "java-produce"
        ),
        (
            "2026-11-26 20:36:53.841 INFO [main] o.a.k.c.NetworkClient - [Consumer clientId=c1, groupId=g] Node 2147483645 disconnected.",
            .disconnected, nil, 2, "c1"
        ),
        (
            "2026-11-26 20:36:53,853 INFO rdkafka FAIL [prod-1#producer-1] [thrd:kafka-2.lab:9092/2]: kafka-2.lab:9092/2:"
                + " Disconnected: connection reset by peer (after 8712ms in state UP)",
            .disconnected, "kafka-2.lab:9092", 2, "prod-1"
        ),
        (
            "%3|1795725413.853|FAIL|prod-1#producer-1| [thrd:kafka-2.lab:9092/2]: kafka-2.lab:9092/2: Connect to"
                + " ipv4#10.10.0.12:9092 failed: Connection refused (after 4ms in state CONNECT)",
            .connectFailed, "10.10.0.12:9092", nil, "prod-1"
        ),
        (
            "2026-11-26 20:36:53,827 ERROR kafka.net.transport <KafkaTCPTransport [10.10.0.12:9092<-39994]>: socket disconnected",
            .disconnected, "10.10.0.12:9092", nil, nil
        ),
        (
            "2026/11/26 20:36:53.998492 Failed to connect to broker kafka-2.lab:9092: dial tcp 10.10.0.12:9092: connect: connection refused",
            .connectFailed, "kafka-2.lab:9092", nil, nil
        ),
        (
            "2026-11-26T20:36:59.989Z [WARN] unable to open connection to broker; addr: kafka-2.lab:9092, broker: 2, err: dial tcp"
                + " 10.10.0.12:9092: connect: connection refused", .connectFailed, "kafka-2.lab:9092", 2, nil
        ),
        (
            #"{"level":"warn","ts":1795725413.5,"msg":"unable to open connection to broker","addr":"kafka-2.lab:9092","broker":2,"err":"dial tcp 10.10.0.12:9092: i/o timeout"}"#,
            .connectFailed, "kafka-2.lab:9092", 2, nil
        ),
        (
            #"{"level":"ERROR","timestamp":"2026-11-26T20:36:53.955Z","logger":"kafkajs","message":"Connection error: connect ECONNREFUSED 10.10.0.12:9092","broker":"kafka-2.lab:9092","clientId":"js","stack":"Error: a, b\n at x","namespace":"Connection"}"#,
            .connectFailed, "10.10.0.12:9092", nil, "js"
        ),
        (
            "2026/11/26 20:36:53 read tcp 10.10.0.100:43234->10.10.0.12:9092: read: connection reset by peer",
            .disconnected, "10.10.0.12:9092", nil, nil
        ),
    ]

    @Test(arguments: lines.indices) func isUnderstood(place: Int) throws {
        let (line, topic, peer, node, client) = Self.lines[place]
        let said = try #require(Self.read(line).entries.first?.said)
        #expect(said.topic == topic)
        if let peer { #expect(said.peers.first?.shown == peer) }
        #expect(node == nil || said.nodeId == node)
        #expect(said.clientId == client)
    }

    @Test func aConnectionIsNamedByItsPorts() throws {
        let python = try #require(Self.read(Self.lines[4].line).entries.first?.said)
        #expect(python.clientPort == 39_994)
        let go = try #require(Self.read(Self.lines[9].line).entries.first?.said)
        #expect(go.clientPort == 43_234)
    }

    @Test func whatIsOfNoKnownFormIsCountedAndListed() {
        let log = Self.read(
            "2026-11-26 20:36:53,853 INFO Node 2 disconnected.\n\tat a.b.C(D.java:1)\nCaused by: x\nhello\n\n2026-11-26 20:36:54,000 INFO fine"
        )
        #expect(log.file.lines == 6)
        #expect((log.file.understood, log.file.ordinary, log.file.continued) == (1, 1, 3))
        #expect(log.file.unknownLines == [4])
    }

    /// Whatever stands in a line: only known words and checked values are shown.
    static let secrets = [
        "[2026-11-26 20:36:53,935] INFO sasl.jaas.config=org.apache.PlainLoginModule required password=\"hunter2\" Node 2 disconnected. hunter2",
        "[2026-11-26 20:36:53,935] WARN Connection to node 2 (https://user:hunter2@kafka:9092) could not be established. hunter2",
        "[2026-11-26 20:36:53,935] WARN Failed authentication with /10.0.0.1 (channelId=-1) (password hunter2 is wrong)",
        "2026-11-26 20:36:53,935 ERROR FAIL [p#producer-1] [thrd:sasl://u:hunter2@k:9092/1]: Disconnected: hunter2 (after 8712ms in state hunter2)",
        #"{"timestamp":"2026-11-26T20:36:53.955Z","message":"Connection error: hunter2 ECONNREFUSED","token":"hunter2","broker":"u:hunter2@k:1"}"#,
        "2026-11-26T20:36:53.955Z [ERROR] unable to initialize sasl; broker: hunter2, err: SASL_AUTHENTICATION_FAILED: token hunter2",
        "2026/11/26 20:36:53 Closed connection to broker a:1 due to SASL hunter2 auth error: hunter2",
        "2026/11/26 20:36:53 Retrying batch for hunter2! because of EOF hunter2",
    ]

    @Test(arguments: secrets) func noSecretIsShown(line: String) throws {
        let said = try #require(Self.read(line).entries.first?.said)
        #expect(!said.text.contains("hunter2"), "\(said.text)")
        #expect(!said.peers.contains { $0.shown.contains("hunter2") })
    }

    @Test(arguments: [
        "deployed with password=hunter2", "Authorization: Bearer hunter2", "token: hunter2 set",
        "curl https://u:hunter2@h/x",
        "sasl.jaas.config=x;password=hunter2", "password:  hunter2", "password = hunter2", "token : hunter2",
        "run --password hunter2", "sasl.password hunter2", "url=https://h/cb?token=hunter2",
        "https://h/?access_token=hunter2", "user=a,password=hunter2", #"{"user":"x","password":"hunter2"}"#,
        #"password="correct horse hunter2 battery""#, "password\thunter2", "GET https://h/x?sig=hunter2",
        #"set sasl.jaas.config to x y "a b" hunter2"#,
    ])
    func noEventShowsASecret(text: String) throws {
        let event = try #require(
            UserEvents.event(Array("2026-11-26T20:36:53Z \(text)".utf8)[...], day: StampTests.day) {
                CaptureTime(nanoseconds: $0)
            })
        #expect(!event.text.contains("hunter2"), "\(event.text)")
    }

    @Test(arguments: ["deploy 1.4 passed all checks", "broker-2 restarted", "GC pause 1200 ms"])
    func wordsThatAreNoSecretsStay(text: String) throws {
        let event = try #require(
            UserEvents.event(Array("2026-11-26T20:36:53Z \(text)".utf8)[...], day: StampTests.day) {
                CaptureTime(nanoseconds: $0)
            })
        #expect(event.text == text)
    }

    /// No input ends the process, and what is read stays within its limits.
    @Test func anyBytesAreTaken() {
        var state: UInt64 = 7
        var bytes: [UInt8] = []
        let pieces =
            Self.lines.map(\.line) + [
                "{", "}", "\"", "\\u", "[thrd:", "<-", "2026-11-26 20:36:53,", "|9999999999999|", "\n", "->", "://",
            ]
        for _ in 0..<4000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let piece = Array(pieces[Int(state >> 33) % pieces.count].utf8)
            bytes += piece.prefix(Int(state >> 20) % (piece.count + 1))
            if state % 5 == 0 { bytes.append(UInt8(truncatingIfNeeded: state >> 40)) }
        }
        var limits = Limits()
        limits.clientLogLines = 3
        var reader = LogReader(source: "x", day: StampTests.day, limits: limits)
        reader.take(bytes[...])
        let log = reader.finish()
        #expect(log.entries.count <= 3)
        #expect(log.file.lines > 3)
    }

    static func read(_ text: String) -> ReadLog {
        var reader = LogReader(source: "x.log", day: StampTests.day, limits: Limits())
        reader.take(Array(text.utf8)[...])
        return reader.finish()
    }
}
