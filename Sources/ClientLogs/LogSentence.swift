public import ReportModel

/// What one line says, without a time or a file: a line that somebody pasted.
public struct LogSentence: Sendable {
    public let topic: LogTopic
    /// The known words; other parts are left out.
    public let text: String
    /// Who prints that; nil where the line only holds a reason that several give.
    public let library: String?

    private static let longest = 4096

    /// Nil where the line has no form and gives no reason that is known.
    public init?(_ line: String) {
        let bytes = Array(line.utf8.prefix(Self.longest))[...]
        for (library, index) in Self.libraries {
            guard let said = index.first(in: bytes, from: 0) else { continue }
            (topic, text, self.library) = (said.topic, said.text, library)
            return
        }
        guard let reason = Reason(bytes), let topic = reason.topic else { return nil }
        (self.topic, text, library) = (topic, reason.words, nil)
    }

    private static let libraries: [(String, FormIndex)] = [
        ("the Java client", FormIndex(JavaForms.all)), ("librdkafka", FormIndex(LibrdkafkaForms.all)),
        ("kafka-python or aiokafka", FormIndex(PythonForms.all)), ("Sarama", FormIndex(SaramaForms.all)),
        ("franz-go", FormIndex(FranzForms.all)), ("KafkaJS", FormIndex(KafkaJSForms.all)),
        ("kafka-go", FormIndex(KafkaGoForms.all)), ("a broker", FormIndex(BrokerForms.all)),
    ]
}
