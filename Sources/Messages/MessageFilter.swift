import Conversations
import KafkaSchema
public import Vocabulary

/// Which messages are shown. Several conditions must all fit; of one with several values, any.
public struct MessageFilter {
    /// API keys.
    public var apis: Set<Int16> = []
    public var topics: Set<String> = []
    public var groups: Set<String> = []
    /// Error codes; with `anyError` every code but 0.
    public var errors: Set<Int16> = []
    public var anyError = false
    /// Waited longer than this.
    public var slowerThan: Int64?
    /// Ids of connections.
    public var connections: Set<String> = []
    /// Sent then.
    public var from: CaptureTime?
    public var to: CaptureTime?
    /// The client and the broker of a request fit.
    public var parties: ((_ client: Endpoint, _ clientId: String?, _ server: Endpoint) -> Bool)?

    public init() {}

    /// Topics, groups or errors are asked for.
    var asksForContent: Bool { !topics.isEmpty || !groups.isEmpty || asksForErrors }
    var asksForErrors: Bool { anyError || !errors.isEmpty }

    /// What can be told from the request's header.
    func fits(_ request: ObservedRequest, connection: String) -> Bool {
        if !apis.isEmpty, !apis.contains(request.api) { return false }
        if !connections.isEmpty, !connections.contains(connection) { return false }
        if let from, request.sentWhole < from { return false }
        if let to, request.sentWhole > to { return false }
        return parties?(request.client, request.clientId, request.server) ?? true
    }

    func fits(latency: Int64?) -> Bool { slowerThan.map { latency ?? -1 > $0 } ?? true }

    func fits(_ subjects: MessageSubjects) -> Matches {
        var matches: Matches = []
        if topics.isEmpty || subjects.topics.contains(where: { topics.contains($0.name) }) { matches.insert(.topic) }
        if groups.isEmpty || subjects.groups.contains(where: groups.contains) { matches.insert(.group) }
        if !asksForErrors || subjects.failures.contains(where: { anyError || errors.contains($0.code) }) {
            matches.insert(.error)
        }
        return matches
    }

    /// Conditions on content that a request or its answer meets.
    struct Matches: OptionSet {
        let rawValue: UInt8
        static let topic = Matches(rawValue: 1)
        static let group = Matches(rawValue: 2)
        static let error = Matches(rawValue: 4)
        static let all: Matches = [.topic, .group, .error]
    }
}
