import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Clients that were sent to a controller's port, and those that belong there.
@Suite struct ControllerPortTests {
    private static let port = "10.0.0.1:9093"
    private static let controllers = OfferedVersions(ranges: [1: 0...17, 18: 0...4, 52: 0...1, 55: 0...2, 60: 0...1])
    private static let brokers = OfferedVersions(ranges: [0: 3...12, 1: 4...17, 3: 0...13, 18: 0...4])

    private var made = SmallCase()

    /// Asks for the versions and for so much more.
    @discardableResult
    private mutating func asks(
        at server: String = port, from seconds: Double, work: Int = 0, versions: OfferedVersions = controllers,
        client: String = SmallCase.client
    ) -> ConnectionRecord {
        let record = made.works(at: server, from: seconds, to: seconds + 0.01, client: client)
        record.kafka.offered = versions
        (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (1 + work, 1 + work, work)
        return record
    }

    private func told() -> [String] {
        made.findings().filter { $0.kind == .unsupportedVersion }.map {
            "\($0.client ?? "?") \($0.server ?? "?") \($0.severity) \($0.count) \($0[.controllerPort] == .flag(true))"
        }
    }

    @Test mutating func aClientThatReadsTheListAndGivesUp() {
        for attempt in 0..<3 { asks(from: Double(attempt)) }
        made.ends(at: 10)
        #expect(told() == ["10.0.0.100 10.0.0.1:9093 error 3 true"])
    }

    @Test mutating func whoWorksElsewhereIsWarned() {
        asks(from: 0)
        asks(at: "10.0.0.2:9092", from: 1, work: 20, versions: Self.brokers)
        made.ends(at: 10)
        #expect(told() == ["10.0.0.100 10.0.0.1:9093 warning 1 true"])
    }

    /// kafka-metadata-quorum.sh --bootstrap-controller asks for DescribeCluster and DescribeQuorum there.
    @Test mutating func aToolForControllersBelongsThere() {
        asks(from: 0, work: 2)
        asks(from: 1)
        made.ends(at: 10)
        #expect(told().isEmpty)
    }

    @Test mutating func aBrokerBelongsThere() {
        asks(from: 0, client: "10.0.0.2")
        asks(at: "10.0.0.2:9092", from: 1, work: 20, versions: Self.brokers)
        made.ends(at: 10)
        #expect(told().isEmpty)
    }

    @Test mutating func aProbeOfABrokersPortIsNone() {
        asks(from: 0, versions: Self.brokers)
        made.ends(at: 10)
        #expect(told().isEmpty)
    }

    @Test mutating func whatMayBeInAHoleProvesNothing() {
        asks(from: 0).kafka.requestGaps = 1
        made.ends(at: 10)
        #expect(told().isEmpty)
    }

    @Test mutating func theCaptureEndsBeforeItCanGoOn() {
        let record = asks(from: 0)
        record.tcp.firstCloser = nil
        made.ends(at: 0.5)
        #expect(told().isEmpty)
    }
}
