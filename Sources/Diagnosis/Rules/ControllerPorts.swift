import Conversations
import ReportModel
import Streams
import Vocabulary

/// A client that was sent to a KRaft controller's port: it reads there that no Metadata is offered, and gives up without a
/// request (KIP-919). Where it asks all the same, the controller closes: that is told with the lost request.
struct ControllerPorts: Rule {
    /// Who goes on does so within this time of the list.
    private static let goesOnWithin = Span.seconds(1)

    private struct Program: Hashable {
        var server: Endpoint
        var host: IPAddress
        var clientId: StringID
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let controllers = view.records.filter { $0.kafka.offered?.isController == true && isLeft($0, view) }
        let programs = Dictionary(grouping: controllers) {
            Program(server: $0.server, host: $0.client.address, clientId: $0.kafka.clientId)
        }
        // Hosts of brokers and of other controllers.
        let serving = controllers.isEmpty ? [] : Set(view.byServer.keys.map(\.address))
        return programs.filter { !serving.contains($0.key.host) && hasNoBusiness($0.key, view) }
            .sorted {
                ($0.key.server, $0.key.host, $0.key.clientId.raw) < ($1.key.server, $1.key.host, $1.key.clientId.raw)
            }
            .map { verdict($0.key, $0.value, view) }
    }

    /// The list of versions is the last thing that anybody wanted of this connection.
    private func isLeft(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        guard !record.startsMidway, !record.isOneSided, record.kafka.workAnswered == 0, record.unanswered.isEmpty,
            record.kafka.requests == record.kafka.responses,
            record.kafka.answerGaps == 0, record.kafka.requestGaps == 0
        else { return false }
        return record.clientClosedFirst == true
            || view.captureEnd.since(record.kafka.lastResponseTime) > Self.goesOnWithin
    }

    /// Brokers and administrators' tools ask a controller for more than its versions.
    private func hasNoBusiness(_ program: Program, _ view: CaseView) -> Bool {
        !view.connections(of: program.host, to: program.server).contains {
            $0.kafka.workAnswered > 0 || $0.startsMidway
                || $0.kafka.clientId == program.clientId && !$0.unanswered.isEmpty
        }
    }

    private func verdict(_ program: Program, _ left: [ConnectionRecord], _ view: CaseView) -> Verdict {
        let worksElsewhere = view.records(of: program.host, program.clientId).contains { $0.kafka.workAnswered > 0 }
        var verdict = Verdict(
            .unsupportedVersion, worksElsewhere ? .warning : .error, .likely, left[0], in: view)
        verdict.first = left[0].kafka.lastResponseTime
        verdict.last = left.map(\.kafka.lastResponseTime).max() ?? verdict.first
        verdict.count = left.count
        verdict.nature = .structural
        verdict.connections = left.prefix(12).map(\.id)
        verdict.frames = left.prefix(12).flatMap { [$0.kafka.lastRequestFrame, $0.kafka.lastResponseFrame] }
        verdict.add(.apiName, .text("Metadata"))
        verdict.add(.offeredVersions, .text("none"))
        verdict.add(.controllerPort, .flag(true))
        return verdict
    }
}
