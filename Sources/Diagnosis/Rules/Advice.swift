import Conversations
import ReportModel
import Streams
import Vocabulary

/// PLAIN without TLS: whoever sees the packets has the password.
struct CredentialsInClear: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        view.records.compactMap { record in
            guard !record.tls.seen, record.signIn.tokensFromClient > 0,
                let mechanism = view.file.text(record.signIn.mechanism),
                mechanism == "PLAIN" || mechanism == "OAUTHBEARER", !record.client.address.isLoopback
            else { return nil }
            var verdict = Verdict(.credentialsInClear, .info, .certain, record, in: view)
            verdict.first = record.signIn.startTime
            verdict.last = record.signIn.startTime
            verdict.nature = .structural
            verdict.frames = [record.signIn.startFrame]
            verdict.add(.mechanism, .text(mechanism))
            verdict.add(.principal, .optional(view.file.text(record.signIn.principal)))
            return verdict
        }
    }
}

/// acks or idempotence that can lose or double records when a connection ends at the wrong moment. Told only where
/// something did end so: on healthy traffic it would be noise.
struct RiskyProducer: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        view.records.compactMap { record in
            guard record.kafka.produced, record.tcp.firstCloser != nil, !record.isOneSided,
                record.kafka.producedWithoutIdempotence || record.kafka.leastAcks < 2
            else { return nil }
            let produces = record.unanswered.filter { $0.api == Api.produce }
            guard !produces.isEmpty else { return nil }
            var verdict = Verdict(.riskyProducer, .info, .certain, record, in: view)
            verdict.nature = .structural
            verdict.frames = produces.prefix(3).map(\.frame)
            verdict.add(.acks, .number(record.kafka.leastAcks == 2 ? -1 : Int(record.kafka.leastAcks)))
            verdict.add(.idempotent, .flag(!record.kafka.producedWithoutIdempotence))
            return verdict
        }
    }
}

/// A client that knows one bootstrap server only: told where that server could not be reached, for then it matters.
struct SingleBootstrap: Rule {
    private static let tries = 3
    /// Words in the names of load balancers, services and gateways, which lead to many brokers.
    private static let shared: Set<String> = ["bootstrap", "lb", "elb", "nlb", "gateway", "proxy", "haproxy", "svc"]
    /// Domains of managed services, whose one endpoint stands for a cluster.
    private static let managed = [
        ".confluent.cloud", ".amazonaws.com", ".servicebus.windows.net", ".aivencloud.com", ".redpanda.com",
        ".googleapis.com", ".cloud.goog", ".upstash.io", ".instaclustr.com", ".oraclecloud.com", ".aliyuncs.com",
    ]

    /// A name with several addresses, or one that is made to stand for many brokers.
    private func standsForSeveral(_ server: Endpoint, _ client: IPAddress, _ view: CaseView) -> Bool {
        if !view.names.siblings(of: server.address, for: client).isEmpty { return true }
        guard let name = view.file.names[server.address]?.lowercased() else { return false }
        return Self.managed.contains(where: name.hasSuffix)
            || name.split(whereSeparator: { !$0.isLetter }).contains { Self.shared.contains(String($0)) }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let failing = view.byClient.filter { _, places in
            places.count >= Self.tries && places.allSatisfy { view.records[$0].isFailedAttempt }
        }
        return failing.sorted { $0.key < $1.key }.compactMap { client, places in
            let records = places.map { view.records[$0] }
            let servers = Set(records.map(\.server))
            guard servers.count == 1, let server = servers.first, view.isKafkaPort(server.port),
                !standsForSeveral(server, client, view), let first = records.first
            else { return nil }
            var verdict = Verdict(.singleBootstrap, .info, .likely, first, in: view)
            verdict.nature = .structural
            verdict.count = records.count
            verdict.frames = records.prefix(5).map(\.tcp.firstFrame)
            verdict.add(.bootstrapAddress, .text("\(server)"))
            return verdict
        }
    }
}
