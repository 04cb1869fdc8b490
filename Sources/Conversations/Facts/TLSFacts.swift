public import TLS
public import Vocabulary

/// What TLS shows of a connection; all of it in `handshake`, what most readers ask for beside it.
public struct TLSFacts: Sendable {
    public var handshake = HandshakeFacts()
    public var clientHelloFrame = FrameRef.none
    public var serverHelloFrame = FrameRef.none
    /// Server name that the client asked for (RFC 6066).
    public var serverName = StringID.none
    /// The version agreed on, as on the wire (0x0303 TLS 1.2, 0x0304 TLS 1.3); 0 where unknown.
    public var version: UInt16 = 0
    public var cipher: UInt16 = 0
    /// The first alert that was read and is no goodbye: its level, description (RFC 8446, section 6), and who sent it.
    public var alertLevel: UInt8 = 0
    public var alert: UInt8 = 255
    public var alertFromClient = false
    public var alertFrame = FrameRef.none
    /// Records with encrypted content, by side.
    public var clientRecords = 0
    public var serverRecords = 0
    public var clientAppBytes: Int64 = 0
    public var serverAppBytes: Int64 = 0

    /// A handshake was begun, or encrypted records seen.
    public var seen: Bool { !clientHelloFrame.isNone || !serverHelloFrame.isNone || clientRecords + serverRecords > 0 }
    /// Keys opened records: what Kafka's layer says rests on plain text.
    public var isOpened: Bool { handshake.isOpened }

    public init() {}
}
