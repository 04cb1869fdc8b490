public import Vocabulary

/// A name under which one program at a time may work.
public struct Identity: Hashable, Sendable {
    public enum Kind: UInt8, Sendable { case groupInstance, transactional }

    public var kind: Kind
    public var name: StringID
    /// Of an instance id, which is a member's of that group only.
    public var group: StringID

    public init(_ kind: Kind, _ name: StringID, group: StringID = .none) {
        (self.kind, self.name, self.group) = (kind, name, group)
    }
}

/// A connection on which a broker let a program in under an identity.
public struct IdentityUse: Sendable {
    public struct Key: Hashable, Sendable {
        public var identity: Identity
        public var client: Endpoint
        public var clientId: StringID
        public var server: Endpoint
    }

    /// One time that it was let in.
    public struct Admission: Sendable {
        public var asked: CaptureTime
        public var answered: CaptureTime
        /// The answer.
        public var frame: FrameRef
        /// It had been let in before and asked for its next epoch: no other program.
        public var goesOn: Bool
    }

    public var key: Key
    /// The first of them, and the last one.
    public private(set) var admissions: [Admission] = []
    /// When it was last told that all is well.
    public var last: CaptureTime

    init(_ key: Key, at time: CaptureTime) { (self.key, last) = (key, time) }

    mutating func add(_ admission: Admission) {
        last = max(last, admission.answered)
        if admissions.count < Self.kept { admissions.append(admission) } else { admissions[Self.kept - 1] = admission }
    }
    private static let kept = 16
}

/// A request that was refused because another program has the identity now, or has it still.
public struct IdentityRefusal: Sendable {
    public var key: IdentityUse.Key
    public var code: Int16
    public var api: Int16
    public var sent: CaptureTime
    public var answered: CaptureTime
    public var requestFrame: FrameRef
    public var frame: FrameRef
}

/// Who was let in under an identity that only one program may have at a time, and who was refused.
public struct IdentityFacts {
    public internal(set) var uses: BoundedTable<IdentityUse.Key, IdentityUse>
    public internal(set) var refusals: BoundedList<IdentityRefusal>
    public internal(set) var kerberosErrors: BoundedList<KerberosError>

    init(_ limits: Limits) {
        let bound = Bound(
            name: "identities", most: limits.identities, leftOut: "static members and transactional ids beyond it")
        uses = BoundedTable(bound)
        refusals = BoundedList(bound)
        kerberosErrors = BoundedList(
            Bound(name: "errorRows", most: limits.errorRows, leftOut: "errors of a KDC beyond it"))
    }

    var limitsReached: [LimitTrip?] { [uses.limitReached, refusals.limitReached, kerberosErrors.limitReached] }

    mutating func admit(_ key: IdentityUse.Key, _ admission: IdentityUse.Admission) {
        uses.update(key, beginning: IdentityUse(key, at: admission.answered)) { $0.add(admission) }
    }

    /// It works under an identity under which it had been let in before.
    mutating func noteAlive(_ key: IdentityUse.Key, at time: CaptureTime) {
        uses.update(key, beginning: IdentityUse(key, at: time)) { $0.last = Swift.max($0.last, time) }
    }

    mutating func refuse(_ refusal: IdentityRefusal) { refusals.append(refusal) }

    mutating func forget(before time: CaptureTime) {
        uses.removeAll { $1.last < time }
        refusals.removeAll { $0.answered < time }
        kerberosErrors.removeAll { $0.time < time }
    }
}
