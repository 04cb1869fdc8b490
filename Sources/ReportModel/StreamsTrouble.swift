public import Vocabulary

/// Why a streams group gives its members no work, as its coordinator told them in a response without an error.
public struct StreamsTrouble: Sendable {
    public var name: String
    public var from: CaptureTime
    public var to: CaptureTime
    /// The broker's words.
    public var detail: String?
    public var count = 0
    public var clients: Set<String> = []
    public var clientIds: [String] = []
    public var frames: [FrameRef] = []

    public init(name: String, from: CaptureTime, to: CaptureTime) {
        (self.name, self.from, self.to) = (name, from, to)
    }
}
