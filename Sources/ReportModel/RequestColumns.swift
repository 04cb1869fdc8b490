public import Vocabulary

/// Requests one by one, a column a property, in the order sent. Filled only for outputs that draw them.
public struct RequestColumns: Sendable {
    /// What became of a request; the bits are those of the HTML report's `marks` column.
    public struct Marks: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let answered = Marks(rawValue: 1)
        /// With `answered`: the answer came when the client took nothing any more.
        public static let lost = Marks(rawValue: 2)
        public static let failed = Marks(rawValue: 4)
        public static let slow = Marks(rawValue: 8)
        public static let wantsNoAnswer = Marks(rawValue: 16)
        public static let longPoll = Marks(rawValue: 32)
        /// A finding of severity error names it; of severity warning.
        public static let namedByError = Marks(rawValue: 64)
        public static let namedByWarning = Marks(rawValue: 128)
    }

    /// Stands for a connection that is not among the report's.
    public static let noConnection = UInt32.max

    /// Nanoseconds since 1970.
    public var sent: [Int64] = []
    public var frames: [FrameRef] = []
    /// Places in the report's `connections`, or in `connectionIds`.
    public var connections: [UInt32] = []
    /// What the places are, where the report has not these connections.
    public var connectionIds: [String]?
    public var correlationIds: [Int32] = []
    public var microseconds: [UInt32] = []
    public var requestBytes: [UInt32] = []
    public var responseBytes: [UInt32] = []
    /// From the request's frame to its answer's; 0: none or unknown.
    public var framesToAnswer: [UInt32] = []
    public var apis: [Int16] = []
    public var errorCodes: [Int16] = []
    public var versions: [UInt8] = []
    public var marks: [Marks] = []
    /// Where their time went; empty where nothing is known of any.
    public var parts: [RequestParts] = []

    /// Names of the APIs and error codes that occur.
    public var apiNames: [Int16: String] = [:]
    public var errorNames: [Int16: String] = [:]

    /// Requests of the capture, kept here or not.
    public var seen = 0
    /// One in so many ordinary requests is kept, and one in so many of those that were lost, failed or slow.
    public var ordinaryStride = 1
    public var notableStride = 1

    public init() {}

    public var count: Int { sent.count }

    public mutating func reserve(_ count: Int) {
        sent.reserveCapacity(count)
        frames.reserveCapacity(count)
        connections.reserveCapacity(count)
        correlationIds.reserveCapacity(count)
        microseconds.reserveCapacity(count)
        requestBytes.reserveCapacity(count)
        responseBytes.reserveCapacity(count)
        framesToAnswer.reserveCapacity(count)
        apis.reserveCapacity(count)
        errorCodes.reserveCapacity(count)
        versions.reserveCapacity(count)
        marks.reserveCapacity(count)
    }

    /// Adds request `i` of another set of columns.
    public mutating func append(_ i: Int, of other: RequestColumns) {
        sent.append(other.sent[i])
        frames.append(other.frames[i])
        connections.append(other.connections[i])
        correlationIds.append(other.correlationIds[i])
        microseconds.append(other.microseconds[i])
        requestBytes.append(other.requestBytes[i])
        responseBytes.append(other.responseBytes[i])
        framesToAnswer.append(other.framesToAnswer[i])
        apis.append(other.apis[i])
        errorCodes.append(other.errorCodes[i])
        versions.append(other.versions[i])
        marks.append(other.marks[i])
        if !other.parts.isEmpty { parts.append(other.parts[i]) }
    }

    /// Of the requests that are here.
    public mutating func take(_ known: [RequestPlace: RequestParts]) {
        parts =
            known.isEmpty
            ? []
            : (0..<count).map {
                known[RequestPlace(frame: frames[$0], correlationId: correlationIds[$0])] ?? RequestParts()
            }
    }

    /// Into the order sent; each column by itself, so that only one is ever held twice.
    public mutating func sort() {
        let order = (0..<UInt32(count)).sorted { a, b in
            let (a, b) = (Int(a), Int(b))
            if sent[a] != sent[b] { return sent[a] < sent[b] }
            if frames[a] != frames[b] { return frames[a] < frames[b] }
            return correlationIds[a] < correlationIds[b]
        }
        Self.arrange(&sent, order)
        Self.arrange(&frames, order)
        Self.arrange(&connections, order)
        Self.arrange(&correlationIds, order)
        Self.arrange(&microseconds, order)
        Self.arrange(&requestBytes, order)
        Self.arrange(&responseBytes, order)
        Self.arrange(&framesToAnswer, order)
        Self.arrange(&apis, order)
        Self.arrange(&errorCodes, order)
        Self.arrange(&versions, order)
        Self.arrange(&marks, order)
    }

    private static func arrange<Value>(_ values: inout [Value], _ order: [UInt32]) {
        values = order.map { values[Int($0)] }
    }

    /// With every second ordinary request let go, and every second notable one too where those are most of all.
    public func thinned() -> RequestColumns {
        let notable: Marks = [.lost, .failed, .slow, .namedByError, .namedByWarning]
        let thinsNotable = marks.count { !$0.isDisjoint(with: notable) } * 2 > count
        var result = RequestColumns()
        (result.apiNames, result.errorNames, result.seen) = (apiNames, errorNames, seen)
        result.ordinaryStride = ordinaryStride * 2
        result.notableStride = notableStride * (thinsNotable ? 2 : 1)
        result.reserve(count)
        var places = (ordinary: 0, notable: 0)
        for i in 0..<count {
            if marks[i].isDisjoint(with: notable) {
                places.ordinary += 1
                if places.ordinary % 2 == 0 { continue }
            } else {
                places.notable += 1
                if thinsNotable, places.notable % 2 == 0, marks[i].isDisjoint(with: [.namedByError, .namedByWarning]) {
                    continue
                }
            }
            result.append(i, of: self)
        }
        return result
    }
}

/// An address that brokers gave a client host, and what became of it.
public struct AddressRow: Sendable {
    public enum Fate: String, Sendable, CaseIterable {
        /// The client had a working connection to it.
        case used
        case refused
        case rejected
        case noAnswer = "no-answer"
        /// Its name has no address.
        case unresolvable
        /// Nothing in the capture shows that it was tried.
        case notTried = "not-tried"

        public var isFailure: Bool {
            self == .refused || self == .rejected || self == .noAnswer || self == .unresolvable
        }
    }

    public var client: String
    public var clientIds: [String] = []
    /// `address:port` of those who gave it out.
    public var toldBy: [String] = []
    public var nodeId: Int
    /// `host:port` as given out.
    public var address: String
    /// What the name led to, without the port.
    public var resolvedTo: [String] = []
    public var count = 0
    public var first: CaptureTime
    public var frame: FrameRef
    public var fate: Fate

    public init(client: String, nodeId: Int, address: String, first: CaptureTime, frame: FrameRef, fate: Fate) {
        self.client = client
        self.nodeId = nodeId
        self.address = address
        self.first = first
        self.frame = frame
        self.fate = fate
    }
}

/// An error code of an API, between a client and a server, counted.
public struct ErrorCountRow: Sendable {
    public var error = ""
    public var api = ""
    public var client = ""
    public var clientId: String?
    public var server = ""
    public var count = 0
    public var first: CaptureTime
    public var last: CaptureTime
    public var frame: FrameRef
    public var topics: [String] = []
    public var groups: [String] = []
    /// The same went well afterwards.
    public var healed = false

    public init(first: CaptureTime, last: CaptureTime, frame: FrameRef) {
        (self.first, self.last, self.frame) = (first, last, frame)
    }
}
