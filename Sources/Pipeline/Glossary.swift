internal import ClientLogs
internal import KafkaSchema
public import ReportModel

/// What is known without any capture: Kafka's error codes, and what lines of logs say.
public enum Glossary {
    /// One of Kafka's error codes.
    public struct ErrorCode: Sendable {
        public let code: Int
        public let name: String
        public let isRetriable: Bool
    }

    /// A pasted line of a log.
    public struct LogLine: Sendable {
        public let topic: LogTopic
        public let text: String
        /// Who prints that, where only one does.
        public let library: String?
    }

    /// Every code but the one that says that nothing is wrong.
    public static var errorCodes: [ErrorCode] {
        KafkaError.all.filter { $0.code != 0 }.map {
            ErrorCode(code: $0.code, name: $0.name, isRetriable: $0.isRetriable)
        }
    }

    public static func logLine(_ text: String) -> LogLine? {
        LogSentence(text).map { LogLine(topic: $0.topic, text: $0.text, library: $0.library) }
    }
}
