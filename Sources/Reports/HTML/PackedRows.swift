internal import ReportModel
internal import Vocabulary

/// What the page's script reads: requests and events as columns, connections as lines of JSON.
struct PackedRows {
    let report: Report
    private let start: CaptureTime

    init(_ report: Report) {
        self.report = report
        let times =
            report.capture.sources.compactMap(\.first) + [report.timeline.first?.time].compactMap(\.self)
            + [report.requestLog?.sent.first].compactMap { $0.map(CaptureTime.init(nanoseconds:)) }
        start = times.min() ?? CaptureTime(nanoseconds: 0)
    }

    /// gzip over everything, with so many of the requests that the whole has at most `budget` bytes, if that can be.
    func packed(budget: Int) -> [UInt8] {
        var log = report.requestLog ?? RequestColumns()
        while true {
            let bytes = packed(log)
            if bytes.count <= budget || log.count < 1000 { return bytes }
            log = log.thinned()
        }
    }

    private func packed(_ log: RequestColumns) -> [UInt8] {
        var file = ColumnFile()
        var strings = StringList()
        addConnections(to: &file)
        addEvents(to: &file, &strings)
        let apis = Array(Set(log.apis)).sorted()
        let errors = Array(Set(log.errorCodes)).sorted()
        addRequests(log, apis, errors, to: &file)
        file.add(lines: "strings", strings.lines)
        return file.packed { json in
            json.field("start", String(start.nanoseconds))
            json.array("apis", apis) { $0.value(log.apiNames[$1] ?? "API \($1)") }
            json.array("errors", errors) { $0.value($1 == 0 ? "" : log.errorNames[$1] ?? "error \($1)") }
            json.array("kinds", TimelineEvent.Kind.allCases) { $0.value($1.rawValue) }
            json.field("requestsSeen", max(log.seen, log.count))
            json.field("ordinaryStride", log.ordinaryStride)
            json.field("notableStride", log.notableStride)
            json.field("hasRequests", report.requestLog != nil)
        }
    }

    // MARK: Connections

    private func addConnections(to file: inout ColumnFile) {
        let sink = StringSink()
        let writer = JSONReportWriter(report: report, sink: sink)
        for row in report.connections {
            var json = JSONWriter(sink: sink)
            json.object { writer.connection(&$0, row) }
            json.finish()
        }
        file.add(lines: "connections", sink.bytes)
    }

    // MARK: Events

    private func addEvents(to file: inout ColumnFile, _ strings: inout StringList) {
        let events = report.timeline
        let places = Dictionary(report.connections.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first
        }
        let findings = Dictionary(report.findings.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        let kinds = TimelineEvent.Kind.allCases
        addTimes("e", events.map(\.time.nanoseconds), to: &file)
        file.add(zigzag: "e.frame", events.map { Int64(clamping: $0.frame.number) })
        file.add("e.source", events.map { UInt64($0.frame.source) })
        file.add("e.conn", events.map { UInt64($0.connection.flatMap { places[$0] }.map { $0 + 1 } ?? 0) })
        file.add("e.kind", events.map { UInt64(kinds.firstIndex(of: $0.kind) ?? 0) })
        file.add("e.text", events.map { strings.place($0.text) })
        file.add("e.client", events.map { strings.place($0.client ?? "") })
        file.add("e.server", events.map { strings.place($0.server ?? "") })
        file.add("e.finding", events.map { UInt64($0.findings.first.flatMap { findings[$0] }.map { $0 + 1 } ?? 0) })
    }

    /// Microseconds as differences, and what is left of a nanosecond clock apart: most captures have none.
    private func addTimes(_ prefix: String, _ times: [Int64], to file: inout ColumnFile) {
        let since = times.map { UInt64(clamping: CaptureTime(nanoseconds: $0).since(start)) }
        file.add(rising: prefix + ".us", since.map { $0 / 1000 })
        file.add(prefix + ".ns", since.map { $0 % 1000 })
    }

    // MARK: Requests

    private func addRequests(_ log: RequestColumns, _ apis: [Int16], _ errors: [Int16], to file: inout ColumnFile) {
        let apiPlaces = Dictionary(apis.enumerated().map { ($0.element, UInt64($0.offset)) }) { first, _ in first }
        let errorPlaces = Dictionary(errors.enumerated().map { ($0.element, UInt64($0.offset)) }) { first, _ in first }
        addTimes("r", log.sent, to: &file)
        file.add("r.conn", log.connections.map { $0 < report.connections.count ? UInt64($0) + 1 : 0 })
        file.add("r.api", log.apis.map { apiPlaces[$0] ?? 0 })
        file.add("r.version", log.versions.map { UInt64($0) })
        file.add("r.marks", log.marks.map { UInt64($0.rawValue) })
        file.add("r.error", log.errorCodes.map { errorPlaces[$0] ?? 0 })
        file.add("r.took", log.microseconds.map { UInt64($0) })
        file.add("r.sent", log.requestBytes.map { UInt64($0) })
        file.add("r.got", log.responseBytes.map { UInt64($0) })
        file.add(zigzag: "r.frame", log.frames.map { Int64(clamping: $0.number) })
        file.add("r.source", log.frames.map { UInt64($0.source) })
        file.add("r.answer", log.framesToAnswer.map { UInt64($0) })
        file.add("r.corr", correlations(log))
    }

    /// Correlation ids count up on each connection: the difference to the connection's last one is nearly always 1.
    private func correlations(_ log: RequestColumns) -> [UInt64] {
        var last = [Int64](repeating: 0, count: report.connections.count + 1)
        return (0..<log.count).map { i in
            let row = log.connections[i]
            let place = row < report.connections.count ? Int(row) + 1 : 0
            let value = Int64(log.correlationIds[i])
            defer { last[place] = value }
            return ColumnFile.zigzag(value - last[place])
        }
    }
}

/// Texts by number, each kept once; number 0 is the empty text.
private struct StringList {
    private var places: [String: UInt64] = ["": 0]
    private var texts: [String] = [""]

    mutating func place(_ text: String) -> UInt64 {
        if let place = places[text] { return place }
        let place = UInt64(texts.count)
        places[text] = place
        texts.append(text)
        return place
    }

    var lines: [UInt8] {
        let sink = StringSink()
        for text in texts {
            var json = JSONWriter(sink: sink)
            json.value(text)
            json.finish()
        }
        return sink.bytes
    }
}
