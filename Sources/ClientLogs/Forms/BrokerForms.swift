import ReportModel

/// What a broker's `server.log` says of its clients, its groups and itself.
enum BrokerForms {
    static let all = [
        MessageForm(.broker, "Transition from STARTED to SHUTTING_DOWN"),
        MessageForm(.broker, "shut down completed"),
        MessageForm(.broker, "Kafka Server started"),
        MessageForm(.broker, "Shrinking ISR from {any} to {any}."),
        MessageForm(.broker, "Expanding ISR from {any} to {any}."),
        MessageForm(.broker, "Too many connections from {peer} (maximum is {number})"),
        MessageForm(.disconnected, "Connection to {node} was disconnected before the response was read"),
        MessageForm(.disconnected, "Closing socket for {channel} because of error"),
        MessageForm(.broker, "Exception while processing request from {channel}"),
        MessageForm(.group, "Preparing to rebalance group {topic} in state {word} with old generation {number}"),
        MessageForm(.group, "Stabilized group {topic} generation {number}"),
        MessageForm(.group, "in group {topic} has failed, removing it from the group"),
    ]
}
