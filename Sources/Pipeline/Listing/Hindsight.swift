import Conversations
import Diagnosis
import Messages
import Vocabulary

/// What the first reading tells of single requests.
struct Hindsight: MessageHindsight {
    private struct Name: Hashable {
        var frame: FrameRef
        var correlationId: Int32
    }

    private let losses: LossesByConnection
    private let unheard: Set<Name>
    private let sources: [String]

    /// - Parameter sources: names; empty where there is one alone.
    init(_ file: CaseFile, _ losses: LossesByConnection, sources: [String]) {
        (self.losses, self.sources) = (losses, sources)
        var unheard: Set<Name> = []
        for record in file.connections where record.firstClose != nil && !record.isOneSided {
            for request in record.unanswered where !request.wantsNoAnswer && !record.mayBeInHole(request) {
                unheard.insert(Name(frame: request.frame, correlationId: request.correlationId))
            }
        }
        self.unheard = unheard
    }

    func isGivenUp(_ connection: String) -> Bool { losses[connection]?.isGivenUp ?? false }

    func isLostThoughOpen(_ connection: String) -> Bool { losses[connection].map { $0.onOpenConnection > 0 } ?? false }

    func isUnheard(_ request: ObservedRequest) -> Bool {
        !unheard.isEmpty && unheard.contains(Name(frame: request.frame, correlationId: request.correlationId))
    }

    func sourceName(_ frame: FrameRef) -> String? {
        sources.indices.contains(frame.source) ? sources[frame.source] : nil
    }
}
