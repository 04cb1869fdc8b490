import Conversations
import KafkaSchema
import Vocabulary

/// A message as one line for people.
struct MessageText {
    /// What to add to UTC.
    let offsetSeconds: Int
    private static let shownTopics = 4
    private static let shownPartitions = 8
    private static let shownFailures = 4

    func append(_ message: Message, to out: inout [UInt8]) {
        let request = message.request
        out += CalendarTime(message.time, offsetSeconds: offsetSeconds).clock(fractionDigits: 6).utf8
        out += " \(request.client)".utf8
        if let id = request.clientId, !id.isEmpty { out += " (\(SafeText.escaped(id)))".utf8 }
        out += " > \(request.server) \(message.apiName)".utf8
        if message.isRequestSeen { out += " v\(request.version)".utf8 }
        out += " #\(request.correlationId) ".utf8
        sizes(message, &out)
        let outcome = message.outcome ?? .waiting
        if outcome != .answered { out += " \(outcome.rawValue)".utf8 }
        for (text, reading, name) in [
            (message.requestText, message.requestReading, "request"),
            (message.answerText, message.answerReading, "response"),
        ] {
            if !text.isEmpty {
                if name == "response" { out += " |".utf8 }
                out += text
            }
            if let why = reading.why { out += " [\(name) \(why): \(reading.detail ?? "")]".utf8 }
        }
        out.append(UInt8(ascii: "\n"))
    }

    private func sizes(_ message: Message, _ out: inout [UInt8]) {
        let asked = message.isRequestSeen ? "\(message.request.bytes)" : "?"
        out += "\(asked)>\(message.answer.map { "\($0.bytes)" } ?? "-") B".utf8
        if let latency = message.latency {
            out += " ".utf8
            milliseconds(latency, &out)
        } else if let waited = message.waited, message.outcome != .noResponseWanted {
            out += " no answer for ".utf8
            milliseconds(waited, &out)
        }
    }

    /// With three digits behind the point.
    private func milliseconds(_ nanoseconds: Int64, _ out: inout [UInt8]) {
        out.append(decimal: nanoseconds / 1_000_000)
        out.append(UInt8(ascii: "."))
        out.append(decimal: UInt64(nanoseconds % 1_000_000 / 1000), width: 3)
        out += " ms".utf8
    }

    /// What a message is about, each part behind a space.
    /// - Parameter namesTopics: false for an answer whose request has named them.
    func words(_ subjects: MessageSubjects, namesTopics: Bool) -> [UInt8] {
        var out: [UInt8] = []
        for group in subjects.groups.prefix(Self.shownTopics) { out += " group=\(SafeText.escaped(group))".utf8 }
        if namesTopics { topics(subjects.topics, &out) }
        if subjects.batches > 0 {
            out += " \(subjects.records) records in \(subjects.batches) batches, \(subjects.recordBytes) B".utf8
        }
        for fact in subjects.facts { out += " \(Self.lowered(fact.name))=\(fact.value)".utf8 }
        for failure in subjects.failures.prefix(Self.shownFailures) { out += " \(Self.words(failure))".utf8 }
        if subjects.failures.count > Self.shownFailures {
            out += " and \(subjects.failures.count - Self.shownFailures) more errors".utf8
        }
        return out
    }

    private func topics(_ topics: [MessageSubjects.Topic], _ out: inout [UInt8]) {
        for topic in topics.prefix(Self.shownTopics) {
            out += " \(SafeText.escaped(topic.name))".utf8
            guard !topic.partitions.isEmpty else { continue }
            let shown = topic.partitions.prefix(Self.shownPartitions).map(String.init).joined(separator: ",")
            out += "-\(shown)".utf8
            if topic.partitions.count > Self.shownPartitions {
                out += "+\(topic.partitions.count - Self.shownPartitions)".utf8
            }
        }
        if topics.count > Self.shownTopics { out += " and \(topics.count - Self.shownTopics) more topics".utf8 }
    }

    private static func words(_ failure: MessageSubjects.Failure) -> String {
        let name = KafkaError.name(of: Int(failure.code)) ?? "error \(failure.code)"
        guard let topic = failure.topic, !topic.isEmpty else { return name }
        return "\(name) on \(SafeText.escaped(topic))" + (failure.partition.map { "-\($0)" } ?? "")
    }

    private static func lowered(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}
