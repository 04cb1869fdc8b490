import Pipeline
import Testing
import Vocabulary

/// Each limit of what is kept, lowered to one, is told by the report in which it is reached.
@Suite struct ReachedLimitTests {
    /// Captures that have more than one of everything.
    private static let captures = [
        "crash-kill9.pcap", "healthy-java.pcap", "error-codes.pcap", "wrapped-vxlan-fragments.pcap", "txn-fenced.pcap",
        "auth-java-plain-wrong.pcap", "adv-localhost.pcap", "nat-forgets.pcap",
    ]

    private static func told(_ capture: String, _ limit: LoweredLimits) throws -> Set<String> {
        var options = AnalyzerOptions()
        limit.lower(&options.limits)
        options.keepsRequests = true
        return Set(try InProcess.report([Repository.capture(capture)], options).limits.map(\.name))
    }

    @Test(arguments: LoweredLimits.all.map(\.name)) func isTold(name: String) throws {
        let limit = try #require(LoweredLimits.all.first { $0.name == name })
        let told = try Self.captures.contains { try Self.told($0, limit).contains(name) }
        #expect(told, "\(name)")
    }
}
