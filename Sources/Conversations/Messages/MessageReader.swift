import KafkaDecode
import Vocabulary

/// Reads one frame that arrives in pieces. A few of them are kept and used again; a whole frame in one piece needs none of
/// the carrying, and uses the same reader.
struct MessageReader {
    enum Phase {
        /// The length or the header is not complete.
        case header
        case body
        /// A small answer that comes in several pieces: its bytes are kept until it is whole, for it may be like a known one.
        case gathering
        /// An answer whose request has not been seen yet: its bytes are kept until that comes.
        case holding
        /// The rest of the frame is passed over: unknown, malformed, or cut.
        case skipping
    }

    enum Ending { case unread, decoded, unknown, malformed, cut }

    var phase = Phase.header
    var ending = Ending.unread
    /// Bytes that were too few to read, kept until more come.
    var carry: [UInt8] = []
    /// Bytes of the body that the decoder does not want to see.
    var skip: Int64 = 0
    var decoder = MessageDecoder()

    var isRequest = true
    var size: Int64 = 0
    var api: Int16 = -1
    var version: Int16 = -1
    var correlationId: Int32 = 0
    var clientId = StringID.none
    /// Index of the pending request that this frame is, or answers; -1: none.
    var pending: Int32 = -1
    var startTime = CaptureTime(nanoseconds: 0)
    var startFrame = FrameRef.none
    var startOffset: Int64 = 0
    var leftOver = false

    var request = RequestContent()
    var response = ResponseContent()

    mutating func start(size: Int64, isRequest: Bool, time: CaptureTime, frame: FrameRef, offset: Int64) {
        (phase, ending, skip) = (.header, .unread, 0)
        carry.clear()
        (self.size, self.isRequest) = (size, isRequest)
        (api, version, correlationId, clientId, pending) = (-1, -1, 0, .none, -1)
        (startTime, startFrame, startOffset, leftOver) = (time, frame, offset, false)
        if isRequest { request.reset() } else { response.reset() }
    }

    /// The rest of the frame will not be read.
    mutating func giveUp(_ ending: Ending) {
        phase = .skipping
        self.ending = ending
        carry.clear()
    }
}

extension Array {
    /// Empties it but keeps its room. Nearly always it is empty already, and that is cheaper to see than to do again.
    @inline(__always)
    mutating func clear() { if !isEmpty { removeAll(keepingCapacity: true) } }
}
