public import Vocabulary

/// Learns the names in all messages of a capture.
public final class NameLearner: MessageObserver {
    private let names: MessageNames
    public let showsMessages = true

    public init(_ names: MessageNames) { self.names = names }

    public func took(_ request: ObservedRequest) {
        names.learn(request.body)
        if let id = request.clientId { names.learn(client: id) }
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) { names.learn(answer.body) }
    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) { names.learn(answer.body) }
    public func cut(_ answer: ObservedAnswer, to request: ObservedRequest) { names.learn(answer.body) }
    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

    public func tookRecords(
        of connection: UInt64, isClients: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64,
        serverName: String?
    ) {
        if let serverName { names.learn(host: serverName) }
    }

    public func tookProxyHeader(of connection: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) {
        names.learn(proxyHeader: Array(bytes))
    }
}
