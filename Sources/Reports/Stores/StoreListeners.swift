internal import ReportModel
internal import Vocabulary

/// Listeners with their certificates, and gateways with the nodes behind them.
extension StoreTables {
    static let listeners = StoreTable<ListenerRow>(
        "listeners", "Each address and port of a broker, and how one gets in.", path: "listeners[]",
        each: { report, row in report.report.listeners.forEach(row) }
    ) { table in
        table.add("server", "Address and port.") { $0.server }
        table.add("connections", "Connections to it.") { $0.connections }
        table.add("clients", "Client hosts.") { $0.clients }
        table.add("protocols", "Security protocols seen.") { $0.protocols.map(\.rawValue) }
        table.add("tls_versions", "Versions of TLS.") { $0.tlsVersions }
        table.add("ciphers", "Cipher suites.") { $0.ciphers }
        table.add("mechanisms", "SASL mechanisms that clients used.") { $0.mechanisms }
        table.add("mechanisms_offered", "SASL mechanisms that it offered.") { $0.mechanismsOffered }
        table.add("anonymous", "Connections that worked without a sign-in and without a client's certificate.") {
            $0.anonymous
        }
        table.add("passwords_in_clear", "Sign-ins with a password that anybody on the way can read.") {
            $0.passwordsInClear
        }
        table.add("client_certificates", "Connections with a client's certificate; null where that cannot be told.") {
            $0.clientCertificates
        }
        table.add("not_opened", "Connections whose TLS was not decrypted.") { $0.notOpened }
        table.add("server_names", "Names that clients asked for.") { $0.serverNames }
        table.seen { $0.seen }
    }

    struct CertificateRow: Sendable {
        var server: String
        var certificate: ListenerCertificate
    }

    static let certificates = StoreTable<CertificateRow>(
        "certificates", "Certificates that listeners showed.", path: "listeners[].certificates[]",
        each: { report, row in
            for listener in report.report.listeners {
                listener.certificates.forEach { row(CertificateRow(server: listener.server, certificate: $0)) }
            }
        }
    ) { table in
        table.add("server", path: "../server", "`server` in `listeners`.") { $0.server }
        table.add("subject", "Its subject; null where it has none.") { $0.certificate.subject }
        table.add("issuer", "Its issuer; null where it has none.") { $0.certificate.issuer }
        table.add("names", "Names and addresses that it is for.") { $0.certificate.names }
        table.add("not_before", "Valid from; null where that cannot be read.") { $0.certificate.notBefore }
        table.add("not_after", "Valid until; null where that cannot be read.") { $0.certificate.notAfter }
        table.add("self_signed", "It is its own issuer.") { $0.certificate.selfSigned }
        table.add("key_type", "`RSA`, `EC` and so on.") { $0.certificate.keyType }
        table.add("key_bits", "Size of the key; 0 where it is unknown.") { $0.certificate.keyBits }
    }

    static let gateways = StoreTable<GatewayRow>(
        "gateways", "Addresses behind which several brokers are.", path: "gateways[]",
        each: { report, row in report.report.gateways.forEach(row) }
    ) { table in
        table.add("address", "The gateway's address.") { $0.address }
        table.add("confidence", "How sure it is that it is one.") { $0.confidence.rawValue }
        table.add(
            "routing", "`by-port`, `by-name` or `none`; null, like what follows, where the capture does not show it."
        ) { $0.routing?.rawValue }
        table.add("cluster_ids", "Clusters behind it.") { $0.clusterIds }
        table.add("sign_in", "`at-gateway` or `passed-on`.") { $0.signIn?.rawValue }
        table.add("renames_topic_prefix", path: "renames.topicPrefix", "What it puts before topics.") {
            $0.renames?.topicPrefix
        }
        table.add("renames_group_prefix", path: "renames.groupPrefix", "What it puts before groups.") {
            $0.renames?.groupPrefix
        }
        table.add("added_p50_ms", path: "addedMs.p50", "Milliseconds that it adds to a request: the median.") {
            $0.added?.p50Ms
        }
        table.add("added_p99_ms", path: "addedMs.p99", "The same: 99 % got at most so many.") { $0.added?.p99Ms }
        table.add("clients", "Hosts that its connections to brokers are for, where it names them.") { $0.clients }
        table.add("clients_left_out", "How many more.") { $0.clientsLeftOut }
        table.seen { $0.seen }
    }

    struct GatewayNode: Sendable {
        var address: String
        var node: GatewayRow.Node
    }

    static let gatewayNodes = StoreTable<GatewayNode>(
        "gateway_nodes", "Brokers behind gateways.", path: "gateways[].nodes[]",
        each: { report, row in
            for gateway in report.report.gateways {
                gateway.nodes.forEach { row(GatewayNode(address: gateway.address, node: $0)) }
            }
        }
    ) { table in
        table.add("address", path: "../address", "`address` in `gateways`.") { $0.address }
        table.add("node_id", "Node id; null where only a name tells of it.") { $0.node.nodeId }
        table.add("host", "Name or address that leads to it.") { $0.node.host }
        table.add("port", "Port that leads to it.") { $0.node.port }
    }
}
