import ReportModel

/// What Apache Kafka's Java client prints (`NetworkClient`, `Selector`, `Sender`, the coordinators), 0.10 to 4.x.
enum JavaForms {
    static let all = connections + requests + groups

    private static let connections = [
        MessageForm(
            .connectFailed, "Connection to node {node} ({peer}) could not be established. {word} may not be available."),
        MessageForm(.connectFailed, "Connection to node {node} ({peer}) could not be established."),
        MessageForm(.connectFailed, "Connection to node {node} could not be established."),
        MessageForm(
            .signInFailed, "Connection to node {node} ({peer}) failed authentication due to: {reason}"),
        MessageForm(.disconnected, "Connection to node {node} ({peer}) terminated during authentication."),
        MessageForm(.disconnected, "Node {node} disconnected."),
        MessageForm(.disconnected, "Bootstrap broker {peer} (id: {node} rack: {any}) disconnected"),
        MessageForm(.disconnected, "Bootstrap broker {peer} disconnected"),
        MessageForm(.timedOut, "Disconnecting from node {node} due to request timeout."),
        MessageForm(
            .connectFailed,
            "Disconnecting from node {node} due to socket connection setup timeout. The timeout value is {number} ms."),
        MessageForm(.connectFailed, "Error connecting to node {peer} (id: {node} rack: {any}"),
        MessageForm(
            .connectFailed, "Couldn't resolve server {peer} from bootstrap.servers as DNS resolution failed for {peer}"),
        MessageForm(.signInFailed, "Failed authentication with {peer} (channelId={node}) ({reason})"),
        MessageForm(.signInFailed, "Failed authentication with {peer} (channelId={channel}) ({reason})"),
        MessageForm(.signInFailed, "Failed authentication with {peer} ({reason})"),
        MessageForm(.tlsFailed, "SSL handshake failed"),
        MessageForm(.metadata, "Rebootstrapping with [{peer}"),
        MessageForm(.metadata, "Resetting the last seen epoch of partition {topic} to {number} since"),
        MessageForm(.metadata, "Cluster ID: {word}"),
        MessageForm(.metadata, "Discovered group coordinator {peer} (id: {node} rack: {any}"),
    ]

    private static let requests = [
        MessageForm(
            .disconnected,
            "Cancelled in-flight {api} request with correlation id {correlation} due to node {node} being disconnected"
                + " (elapsed time since creation: {number}, elapsed time since send: {number}"),
        MessageForm(
            nil,
            "Got error produce response with correlation id {number} on topic-partition {topic}, retrying"
                + " ({number} attempts left). Error: {reason}"),
        MessageForm(nil, "Received invalid metadata error in produce request on partition {topic} due to {reason}"),
        MessageForm(.errorAnswer, "Error while fetching metadata with correlation id {number} : {reason}"),
        MessageForm(
            .errorAnswer,
            "The metadata response from the cluster reported a recoverable issue with correlation id {number} : {reason}"
        ),
        MessageForm(.disconnected, "Error sending fetch request (sessionId={number}, epoch={word}) to node {node}:"),
        MessageForm(.timedOut, "Expiring {number} record(s) for {topic}:{number} ms has passed since batch creation"),
    ]

    private static let groups = [
        MessageForm(
            .group, "Group coordinator {peer} (id: {node} rack: {any}) is unavailable or invalid due to cause: {reason}"
        ),
        MessageForm(.group, "Offset commit with offsets {any} failed"),
        MessageForm(.group, "Offset commit failed on partition {topic} at offset {number}: {any}"),
        MessageForm(.group, "Attempt to heartbeat failed since group is rebalancing"),
        MessageForm(.group, "consumer poll timeout has expired."),
        MessageForm(.group, "Request joining group due to: {reason}"),
        MessageForm(.group, "Successfully joined group with generation {any}"),
        MessageForm(.group, "Giving away all assigned partitions as lost"),
    ]
}
