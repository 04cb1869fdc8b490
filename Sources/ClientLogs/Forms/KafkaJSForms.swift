import ReportModel

/// What KafkaJS prints, as lines of JSON: broker and client id are fields behind the message.
enum KafkaJSForms {
    static let all = [
        MessageForm(nil, "Connection error: {reason}; {fields}"),
        MessageForm(.connectFailed, "Connection error: ; {fields}"),
        MessageForm(.connectFailed, "Connection timeout{fields}"),
        MessageForm(nil, "Failed to send messages: {reason}; {fields}"),
        MessageForm(nil, "Failed to connect to seed broker, trying another broker from the list: {reason}; {fields}"),
        MessageForm(.signInFailed, "SASL {word} authentication failed: {reason}; {fields}"),
        MessageForm(.signInFailed, "SASL {any} authentication failed: {reason}; {fields}"),
        MessageForm(.signInFailed, "Response SaslAuthenticate(key: {number}, version: {number}){fields}"),
        MessageForm(nil, "Response {api}(key: {number}, version: {number}){fields}"),
        MessageForm(.timedOut, "Request {api}(key: {number}, version: {number}) timed out{fields}"),
        MessageForm(.disconnected, "Closed connection{fields}"),
        MessageForm(nil, "Crash: {reason}; {fields}"),
        MessageForm(.group, "The group is rebalancing, re-joining{fields}"),
        MessageForm(.group, "Consumer has joined the group{fields}"),
    ]
}
