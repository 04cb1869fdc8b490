import Conversations
import Streams
import Vocabulary

extension CaseView {
    /// Another address, or another port, at which the same node answered clients between two moments: its process ran.
    func otherListener(of server: Endpoint, from: CaptureTime, to: CaptureTime) -> Endpoint? {
        guard from < to, let id = node(at: server) else { return nil }
        let clusters = clusters(at: server)
        return servers(ofNode: id).first { other in
            other != server
                && (!clusters.isDisjoint(with: self.clusters(at: other)) || haveOneName(server, other))
                && file.times.answers(of: other).contains { $0 > from && $0 < to }
        }
    }

    /// What had been under way when a server was gone still arrived by then; a restart takes longer than the second.
    private static let underWay = Span.milliseconds(200)
    private static let restarts = Span.seconds(3)

    /// Where the node of a server that ended its connections went on at once.
    func otherListener(of end: NodeEnd) -> Endpoint? {
        otherListener(
            of: end.server, from: end.to.adding(nanoseconds: Self.underWay),
            to: end.to.adding(nanoseconds: Self.restarts))
    }

    /// A name that brokers gave out leads to both, as one with an IPv4 and an IPv6 address does.
    private func haveOneName(_ one: Endpoint, _ other: Endpoint) -> Bool {
        one.port == other.port && places.values.contains { $0.contains(one) && $0.contains(other) }
    }

    private func clusters(at server: Endpoint) -> Set<StringID> {
        Set(connections(to: server).map(\.kafka.clusterId).filter { !$0.isNone })
    }
}
