internal import ReportModel
internal import Reports
internal import Vocabulary

/// Where a report goes, by the command line: files, and the screen.
struct ReportOutputs {
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    /// Refuses outputs that exclude each other.
    static func check(_ arguments: ParsedArguments) throws(UsageError) {
        let inputs = arguments.operands + ["keylog", "hosts", "client-log", "events"].flatMap { arguments.all($0) }
        try OutputCheck.check(
            ["json", "html", "report", "ndjson", "write", "facts", "checkpoint"].compactMap { arguments.value($0) },
            inputs: inputs)
        try StoreFolder.check(arguments, inputs: inputs)
        let onStandardOutput = ["json", "html", "report", "ndjson"].filter { arguments.value($0) == "-" }
        if onStandardOutput.count > 1 {
            let names = onStandardOutput.map { "--\($0) -" }.joined(separator: " and ")
            throw UsageError(message: "\(names) cannot share standard output: give one of them a file")
        }
        if let width = arguments.value("width"), Int(width).map({ $0 < 20 }) ?? true {
            throw UsageError(message: "--width cannot be '\(width)': it is a number of columns, 20 or more")
        }
    }

    /// - Parameter onScreen: the text report goes to standard output, where no other output does.
    /// - Returns: whether all could be written.
    func write(_ report: Report, onScreen: Bool = true) -> Bool {
        var fine = true
        if let path = arguments.value("json") {
            let pretty = arguments.has("pretty")
            fine = Output.write(to: path) { JSONReportWriter(report: report, sink: $0, pretty: pretty).write() } && fine
        }
        if let path = arguments.value("html") {
            fine =
                Output.write(to: path) {
                    HTMLReportWriter(report: report, sink: $0, time: zone(report), allRows: arguments.has("tables"))
                        .write()
                } && fine
        }
        if let path = arguments.value("report") {
            let style = TextStyle(
                width: 72, color: false, glyphs: .ascii, time: zone(report), showAll: arguments.has("all"),
                showTables: arguments.has("tables"))
            fine =
                Output.write(to: path) { TerminalReportWriter(report: report, sink: $0, style: style).write() } && fine
        } else if onScreen, !arguments.has("quiet"), arguments.value("json") != "-", arguments.value("html") != "-" {
            let style = screenStyle(report)
            fine =
                Output.write(to: "-") { TerminalReportWriter(report: report, sink: $0, style: style).write() } && fine
        }
        return fine
    }

    /// What a command has to say that is no report: as JSON where that is asked for, and on the screen where no JSON goes there.
    /// - Parameters:
    ///   - json: writes to a place, indented or not.
    ///   - times: the report whose first time says how the zone's hours are counted.
    /// - Returns: whether all could be written.
    func write(
        json: (any ByteSink, Bool) -> Void, text: (any ByteSink, TextStyle) -> Void, times report: Report
    ) -> Bool {
        var fine = true
        let path = arguments.value("json")
        if let path { fine = Output.write(to: path) { json($0, arguments.has("pretty")) } }
        if path == "-" || arguments.has("quiet") { return fine }
        let style = screenStyle(report)
        return Output.write(to: "-") { text($0, style) } && fine
    }

    func screenStyle(_ report: Report) -> TextStyle {
        let colorFlag = arguments.has("no-color") ? "never" : arguments.value("color")
        let glyphs =
            arguments.value("glyphs").flatMap(TextStyle.Glyphs.init) ?? (TerminalFacts.showsUTF8 ? .block : .ascii)
        return TextStyle(
            width: arguments.value("width").flatMap { Int($0) } ?? TerminalFacts.width,
            color: TerminalFacts.colors(flag: colorFlag), glyphs: glyphs, time: zone(report),
            showAll: arguments.has("all"),
            showTables: arguments.has("tables"))
    }

    func zone(_ report: Report) -> TimeDisplay {
        let start = report.capture.sources.compactMap(\.first).min()
        return TimeArguments.display(arguments.value("tz") ?? "UTC", at: start)
    }
}
