internal import JSONText
public import ReportModel
internal import Vocabulary

/// Why a text is no report that can be compared.
public enum DigestFault: Error, CustomStringConvertible {
    case noJSON(offset: Int)
    case noReport(schema: String?)

    public var description: String {
        switch self {
        case .noJSON(let offset): "no JSON from byte \(offset) on: it may have been cut short"
        case .noReport(nil): "JSON, but no report of brokertap"
        case .noReport(let schema?): "its schema is '\(Trim.name(schema))', not '\(Report.schema)'"
        }
    }
}

/// What two reports are compared by, read from their JSON: so a capture and the report of it compare as the same.
public struct ReportDigest {
    /// What stands for one fault in two captures. Ids, ports and frames are each capture's own; clients come and go.
    struct ProblemKey: Hashable, Comparable {
        var kind: String
        var detail: String
        var cause: String
        var error: String
        var server: String
        var group: String

        private var order: [String] { [kind, detail, cause, error, server, group] }
        static func < (a: Self, b: Self) -> Bool { a.order.lexicographicallyPrecedes(b.order) }
    }

    /// All findings of one key.
    struct Problem {
        var severity = Severity.info
        var count: Int64 = 0
        var clients: Set<String> = []
        /// Of the worst finding, as its report words it.
        var title = ""
        var ids: [String] = []
    }

    struct Api {
        var answers: Int64 = 0
        var p50Ms: Double?
        var p99Ms: Double?
        var errors: [String: Int64] = [:]
        var errorCount: Int64 { errors.values.reduce(0) { $0.addingSaturated($1) } }
        var errorRate: Double { answers > 0 ? Double(errorCount) / Double(answers) : 0 }
    }

    /// What was seen set how: of whom, and which setting.
    struct SettingKey: Hashable, Comparable {
        var subject: String
        var setting: String
        static func < (a: Self, b: Self) -> Bool { (a.subject, a.setting) < (b.subject, b.setting) }
    }

    private(set) var sources: [String] = []
    private(set) var first: String?
    private(set) var last: String?
    private(set) var status = ""
    /// From the first packet to the last.
    private(set) var seconds = 0.0
    private(set) var tablesState = ""
    private(set) var isNarrowed = false
    private(set) var problems: [ProblemKey: Problem] = [:]
    private(set) var apis: [String: Api] = [:]
    private(set) var settings: [SettingKey: Set<String>] = [:]

    private static let members: Set = [
        "schema", "capture", "summary", "view", "findings", "apis", "brokers", "topicClients", "groups", "readiness",
        "listeners", "tablesState",
    ]

    /// Of a report that was just made.
    public init(_ report: Report) throws(DigestFault) {
        let sink = StringSink()
        var writer = JSONReportWriter(report: report, sink: sink)
        writer.isHead = true
        writer.write()
        try self.init(json: sink.bytes)
    }

    public init(json bytes: [UInt8]) throws(DigestFault) {
        let root: JSONValue
        do { root = try JSONValue(parsing: bytes, keeping: Self.members) } catch { throw .noJSON(offset: error.offset) }
        guard root["schema"]?.text == Report.schema else { throw .noReport(schema: root["schema"]?.text) }
        status = root["summary"]?["status"]?.text ?? ""
        tablesState = root["tablesState"]?.text ?? ""
        if case .object? = root["view"] { isNarrowed = true }
        readSources(root["capture"]?["sources"]?.elements ?? [])
        for row in root["findings"]?.elements ?? [] { readFinding(row) }
        for row in root["apis"]?.elements ?? [] { readApi(row) }
        settings = DigestedSettings(root).settings
    }

    private mutating func readSources(_ rows: [JSONValue]) {
        sources = rows.compactMap { $0["name"]?.text?.baseName }
        first = rows.compactMap { $0["first"]?.text }.min()
        last = rows.compactMap { $0["last"]?.text }.max()
        guard let from = first.flatMap(ReportTime.seconds), let to = last.flatMap(ReportTime.seconds) else { return }
        seconds = max(0, to - from)
    }

    private mutating func readFinding(_ row: JSONValue) {
        func text(_ name: String) -> String { row[name]?.text ?? "" }
        let key = ProblemKey(
            kind: text("kind"), detail: text("detail"), cause: text("cause"), error: text("error"),
            server: text("server"), group: row["facts"]?["group"]?.text ?? "")
        let severity = Severity(rawValue: text("severity")) ?? .info
        var problem = problems[key] ?? Problem()
        if problem.ids.isEmpty || severity > problem.severity { problem.title = text("title") }
        problem.severity = max(problem.severity, severity)
        problem.count = problem.count.addingSaturated(Int64(row["count"]?.integer ?? 1))
        if let client = row["client"]?.text { problem.clients.insert(HostPort(client).host) }
        problem.ids.append(text("id"))
        problems[key] = problem
    }

    private mutating func readApi(_ row: JSONValue) {
        guard let name = row["api"]?.text else { return }
        var api = Api()
        api.answers = Int64(row["answers"]?.integer ?? 0)
        (api.p50Ms, api.p99Ms) = (row["p50Ms"]?.double, row["p99Ms"]?.double)
        if case .object(let errors)? = row["errors"] {
            for (name, count) in errors { api.errors[name] = Int64(count.integer ?? 0) }
        }
        apis[name] = api
    }
}

/// Times as a report writes them.
enum ReportTime {
    /// Seconds since 1970; nil of what is no such time.
    static func seconds(_ text: String) -> Double? {
        let numbers = text.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).map { Int($0) ?? -1 }
        guard numbers.count == 7, numbers.allSatisfy({ (0..<1_000_000_000).contains($0) }) else { return nil }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days from civil, with the year beginning in March.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        let whole = days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        return Double(whole) + Double(numbers[6]) / 1e9
    }
}
