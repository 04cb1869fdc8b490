import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// A refused sign-in between others of the same client and user: what checks them failed, and not the password.
@Suite struct RefusedForAMomentTests {
    private func signIn(_ made: inout SmallCase, at seconds: Double, user: String = "svc", isAccepted: Bool) {
        let record = made.works(at: SmallCase.brokers[0], from: seconds, to: seconds + 0.2)
        record.signIn.stage = isAccepted ? .succeeded : .refused
        record.signIn.error = isAccepted ? 0 : 58
        (record.signIn.mechanism, record.signIn.principal) = (made.text("PLAIN"), made.text(user))
        (record.signIn.startTime, record.signIn.lastStepTime) = (made.time(seconds), made.time(seconds + 0.1))
    }

    private func nature(accepted: [Double], refused: [Double], user: String = "svc") -> Nature? {
        var made = SmallCase()
        for second in accepted { signIn(&made, at: second, user: user, isAccepted: true) }
        for second in refused { signIn(&made, at: second, isAccepted: false) }
        made.ends(at: 300)
        return made.findings().first { $0.kind == .authTerminated }?.nature
    }

    @Test func acceptedAroundItIsTransient() {
        #expect(nature(accepted: [10, 20, 23, 30], refused: [21, 22]) == .transient)
    }

    /// Since when what was refused is accepted; never where it is refused once more behind that.
    private func acceptedSince(accepted: [Double], refused: [Double], user: String = "svc") -> [Double] {
        var made = SmallCase()
        for second in accepted { signIn(&made, at: second, user: user, isAccepted: true) }
        for second in refused { signIn(&made, at: second, isAccepted: false) }
        made.ends(at: 300)
        return made.findings().filter { $0.kind == .authTerminated }.compactMap { finding in
            if case .time(let time)? = finding[.acceptedSince] {
                time.milliseconds(since: made.time(0)) / 1e3
            } else {
                nil
            }
        }
    }

    @Test func whatIsAcceptedInTheEndIsTold() {
        #expect(acceptedSince(accepted: [23, 30], refused: [21, 22]) == [23.1])
        #expect(acceptedSince(accepted: [10, 200], refused: [21, 22]) == [200.1])
        #expect(acceptedSince(accepted: [10, 23], refused: [21, 24]).isEmpty)
        #expect(acceptedSince(accepted: [23, 30], refused: [21, 22], user: "other").isEmpty)
        #expect(acceptedSince(accepted: [], refused: [21, 22]).isEmpty)
    }

    @Test func anythingElseIsASetting() {
        // Never again, never before, another user, long after, and as often as not: two programs under one name.
        #expect(nature(accepted: [10, 15, 20, 20.5], refused: [21, 22]) == .structural)
        #expect(nature(accepted: [23, 24, 25, 26], refused: [21, 22]) == .structural)
        #expect(nature(accepted: [10, 20, 23, 30], refused: [21, 22], user: "other") == .structural)
        #expect(nature(accepted: [10, 15, 20, 200], refused: [21, 22]) == .structural)
        #expect(nature(accepted: [10, 20, 30], refused: [11, 21, 25]) == .structural)
    }
}
