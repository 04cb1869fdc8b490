public import Streams
public import Vocabulary

/// What TLS shows without keys.
public struct TLSFacts: Sendable {
    public var clientHelloFrame = FrameRef.none
    public var serverHelloFrame = FrameRef.none
    /// Server name that the client asked for (RFC 6066).
    public var serverName = StringID.none
    /// The version agreed on, as on the wire (0x0303 TLS 1.2, 0x0304 TLS 1.3); 0 where unknown.
    public var version: UInt16 = 0
    public var cipher: UInt16 = 0
    /// A readable alert: its level, description (RFC 8446, section 6), and who sent it.
    public var alertLevel: UInt8 = 0
    public var alert: UInt8 = 255
    public var alertFromClient = false
    public var alertFrame = FrameRef.none
    /// Records of application data, by side.
    public var clientRecords = 0
    public var serverRecords = 0
    public var clientAppBytes: Int64 = 0
    public var serverAppBytes: Int64 = 0
    public var lastClientRecord = CaptureTime(nanoseconds: 0)
    public var lastServerRecord = CaptureTime(nanoseconds: 0)

    public var seen: Bool { !clientHelloFrame.isNone || !serverHelloFrame.isNone || clientRecords + serverRecords > 0 }

    public init() {}
}
