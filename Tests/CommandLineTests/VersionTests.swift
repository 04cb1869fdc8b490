import Testing

@testable import brokertap

@Suite struct VersionTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    @Test func anArchiveKnowsItsCommit() {
        #expect(Version.origin("\(Self.commit) 2026-11-27") == "commit 0123456789ab of 2026-11-27")
    }

    /// git leaves the words as they are in a work tree; an archive of a tree without a commit has nothing in their place.
    @Test(arguments: ["$Format:%" + "H %" + "cs$", "", " ", "0123 2026-11-27", "HEAD 2026-11-27"])
    func whatHasNoneSaysSo(_ archived: String) { #expect(Version.origin(archived) == "built in a work tree") }
}
