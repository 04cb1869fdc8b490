import Testing

@testable import brokertap

@Suite struct LiveFlagTests {
    private func settings(_ arguments: [String]) throws -> LiveSettings {
        try LiveSettings(ArgumentParser.parse(["live"] + arguments))
    }

    @Test func whereToCaptureFrom() throws {
        let some = try settings(["-i", "eth0", "-i", "any", "-i", "/tmp/fifo", "-"])
        #expect(some.options.interfaces == ["eth0", "any"])
        #expect(some.options.pipes == ["/tmp/fifo", "-"])
        #expect(some.options.analysis.filter?.hasPrefix("tcp or port 53") == true)
        let chosen = try settings(["-i", "lo", "-", "--filter", "port 1"]).options
        #expect(chosen.capture.filter == "port 1" && chosen.analysis.filter == "port 1")
        // What is in a pipe was chosen by whoever fills it.
        let piped = try settings(["-"]).options
        #expect(piped.capture.filter == nil && piped.analysis.filter == nil)
    }

    @Test(arguments: [
        [], ["-i", "-", "-"], ["-i", "lo", "--for", "soon"], ["-i", "lo", "--for", "0"],
        ["-i", "lo", "--buffer", "1Q"], ["-i", "lo", "--rotate-size", "1M"], ["-i", "lo", "--ring", "1M"],
        ["-i", "lo", "--write", "x", "--rotate-keep", "2"], ["-i", "lo", "--anonymize", "--ndjson", "x"],
        ["-i", "lo", "--until-finding", "bad-luck"], ["-i", "lo", "--level", "fatal"],
        ["-i", "lo", "--ndjson-types", "finding"], ["-i", "lo", "--ndjson", "x", "--ndjson-types", "findings"],
        ["-i", "lo", "--ring-dir-size", "1M"], ["-i", "lo", "--ring-dir", "x", "--ring-dir-size", "512k"],
        ["-i", "lo", "--anonymize", "--ring-dir", "x"], ["-i", "lo", "--keep-secrets"],
        ["-i", "lo", "--ndjson", "-", "--ndjson-rotate", "1M"], ["-i", "lo", "--anonymize", "--on-finding", "true"],
    ])
    func whatCannotBeMeantIsRefused(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try settings(arguments) }
    }

    @Test func lengthsOfTimeAndSizes() {
        #expect(Quantity.nanoseconds("90") == 90_000_000_000)
        #expect(Quantity.nanoseconds("250ms") == 250_000_000)
        #expect(Quantity.nanoseconds("2h") == 7_200_000_000_000)
        #expect(Quantity.bytes("64M") == 64 << 20)
        #expect(Quantity.bytes("4096") == 4096)
        for text in ["", "-1", "1x", "h", "99999999999999999999", "9999999999999T", "0"] {
            #expect(Quantity.bytes(text) == nil && Quantity.nanoseconds(text) == nil)
        }
    }

    @Test func keysOfATerminal() {
        let typed = Array("jG\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[F\r\u{7F}q".utf8)
        #expect(
            LiveTerminal.keys(typed[...]) == [
                .letter("j"), .letter("G"), .up, .down, .pageUp, .last, .enter, .erase, .letter("q"),
            ])
        #expect(LiveTerminal.keys([0x1B][...]) == [.back])
        #expect(LiveTerminal.keys(Array("\u{1B}[99;99".utf8)[...]) == [.back])
    }
}
