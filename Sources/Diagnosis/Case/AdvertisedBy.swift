import Conversations
import ReportModel
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

    /// The answer came after the connection: that an earlier one said the same is an assumption.
    var isAssumed: Bool

    /// The claims before the connection that lead to its server; where the client was there before the capture began,
    /// later ones too.
    static func told(_ record: ConnectionRecord, in view: CaseView) -> AdvertisedBy? {
        let pair = ClientAtServer(client: record.client.address, server: record.server)
        let claims = (view.claimsByPair[pair] ?? []).map { view.file.addresses.claims[$0] }.filter {
            $0.toldBy != record.server
        }
        let before = claims.filter { $0.firstTime <= record.tcp.firstTime }
        if !before.isEmpty { return AdvertisedBy(before, record, isAssumed: false, view) }
        guard view.wasHereBefore(record.client.address) else { return nil }
        return AdvertisedBy(claims, record, isAssumed: true, view)
    }

    private init?(_ claims: [AddressClaim], _ record: ConnectionRecord, isAssumed: Bool, _ view: CaseView) {
        guard let first = claims.first else { return nil }
        (host, port, node) = (view.file.text(first.host) ?? "", Int(first.port), Int(first.node))
        givers = Array(Set(claims.map { "\($0.toldBy)" })).sorted()
        frame = first.firstFrame
        speaksAlike = claims.contains { $0.overTLS == record.tls.seenFromClient }
        self.isAssumed = isAssumed
    }
}

extension Verdict {
    /// The connection came to nothing because of the address that a broker gave out.
    mutating func blameAddress(_ told: AdvertisedBy, _ detail: Detail) {
        kind = .advertisedAddressMismatch
        self.detail = detail
        advertisedBy = told.givers
        nodeId = told.node
        frames.insert(told.frame, at: 0)
        add(.advertisedHost, .text(told.host))
        add(.advertisedPort, .number(told.port))
        add(.toldBy, .list(told.givers))
        if told.isAssumed { doubt(.startsMidway, ceiling: .likely) }
    }
}

extension TLSFacts {
    /// The client began a TLS handshake; a lone alert of the server is none.
    var seenFromClient: Bool { !clientHelloFrame.isNone || clientRecords > 0 }
}
