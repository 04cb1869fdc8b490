import Foundation
import Testing

/// Inputs that once broke a fuzz target, each through it again (`Finds/TARGET/…`), and a few that every target must bear.
@Suite struct ReplayTests {
    private static let finds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Finds")

    private static func files(in folder: URL) -> [URL] {
        ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
            .sorted { $0.path < $1.path }
    }

    private static let names = FuzzTarget.all.map(\.name).filter { $0 != FuzzTarget.canary }

    @Test(arguments: names) func whatOnceBrokeItDoesNot(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        for file in Self.files(in: Self.finds.appendingPathComponent(name)) {
            Array(try Data(contentsOf: file)).withUnsafeBufferPointer(target.run)
        }
        for plain in [[], [0], [UInt8](repeating: 0, count: 300), [UInt8](repeating: 255, count: 300)] {
            plain.withUnsafeBufferPointer(target.run)
        }
    }

    /// A folder that no target reads would be replayed by nobody.
    @Test func everyFindHasItsTarget() {
        for folder in Self.files(in: Self.finds) where folder.hasDirectoryPath {
            #expect(Self.names.contains(folder.lastPathComponent), "\(folder.lastPathComponent)")
        }
    }
}
