public import Vocabulary

/// One request as the log keeps it: 48 bytes, no memory of its own.
public struct LoggedRequest: Sendable {
    public struct Marks: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let answered = Marks(rawValue: 1)
        /// No answer came, and one was due by the time the connection or the capture ended.
        public static let lost = Marks(rawValue: 2)
        /// The answer carried an error code.
        public static let failed = Marks(rawValue: 4)
        /// Slower than its own fields allow by more than a second.
        public static let slow = Marks(rawValue: 8)
        /// acks=0: no answer is due.
        public static let wantsNoAnswer = Marks(rawValue: 16)
        /// A Fetch that waited because there was nothing to read.
        public static let longPoll = Marks(rawValue: 32)

        /// Kept before others where there is no room.
        public var isNotable: Bool { !isDisjoint(with: [.lost, .failed, .slow]) }
    }

    public var sent: CaptureTime
    public var frame: FrameRef
    /// The engine's number of the connection.
    public var connection: UInt32
    public var correlationId: Int32
    /// To the last byte of the answer; without one, to the connection's or the capture's end.
    public var microseconds: UInt32
    public var requestBytes: UInt32
    public var responseBytes: UInt32
    /// How far behind the request's frame the answer's is, in the same source; 0: none or unknown.
    public var framesToAnswer: UInt32
    public var api: Int16
    /// First error code of the answer.
    public var errorCode: Int16
    public var version: UInt8
    public var marks: Marks
}

/// The requests of a capture, in the order in which they were settled, as far as there is room.
///
/// When it is full, every second ordinary request is let go and from then on only every 2nd, 4th, 8th … is taken: what
/// stays is spread evenly over the whole capture. Notable ones (lost, failed, slow) stay until they alone fill the log.
public final class RequestLog {
    public let limit: Int
    /// Requests seen, kept or not.
    public private(set) var seen = 0
    /// Of the ordinary requests one in so many is kept; of the notable ones likewise.
    public private(set) var ordinaryStride = 1
    public private(set) var notableStride = 1
    public private(set) var count = 0

    private var ordinarySeen = 0
    private var notableSeen = 0
    private var chunks: [ContiguousArray<LoggedRequest>] = []
    private static let chunkSize = 1 << 14

    public init(limit: Int) { self.limit = max(2, limit) }

    /// What came since it was last taken, for who tells requests as they are settled.
    private var news: RequestLog?

    /// From now on what is new is kept apart too, in as much room.
    public func keepNews() { if news == nil { news = RequestLog(limit: limit) } }

    /// Gives out what was kept apart, and begins anew.
    public func takeNews() -> RequestLog? {
        defer { if news != nil { news = RequestLog(limit: limit) } }
        return news
    }

    public func append(_ request: LoggedRequest) {
        news?.append(request)
        seen += 1
        if request.marks.isNotable {
            notableSeen += 1
            if notableStride > 1, (notableSeen - 1) % notableStride != 0 { return }
        } else {
            ordinarySeen += 1
            if ordinaryStride > 1, (ordinarySeen - 1) % ordinaryStride != 0 { return }
        }
        if count >= limit { thin() }
        store(request)
    }

    private func store(_ request: LoggedRequest) {
        if chunks.isEmpty || chunks[chunks.count - 1].count == Self.chunkSize {
            var chunk = ContiguousArray<LoggedRequest>()
            chunk.reserveCapacity(min(Self.chunkSize, limit))
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(request)
        count += 1
    }

    /// Halves whichever of the two sorts has more than half of the room.
    private func thin() {
        let notable = chunks.reduce(0) { $0 + $1.count { $0.marks.isNotable } }
        let halvesNotable = notable * 2 > count
        if halvesNotable { notableStride *= 2 } else { ordinaryStride *= 2 }
        var old = chunks
        (chunks, count) = ([], 0)
        var place = 0
        for i in old.indices {
            // What has been copied goes at once, so that the log is not there twice.
            let chunk = take(&old[i])
            for request in chunk {
                if request.marks.isNotable == halvesNotable {
                    place += 1
                    if place % 2 == 0 { continue }
                }
                store(request)
            }
        }
    }

    /// Calls with each kept request, in the order in which they were settled.
    public func forEach(_ body: (LoggedRequest) -> Void) {
        for chunk in chunks { chunk.forEach(body) }
    }

    /// The same for the last time: a part of the log goes as soon as it has been read, so that a copy needs no more memory.
    public func drain(_ body: (LoggedRequest) -> Void) {
        var old = chunks
        (chunks, count) = ([], 0)
        for i in old.indices { take(&old[i]).forEach(body) }
    }

    /// Takes a chunk out and leaves an empty one.
    private func take(_ chunk: inout ContiguousArray<LoggedRequest>) -> ContiguousArray<LoggedRequest> {
        defer { chunk = [] }
        return chunk
    }
}
