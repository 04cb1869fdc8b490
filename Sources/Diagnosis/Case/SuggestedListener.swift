import Conversations
import ReportModel
import Vocabulary

/// The `advertised.listeners` entry that would be right for a client, as far as the capture shows it.
enum SuggestedListener {
    /// `PROTOCOL://host:port` for the node of the story; nil where nothing is known but that the present one is wrong.
    static func line(for story: AddressStory, _ detail: Detail, in view: CaseView) -> String? {
        guard let giver = story.givers.first, let claim = story.claims.first else { return nil }
        let scheme =
            claim.overTLS ? (claim.signedIn ? "SASL_SSL" : "SSL") : (claim.signedIn ? "SASL_PLAINTEXT" : "PLAINTEXT")
        switch detail {
        case .loopback, .unspecified, .private, .sameEndpoint:
            // A server that gave it out is reached at its own address: right for that node, unless it is another one.
            let own = story.givers.first { view.node(at: $0).map { story.nodes.contains($0) } ?? true }
            return "\(scheme)://\(own.map { "\($0)" } ?? "NAME-THAT-CLIENTS-REACH:\(giver.port)")"
        case .refused, .rejected, .noAnswer, .protocol:
            // The name is good if it leads to a host that serves this client's listener at the giver's port.
            let serves = story.addresses.contains { view.kafkaServers.contains(Endpoint($0, giver.port)) }
            let isOwn = story.addresses.contains(giver.address)
            let host = serves || isOwn || IPAddress(story.host) == nil ? story.host : "NAME-THAT-CLIENTS-REACH"
            return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(giver.port)"
        default:
            return "\(scheme)://NAME-THAT-CLIENTS-RESOLVE:\(story.port)"
        }
    }
}
