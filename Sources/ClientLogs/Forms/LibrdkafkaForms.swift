import ReportModel

/// What librdkafka prints, itself or through Confluent's clients, behind `[thrd:NAME:PORT/NODE]: NAME:PORT/NODE: `.
enum LibrdkafkaForms {
    static let all = [
        MessageForm(.connectFailed, "Connect to {peer} failed: {reason} (after {age} in state {state}"),
        MessageForm(.connectFailed, "Connect to {peer} failed: {reason}"),
        MessageForm(.connectFailed, "Connection setup timed out in state {word}"),
        MessageForm(.connectFailed, "Failed to resolve '{peer}': {reason}"),
        MessageForm(.disconnected, "Disconnected: {reason} (after {age} in state {state}"),
        MessageForm(.disconnected, "Disconnected (after {age} in state {state}"),
        MessageForm(.disconnected, "Disconnected while requesting ApiVersion: {reason}"),
        MessageForm(.disconnected, "Receive failed: {reason} (after {age} in state {state}"),
        MessageForm(.disconnected, "Send failed: {reason} (after {age} in state {state}"),
        MessageForm(.signInFailed, "SASL authentication error: {reason} (after {age} in state {state}"),
        MessageForm(.signInFailed, "SASL authentication error: {reason}"),
        MessageForm(.signInFailed, "SASL mechanism handshake failed: {reason}"),
        MessageForm(.signInFailed, "SASL {word} mechanism handshake failed: {reason}"),
        MessageForm(.tlsFailed, "SSL handshake failed: {reason}"),
        MessageForm(.timedOut, " request(s) timed out: disconnect"),
        MessageForm(.timedOut, "Timed out {word} in flight (after {number}, timeout #{number})"),
        MessageForm(.disconnected, "ApiVersionRequest failed: {reason}"),
        MessageForm(.broker, " brokers are down"),
    ]
}
