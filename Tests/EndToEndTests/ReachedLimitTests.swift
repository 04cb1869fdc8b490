import Pipeline
import Testing
import Vocabulary

/// Limits that a capture of an outage reaches when they are one: each is told in its report by its name.
@Suite struct ReachedLimitTests {
    @Test(
        arguments: [
            "addressClaims", "answeredPairs", "answeringServers", "clusterSightings", "depthBatches", "depthClients",
            "depthGroups", "depthLatencyRows", "depthLeaders",
            "depthPartitions", "depthServersPerClient", "dnsAnswers", "drawnRequestParts", "endedConnections",
            "errorRows", "errorSubjects",
            "latencyRows", "liveConnections", "partitionReplicas", "pendingRequests", "tableInputBytes",
        ]) func isTold(name: String) throws
    {
        let limit = try #require(LoweredLimits.all.first { $0.name == name })
        var options = AnalyzerOptions()
        limit.lower(&options.limits)
        (options.keepsRequests, options.keepsRequestParts) = (true, true)
        let report = try InProcess.report([Repository.capture("crash-kill9.pcap")], options)
        #expect(report.limits.contains { $0.name == name })
    }
}
