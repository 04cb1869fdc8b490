import Vocabulary

/// Who waited for whom, as the times of sealed records show it: the client has the word until the server sends one.
public struct SealedTurns: Sendable {
    /// A client's record, and the server's next one.
    public struct Wait: Sendable, Hashable {
        public var from: Moment
        /// Nil while nothing came.
        public var to: Moment?
        /// Records that the client sent meanwhile.
        public var records = 1
        /// How long the server had said nothing before; nanoseconds.
        public var pause: Int64 = 0
    }

    /// Shorter waits are only counted.
    static let long = Span.seconds(2)
    private static let most = 8

    /// How often the server had the word behind the client.
    public private(set) var answered = 0
    /// What nothing has come to yet.
    public private(set) var open: Wait?
    /// The longest of those that are over, in order of time.
    public private(set) var waits: [Wait] = []

    private var lastWord: CaptureTime?

    public init() {}

    mutating func note(fromClient: Bool, _ moment: Moment) {
        if fromClient {
            guard open == nil else {
                open?.records += 1
                return
            }
            open = Wait(from: moment, pause: lastWord.map { moment.time.since($0) } ?? 0)
            return
        }
        lastWord = moment.time
        guard var wait = open else { return }
        answered += 1
        open = nil
        guard moment.time.since(wait.from.time) >= Self.long else { return }
        wait.to = moment
        waits.append(wait)
        guard waits.count > Self.most, let least = waits.indices.min(by: { waits[$0].length < waits[$1].length })
        else { return }
        waits.remove(at: least)
    }

    /// Bytes of the server are missing: what seems to wait may have been answered.
    mutating func lose() { open = nil }
}

extension SealedTurns.Wait {
    /// How long it lasted; nothing while it lasts.
    public var length: Int64 { to.map { $0.time.since(from.time) } ?? 0 }
}
