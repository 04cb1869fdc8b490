internal import ReportModel
internal import Vocabulary

/// Findings and incidents, with their words.
extension JSONReportWriter {
    func finding(_ json: inout JSONWriter, _ finding: Finding) {
        let words = Narration(finding, in: context)
        json.field("id", finding.id)
        json.field("kind", finding.kind.rawValue)
        json.field("severity", finding.severity.rawValue)
        json.field("confidence", finding.confidence.rawValue)
        json.field("nature", finding.nature?.rawValue)
        json.field("first", finding.first)
        json.field("last", finding.last)
        json.field("count", finding.count)
        parties(&json, finding)
        json.field("detail", finding.detail?.rawValue ?? finding.alert)
        json.field("cause", finding.cause?.rawValue)
        json.field("closedBy", finding.closedBy?.rawValue)
        json.field("error", finding.error)
        json.field("doubt", finding.doubt.map(\.rawValue))
        json.field("title", words.title)
        json.field("explanation", words.explanation)
        json.field("advice", words.advice.joined(separator: "\n"))
        json.field("clientLog", words.clientLog)
        json.objects("requests", finding.requests, request)
        json.field("requestsLeftOut", finding.requestsLeftOut)
        json.object("evidence") { evidence(&$0, finding.evidence, words.displayFilters) }
        facts(&json, finding.facts)
    }

    private func parties(_ json: inout JSONWriter, _ finding: Finding) {
        json.field("client", finding.client)
        json.field("clientId", finding.clientId)
        json.field("server", finding.server)
        json.field("nodeId", finding.nodeId)
        json.array("nodeIds", finding.nodeIds) { $0.value($1) }
        json.field("advertisedBy", finding.advertisedBy)
    }

    private func request(_ json: inout JSONWriter, _ request: LostRequest) {
        json.field("api", request.api)
        json.field("apiKey", request.apiKey)
        json.field("version", request.version)
        json.field("correlationId", request.correlationId)
        json.field("clientId", request.clientId)
        json.field("sent", request.sent)
        json.field("waitedMs", request.waitedMs)
        json.field("acknowledged", request.acknowledged)
        json.field("partial", request.partial)
        json.field("topics", request.topics)
        json.field("acks", request.acks)
        json.field("idempotent", request.idempotent)
        json.field("transactional", request.transactional)
        json.field("outcome", request.outcome.rawValue)
        frame(&json, "frame", request.frame)
        json.key("resent")
        resend(&json, request)
    }

    private func resend(_ json: inout JSONWriter, _ request: LostRequest) {
        guard request.resentFrame != nil || request.resentTime != nil else { return json.value(nil as String?) }
        json.object { json in
            frame(&json, "frame", request.resentFrame)
            json.field("time", request.resentTime)
            json.field("server", request.resentTo)
            frame(&json, "answerFrame", request.resentAnswerFrame)
            json.field("offset", request.resentOffset)
        }
    }

    private func evidence(_ json: inout JSONWriter, _ evidence: Evidence, _ filters: [DisplayFilter]) {
        json.array("frames", evidence.frames) { frame(&$0, $1) }
        json.key("displayFilter")
        if context.hasSeveralSources {
            json.beginArray()
            for filter in filters {
                json.object { json in
                    json.field("source", filter.source)
                    json.field("filter", filter.text)
                }
            }
            json.endArray()
        } else {
            json.value(filters.first?.text)
        }
        json.field("connections", evidence.connections)
    }

    private func facts(_ json: inout JSONWriter, _ facts: [Fact]) {
        var seen: Set<FactKey> = []
        json.object("facts") { json in
            for fact in facts where seen.insert(fact.key).inserted {
                json.key(named: fact.key.rawValue)
                factValue(&json, fact.value)
            }
        }
    }

    private func factValue(_ json: inout JSONWriter, _ value: FactValue) {
        switch value {
        case .text(let text): json.value(text)
        case .number(let number): json.value(number)
        case .milliseconds(let ms): json.value(ms)
        case .time(let time): json.value(time)
        case .flag(let flag): json.value(flag)
        case .list(let items):
            json.beginArray()
            for item in items { json.value(item) }
            json.endArray()
        }
    }

    func incident(_ json: inout JSONWriter, _ incident: Incident) {
        let words = IncidentWords(incident, in: context)
        json.field("id", incident.id)
        json.field("kind", incident.kind.rawValue)
        json.field("title", words.title)
        json.field("explanation", words.explanation)
        json.field("from", incident.from)
        json.field("to", incident.to)
        json.field("rootServer", incident.rootServer)
        json.field("nodeId", incident.nodeId)
        json.field("findings", incident.findings)
        json.objects("clients", incident.clients) { json, client in
            json.field("client", client.client)
            json.field("clientId", client.clientId)
            json.field("recoveredAfterMs", client.recoveredAfterMs)
        }
        json.objects("related", incident.related) { json, related in
            json.field("error", related.error)
            json.field("count", related.count)
            json.field("server", related.server)
        }
        facts(&json, incident.facts)
    }
}
