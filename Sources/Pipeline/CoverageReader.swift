import Capture
import Conversations
import ReportModel
import Streams
import Vocabulary

/// How much of the capture was understood, and why it is not all.
struct CoverageReader {
    let file: CaseFile
    let sources: [SourceFacts]
    /// Payload bytes of no known position in any stream.
    let strayBytes: Int64
    var probes: Set<IPAddress> = []
    /// A key log was given.
    var keysGiven = false

    /// What hosts that only look sent and got belongs to other protocols, whatever it was; so does what goes over other ports
    /// than Kafka's and is none of its by its first bytes.
    private var totals: CaseFile.Totals {
        var totals = file.totals
        let others = OtherServices(file)
        if probes.isEmpty, others.isEmpty { return totals }
        let selection = CaseSelection(
            isPartOfTime: false, connection: { probes.contains($0.client.address) || others.contain($0) },
            folded: { probes.contains($0.client) }, parties: { _, _, _ in false }, span: { _, _ in false })
        let theirs = file.narrowed(to: selection).totals
        totals.unknownBytes -= theirs.unknownBytes
        totals.encryptedBytes -= theirs.encryptedBytes
        totals.understoodBytes -= theirs.understoodBytes
        let named = theirs.otherBytes.values.reduce(0, +)
        if theirs.payloadBytes > named { totals.otherBytes[.unknown, default: 0] += theirs.payloadBytes - named }
        return totals
    }

    var coverage: Coverage {
        let totals = totals
        var coverage = Coverage()
        let other = totals.otherBytes.values.reduce(0, +)
        coverage.tcpPayloadBytes = totals.payloadBytes + strayBytes - other
        coverage.understoodBytes = totals.understoodBytes
        coverage.encryptedBytes = totals.encryptedBytes
        coverage.gapBytes = totals.gapBytes
        coverage.unknownBytes = totals.unknownBytes + strayBytes
        if totals.decoded == 0, totals.pairedOnly > 0 {
            // Answers alone, of which not even the API is known, are nothing that was understood.
            coverage.unknownBytes += coverage.understoodBytes
            coverage.understoodBytes = 0
        }
        coverage.otherProtocolBytes = other
        coverage.messagesDecoded = totals.decoded
        coverage.messagesPairedOnly = totals.pairedOnly
        coverage.answersUnread = totals.answersUnread
        coverage.messagesCut = totals.cut
        coverage.messagesMalformed = totals.malformed
        coverage.messagesWithBytesLeftOver = totals.leftOver
        coverage.oneDirectionConnections = totals.oneDirection
        let withData = file.connections.records.count { $0.fromClient.payloadBytes + $0.fromServer.payloadBytes > 0 }
        coverage.isMostlyOneSided = totals.oneDirection > 0 && totals.oneDirection * 2 >= withData
        coverage.oneDirectionKafkaConnections = file.connections.records.count { $0.isOneSided && $0.speaksKafka }
        coverage.midStreamConnections = totals.midStream
        coverage.otherProtocols = totals.otherBytes.map { ($0.key.name, $0.value) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        coverage.reasons = reasons(coverage)
        return coverage
    }

    private func reasons(_ coverage: Coverage) -> [String] {
        var reasons: [String] = []
        if coverage.encryptedBytes > 0 {
            let bytes = Self.counted(coverage.encryptedBytes, "byte")
            let remedy =
                keysGiven
                ? "that no key of the given log opens; it has to be of these connections, from before they began"
                : "without keys; a key log (--keylog) would open them"
            reasons.append("\(bytes) \(coverage.encryptedBytes == 1 ? "is" : "are") TLS \(remedy)")
        }
        if coverage.oneDirectionConnections > 0 {
            reasons.append(
                "\(Self.counted(coverage.oneDirectionConnections, "connection")) \(coverage.oneDirectionConnections == 1 ? "was" : "were") captured in one direction only"
            )
        }
        if coverage.gapBytes > 0 {
            reasons.append(
                "\(Self.counted(coverage.gapBytes, "byte")) of TCP streams \(coverage.gapBytes == 1 ? "is" : "are") missing from the capture"
            )
        }
        if sources.contains(where: { $0.cutPackets > 0 }) {
            reasons.append("packets were cut by a snap length; capture with -s 0 to see whole messages")
        }
        if sources.contains(where: \.isBlanked) {
            reasons.append(
                "what may be secret was blanked by brokertap before this was written, and is taken as unknown")
        }
        if strayBytes > 0 {
            reasons.append(
                "\(Self.counted(strayBytes, "byte")) \(strayBytes == 1 ? "has" : "have") sequence numbers that fit no connection seen here"
            )
        }
        let unknown = coverage.unknownBytes - strayBytes
        if coverage.messagesDecoded == 0, coverage.messagesPairedOnly > 0 {
            let answers = Self.counted(coverage.messagesPairedOnly, "response")
            reasons.append(
                "\(answers) came whose \(coverage.messagesPairedOnly == 1 ? "request is" : "requests are") not in the capture, so what was asked is not known"
            )
        } else if unknown > 0 {
            reasons.append(
                "\(Self.counted(unknown, "byte")) \(unknown == 1 ? "is" : "are") of no protocol that is known here"
            )
        }
        return reasons
    }

    /// `1 byte`, `57,617 bytes`.
    private static func counted(_ value: some BinaryInteger, _ noun: String) -> String {
        var digits = String(value)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return "\(digits) \(noun)\(value == 1 ? "" : "s")"
    }
}
