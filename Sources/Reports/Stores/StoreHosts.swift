internal import ReportModel
internal import Vocabulary

/// The depth tables about clients, listeners, gateways, and where time went.
extension StoreTables {
    static let readiness = StoreTable<ReadinessRow>(
        "readiness", "What an upgrade to Kafka 4 does to each client.", path: "readiness[]",
        each: { report, row in report.report.tables?.readiness.forEach(row) }
    ) { table in
        table.add("client", "The client's address.") { $0.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.clientId }
        table.add("software", "Its library; null where it told none.") { $0.software }
        table.add("software_version", "The library's version; null where it told none.") { $0.softwareVersion }
        table.add("software_guess", "What a client that tells nothing seems to be; null where that is unknown.") {
            $0.softwareGuess
        }
        table.add("broker_version", path: "broker.version", "What its broker seems to be; null where that is unknown.")
        { $0.brokerGuess }
        table.add("brokers_outlook", path: "", "When brokers go to 4: `breaks`, `may-break`, `unknown` or `ready`.") {
            $0.brokersUpgrade.outlook.rawValue
        }
        table.add("brokers_because", path: "", "Why; null where nothing stands against it.") {
            $0.brokersUpgrade.reason?.rawValue
        }
        table.add("client_outlook", path: "", "When its library goes to 4: the same.") {
            $0.clientUpgrade.outlook.rawValue
        }
        table.add("client_because", path: "", "Why; null where nothing stands against it.") {
            $0.clientUpgrade.reason?.rawValue
        }
        table.add("apis", path: "", "APIs and versions that it uses, as `Fetch 4-11`.") { $0.apis.map(versions) }
        table.add("removed_apis", path: "", "Those of them that Kafka 4 no longer takes.") { $0.removed.map(versions) }
        table.add("servers", path: "", "Addresses and ports that it speaks to.") { $0.servers.map(\.address) }
        table.seen { $0.seen }
    }

    private static func versions(_ row: ApiVersionsRow) -> String { "\(row.api) \(row.minVersion)-\(row.maxVersion)" }

    static let latencyParts = StoreTable<LatencyPartRow>(
        "latency_parts",
        "Where the time of an API's requests went, by broker, client or topic. The parts add up to the total.",
        path: "latencyParts[]", each: { report, row in report.report.tables?.latencyParts.forEach(row) }
    ) { table in
        table.add("api", "Kafka's name of the request.") { $0.api }
        table.add("broker", "The broker; null in a row by client or topic.") { $0.broker }
        table.add("client", "The client's address; null in a row by broker or topic.") { $0.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.clientId }
        table.add("topic", "The topic; null in a row by broker or client.") { $0.topic }
        table.add("requests", "Requests.") { $0.requests }
        table.add("resent", "Requests with bytes that TCP sent again.") { $0.resent }
        table.add(
            "round_trip_unknown", "Requests whose path's round trip was not seen: it counts as the broker's time."
        ) { $0.roundTripUnknown }
        part(&table, "total", "Whole time") { $0.total }
        part(&table, "queued", "Wait behind an earlier request of the connection") { $0.queued }
        part(&table, "wire", "Time on the way") { $0.wire }
        part(&table, "in_broker", "Time in the broker") { $0.inBroker }
        part(&table, "throttled", "Wait for a quota") { $0.throttled }
        part(&table, "on_purpose", "Wait that the request asks for") { $0.onPurpose }
        slow(&table)
        table.seen { $0.seen }
    }

    private static func slow(_ table: inout StoreColumns<LatencyPartRow>) {
        table.add("slow_requests", path: "slow.requests", "Slow requests; null where none was slow.") {
            $0.slow?.requests
        }
        table.add("slow_owner", path: "slow.owner", "Whose most of their time was; null where none was slow.") {
            $0.slow?.owner.rawValue
        }
        table.add("slow_resent", path: "slow.resent", "Slow requests with bytes that TCP sent again.") {
            $0.slow?.resent
        }
        table.add("slow_lossy_path", path: "slow.lossyPath", "Packets got lost on their path.") { $0.slow?.isLossy }
        let times: [(String, String, @Sendable (SlowRequests) -> Double?)] = [
            ("from_ms", "From how long on they are slow", \.fromMs), ("total_ms", "Their time", \.totalMs),
            ("network_ms", "Of it the network's", \.networkMs), ("broker_ms", "Of it the broker's", \.brokerMs),
            ("client_ms", "Of it the client's", \.clientMs), ("quota_ms", "Of it a quota's", \.quotaMs),
            ("on_purpose_ms", "Of it waited on purpose", \.onPurposeMs),
            ("round_trip_ms", "Of the network's: round trips", \.roundTripMs),
            ("resending_ms", "Of the network's: waits for lost segments", \.resendingMs),
            ("window_closed_ms", "Of the client's: its TCP window was closed", \.windowClosedMs),
            ("queued_ms", "Behind earlier requests, whoever held these up", \.queuedMs),
            ("unplaced_ms", "Of the broker's: where the round trip was not seen", \.unplacedMs),
            ("fastest_ms", "The fastest request of the row", \.fastestMs),
            ("handshake_ms", "The longest round trip of their handshakes", \.handshakeMs),
        ]
        for (name, words, time) in times {
            table.add(
                "slow_" + name, path: "slow." + StoreColumns<LatencyPartRow>.camel(name),
                "\(words); null where unknown."
            ) { $0.slow.flatMap(time) }
        }
    }

    private static func part(
        _ table: inout StoreColumns<LatencyPartRow>, _ name: String, _ words: String,
        _ times: @escaping @Sendable (LatencyPartRow) -> PartTimes
    ) {
        let path = StoreColumns<LatencyPartRow>.camel(name)
        table.add("\(name)_p50_ms", path: "\(path).p50Ms", "\(words), in milliseconds: the median.") { times($0).p50Ms }
        table.add("\(name)_p99_ms", path: "\(path).p99Ms", "The same: 99 % took at most so long.") { times($0).p99Ms }
        table.add("\(name)_max_ms", path: "\(path).maxMs", "The same: the longest.") { times($0).maxMs }
        table.add("\(name)_sum_ms", path: "\(path).sumMs", "The same: of all requests together.") { times($0).sumMs }
    }

    static let setup = StoreTable<SetupRow>(
        "setup", "How long connections took until they could be used, by client and server.", path: "setup[]",
        each: { report, row in report.report.setup.forEach(row) }
    ) { table in
        table.add("client", "The client's address.") { $0.client }
        table.add("server", "The broker's address and port.") { $0.server }
        table.add("count", "Connections.") { $0.count }
        step(&table, "dns", "Finding the address") { $0.dns }
        step(&table, "tcp", "TCP's handshake") { $0.tcp }
        step(&table, "tls", "TLS's handshake") { $0.tls }
        step(&table, "sign_in", "Signing in") { $0.signIn }
        table.add("repeated_syns", "SYNs that were sent again.") { $0.repeatedSyns }
        table.seen { $0.seen }
    }

    private static func step(
        _ table: inout StoreColumns<SetupRow>, _ name: String, _ words: String,
        _ times: @escaping @Sendable (SetupRow) -> SetupTimes?
    ) {
        let path = StoreColumns<SetupRow>.camel(name)
        table.add(
            "\(name)_p50_ms", path: "\(path).p50Ms",
            "\(words), in milliseconds: the median; null where it was not seen."
        ) { times($0)?.p50Ms }
        table.add("\(name)_p99_ms", path: "\(path).p99Ms", "The same: 99 % took at most so long.") { times($0)?.p99Ms }
        table.add("\(name)_max_ms", path: "\(path).maxMs", "The same: the longest.") { times($0)?.maxMs }
    }

    static let apis = StoreTable<ApiRow>(
        "apis", "Each API over all brokers and clients; empty where the report is narrowed.", path: "apis[]",
        each: { report, row in report.report.apis?.forEach(row) }
    ) { table in
        table.add("api", "Kafka's name of the request.") { $0.api }
        table.add("answers", "Answers.") { $0.answers }
        table.add("long_polls", "Those of a Fetch that waited because there was nothing to read.") { $0.longPolls }
        table.add(
            "p50_ms",
            "Half of the others took at most so many milliseconds; null, like the next three, where there are none."
        ) { $0.p50Ms }
        table.add("p90_ms", "90 % took at most so many milliseconds.") { $0.p90Ms }
        table.add("p99_ms", "99 % took at most so many milliseconds.") { $0.p99Ms }
        table.add("max_ms", "The longest, in milliseconds.") { $0.maxMs }
    }

    static let apiErrors = StoreTable<ErrorCount>(
        "api_errors", "Error codes by API.",
        each: { report, row in
            for api in report.report.apis ?? [] {
                for error in api.errors {
                    row(ErrorCount(name: api.api, id: nil, error: error.name, count: Int64(clamping: error.count)))
                }
            }
        }
    ) { table in
        table.add("api", path: "", "`api` in `apis`.") { $0.name ?? "" }
        table.add("error", path: "", "Kafka's name of the error code.") { $0.error }
        table.add("count", path: "", "Answers that carried it.") { $0.count }
    }
}
