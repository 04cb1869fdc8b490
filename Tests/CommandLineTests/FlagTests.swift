import Pipeline
import Testing
import Vocabulary

@testable import brokertap

@Suite struct FlagTests {
    @Test func aFileAloneIsAnalysed() throws {
        let parsed = try ArgumentParser.parse([
            "a.pcap", "--json=-", "-q", "--client", "x", "--client=y", "--", "--b.pcap",
        ])
        #expect(parsed.command.name == "analyze")
        #expect(parsed.operands == ["a.pcap", "--b.pcap"])
        #expect(parsed.value("json") == "-")
        #expect(parsed.has("quiet"))
        #expect(parsed.all("client") == ["x", "y"])
    }

    @Test(arguments: [
        (["a.pcap", "--jsn", "-"], "--json"), (["analyze", "a", "--no-colour"], "--no-color"),
        (["a", "--fail-on", "eror"], "--fail-on error"), (["a", "--colour", "never"], "--color"),
    ])
    func slipsGetASuggestion(_ arguments: [String], _ suggestion: String) {
        let error = #expect(throws: UsageError.self) { try ArgumentParser.parse(arguments) }
        #expect(error?.suggestion == suggestion)
    }

    @Test(arguments: [
        ["analyze"], ["a", "--json"], ["a", "--quiet=1"], ["schema", "x"], ["completions"], ["a", "-Z"],
        ["man", "--all"],
    ])
    func whatCannotBeUnderstoodIsRefused(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try ArgumentParser.parse(arguments) }
    }

    @Test(arguments: FlagTable.commands.map(\.name))
    func helpNamesEveryFlag(_ name: String) throws {
        let command = try #require(FlagTable.command(name))
        for flag in command.flags {
            #expect(HelpText.command(command).contains("--\(flag.name)"))
            for shell in ["bash", "zsh", "fish"] {
                #expect(try CompletionScript.text(shell: shell).contains(flag.name))
            }
        }
        #expect(Set(command.flags.map(\.name)).count == command.flags.count)
    }

    @Test(arguments: [
        ("+90.5", TimeBound.sinceStart(nanoseconds: 90_500_000_000)),
        ("03:18", .clock(nanosecondOfDay: 11_880_000_000_000, zone: .fixed(offsetSeconds: 7200))),
        ("03:18:16.5", .clock(nanosecondOfDay: 11_896_500_000_000, zone: .fixed(offsetSeconds: 7200))),
        ("1970-01-01T02:00:01", .absolute(CaptureTime(nanoseconds: 1_000_000_000))),
        ("1970-01-01T00:00:01Z", .absolute(CaptureTime(nanoseconds: 1_000_000_000))),
        ("1970-01-01T01:00:01+01:00", .absolute(CaptureTime(nanoseconds: 1_000_000_000))),
    ])
    func times(_ text: String, _ bound: TimeBound) {
        #expect(TimeArguments.bound(text, .fixed(offsetSeconds: 7200)) == bound)
    }

    @Test(arguments: ["", "25:00", "03", "+", "+-1", "03:18:61.0.0", "2026-13-01T00:00:00Z", "yesterday", "+1e3"])
    func noTimes(_ text: String) { #expect(TimeArguments.bound(text, .fixed(offsetSeconds: 0)) == nil) }

    @Test func clockTimesAfterMidnightAreTheNextDays() {
        let start = CaptureTime(nanoseconds: Span.seconds(23 * 3600 + 3000))
        let bound = TimeBound.clock(nanosecondOfDay: Span.seconds(600), zone: .fixed(offsetSeconds: 0))
        #expect(bound.resolved(start: start) == CaptureTime(nanoseconds: Span.seconds(24 * 3600 + 600)))
    }

    @Test func hostsFile() {
        let names = HostsFile.parse("# lab\n10.0.0.1 kafka-1 k1 # one\nnonsense\n::1 me\n10.0.0.1 other\n")
        #expect(names[IPAddress(v4: 0x0A00_0001)] == "kafka-1")
        #expect(names.count == 2)
    }

    @Test func distances() {
        #expect(EditDistance.between("json", "jsno") == 1)
        #expect(EditDistance.nearest(to: "zzzzzz", in: ["json", "all"]) == nil)
    }
}
