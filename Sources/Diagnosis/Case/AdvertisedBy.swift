import Conversations
import Streams
import Vocabulary

/// That a connection went to an address which a broker had given to this client.
struct AdvertisedBy {
    var host: String
    var port: Int
    var node: Int
    /// The servers that gave it out.
    var givers: [String]
    /// The first answer with it.
    var frame: FrameRef
    /// The client speaks there as it did where it was told: with TLS or without, signed in or not.
    var speaksAlike: Bool

    /// The latest claims before the connection that lead to its server.
    static func told(_ record: ConnectionRecord, in view: CaseView) -> AdvertisedBy? {
        let claims = view.file.claims.filter { claim in
            claim.client == record.client.address && claim.port == Int32(record.server.port)
                && claim.firstTime <= record.tcp.firstTime && claim.toldBy != record.server
                && view.file.addresses(of: claim.host, for: claim.client).contains(record.server.address)
        }
        guard let first = claims.first else { return nil }
        return AdvertisedBy(
            host: view.file.text(first.host) ?? "", port: Int(first.port), node: Int(first.node),
            givers: Array(Set(claims.map { "\($0.toldBy)" })).sorted(), frame: first.firstFrame,
            speaksAlike: claims.contains { $0.overTLS == record.tls.seenFromClient })
    }
}

extension TLSFacts {
    /// The client began a TLS handshake; a lone alert of the server is none.
    var seenFromClient: Bool { !clientHelloFrame.isNone || clientRecords > 0 }
}
