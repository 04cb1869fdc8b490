public import Vocabulary

/// Which messages of captures to list, and how.
public struct ListingOptions: Sendable {
    /// What is read, with which secrets; `clients`, `brokers`, `from` and `to` narrow the list.
    public var analysis = AnalyzerOptions()
    /// JSON, one object a line; else a line for people.
    public var isJSON = false
    /// Names of APIs or their numbers; empty means all.
    public var apis: [String] = []
    public var topics: [String] = []
    public var groups: [String] = []
    /// Names of error codes or their numbers; `any` is all but 0.
    public var errors: [String] = []
    /// Longer than so many nanoseconds.
    public var slowerThan: Int64?
    /// Ids of connections, as the report has them.
    public var connections: [String] = []
    /// Id of a finding whose messages are listed.
    public var finding: String?
    /// With so many before and behind each of them on its connection.
    public var context = 5
    public init() {}
}

/// Why nothing can be listed.
public enum ListingFault: Error, Sendable {
    /// The capture has to be read again, and a pipe cannot be.
    case needsFiles
    case noSuchApi(String, known: [String])
    case noSuchError(String, known: [String])
    case noSuchFinding(String, known: [String])
}

/// What listing came to.
public struct Listed: Sendable {
    public var messages = 0
    /// Bounds that were reached.
    public var trips: [LimitTrip] = []
    /// Why reading ended early, of each source where it did.
    public var faults: [String] = []
    public var isStopped = false
}
