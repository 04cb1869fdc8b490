public import ReportModel
internal import Vocabulary

/// Why nothing is seen, where nothing is, and what to try: an operator's first question, before there is anything to judge.
public struct LiveHint: Equatable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case inputDown = "input-down"
        case inputGone = "input-gone"
        case noPackets = "no-packets"
        case noKafka = "no-kafka"
        case silence
    }

    public let kind: Kind
    /// What is so, and what to try.
    public let sentences: [String]

    public var text: String { sentences.joined(separator: " ") }

    private static let noPacketsAfter = Span.seconds(5)
    private static let noKafkaAfter = Span.seconds(15)
    private static let silenceAfter = Span.seconds(5)

    /// Nil where all is as it should be.
    public init?(_ status: LiveStatus) {
        let (input, names) = (status.input, Format.list(status.input.names))
        let packets = status.report.capture.sources.reduce(Int64(0)) { $0 + $1.packets }
        let since = Format.duration(ms: (Double(status.uptime) / 1e9).rounded() * 1000)
        if !input.gone.isEmpty {
            kind = .inputGone
            let (were, are) = input.gone.count == 1 ? ("was", "it is") : ("were", "they are")
            sentences = [
                "\(Format.list(input.gone)) \(were) removed: nothing is captured from there any more.",
                "Start this again when \(are) back; -i any outlives an interface.",
            ]
        } else if !input.down.isEmpty {
            kind = .inputDown
            let are = input.down.count == 1 ? "is" : "are"
            sentences = [
                "\(Format.list(input.down)) \(are) down or without carrier: no packets come from there until that changes"
                    + " (ip link set \(input.down[0]) up; is its other end up?)."
            ]
        } else if packets == 0 {
            guard status.uptime > Self.noPacketsAfter else { return nil }
            kind = .noPackets
            sentences = ["No packet in \(since) on \(names)."] + Self.tries(input)
        } else if let last = status.lastKafka, status.time.since(last) > Self.noKafkaAfter {
            kind = .noKafka
            let packet = status.lastPacket.flatMap { status.time.since($0) > Self.silenceAfter ? $0 : nil }
            let rest = packet.map { ["The last packet of any kind came \(Self.whole(status.time, since: $0)) ago."] }
            sentences = ["No Kafka for \(Self.whole(status.time, since: last)) on \(names)."] + (rest ?? [])
        } else if let last = status.lastPacket, status.time.since(last) > Self.silenceAfter {
            kind = .silence
            sentences = ["No packet for \(Self.whole(status.time, since: last)) on \(names)."]
        } else {
            guard status.report.summary.requests == 0, status.uptime > Self.noKafkaAfter else { return nil }
            kind = .noKafka
            sentences =
                ["\(Format.count(packets, "packet")) in \(since) on \(names), and no Kafka in them that can be read."]
                + Self.tries(input) + ["Kafka within TLS is read with --keylog."]
        }
    }

    private static func whole(_ now: CaptureTime, since time: CaptureTime) -> String {
        Format.duration(ms: (now.milliseconds(since: time) / 1000).rounded() * 1000)
    }

    private static func tries(_ input: LiveInput) -> [String] {
        guard input.hasInterfaces else { return ["Whoever writes that pipe has sent none."] }
        var tries: [String] = []
        if !input.names.contains("any") {
            tries.append("Try -i any, which is every interface (brokertap interfaces lists them).")
        }
        if !input.isPromiscuous {
            tries.append("On a bridge or a mirror port --promiscuous shows what is meant for other hosts.")
        }
        if let filter = input.filter { tries.append("The filter lets through only: \(filter).") }
        return tries
    }
}
