import Conversations
import Vocabulary

/// The messages of the last moments, in order of time: those of a connection whose first packets were held back come a little late.
struct MessageOrder {
    private static let moment = Span.milliseconds(50)
    private static let most = 4096

    private var messages: [Message] = []
    private var first = 0
    private var newest = CaptureTime.distantPast

    /// Takes a message in, and gives those out before which nothing comes any more.
    mutating func add(_ message: Message, _ write: (Message) -> Void) {
        var place = messages.count
        while place > first, message.comes(before: messages[place - 1]) { place -= 1 }
        messages.insert(message, at: place)
        newest = max(newest, message.time)
        while first < messages.count,
            messages.count - first > Self.most || newest.since(messages[first].time) > Self.moment
        {
            write(messages[first])
            first += 1
        }
        guard first > Self.most else { return }
        messages.removeFirst(first)
        first = 0
    }

    mutating func finish(_ write: (Message) -> Void) {
        for message in messages[first...] { write(message) }
        (messages, first) = ([], 0)
    }
}

extension Message {
    private var frame: FrameRef { isRequestSeen ? request.lastFrame : answer?.lastFrame ?? .none }

    /// In the order of a source's frames, whatever its clock does; of several sources in that of time.
    fileprivate func comes(before other: Message) -> Bool {
        frame.source == other.frame.source ? frame < other.frame : time < other.time
    }
}
