public import Vocabulary

/// How far a sign-in came (SASL, KIP-12, KIP-43, KIP-152, KIP-368).
public struct SignInFacts: Sendable {
    public enum Stage: UInt8, Sendable, Comparable {
        case none
        /// SaslHandshake sent.
        case handshakeSent
        /// The broker accepted the mechanism.
        case mechanismAccepted
        /// Tokens are being exchanged.
        case tokens
        case succeeded
        case refused

        public static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
    }

    public var stage = Stage.none
    /// Version of SaslHandshake: after version 0 tokens follow without Kafka headers. -1 where none was seen.
    public var handshakeVersion: Int16 = -1
    public var mechanism = StringID.none
    /// What the broker offered, where it refused the mechanism or listed them.
    public var offered: [StringID] = []
    public var error: Int16 = 0
    /// The broker's own words, or an OAUTHBEARER status.
    public var message = StringID.none
    /// User name, never a secret.
    public var principal = StringID.none
    public var tokenIssuer = StringID.none
    public var tokenAudience = StringID.none
    /// Seconds since 1970; 0 where unknown.
    public var tokenExpires: Int64 = 0

    public var tokensFromClient = 0
    public var tokensFromServer = 0
    /// A complete token of the client stands without answer.
    public var clientTokenUnanswered = false
    /// The server answered and the client owes the next step.
    public var clientOwes = false

    public var startTime = CaptureTime(nanoseconds: 0)
    public var lastStepTime = CaptureTime(nanoseconds: 0)
    public var startFrame = FrameRef.none
    /// The same of the connection's first sign-in, of which a later one is a renewal.
    public var firstStartTime = CaptureTime(nanoseconds: 0)
    public var firstStartFrame = FrameRef.none
    public var errorFrame = FrameRef.none
    public var frames: [FrameRef] = []

    public var succeededTime = CaptureTime(nanoseconds: 0)
    /// Milliseconds; 0: the session does not expire.
    public var sessionLifetimeMs: Int64 = 0
    /// Sign-ins after the first on the same connection.
    public var repeats = 0
    /// The failure happened in such a repeat.
    public var isRepeat: Bool { repeats > 0 }

    public var inProgress: Bool { stage > .none && stage < .succeeded }

    public init() {}

    /// Keeps the frame as evidence, a few of them.
    mutating func note(_ frame: FrameRef) { if frames.count < 8, frames.last != frame { frames.append(frame) } }
}
