internal import ReportModel
internal import Vocabulary

/// `brokertap compare` as a document `brokertap.compare/1`.
public struct ComparisonJSON {
    private let comparison: Comparison
    private let sink: any ByteSink
    private let pretty: Bool

    public init(_ comparison: Comparison, sink: any ByteSink, pretty: Bool = false) {
        (self.comparison, self.sink, self.pretty) = (comparison, sink, pretty)
    }

    public func write() {
        var json = JSONWriter(sink: sink, pretty: pretty)
        json.object { json in
            json.field("schema", "brokertap.compare/1")
            json.field("changed", !comparison.isEmpty)
            json.field("verdict", ComparisonWords.verdict(comparison))
            json.object("a") { capture(&$0, comparison.a) }
            json.object("b") { capture(&$0, comparison.b) }
            json.object("findings") { json in
                json.objects("new", comparison.of(.new), problem)
                json.objects("worse", comparison.of(.worse), problem)
                json.objects("gone", comparison.of(.gone), problem)
            }
            json.objects("latency", comparison.apis, api)
            json.objects("settings", comparison.settings) { json, row in
                json.field("subject", row.key.subject)
                json.field("setting", row.key.setting)
                json.field("a", row.a)
                json.field("b", row.b)
            }
            json.field("doubts", ComparisonWords.doubts(comparison))
        }
        json.finish()
    }

    private func capture(_ json: inout JSONWriter, _ digest: ReportDigest) {
        json.field("sources", digest.sources)
        json.field("first", digest.first)
        json.field("last", digest.last)
        json.field("status", digest.status)
    }

    private func problem(_ json: inout JSONWriter, _ row: Comparison.ProblemChange) {
        let key = row.key
        json.field("kind", key.kind)
        json.field("detail", Self.known(key.detail))
        json.field("cause", Self.known(key.cause))
        json.field("error", Self.known(key.error))
        json.field("server", Self.known(key.server))
        json.field("group", Self.known(key.group))
        json.field("severity", row.severity.rawValue)
        json.field("title", row.title)
        side(&json, "a", row.a) { json, side in problemSide(&json, side) }
        side(&json, "b", row.b) { json, side in problemSide(&json, side) }
    }

    private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }

    private func problemSide(_ json: inout JSONWriter, _ side: ReportDigest.Problem) {
        json.field("severity", side.severity.rawValue)
        json.field("count", side.count)
        json.field("clients", side.clients.sorted())
        json.field("findings", side.ids)
    }

    private func api(_ json: inout JSONWriter, _ row: Comparison.ApiChange) {
        json.field("api", row.api)
        json.field("trend", row.trend.rawValue)
        json.field("slower", row.isSlower)
        json.field("faster", row.isFaster)
        json.field("failsMore", row.failsMore)
        json.field("failsLess", row.failsLess)
        side(&json, "a", row.a, apiSide)
        side(&json, "b", row.b, apiSide)
    }

    private func apiSide(_ json: inout JSONWriter, _ side: ReportDigest.Api) {
        json.field("answers", side.answers)
        json.field("p50Ms", side.p50Ms)
        json.field("p99Ms", side.p99Ms)
        json.object("errors") { json in
            for (name, count) in side.errors.sorted(by: { $0.key < $1.key }) {
                json.key(named: name)
                json.value(count)
            }
        }
        json.field("errorRate", side.errorRate)
    }

    private func side<Side>(
        _ json: inout JSONWriter, _ name: StaticString, _ side: Side?, _ body: (inout JSONWriter, Side) -> Void
    ) {
        guard let side else { return json.field(name, nil as String?) }
        json.object(name) { body(&$0, side) }
    }
}
