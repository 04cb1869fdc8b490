import Foundation
import Pipeline
import ReportModel
import Reports

/// The parts of a JSON report that tests look at, read from the bytes that a user gets.
struct JSONReport: Decodable {
    var schema: String
    var capture: Capture
    var summary: Summary
    var findings: [Finding]

    struct Capture: Decodable { var coverage: Coverage }

    /// The figures of the summary, by name.
    struct Summary: Decodable {
        var status: String
        var counts: [String: Int64] = [:]

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: AnyName.self)
            status = try values.decodeIfPresent(String.self, forKey: AnyName("status")) ?? ""
            for key in values.allKeys { counts[key.stringValue] = try? values.decode(Int64.self, forKey: key) }
        }
    }

    struct Coverage: Decodable {
        var tcpPayloadBytes: Int64
        var understoodBytes: Int64
        var encryptedBytes: Int64
        var gapBytes: Int64
    }

    struct Finding: Decodable {
        var id: String
        var kind: String
        var severity: String
        var confidence: String
        var nature: String?
        var count: Int?
        var client: String?
        var server: String?
        var detail: String?
        var cause: String?
        var closedBy: String?
        var error: String?
        var title: String
        var explanation: String
        var advice: String
        var requests: [Request]
        var evidence: Evidence
    }

    struct Request: Decodable { var outcome: String }
    struct Evidence: Decodable { var frames: [AnyFrame] }
    /// A frame number, or one with its source; tests only count them.
    struct AnyFrame: Decodable { init(from decoder: any Decoder) throws {} }
}

extension JSONReport.Finding {
    /// Whether the field has the value; a client also fits by its host alone.
    func has(_ value: String, as field: String) -> Bool {
        switch field {
        case "server": server == value
        case "client": client == value || client.map(Self.host) == value
        case "detail": detail == value
        case "cause": cause == value
        case "closedBy": closedBy == value
        case "error": error == value
        case "severity": severity == value
        case "confidence": confidence == value
        case "nature": nature == value
        default: false
        }
    }

    var isAlarm: Bool { severity == "warning" || severity == "error" }

    /// What a reader would miss.
    var hollowParts: [String] {
        var parts: [String] = []
        for (name, text) in [
            ("id", id), ("title", title), ("explanation", explanation), ("advice", advice), ("confidence", confidence),
        ]
        where text.isEmpty { parts.append(name) }
        if kind != "capture-incomplete", evidence.frames.isEmpty { parts.append("evidence.frames") }
        if kind == "disconnect-before-response", confidence == "certain", requests.isEmpty { parts.append("requests") }
        return parts
    }

    /// `10.0.0.1` of `10.0.0.1:9092`, and `::1` of `[::1]:9092`.
    private static func host(_ address: String) -> String {
        let hasPort = address.contains("]:") || address.filter { $0 == ":" }.count == 1
        let host = hasPort ? address.prefix(upTo: address.lastIndex(of: ":") ?? address.endIndex) : address[...]
        return host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}

/// Runs the analysis inside the test's process.
enum InProcess {
    static func report(_ paths: [String], _ options: AnalyzerOptions = AnalyzerOptions()) throws -> Report {
        var report = try Analyzer(options: options).run(paths: paths) { _ in true }
        report.tool.version = "TEST"
        Sums.check(report)
        return report
    }

    static func json(_ report: Report, pretty: Bool = false) -> String {
        let sink = StringSink()
        JSONReportWriter(report: report, sink: sink, pretty: pretty).write()
        return sink.text
    }

    static func text(_ report: Report, _ style: TextStyle = TextStyle()) -> String {
        let sink = StringSink()
        TerminalReportWriter(report: report, sink: sink, style: style).write()
        return sink.text
    }

    static func readBack(_ report: Report) throws -> JSONReport {
        try JSONDecoder().decode(JSONReport.self, from: Data(json(report).utf8))
    }
}

/// Any field's name.
struct AnyName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
