public import ReportModel
internal import Vocabulary

/// What the words of one finding need to know of the rest of the report.
public struct NarrationContext: Sendable {
    public let report: Report
    public let time: TimeDisplay
    /// Start of the capture, where it is known.
    let start: CaptureTime?
    let logs: LogWords
    private let namesByText: [String: String]
    private let placeOfFinding: [String: Int]
    /// Hosts of brokers that an incident tells as gone.
    let goneHosts: Set<String>
    /// Of a finding's id, the incident that it is a part of and in which a server is gone, stands still or is out of reach.
    let standstills: [String: Incident]

    /// - Parameter time: the zone in which the words tell clock times.
    public init(_ report: Report, time: TimeDisplay = .utc) {
        self.report = report
        self.time = time
        logs = LogWords(report, time: time)
        placeOfFinding = Dictionary(
            report.findings.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let gone = report.incidents.filter { $0.kind == .brokerOutage || $0.kind == .hostUnreachable }
        let servers = gone.flatMap { [$0.rootServer].compactMap(\.self) + $0.struck }
        goneHosts = Set(servers.map { HostPort($0).host })
        standstills = report.incidents.reversed().filter {
            [.brokerStall, .hostUnreachable, .brokerOutage].contains($0.kind)
        }.reduce(into: [:]) { known, incident in
            for id in incident.findings { known[id] = incident }
        }
        start = report.capture.sources.compactMap(\.first).min()
        namesByText = Dictionary(
            report.names.map { ($0.key.description, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    var hasSeveralSources: Bool { report.capture.sources.count > 1 }

    /// What the report is of: the view's time, else from the first packet to the last.
    var span: (first: CaptureTime, last: CaptureTime)? {
        if let view = report.view, let first = view.first, let last = view.last { return (first, max(first, last)) }
        let spans = report.capture.sources.enumerated().compactMap { place, source in
            source.first.map { first in (first: first, last: source.last ?? first, less: correction(place)) }
        }
        guard let start = spans.map({ $0.first.adding(nanoseconds: $0.less) }).min(),
            let end = spans.map({ $0.last.adding(nanoseconds: $0.less) }).max()
        else { return nil }
        return (start, max(start, end))
    }

    /// What was added to the times of a source, which the report has as its file does, to put its clock right.
    private func correction(_ place: Int) -> Int64 {
        let rows = report.capture.clockOffsets
        guard place > 0, rows.indices.contains(place - 1), rows[place - 1].corrected, let ms = rows[place - 1].offsetMs,
            abs(ms) < 1e15 / 1e3
        else { return 0 }
        return -Int64(ms * 1e6)
    }

    /// What was last seen so long before the capture's end may have changed since.
    func isLongBeforeEnd(_ time: CaptureTime) -> Bool {
        span.map { $0.last.milliseconds(since: time) >= Self.longMs } ?? false
    }
    private static let longMs = 10_000.0

    var durationMs: Double? { span.map { $0.last.milliseconds(since: $0.first) } }

    /// `kafka-2.lab, 10.10.0.12:9092` where the address has a name, else as it stands.
    func named(_ endpoint: String) -> String {
        guard let name = namesByText[HostPort(endpoint).host], !endpoint.hasPrefix(name) else { return endpoint }
        return "\(Trim.name(name)), \(endpoint)"
    }

    /// `broker 2 (kafka-2.lab, 10.10.0.12:9092)`, or as much of that as is known.
    func broker(_ server: String?, nodeId: Int?) -> String {
        switch (server, nodeId) {
        case (let server?, let nodeId?): "broker \(nodeId) (\(named(server)))"
        case (let server?, nil):
            named(server) == server ? server : "\(server) (\(named(server).dropLast(server.count + 2)))"
        case (nil, let nodeId?): "broker \(nodeId)"
        case (nil, nil): "the server"
        }
    }

    func finding(_ id: String) -> Finding? { placeOfFinding[id].map { report.findings[$0] } }
}

/// `host:port` taken apart; the port is nil where there is none.
struct HostPort {
    let host: String
    let port: String?

    init(_ text: String) {
        let suffix =
            text.hasSuffix("]") || text.filter({ $0 == ":" }).count > 1 && !text.hasPrefix("[")
            ? "" : Visible.portSuffix(of: text)
        let bare = text.dropLast(suffix.count)
        host = bare.hasPrefix("[") && bare.hasSuffix("]") ? String(bare.dropFirst().dropLast()) : String(bare)
        port = suffix.isEmpty ? nil : String(suffix.dropFirst())
    }
}

/// Texts from the wire cut to a length that a sentence can bear.
enum Trim {
    static func name(_ text: String) -> String { Visible.cutMiddle(text, to: 120) }
    static func message(_ text: String) -> String { Visible.cutMiddle(text, to: 300) }

    /// An argument of a command that a reader may paste into a shell: quoted unless every character is harmless.
    static func shell(_ text: String) -> String {
        let text = Visible.escaped(Visible.cutMiddle(text, to: 250), asciiOnly: true)
        let harmless = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._:/-[],".utf8.contains(byte)
        }
        if harmless, !text.isEmpty, !text.hasPrefix("-") { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
