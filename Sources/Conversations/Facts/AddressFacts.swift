public import Vocabulary

/// "Node N is at host:port", as one broker told one client.
public struct AddressClaim: Sendable {
    /// The client's host.
    public var client: IPAddress
    public var clientId: StringID
    /// Where the client was connected when it was told.
    public var toldBy: Endpoint
    public var node: Int32
    public var host: StringID
    public var port: Int32
    public var rack: StringID
    public var clusterId: StringID
    /// API whose response carried it.
    public var api: Int16
    /// The connection that it came on was encrypted, or signed in.
    public var overTLS: Bool
    public var signedIn: Bool

    public var firstTime: CaptureTime
    public var firstFrame: FrameRef
    public var lastTime: CaptureTime
    public var count = 1
    /// Frames of the first few answers with it.
    public var frames: [FrameRef]
}

/// One question and what came of it, from DNS in the same capture.
public struct DNSAnswer: Sendable {
    /// Who asked.
    public var client: IPAddress
    /// Lower case, without the dot at its end.
    public var name: StringID
    /// 1 = A, 28 = AAAA.
    public var type: UInt16
    /// 0 no error, 2 SERVFAIL, 3 NXDOMAIN; nil: asked and never answered.
    public var code: UInt8?
    public var addresses: [IPAddress]
    public var firstTime: CaptureTime
    public var lastTime: CaptureTime
    public var frames: [FrameRef]
    public var count = 1
}

/// What Metadata said of the cluster, by the address that said it.
public struct ClusterSighting: Sendable {
    public var server: Endpoint
    public var clusterId: StringID
    public var firstTime: CaptureTime
    public var firstFrame: FrameRef
    public var lastTime: CaptureTime
    public var client: IPAddress
}
