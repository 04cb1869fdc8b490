internal import ReportModel
internal import Reports

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The folder of `--ndjson-dir`: a file a table.
struct StoreFolder {
    let path: String

    /// - Parameter path: as it was given, with slashes behind it or without.
    init(path: String) {
        let last = path.lastIndex { $0 != "/" }
        self.path = last.map { String(path[...$0]) } ?? (path.isEmpty ? path : "/")
    }

    static func check(_ arguments: ParsedArguments, inputs: [String]) throws(UsageError) {
        guard let path = arguments.value("ndjson-dir") else { return }
        if path.isEmpty || path == "-" {
            throw UsageError(message: "--ndjson-dir needs a folder: it writes a file a table")
        }
        try OutputCheck.check(
            folder: StoreFolder(path: path).path, files: StoreTables.names.map(StoreTables.file), inputs: inputs)
    }

    /// Makes the folder, and those above it, where there are none.
    /// - Returns: whether it is there; why not has been told.
    func make() -> Bool {
        for end in path.indices.dropFirst() where path[end] == "/" { _ = mkdir(String(path[..<end]), 0o755) }
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return true }
        StandardError.say("\(path): cannot be made (\(String(cString: strerror(errno)))): choose another folder")
        return false
    }

    func path(of table: String) -> String { "\(path)/\(StoreTables.file(of: table))" }

    /// All tables of a report, empty ones too, in place of those before.
    /// - Returns: whether all could be written.
    func write(_ report: Report) -> Bool {
        let store = StoreReport(report)
        return Output.write(
            StoreTables.names.map { name in
                (path: path(of: name), body: { StoreTables.write(name, of: store, to: $0) })
            })
    }
}
