import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A host that was never served, at ports that serve others.
@Suite struct KeptOutTests {
    private static let newcomer = "10.0.7.7"

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .connectFailure }.map {
            "\($0.detail?.rawValue ?? "?") \($0.severity) \($0.confidence) \($0[.servedMeanwhile] == nil ? "" : "others")"
        }
    }

    private func keptOut(times: Int, end: TCPFacts.End = .noAnswer, port: String = "9092") -> SmallCase {
        var made = SmallCase()
        made.works(at: "10.0.0.1:\(port)", from: 0, to: 60)
        made.fails(at: "10.0.0.1:\(port)", from: 5, times: times, end: end, client: Self.newcomer)
        made.ends(at: 60)
        return made
    }

    @Test func whatServesOthersKeepsAHostOut() {
        #expect(told(keptOut(times: 4)) == ["no-answer error likely others"])
        #expect(told(keptOut(times: 5, end: .refused)) == ["refused error likely others"])
        // Whatever its port.
        #expect(told(keptOut(times: 4, port: "5012")) == ["no-answer error likely others"])
    }

    @Test func aLookWhetherSomebodyIsThereIsNotRepeated() {
        #expect(told(keptOut(times: 1, end: .refused)) == ["refused info possible others"])
    }

    /// A name that a host which gets nowhere asks for in vain, beside others that work.
    @Test(arguments: [
        ("kafka-bootstrp.lab", 15, "unresolvable error likely "),
        ("kafka-bootstrp.lab", 1, "unresolvable info possible "),
        ("kafka-exporter.lab", 15, "unresolvable info possible "),
        ("mqtt-broker.lab", 15, "unresolvable info possible "),
    ])
    func aNameThatSaysKafka(_ name: String, _ times: Int, _ expected: String) {
        var made = SmallCase()
        made.works(at: "10.0.0.1:9092", from: 0, to: 60)
        made.lookedUp(name, at: 5, times: times, client: Self.newcomer)
        #expect(told(made) == [expected])
        // The answer that leads there may not have been captured.
        made.works(at: "10.0.0.2:9092", from: 6, to: 60, client: Self.newcomer)
        #expect(made.findings().filter { $0.kind == .connectFailure }.allSatisfy { $0.severity == .info })
    }

    @Test func aPortThatServesNobodyMayBeAnything() {
        var made = keptOut(times: 0)
        made.fails(at: "10.0.0.9:9092", from: 5, times: 4, end: .noAnswer, client: Self.newcomer)
        #expect(told(made) == ["no-answer info possible "])
    }
}
