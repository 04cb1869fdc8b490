import ReportModel

/// What kafka-python (2.x, 3.x) and aiokafka print. Which connection is meant stands in front of their messages.
enum PythonForms {
    static let all = kafkaPython + aiokafka

    private static let kafkaPython = [
        MessageForm(nil, "Connection lost: KafkaConnectionError: {reason}"),
        MessageForm(nil, "Abort (KafkaConnectionError: {reason})"),
        MessageForm(nil, "Connection failed: KafkaConnectionError: {reason}"),
        MessageForm(nil, "Bootstrap connection to {any} failed: {reason} (backoff {number}"),
        MessageForm(nil, "Error sending {word} request to node {node}: {reason}"),
        MessageForm(
            nil, "Got error produce response on topic-partition {any}, retrying ({any} attempts left): {reason}"),
        MessageForm(nil, "Metadata refresh: failed {reason}"),
        MessageForm(nil, "Closing connection. KafkaConnectionError: {reason}"),
        MessageForm(.connectFailed, "Connect attempt returned error {number}. Disconnecting."),
        MessageForm(.connectFailed, "DNS lookup failed for {peer}"),
        MessageForm(.connectFailed, "Connect attempt to {any} returned error {number}."),
        MessageForm(.connectFailed, "connection failed -- refreshing metadata"),
        MessageForm(.disconnected, "socket disconnected"),
        MessageForm(.timedOut, "Request timed out. Closing connection."),
        MessageForm(.timedOut, "timed out after {number} ms. Closing connection."),
        MessageForm(.signInFailed, "SaslAuthenticationFailedError: {reason}"),
        MessageForm(.connected, "connected to <socket.socket"),
        MessageForm(.connected, "Connection complete."),
        MessageForm(.metadata, "Updated metadata: ClusterMetadata("),
    ]

    private static let aiokafka = [
        MessageForm(.connectFailed, "Unable connect to node with id {node}: {reason}"),
        MessageForm(.connectFailed, "Unable to connect to \"{peer}\": {reason}"),
        MessageForm(.connectFailed, "Connect call failed {peer}"),
        MessageForm(.disconnected, "Connection at {peer} closed"),
        MessageForm(nil, "Got error produce response: {reason}"),
        MessageForm(nil, "Failed fetch messages from {node}: {reason}"),
        MessageForm(nil, "Unable to request metadata from {any}: {reason}"),
        MessageForm(.group, "Heartbeat failed: {reason}"),
        MessageForm(.group, "Heartbeat session expired"),
    ]
}
