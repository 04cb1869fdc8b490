public import Vocabulary

/// Why something that looks like a fault is normal where it stands. The raw values are JSON's.
public enum Excuse: String, Sendable, CaseIterable {
    // error codes
    /// The same request for the same thing went well within seconds.
    case healed = "healed-within-seconds"
    /// The code is the protocol's way to ask for the next step.
    case nextStep = "asks-for-the-next-step"
    /// The code tells how things are, which is what was asked.
    case statesFact = "states-a-fact"
    /// A newer client took the broker's older ApiVersions (KIP-511).
    case versionFallback = "version-fallback"
    /// Sent right behind the member's own leave.
    case behindLeave = "sent-behind-a-leave"
    /// Sent while the member's own join was under way.
    case behindJoin = "sent-behind-a-join"
    /// The capture ends before it could have gone well.
    case noTimeToHeal = "capture-ends-too-soon"
    /// The same client's batches of that partition were lost before: another finding tells of that.
    case followsLoss = "follows-a-loss"
    /// It was on its way behind a batch of the same partition that was refused, and the producer sends them all again.
    case behindRefused = "sent-behind-a-refused-batch"
    /// The same response refused another item of the same request, so this one was not tried.
    case notAttempted = "another-item-failed"
    /// A member learned that it was out of its group, and joined again: what threw it out is told.
    case memberWasOut = "member-was-out"
    /// Another living program has taken the name over, which is told of the two (`identity-conflict`).
    case nameTaken = "name-taken-over"
    /// Packets of that client are missing where the success would be.
    case mayBeInHole = "success-may-be-missing"
    // ends and attempts
    /// Another address of the same name worked at once.
    case siblingWorks = "another-address-works"
    /// Nothing says that Kafka was meant.
    case notKafka = "not-kafka"
    /// GSSAPI tells its end by no sign: both sides have had their tokens, and the connection was closed when idle.
    case signInWasDone = "sign-in-was-done"
}

/// What an excuse is bound to: where one of these differs, or the time, nothing is excused.
public enum Bond: String, Sendable, CaseIterable {
    case connection, client, server, group, partition, topic, api, time
    case hostPair = "host-pair"
    case name
}

/// How often an excuse held.
public struct ExcuseCount: Sendable {
    public var excuse: Excuse
    /// What it kept from being told.
    public var kind: FindingKind
    /// Kafka's name of the error code, where it is about one.
    public var error: String?
    public var boundTo: [Bond]
    public var count = 0
    public var first: CaptureTime
    public var last: CaptureTime

    public init(excuse: Excuse, kind: FindingKind, error: String?, boundTo: [Bond], at time: CaptureTime) {
        (self.excuse, self.kind, self.error, self.boundTo) = (excuse, kind, error, boundTo)
        (first, last) = (time, time)
    }
}
