internal import ReportModel
internal import Vocabulary

/// A column: its name, its type, what it means, and where a row has it. Declared once, in the table's own file; lines, SQL and
/// documentation follow from it.
struct StoreColumn<Row>: Sendable {
    let facts: StoreColumnFacts
    let write: @Sendable (Row, inout JSONWriter) -> Void
}

struct StoreColumnFacts: Sendable {
    let name: String
    let type: StoreType
    let mayBeNull: Bool
    let words: String
    /// Where the JSON report has it, from the row's object; nil where it has not.
    let path: String?
}

/// A table of a store: a file of lines, each a row, each with the same columns in the same order.
struct StoreTable<Row>: Sendable {
    let facts: StoreTableFacts
    private let columns: [StoreColumn<Row>]
    private let each: @Sendable (StoreReport, (Row) -> Void) -> Void

    /// - Parameters:
    ///   - path: where the JSON report has the rows; nil where it has no such list.
    ///   - key: what tells a run's rows apart, where rows are written again as they change.
    ///   - each: the rows of a report.
    init(
        _ name: String, _ words: String, path: String? = nil, key: [String] = [],
        each: @escaping @Sendable (StoreReport, (Row) -> Void) -> Void, _ body: (inout StoreColumns<Row>) -> Void
    ) {
        var columns = StoreColumns<Row>()
        body(&columns)
        self.columns = columns.list
        self.each = each
        facts = StoreTableFacts(
            name: name, words: words, path: path, key: key, columns: StoreTableFacts.common + columns.list.map(\.facts))
    }

    func write(_ report: StoreReport, to sink: any ByteSink) {
        var json = JSONWriter(sink: sink)
        each(report) { line($0, report, &json) }
        json.handOn()
    }

    /// Some rows, of a run that goes on.
    func write(_ rows: [Row], of report: StoreReport, to sink: any ByteSink) {
        var json = JSONWriter(sink: sink)
        for row in rows { line(row, report, &json) }
        json.handOn()
    }

    private func line(_ row: Row, _ report: StoreReport, _ json: inout JSONWriter) {
        json.object { json in
            json.field("run", report.run)
            json.field("capture", report.capture)
            for column in columns {
                json.key(named: column.facts.name)
                column.write(row, &json)
            }
        }
        json.endLine()
    }
}

/// What is said of a table: in SQL, and in the documentation.
struct StoreTableFacts: Sendable {
    let name: String
    let words: String
    let path: String?
    let key: [String]
    let columns: [StoreColumnFacts]

    static let common = [
        StoreColumnFacts(
            name: "run", type: .text, mayBeNull: false,
            words: "Which analysis the row is of: the same capture and options give the same run.", path: nil),
        StoreColumnFacts(
            name: "capture", type: .text, mayBeNull: false,
            words: "The capture's file name or interface; of several, the first and how many more.", path: nil),
    ]
}

/// Columns as they are declared, in order.
struct StoreColumns<Row> {
    fileprivate var list: [StoreColumn<Row>] = []

    /// - Parameters:
    ///   - path: where the JSON report has it; by default the name, as `clientId` for `client_id`. Empty: nowhere.
    ///   - words: what it means, and when it is null.
    mutating func add<Value: StoreValue>(
        _ name: String, path: String? = nil, _ words: String, _ value: @escaping @Sendable (Row) -> Value
    ) {
        let path = path ?? Self.camel(name)
        let facts = StoreColumnFacts(
            name: name, type: Value.storeType, mayBeNull: Value.mayBeNull, words: words, path: path.isEmpty ? nil : path
        )
        list.append(StoreColumn(facts: facts) { row, json in value(row).write(to: &json) })
    }

    /// A frame's number, and beside it in which source it is.
    mutating func frame(
        _ name: String = "frame", source: String = "source", path: String? = nil, _ words: String,
        _ frame: @escaping @Sendable (Row) -> FrameRef?
    ) {
        let path = path ?? Self.camel(name)
        let known: @Sendable (Row) -> FrameRef? = { row in frame(row).flatMap { $0.isNone ? nil : $0 } }
        add(name, path: path, words) { known($0).map { Int64($0.number) } }
        add(source, path: path.isEmpty ? "" : path + ".source", "The source of `\(name)`; null without one.") {
            known($0)?.source
        }
    }

    /// Frames' numbers, and beside them in which source each is.
    mutating func frames(
        _ name: String, sources: String, path: String, _ words: String,
        _ frames: @escaping @Sendable (Row) -> [FrameRef]
    ) {
        add(name, path: path, words) { frames($0).map { Int(clamping: $0.number) } }
        add(sources, path: "", "The source of each of `\(name)`.") { frames($0).map(\.source) }
    }

    /// When a row's things were first and last seen.
    mutating func seen(_ seen: @escaping @Sendable (Row) -> Seen) {
        add("first_time", path: "first", "When it was first seen.") { seen($0).first }
        add("last_time", path: "last", "When it was last seen.") { seen($0).last }
    }

    static func camel(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
