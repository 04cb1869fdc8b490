import Conversations
import Diagnosis
import Messages
import Vocabulary

/// What the first reading tells of single requests.
struct Hindsight: MessageHindsight {
    private let losses: LossesByConnection
    private let unheard: Set<RequestName>
    private let sources: [String]

    /// - Parameter sources: names; empty where there is one alone.
    init(_ file: CaseFile, _ losses: LossesByConnection, sources: [String]) {
        (self.losses, self.sources) = (losses, sources)
        unheard = file.unheard()
    }

    func isGivenUp(_ connection: String) -> Bool { losses[connection]?.isGivenUp ?? false }

    func isLostThoughOpen(_ connection: String) -> Bool { losses[connection].map { $0.onOpenConnection > 0 } ?? false }

    func isUnheard(_ request: ObservedRequest) -> Bool {
        !unheard.isEmpty && unheard.contains(RequestName(request))
    }

    func sourceName(_ frame: FrameRef) -> String? {
        sources.indices.contains(frame.source) ? sources[frame.source] : nil
    }
}
