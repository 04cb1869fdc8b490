import Conversations
import ReportModel
import Streams
import Vocabulary

/// The two ends speak different protocols: told by the first bytes of each, whoever closed.
///
/// Where a broker gave the address out and the client speaks there as it did to that broker, the address is at fault.
struct ProtocolMismatch: EndRule {
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        ends.judge { place in
            guard let (detail, confidence) = mismatch(view.records[place], view) else { return nil }
            return verdict(view.records[place], detail, confidence, view)
        }
    }

    private func mismatch(_ record: ConnectionRecord, _ view: CaseView) -> (Detail, Confidence)? {
        guard record.wasEstablished, !record.startsMidway else { return nil }
        if record.clientSpoke == .kafka, record.serverSpoke == .tls { return (.plaintextToTLS, .certain) }
        if record.clientSpoke == .kafka, record.serverSpoke == .http { return (.http, .certain) }
        if answersInAnotherTongue(record, view) { return (.otherProtocol, .likely) }
        guard record.fromServer.payloadBytes == 0, record.serverSpoke == .silent, record.tcp.firstCloser != nil else {
            return nil
        }
        // Who did not get to answer speaks no other protocol.
        if ForeignReset.isForeign(record, in: view) { return nil }
        if record.proxyHeader { return proxy(record, view) }
        switch record.clientSpoke {
        case .tls: return tls(record, view)
        case .kafka: return plaintext(record, view)
        case .http where isKafkasPort(record.server, view): return (.http, sure(record, view))
        case let spoken where spoken.isForeign && spoken != .http:
            return view.kafkaServers.contains(record.server) ? (.otherProtocol, .certain) : nil
        default: return nil
        }
    }

    /// A web client at another port of a broker's host wants something else that runs there, and what answers HTTP in HTTP is a
    /// web server, whatever its port.
    private func isKafkasPort(_ server: Endpoint, _ view: CaseView) -> Bool {
        if view.connections(to: server).contains(where: { $0.clientSpoke == .http && $0.serverSpoke == .http }) {
            return false
        }
        return view.isKafkaPort(server.port)
            || !view.kafkaHosts.contains(server.address) && view.soundsLikeKafka(server)
    }

    /// Another connection shows that this server speaks Kafka in clear.
    private func sure(_ record: ConnectionRecord, _ view: CaseView) -> Confidence {
        view.kafkaServers.contains(record.server) ? .certain : .likely
    }

    /// A ClientHello that is answered by a close without a byte. Where the same port completes other handshakes, it is the
    /// handshake's matter; and where the client closed, its own, unless others are served there in clear: some servers take
    /// the hello for the length of a request and wait for the rest.
    private func tls(_ record: ConnectionRecord, _ view: CaseView) -> (Detail, Confidence)? {
        if view.traits(of: record.server).speaksTLS { return nil }
        guard record.fromServer.packets > 0,
            record.clientClosedFirst == false || view.kafkaServers.contains(record.server)
        else { return nil }
        return (.tlsToPlaintext, sure(record, view))
    }

    /// A request that is answered by a close without a byte, at a port where others complete a TLS handshake.
    private func plaintext(_ record: ConnectionRecord, _ view: CaseView) -> (Detail, Confidence)? {
        guard record.clientClosedFirst == false, record.kafka.requests > 0,
            view.traits(of: record.server).speaksTLS, !view.kafkaServers.contains(record.server)
        else { return nil }
        return (.plaintextToTLS, .likely)
    }

    /// What came back is no frame of Kafka's, and nobody ever got one from there.
    private func answersInAnotherTongue(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        record.clientSpoke == .kafka && (record.serverSpoke == .unknown || record.serverSpoke.isForeign)
            && record.kafka.responses == 0 && record.fromServer.payloadBytes > 0 && record.fromServer.gapBytes == 0
            && record.fromServer.cutBytes == 0
            && !view.kafkaServers.contains(record.server)
    }

    private func proxy(_ record: ConnectionRecord, _ view: CaseView) -> (Detail, Confidence)? {
        guard record.clientClosedFirst == false else { return nil }
        if view.traits(of: record.server).takesProxyHeader { return nil }
        return (.proxyProtocol, sure(record, view))
    }

    private func verdict(_ record: ConnectionRecord, _ detail: Detail, _ confidence: Confidence, _ view: CaseView)
        -> Verdict
    {
        var verdict = Verdict(.protocolMismatch, .error, confidence, record, in: view)
        verdict.nature = .structural
        verdict.detail = detail
        verdict.closedBy = record.closer
        verdict.frames += [record.fromClient.lastDataFrame, record.fromServer.lastDataFrame]
        if record.proxyHeader { verdict.frames.append(record.tcp.firstFrame) }
        verdict.requests = record.unanswered.filter { !$0.wantsNoAnswer }.prefix(20).map {
            LostRequest($0, of: record, in: view, ended: verdict.last)
        }
        verdict.add(.firstBytes, .optional(record.firstLength.map(Self.firstBytes)))
        if record.clientSpoke.isForeign { verdict.add(.clientSpoke, .text(record.clientSpoke.name)) }
        if record.serverSpoke.isForeign { verdict.add(.serverSpoke, .text(record.serverSpoke.name)) }
        if record.clientSpoke != .kafka, !view.mayBeKafkas(record) { verdict.silence(.notKafka) }
        let isTLSMatter = detail == .tlsToPlaintext || detail == .plaintextToTLS
        guard isTLSMatter else { return verdict }
        if let told = AdvertisedBy.told(record, in: view) {
            if told.speaksAlike { verdict.blameAddress(told, .protocol) }
        } else {
            doubtWhoseAddress(&verdict, record.client.address, view)
        }
        return verdict
    }

    /// A broker may have given the address out where the capture does not show it.
    private func doubtWhoseAddress(_ verdict: inout Verdict, _ client: IPAddress, _ view: CaseView) {
        if view.wasHereBefore(client) { verdict.doubt(.startsMidway) }
        if view.capture.cut > 0 { verdict.doubt(.packetsCut) }
    }

    /// The first four bytes in hexadecimal, and the frame length as which a broker reads them.
    private static func firstBytes(_ length: Int) -> String {
        let hex = [24, 16, 8, 0].map { shift in
            let byte = String(UInt8(truncatingIfNeeded: length >> shift), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }
        return "\(hex.joined(separator: " ")) (as a frame length: \(length))"
    }
}

extension ConnectionRecord {
    /// Who closed first, in the report's words.
    var closer: Closer { clientClosedFirst.map { $0 ? .client : .broker } ?? .unknown }
}
