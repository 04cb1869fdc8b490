import Foundation

/// Where the repository's files are, found from this source file.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let captures = root.appendingPathComponent("captures")
    static let goldens = root.appendingPathComponent("Tests/EndToEndTests/Goldens")
    static let crashers = root.appendingPathComponent("Tests/EndToEndTests/Crashers")

    /// The path of a labelled capture's packets.
    static func capture(_ fileName: String) -> String { captures.appendingPathComponent(fileName).path }

    /// Names of a folder's files, in order; none where there is no such folder.
    static func files(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}

/// A folder of a test's own that is removed with it.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("brokertap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A file of these bytes, for one look at it.
    static func reading<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let scratch = try Scratch()
        let path = try scratch.write(bytes, as: "made.pcap")
        return try withExtendedLifetime(scratch) { try body(path) }
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file and gives its path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return path(name)
    }
}
