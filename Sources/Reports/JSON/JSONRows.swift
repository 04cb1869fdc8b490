internal import ReportModel
internal import Vocabulary

/// The lists of the report that hold no findings.
extension JSONReportWriter {
    func broker(_ json: inout JSONWriter, _ row: BrokerRow) {
        json.field("addresses", row.addresses)
        json.array("nodeIds", row.nodeIds) { $0.value($1) }
        json.field("advertised", row.advertised)
        json.field("rack", row.rack)
        json.field("clusterIds", row.clusterIds)
        json.field("connections", row.connections)
        json.field("requests", row.requests)
        json.field("errors", row.errors)
    }

    func client(_ json: inout JSONWriter, _ row: ClientRow) {
        json.field("address", row.address)
        json.field("clientIds", row.clientIds)
        json.field("software", row.software)
        json.field("mechanisms", row.mechanisms)
        json.field("connections", row.connections)
        json.field("requests", row.requests)
    }

    func connection(_ json: inout JSONWriter, _ row: ConnectionRow) {
        json.field("id", row.id)
        json.field("client", row.client)
        json.field("clientName", row.clientName)
        json.field("server", row.server)
        json.field("serverName", row.serverName)
        json.field("opened", row.opened)
        json.field("ended", row.ended)
        json.field("last", row.last)
        frame(&json, "firstFrame", row.firstFrame)
        frame(&json, "lastFrame", row.lastFrame)
        json.field("clientBytes", row.clientBytes)
        json.field("serverBytes", row.serverBytes)
        json.field("securityProtocol", row.securityProtocol)
        json.field("mechanism", row.mechanism)
        json.field("principal", row.principal)
        json.field("views", row.views)
        json.object("tcp") { tcp(&$0, row) }
        json.key("tls")
        tls(&json, row)
        json.object("kafka") { kafka(&$0, row) }
    }

    private func tcp(_ json: inout JSONWriter, _ row: ConnectionRow) {
        json.field("handshake", row.handshake)
        json.field("handshakeMs", row.handshakeMs)
        json.field("retransmissions", row.retransmissions)
        json.field("zeroWindowMs", row.zeroWindowMs)
        json.field("gapBytes", row.gapBytes)
        json.field("end", row.end)
        json.field("closedBy", row.closedBy?.rawValue)
    }

    private func tls(_ json: inout JSONWriter, _ row: ConnectionRow) {
        if row.tlsVersion == nil, row.tlsServerName == nil, row.tlsCipher == nil { return json.value(nil as String?) }
        json.object { json in
            json.field("version", row.tlsVersion)
            json.field("serverName", row.tlsServerName)
            json.field("cipher", row.tlsCipher)
        }
    }

    private func kafka(_ json: inout JSONWriter, _ row: ConnectionRow) {
        json.field("protocol", row.protocol)
        json.field("clientId", row.clientId)
        json.field("software", row.software)
        json.field("nodeId", row.nodeId)
        json.field("requests", row.requests)
        json.field("responses", row.responses)
        json.field("unanswered", row.unanswered)
        json.field("errors", row.errors)
    }

    func group(_ json: inout JSONWriter, _ row: ConnectionGroupRow) {
        json.field("client", row.client)
        json.field("server", row.server)
        json.field("connections", row.connections)
        json.field("requests", row.requests)
        json.field("bytes", row.bytes)
    }

    func latency(_ json: inout JSONWriter, _ row: LatencyRow) {
        json.field("api", row.api)
        json.field("broker", row.broker)
        json.field("client", row.client)
        json.field("longPoll", row.longPoll)
        json.field("count", row.count)
        json.field("p50Ms", row.p50Ms)
        json.field("p90Ms", row.p90Ms)
        json.field("p99Ms", row.p99Ms)
        json.field("p999Ms", row.p999Ms)
        json.field("maxMs", row.maxMs)
    }

    func event(_ json: inout JSONWriter, _ event: TimelineEvent) {
        json.field("time", event.time)
        frame(&json, "frame", event.frame)
        json.field("connection", event.connection)
        json.field("kind", event.kind.rawValue)
        json.field("client", event.client)
        json.field("server", event.server)
        json.field("text", event.text)
        json.field("findings", event.findings)
    }

    func folded(_ json: inout JSONWriter, _ row: (kind: TimelineEvent.Kind, count: Int)) {
        json.field("kind", row.kind.rawValue)
        json.field("count", row.count)
    }

    func limit(_ json: inout JSONWriter, _ trip: LimitTrip) {
        json.field("name", trip.name)
        json.field("allowed", trip.allowed)
        json.field("seen", trip.seen)
        json.field("leftOut", trip.leftOut)
    }

    /// A number where there is one source, else the number with its source's place in `capture.sources`.
    func frame(_ json: inout JSONWriter, _ name: StaticString, _ frame: FrameRef?) {
        json.key(name)
        self.frame(&json, frame)
    }

    func frame(_ json: inout JSONWriter, _ frame: FrameRef?) {
        guard let frame, !frame.isNone else { return json.value(nil as Int?) }
        guard context.hasSeveralSources else { return json.value(Int64(frame.number)) }
        json.object { json in
            json.field("number", Int64(frame.number))
            json.field("source", frame.source)
        }
    }
}
