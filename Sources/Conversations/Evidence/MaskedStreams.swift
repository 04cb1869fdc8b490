import Vocabulary

/// Of streams that are shown without names: what stands in place of those, and what of TLS and PROXY headers is shown.
struct MaskedStreams {
    /// Of one direction.
    struct Masked {
        var shown: [Range<Int64>] = []
        var patches: [StreamPatch] = []
        var records = ClearRecords()
    }

    private let names: MessageNames
    private var streams: [UInt64: (client: Masked, server: Masked)] = [:]

    init(_ names: MessageNames) { self.names = names }

    /// - Returns: how many patches a message takes.
    mutating func take(_ request: ObservedRequest) -> Int {
        guard request.offset >= 0 else { return 0 }
        var patches = names.patches(of: request.body, api: request.api, at: request.offset)
        if let id = request.clientId, !id.isEmpty {
            patches.append(names.patch(client: id, ofRequestAt: request.offset))
        }
        change(request.connection, isClients: true) { $0.patches += patches }
        return patches.count
    }

    mutating func take(_ answer: ObservedAnswer, to request: ObservedRequest) -> Int {
        guard answer.offset >= 0 else { return 0 }
        let patches = names.patches(of: answer.body, api: request.api, at: answer.offset)
        change(request.connection, isClients: false) { $0.patches += patches }
        return patches.count
    }

    mutating func takeRecords(
        of connection: UInt64, isClients: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64,
        serverName: String?
    ) {
        let names = names
        change(connection, isClients: isClients) { masked in
            for part in masked.records.take(bytes, at: offset) {
                switch part {
                case .shown(let range): masked.shown.extend(by: range)
                case .hello(let start, let message):
                    masked.shown.extend(by: start..<start.addingSaturated(Int64(message.count)))
                    guard let serverName, !serverName.isEmpty else { continue }
                    masked.patches += Self.places(of: Array(serverName.utf8), in: message).map {
                        StreamPatch(offset: start.addingSaturated(Int64($0)), bytes: names.host(serverName))
                    }
                }
            }
        }
    }

    mutating func takeProxyHeader(of connection: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) {
        let patch = StreamPatch(offset: offset, bytes: names.proxyHeader(Array(bytes)))
        change(connection, isClients: true) {
            $0.shown.extend(by: offset..<patch.end)
            $0.patches.append(patch)
        }
    }

    private static func places(of name: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard bytes.count >= name.count else { return [] }
        return (0...(bytes.count - name.count)).filter { bytes[$0..<($0 + name.count)].elementsEqual(name) }
    }

    private mutating func change(_ connection: UInt64, isClients: Bool, _ change: (inout Masked) -> Void) {
        var both = streams.removeValue(forKey: connection) ?? (Masked(), Masked())
        if isClients { change(&both.client) } else { change(&both.server) }
        streams[connection] = both
    }

    mutating func remove(_ connection: UInt64) -> (client: Masked, server: Masked) {
        streams.removeValue(forKey: connection) ?? (Masked(), Masked())
    }
}
