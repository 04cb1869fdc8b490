internal import ReportModel
internal import Vocabulary

/// Gateways, how long connections take to be usable, and versions.
extension DepthPage {
    func gateways() {
        for row in report.gateways.prefix(Self.drawnAtMost) {
            if isFull() { break }
            GatewayMap(row, report: report, context: context).write(to: page)
        }
        table(
            "d-gateways", "Gateways", report.gateways,
            [
                .text("address") { $0.address }, .text("how it leads") { TableWords.routing($0) },
                .text("sure") { $0.confidence.rawValue },
                .seen("nodes behind it") { $0.nodes.isEmpty ? nil : Self.nodes($0) },
                .text("clusters", rare: true) { $0.clusterIds.joined(separator: ", ") },
                .text("sign-in", rare: true, Self.signIn),
                .text("clients by PROXY header", rare: true, Self.clients),
                .text("topics behind it begin with", rare: true) { $0.renames?.topicPrefix ?? "" },
                .text("groups behind it begin with", rare: true) { $0.renames?.groupPrefix ?? "" },
                .span("adds (p50)") { $0.added?.p50Ms }, .span("adds (p99)") { $0.added?.p99Ms },
            ],
            note:
                "Addresses that stand for several nodes, or that pass Kafka on. What one adds to a request, where clients"
                + " sign in and what it renames is seen where both of its legs were captured.")
    }

    /// Drawings; the table has all.
    private static let drawnAtMost = 4

    private static func nodes(_ row: GatewayRow) -> String {
        row.nodes.map { node in
            let place = "\(Trim.name(node.host)):\(node.port)"
            return node.nodeId.map { "\($0) at \(place)" } ?? place
        }.joined(separator: ", ")
    }

    private static func clients(_ row: GatewayRow) -> String {
        row.clients.joined(separator: ", ")
            + (row.clientsLeftOut > 0 ? " and \(Format.count(row.clientsLeftOut)) more" : "")
    }

    private static func signIn(_ row: GatewayRow) -> String {
        switch row.signIn {
        case .atGateway: "at the gateway"
        case .passedOn: "passed on"
        case nil: ""
        }
    }

    func setup() {
        let steps: [(name: String, times: (SetupRow) -> SetupTimes?)] = [
            ("DNS", \.dns), ("TCP", \.tcp), ("TLS", \.tls), ("sign-in", \.signIn),
        ]
        let columns = steps.flatMap { step -> [DepthColumn<SetupRow>] in
            [
                .span("\(step.name) p50", rare: true) { step.times($0)?.p50Ms },
                .span("\(step.name) p99", rare: true) { step.times($0)?.p99Ms },
                .span("\(step.name) longest", rare: true) { step.times($0)?.maxMs },
            ]
        }
        table(
            "d-setup", "How long connections take to be usable", report.setup,
            [
                .text("client") { $0.client }, .text("server") { context.named($0.server) },
                .count("connections") { $0.count },
            ]
                + columns + [.count("repeated SYNs") { $0.repeatedSyns }],
            note: "Each step by itself: looking the name up, connecting, TLS, signing in.",
            query: { TableWriter.term("client", $0.client) + " " + TableWriter.term("broker", $0.server) })
        if let rows = report.tables?.readiness { versions(rows) }
    }

    private func versions(_ rows: [ReadinessRow]) {
        table(
            "d-versions", "Versions of the protocol in use", rows,
            [
                .text("client id") { $0.clientId ?? "" }, .text("client") { $0.client },
                .seen("software") { Self.software($0) },
                .trouble("no longer in Kafka 4", rare: true) { row in
                    row.removed.isEmpty ? nil : row.removed.map(TableWords.versions).joined(separator: ", ")
                },
                .text("uses") { $0.apis.map(TableWords.versions).joined(separator: ", ") },
                .seen("broker seems to be") { $0.brokerGuess },
                .seen("broker offers of these") {
                    $0.offered.map { $0.map(TableWords.versions).joined(separator: ", ") }
                },
            ], query: { client(($0.clientId, $0.client)) })
    }

    private static func software(_ row: ReadinessRow) -> String? {
        row.software.map { "\($0) \(row.softwareVersion ?? "")" } ?? row.softwareGuess.map { "perhaps \($0)" }
    }
}
