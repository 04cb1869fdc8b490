import Conversations
import Vocabulary

/// What the clients of one host cannot do while an address given out to them is dead.
enum CutOff {
    /// For each client id what the node leads or coordinates for it: `shop: orders-1, orders-4`.
    static func told(_ story: AddressStory, _ view: CaseView) -> [String] {
        let byClient = Dictionary(grouping: story.needs, by: \.clientId)
        return byClient.map { "\(view.file.text($0) ?? "a client"): \(needs($1, view))" }.sorted()
    }

    private static func needs(_ claims: [AddressClaim], _ view: CaseView) -> String {
        var parts: [String] = []
        if let most = claims.map(\.leads).max(by: { $0.count < $1.count }), most.count > 0 {
            parts = most.named.map { "\(view.file.text($0.topic) ?? "?")-\($0.partition)" }
            if most.count > most.named.count { parts.append("\(most.count - most.named.count) more") }
        }
        let groups = claims.flatMap(\.coordinated).uniqued.compactMap { view.file.text($0) }
        if !groups.isEmpty {
            parts.append("coordinates \(groups.sorted().joined(separator: ", "))")
        } else if claims.contains(where: \.coordinates) {
            parts.append("coordinates its group")
        }
        return parts.joined(separator: ", ")
    }

    /// franz-go asks any broker for its producer id, and sends nothing to the others until that one has answered.
    static func standingStill(_ story: AddressStory, _ view: CaseView) -> [String] {
        let told = Set(story.claims.map(\.clientId))
        let waiting = told.filter {
            let program = view.program(story.client, $0)
            return program.isFranz && !program.carriedData
        }
        return waiting.compactMap { view.file.text($0) }.sorted()
    }
}
