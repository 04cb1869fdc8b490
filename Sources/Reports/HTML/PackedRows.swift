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
            let fewer = log.thinned()
            // Requests that findings name stay, however many they are.
            guard fewer.count < log.count else { return bytes }
            log = fewer
        }
    }

    private func packed(_ log: RequestColumns) -> [UInt8] {
        var file = ColumnFile()
        var strings = StringList()
        addConnections(to: &file)
        addEvents(to: &file, &strings)
        let (apis, errors) = (Self.used(log.apis), Self.used(log.errorCodes))
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
        let times: [(String, (ConnectionRow) -> Double?)] = [
            ("dns", \.dnsMs), ("tcp", \.handshakeMs), ("tls", \.tlsMs), ("signIn", \.signInMs),
        ]
        for (name, time) in times {
            file.add(
                "c." + name, report.connections.lazy.map { UInt32(clamping: Int64(min(1e12, (time($0) ?? 0) * 1000))) })
        }
    }

    // MARK: Events

    private func addEvents(to file: inout ColumnFile, _ strings: inout StringList) {
        let events = report.timeline
        let places = Dictionary(report.connections.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first
        }
        let findings = Dictionary(report.findings.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        let kinds = TimelineEvent.Kind.allCases
        addTimes("e", count: events.count, to: &file) { events[$0].time.nanoseconds }
        file.add(zigzag: "e.frame", count: events.count) { Int64(clamping: events[$0].frame.number) }
        file.add("e.source", events.map { UInt32($0.frame.source) })
        file.add("e.conn", events.map { UInt32($0.connection.flatMap { places[$0] }.map { $0 + 1 } ?? 0) })
        file.add("e.kind", events.map { UInt32(kinds.firstIndex(of: $0.kind) ?? 0) })
        file.add("e.text", events.map { strings.place($0.text) })
        file.add("e.client", events.map { strings.place($0.client ?? "") })
        file.add("e.server", events.map { strings.place($0.server ?? "") })
        file.add("e.finding", events.map { UInt32($0.findings.first.flatMap { findings[$0] }.map { $0 + 1 } ?? 0) })
    }

    /// Microseconds as differences, and what is left of a nanosecond clock apart: most captures have none.
    private func addTimes(_ prefix: String, count: Int, to file: inout ColumnFile, _ time: @escaping (Int) -> Int64) {
        let since = { UInt64(clamping: CaptureTime(nanoseconds: time($0)).since(start)) }
        file.add(rising: prefix + ".us", count: count) { since($0) / 1000 }
        file.add(prefix + ".ns", (0..<count).lazy.map { since($0) % 1000 })
    }

    // MARK: Requests

    private func addRequests(_ log: RequestColumns, _ apis: [Int16], _ errors: [Int16], to file: inout ColumnFile) {
        let (apiPlaces, errorPlaces) = (Self.places(apis), Self.places(errors))
        addTimes("r", count: log.count, to: &file) { log.sent[$0] }
        let rows = UInt32(clamping: report.connections.count)
        file.add("r.conn", log.connections.lazy.map { $0 < rows ? $0 + 1 : 0 })
        file.add("r.api", log.apis.lazy.map { apiPlaces[Int(UInt16(bitPattern: $0))] })
        file.add("r.version", log.versions)
        file.add("r.marks", log.marks.lazy.map(\.rawValue))
        file.add("r.error", log.errorCodes.lazy.map { errorPlaces[Int(UInt16(bitPattern: $0))] })
        file.add("r.took", log.microseconds)
        file.add("r.sent", log.requestBytes)
        file.add("r.got", log.responseBytes)
        file.add(zigzag: "r.frame", count: log.count) { Int64(clamping: log.frames[$0].number) }
        file.add("r.source", log.frames.lazy.map { UInt32($0.source) })
        file.add("r.answer", log.framesToAnswer)
        file.add("r.corr", correlations(log))
        guard !log.parts.isEmpty else { return }
        for column in RequestParts.columns { file.add("r.p." + column.name, log.parts.lazy.map(column.value)) }
    }

    /// The numbers that occur, in order; without hashing each of a million.
    private static func used(_ numbers: [Int16]) -> [Int16] {
        var occurs = [Bool](repeating: false, count: 1 << 16)
        for number in numbers { occurs[Int(UInt16(bitPattern: number))] = true }
        return occurs.indices.filter { occurs[$0] }.map { Int16(bitPattern: UInt16($0)) }.sorted()
    }

    /// Where each number stands in a short list, by its bits.
    private static func places(_ numbers: [Int16]) -> [UInt16] {
        var places = [UInt16](repeating: 0, count: 1 << 16)
        for (place, number) in numbers.enumerated() { places[Int(UInt16(bitPattern: number))] = UInt16(place) }
        return places
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
    private var places: [String: UInt32] = ["": 0]
    private var texts: [String] = [""]

    mutating func place(_ text: String) -> UInt32 {
        if let place = places[text] { return place }
        let place = UInt32(texts.count)
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
