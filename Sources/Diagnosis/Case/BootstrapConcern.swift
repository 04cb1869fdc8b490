import Conversations
import ReportModel
import Streams
import Vocabulary

/// Whether an address that no broker gave out was meant for Kafka at all: programs connect to, and look up, much else.
enum BootstrapConcern {
    /// The next bootstrap server is tried within this time.
    private static let nextWithin = Span.seconds(60)

    /// The client speaks Kafka elsewhere in this capture and the port is Kafka's, or there is nothing here but such attempts.
    /// Nil where nothing says so.
    static func of(attemptsAt server: Endpoint, by client: IPAddress, _ view: CaseView) -> Confidence? {
        if view.isKafkaPort(server.port) {
            let traits = view.traits(of: client)
            if traits.isServed { return .certain }
            if traits.speaksTLSAtKafka { return .likely }
        }
        // Whatever a new host is, it wants what others have there, and does not get it however often it tries.
        if view.kafkaServers.contains(server), persists(client, view) { return .likely }
        return !CaseView.isOthersPort(server.port) && isAllThereIs(of: client, view) ? .certain : nil
    }

    /// A look whether somebody is there, as monitors and people take it, is not repeated, and not waited for.
    private static func persists(_ client: IPAddress, _ view: CaseView) -> Bool {
        let tries = view.records(of: client).filter { $0.isFailedAttempt && view.kafkaServers.contains($0.server) }
        return tries.count >= 3 || tries.contains { $0.tcp.synCount >= 3 }
    }

    /// The capture holds nothing but attempts that failed, and this host tries a port that Kafka usually has.
    static func isAllThereIs(of client: IPAddress, _ view: CaseView) -> Bool {
        view.isWithoutConnections && view.traits(of: client).triesKafkaPort
    }

    /// The server where the client was served soon after it had failed at another.
    static func nextWorked(_ client: IPAddress, after time: CaptureTime, _ view: CaseView) -> Endpoint? {
        guard let next = view.firstAnswered(client, after: time), next.tcp.firstTime.since(time) < nextWithin else {
            return nil
        }
        return next.server
    }

    /// A broker may have given the address out where the capture does not show it: before its start, or in an answer that
    /// was cut. Then the fault is real, but whose it is cannot be said.
    static func doubt(_ verdict: inout Verdict, _ client: IPAddress, _ view: CaseView, isSure: Bool) {
        let traits = view.traits(of: client)
        if view.wasAtWorkBefore(client) || !isSure && view.wasHereBefore(client) {
            verdict.doubt(.startsMidway, ceiling: .possible)
        }
        if view.capture.cut > 0, traits.isServed {
            verdict.doubt(.packetsCut, ceiling: .possible)
        }
        // Where no server at all is seen to answer, its packets may not have been captured.
        if !view.showsServers { verdict.doubt(.oneDirection) }
        if !traits.oneSided.isEmpty { verdict.doubt(.oneDirection, ceiling: .possible) }
    }
}
