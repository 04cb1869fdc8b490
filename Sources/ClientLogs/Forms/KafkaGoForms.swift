import ReportModel

/// What segmentio's kafka-go hands to its loggers, and Go's own words for network errors, whatever prints them.
enum KafkaGoForms {
    static let all = [
        MessageForm(nil, "error initializing the kafka reader for partition {number} of {topic}: {reason}"),
        MessageForm(
            nil,
            "the kafka reader got an unknown error reading partition {number} of {topic} at offset {number}: {reason}"),
        MessageForm(nil, "Unable to establish connection to consumer group coordinator for group {topic}: {reason}"),
        MessageForm(.group, "Failed to join group {topic}: {reason}"),
        MessageForm(.tlsFailed, "broker appears to be expecting TLS"),
        MessageForm(.connectFailed, "dial tcp {peer}: connect: connection refused"),
        MessageForm(.connectFailed, "dial tcp {peer}: i/o timeout"),
        MessageForm(.connectFailed, "dial tcp: lookup {peer}: no such host"),
        MessageForm(.connectFailed, "dial tcp: lookup {peer} on {any}: no such host"),
        MessageForm(nil, "read tcp {channel}: {reason}"),
        MessageForm(nil, "write tcp {channel}: {reason}"),
    ]
}
