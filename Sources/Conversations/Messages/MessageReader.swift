import KafkaDecode
import Vocabulary

/// Reads one frame that arrives in pieces. A few of them are kept and used again; a whole frame in one piece needs none of
/// the carrying, and uses the same reader.
struct MessageReader {
    enum Phase {
        /// The header is not complete.
        case header
        case body
        /// A small answer that comes in several pieces: its bytes are kept until it is whole, for it may be like a known one.
        case gathering
        /// An answer whose request has not been seen yet: its bytes are kept until that comes.
        case holding
        /// The first bytes of a frame among raw tokens, which may be a request again.
        case telling
        /// A raw token: its bytes are kept.
        case token
        /// The rest of the frame is passed over: unknown, malformed, or cut.
        case skipping
    }

    enum Ending { case unread, decoded, unknown, malformed, cut }

    /// Its place among the readers.
    var index: Int32 = -1
    var phase = Phase.header
    var ending = Ending.unread
    /// Bytes that were too few to read, kept until more come.
    var carry: [UInt8] = []
    /// Bytes of the body that the decoder does not want to see.
    var skip: Int64 = 0
    var decoder = MessageDecoder()

    var isRequest = true
    /// The frame is a raw token, as far as is known.
    var isToken = false
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
    /// The header's length, once it is known, and in the form of which version the body is.
    var headerBytes: Int32 = 0
    var bodyVersion: Int16 = -1

    var request = RequestContent()
    var response = ResponseContent()

    mutating func start(size: Int64, isRequest: Bool, time: CaptureTime, frame: FrameRef, offset: Int64) {
        (phase, ending, skip) = (.header, .unread, 0)
        carry.clear()
        (self.size, self.isRequest) = (size, isRequest)
        (api, version, correlationId, clientId, pending) = (-1, -1, 0, .none, -1)
        (startTime, startFrame, startOffset, leftOver) = (time, frame, offset, false)
        isToken = false
        headerBytes = 0
        if isRequest { request.reset() } else { response.reset() }
    }

    /// The frame stands among raw tokens.
    /// - Parameter mayBeRequest: a request may come there again, which its first bytes tell, the length among them.
    mutating func beginToken(mayBeRequest: Bool) {
        isToken = true
        phase = mayBeRequest ? .telling : .token
        guard mayBeRequest else { return }
        carry = withUnsafeBytes(of: UInt32(truncatingIfNeeded: size).bigEndian) { Array($0) }
    }

    /// The missing bytes may be bytes that the decoder did not want to see: then nothing is lost by them.
    mutating func passesOver(_ missing: Int64) -> Bool {
        if phase == .skipping { return true }
        guard phase == .body, carry.isEmpty, skip >= missing else { return false }
        skip -= missing
        return true
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
