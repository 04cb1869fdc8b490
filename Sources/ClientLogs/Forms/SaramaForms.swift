import ReportModel

/// What Sarama prints through its `Logger`.
enum SaramaForms {
    static let all = [
        MessageForm(nil, "Failed to connect to broker {peer}: {reason}"),
        MessageForm(.connected, "Connected to broker at {peer} ({any}"),
        MessageForm(.signInFailed, "Closed connection to broker {peer} due to SASL {any} auth error: {reason}"),
        MessageForm(.disconnected, "Closed connection to broker {peer}"),
        MessageForm(.signInFailed, "Failed to read response while authenticating with SASL to broker {peer}: {reason}"),
        MessageForm(.signInFailed, "Error while performing SASL handshake {peer}: {reason}"),
        MessageForm(nil, "client/metadata got error from broker {node} while fetching metadata: {reason}"),
        MessageForm(.metadata, "client/metadata fetching metadata for {any} from broker {peer}"),
        MessageForm(nil, "producer/broker/{node} state change to [closing] because {reason}"),
        MessageForm(nil, "consumer/broker/{node} disconnecting due to error processing FetchRequest: {reason}"),
        MessageForm(nil, "state change to [closing] because {reason}"),
        MessageForm(nil, "Retrying batch for {topic} because of {reason}"),
        MessageForm(nil, "disconnecting due to error processing FetchRequest: {reason}"),
        MessageForm(nil, "abandoned subscription to {topic} because {reason}"),
    ]
}
