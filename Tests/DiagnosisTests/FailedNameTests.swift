import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// A broker's name that no name server could answer for a time, and that leads to it again.
@Suite struct FailedNameTests {
    /// - Parameters:
    ///   - codes: of the answers, a second apart; nil: the address.
    ///   - other: the same for the other family.
    private func told(_ codes: [UInt8?], other: [UInt8?] = []) -> [String] {
        var made = SmallCase()
        made.works(at: SmallCase.brokers[0], from: 40, to: 60)
        for (type, codes) in [(UInt16(1), codes), (28, other)] where !codes.isEmpty {
            var asked = DNSAnswer(
                client: made.address(SmallCase.client), name: made.text("kafka.corp"), type: type, code: nil,
                addresses: [], firstTime: made.time(1), lastTime: made.time(1), frames: [made.nextFrame()], lastId: 1)
            let broker = made.endpoint(SmallCase.brokers[0]).address
            for (second, code) in codes.enumerated() {
                asked.ask(at: made.time(1 + Double(second)))
                asked.answer(
                    code ?? 0, code == nil ? [broker] : [], at: made.time(1.01 + Double(second)), made.nextFrame())
            }
            made.file.addresses.dns.append(asked)
            made.file.addresses.learn(name: "kafka.corp", of: broker)
        }
        made.ends(at: 100)
        return made.findings().filter { $0.detail == .unresolvable }.map {
            "\($0.severity) \($0.count) \($0.nature.map { "\($0)" } ?? "-")"
        }
    }

    @Test func serversThatFailForSecondsAreTold() {
        #expect(told([2, 2, 2, 2, 2, nil]) == ["warning 5 transient"])
    }

    @Test func aMomentIsNot() {
        #expect(told([2, 2, nil]).isEmpty)
        #expect(told([2, 2, 2, nil]).isEmpty)
    }

    @Test func whatIsOnlyNotThereYetIsNoFailure() {
        #expect(told([3, 3, 3, 3, 3, nil]).isEmpty)
        #expect(told([3, 3, 3, 3, 2, nil]).isEmpty)
    }

    /// Who gets one of two addresses connects.
    @Test func oneFamilyThatIsAnsweredIsEnough() {
        #expect(told([nil, nil, nil, nil, nil, nil], other: [2, 2, 2, 2, 2, nil]).isEmpty)
    }
}
