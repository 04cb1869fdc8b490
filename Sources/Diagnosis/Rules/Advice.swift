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
            verdict.first = record.signIn.firstStartTime
            verdict.last = record.signIn.startTime
            verdict.nature = .structural
            verdict.frames = [record.signIn.firstStartFrame, record.signIn.startFrame].uniqued
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
        ".cloudapp.azure.com", ".azure.com", ".appdomain.cloud", ".aiven.io", ".warpstream.com", ".cloudclusters.net",
    ]

    /// A name with several addresses, one that is made to stand for many brokers, or an address behind which several are.
    private func standsForSeveral(
        _ server: Endpoint, _ client: IPAddress, _ view: CaseView, _ nodes: [IPAddress: Set<Int32>]
    ) -> Bool {
        if !view.names.siblings(of: server.address, for: client).isEmpty { return true }
        if nodes[server.address]?.count ?? 0 > 1 { return true }
        let names = view.names.names(leading: client, to: server.address)
            .union([view.file.addresses.names[server.address]].compactMap { $0?.lowercased() })
        return names.contains { name in
            Self.managed.contains(where: name.hasSuffix)
                || name.split(whereSeparator: { !$0.isLetter }).contains { Self.shared.contains(String($0)) }
        }
    }

    /// Node ids that anybody was told to look for at an address: a gateway's, a managed service's.
    private func nodesByAddress(_ view: CaseView) -> [IPAddress: Set<Int32>] {
        var nodes: [IPAddress: Set<Int32>] = [:]
        for claim in view.file.addresses.claims {
            for address in view.names.addresses(of: claim.host, for: claim.client) {
                nodes[address, default: []].insert(claim.node)
            }
        }
        return nodes
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let failing = view.byClient.filter { _, places in
            places.count >= Self.tries && places.allSatisfy { view.records[$0].isFailedAttempt }
        }
        if failing.isEmpty { return [] }
        let nodes = nodesByAddress(view)
        return failing.sorted { $0.key < $1.key }.compactMap { client, places in
            let records = places.map { view.records[$0] }
            let servers = Set(records.map(\.server))
            guard servers.count == 1, let server = servers.first, view.isKafkaPort(server.port),
                !standsForSeveral(server, client, view, nodes), let first = records.first
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
