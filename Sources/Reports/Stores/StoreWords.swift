/// What is said of the tables: as SQL that makes them, and as Markdown.
public enum StoreWords {
    public enum Engine: String, CaseIterable, Sendable { case duckDB = "duckdb", clickHouse = "clickhouse" }

    /// Statements that make the tables, with what each column means.
    public static func sql(_ engine: Engine) -> String { StoreTables.all.map { statement($0.facts, engine) }.joined() }

    private static func statement(_ table: StoreTableFacts, _ engine: Engine) -> String {
        let lines = table.columns.map { column in
            let type = engine == .duckDB ? duckDB(column) : clickHouse(column)
            return (line: "    \(column.name) \(type)", words: column.words)
        }
        let body = lines.enumerated().map { place, column in
            "\(column.line)\(place == lines.count - 1 ? "" : ",") -- \(column.words)\n"
        }
        return "-- \(table.words)\nCREATE TABLE \(table.name) (\n\(body.joined()))\(ending(table, engine));\n\n"
    }

    private static func duckDB(_ column: StoreColumnFacts) -> String {
        column.type.duckDB + (column.mayBeNull ? "" : " NOT NULL")
    }

    private static func clickHouse(_ column: StoreColumnFacts) -> String {
        column.mayBeNull ? "Nullable(\(column.type.clickHouse))" : column.type.clickHouse
    }

    /// Rows that a live run writes again replace each other.
    private static func ending(_ table: StoreTableFacts, _ engine: Engine) -> String {
        guard engine == .clickHouse else { return "" }
        let isRevised = table.columns.contains { $0.name == "revision" }
        let key = (["run"] + table.key).joined(separator: ", ")
        return isRevised
            ? " ENGINE = ReplacingMergeTree(revision) ORDER BY (\(key)) SETTINGS allow_nullable_key = 1"
            : " ENGINE = MergeTree ORDER BY run"
    }

    public static var markdown: String {
        StoreTables.all.map { table in
            let rows = table.facts.columns.map { column in
                "| `\(column.name)` | \(column.type.word)\(column.mayBeNull ? " or null" : "") | \(column.words) |\n"
            }
            return
                "### \(table.facts.name)\n\n\(table.facts.words)\n\n| column | type | what it is |\n| --- | --- | --- |\n"
                + rows.joined() + "\n"
        }.joined()
    }
}
