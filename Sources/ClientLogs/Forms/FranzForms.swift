import ReportModel

/// What franz-go prints: a message, then `; key: value, key: value`.
enum FranzForms {
    static let all = [
        MessageForm(.connectFailed, "unable to open connection to broker{fields}"),
        MessageForm(.signInFailed, "unable to initialize sasl{fields}"),
        MessageForm(nil, "unable to initialize connection to broker{fields}"),
        MessageForm(.disconnected, "read from broker errored, killing connection{fields}"),
        MessageForm(.disconnected, "write to broker errored, killing connection{fields}"),
        MessageForm(.disconnected, "killing connection after {any} successful responses{fields}"),
        MessageForm(nil, "produce request failed, triggering metadata update{fields}"),
        MessageForm(nil, "new topic metadata wait failed, retrying wait{fields}"),
        MessageForm(.timedOut, "new topic metadata wait failed, done retrying, failing all records{fields}"),
        MessageForm(.metadata, "producing to a new topic for the first time, fetching metadata"),
        MessageForm(.metadata, "done waiting on metadata for new topic"),
        MessageForm(.metadata, "producer id initialization success"),
        MessageForm(nil, "fetch request failed{fields}"),
        MessageForm(.group, "heartbeat errored{fields}"),
        MessageForm(.connected, "connection initialized successfully{fields}"),
    ]
}
