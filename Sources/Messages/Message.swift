import Conversations
import KafkaSchema
import Vocabulary

/// A request with its answer, as far as both are known. The contents are texts already.
struct Message {
    /// Without its body. Where only the answer was captured, the connection alone counts.
    var request: ObservedRequest
    var connection: String
    var isRequestSeen = true
    var requestText: [UInt8] = []
    var requestReading = MessageReading.whole
    /// Without its body.
    var answer: ObservedAnswer?
    var answerText: [UInt8] = []
    var answerReading = MessageReading.whole
    /// Nil while it waits.
    var outcome: MessageOutcome?
    /// When its waiting ended, where no answer did that.
    var ended: CaptureTime?
    /// What the filter says of the headers.
    var isWanted = true
    var matches: MessageFilter.Matches = []

    /// From the request's last byte to the answer's.
    var latency: Int64? { isRequestSeen ? answer.map { max(0, $0.time.since(request.sentWhole)) } : nil }
    /// The same, or how long it waited for nothing.
    var waited: Int64? { latency ?? ended.map { max(0, $0.since(request.sentWhole)) } }
    var time: CaptureTime { isRequestSeen ? request.sentWhole : answer?.time ?? request.sentWhole }
    var textBytes: Int { requestText.count + answerText.count + 256 }
    var apiName: String { request.api < 0 ? "?" : Api.name(request.api) }
}

extension MessageReading {
    /// Why it was not read to its end, by the outcome's name; nil where it was.
    var why: String? {
        switch self {
        case .whole: nil
        case .unknown: "unknown"
        case .truncated, .tooLarge: "truncated"
        case .malformed: "malformed"
        }
    }

    var place: Int64? {
        switch self {
        case .whole, .unknown: nil
        case .truncated(let at), .malformed(let at, _), .tooLarge(let at): at
        }
    }

    /// What is wrong, in a few words.
    var detail: String? {
        switch self {
        case .whole: nil
        case .unknown: "the schema does not have this version"
        case .truncated: "bytes are missing from the capture"
        case .tooLarge: "more than is kept of one message"
        case .malformed(_, let fault): fault.words
        }
    }
}

extension MessageFault {
    fileprivate var words: String {
        switch self {
        case .lengthBeyondBody: "a length goes beyond what holds it"
        case .negativeLength: "a length is negative"
        case .varintTooLong: "a number has too many bytes"
        case .countBeyondBody: "more elements than the message has bytes for"
        case .tooDeep: "structures are nested too deep"
        case .badBatch: "what stands for records is no batch"
        case .bodyTooShort: "the message is shorter than its fields"
        }
    }
}
