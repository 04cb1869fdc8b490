import Foundation
import Testing

@testable import Reports

/// What `--ndjson-dir` wrote: the rows of each table, read from the files that a user gets.
struct Stores {
    let folder: String
    /// Rows by table.
    private(set) var tables: [String: [JSONValue]] = [:]

    init(_ folder: String) throws {
        self.folder = folder
        for name in StoreTables.names { tables[name] = try Self.rows("\(folder)/\(name).ndjson") }
    }

    /// Runs the program.
    static func made(_ arguments: [String], in scratch: Scratch, as name: String = "stores") throws -> Stores {
        let ended = try Tool.run(arguments + ["--ndjson-dir", scratch.path(name), "--quiet"])
        #expect(ended.status == 0, "\(ended.errors)")
        return try Stores(scratch.path(name))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private static func rows(_ path: String) throws -> [JSONValue] {
        try text(path).split(separator: "\n").map { try JSONValue(report: String($0)) }
    }

    subscript(table: String) -> [JSONValue] { tables[table] ?? [] }

    /// The sum of requests with an outcome; nil: of all.
    func requests(_ outcome: String? = nil) -> Double {
        self["requests"].filter { outcome == nil || $0["outcome"] == .text(outcome ?? "") }
            .reduce(0) { $0 + ($1["weight"].number ?? 0) }
    }
}

/// Every row of a report's list, with the rows that it lies in.
struct ReportRows {
    /// - Parameter path: `groups[].members[]`.
    /// - Returns: each row, and the one above it.
    static func of(_ report: JSONValue, _ path: String) -> [(row: JSONValue, above: JSONValue)] {
        var found = [(row: report, above: JSONValue.null)]
        for step in path.components(separatedBy: "[]").filter({ !$0.isEmpty }) {
            found = found.flatMap { one in
                one.row.at(path: step).rows.map { (row: $0, above: one.row) }
            }
        }
        return found
    }
}
