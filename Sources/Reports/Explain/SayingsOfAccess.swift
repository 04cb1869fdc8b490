/// What clients print when they cannot get in, or their group goes on without them.
extension Saying {
    static let addresses = [
        Saying(
            "Connection could not be established",
            also: [
                "may not be available", "Connection refused", "ECONNREFUSED", "KafkaConnectionError",
                "KafkaJSConnectionError",
                "No route to host", "EHOSTUNREACH", "Unable to connect to", "unable to open connection to broker",
            ],
            "The client could not connect to an address. If a broker gave that address out, the broker's settings are wrong or it is"
                + " down; otherwise the client's bootstrap.servers are.",
            leads: ["advertised-address-mismatch", "connect-failure", "broker-unavailable"]),
        Saying(
            "Connection setup timed out",
            also: ["socket connection setup timeout", "connect ETIMEDOUT", "Connection timeout"],
            "Nothing answered at the address: a firewall that drops packets, or an address that leads nowhere.",
            leads: ["advertised-address-mismatch/no-answer", "connect-failure/no-answer", "slow-setup"]),
        Saying(
            "UnknownHostException",
            also: [
                "No resolvable bootstrap urls", "Failed to resolve", "no such host", "ENOTFOUND",
                "Name or service not known",
                "Host resolution failure", "_RESOLVE", "DNS lookup failed", "Couldn't resolve server",
                "Temporary failure in name resolution",
            ],
            "The client could not resolve the broker's name.",
            leads: ["advertised-address-mismatch/unresolvable", "connect-failure/unresolvable"]),
        Saying(
            "NoBrokersAvailable",
            also: [
                "client has run out of available brokers to talk to", "ErrOutOfBrokers", "out of available brokers",
                "KafkaJSNumberOfRetriesExceeded",
            ],
            "The client tried every broker that it knows, and none was usable. Its earlier lines say why for each.",
            leads: [
                "connect-failure", "advertised-address-mismatch", "auth-terminated", "tls-failure", "protocol-mismatch",
            ]),
        Saying(
            "Too many connections", also: ["already has the configured maximum", "Too many connections from"],
            "The broker reached a limit of connections and closes new ones.",
            leads: ["disconnect-before-response/connection-limit", "connection-churn"]),
        Saying(
            "The node does not support METADATA", also: ["connect to a kafka controller", "no metadata support"],
            "The address is the port of a KRaft controller, which serves no producers and consumers.",
            leads: ["unsupported-version"]),
    ]

    static let security = [
        Saying(
            "terminated during authentication",
            "Java prints this when the connection ends before TLS and SASL are done. Since Kafka 1.0 it does not mean a wrong password:"
                + " a refused password gets its own error. Look for TLS on a plain port, a firewall, a limit, or a broker that closed.",
            leads: ["protocol-mismatch", "tls-failure", "auth-terminated/closed-midway", "network-path"]),
        Saying(
            "SaslAuthenticationException",
            also: [
                "failed authentication due to", "SASL authentication error", "SaslAuthenticationFailedError",
                "SaslAuthenticationFailed", "KafkaJSSASLAuthenticationError", "SASL Authentication failed",
                "Invalid username or password", "unable to initialize sasl", "invalid credentials with SASL mechanism",
            ],
            "The broker refused the sign-in: wrong name, password or token, or a user that does not exist for this mechanism.",
            leads: ["auth-terminated/refused", "auth-terminated/reauthentication"]),
        Saying(
            "Unsupported SASL mechanism", also: ["not enabled in the server", "SASL mechanism handshake failed"],
            "The listener does not offer the mechanism that the client asks for.",
            leads: ["auth-terminated/unsupported-mechanism"]),
        Saying(
            "Broker might require SASL authentication",
            also: ["verify that security.protocol is correctly configured", "is SASL missing?"],
            "The client did not sign in where the listener wants a sign-in, or it uses the wrong protocol.",
            leads: ["auth-terminated/client-without-sasl", "protocol-mismatch"]),
        Saying(
            "SSL handshake failed",
            also: [
                "SslAuthenticationException", "SSLHandshakeException", "certificate verify failed",
                "CERTIFICATE_VERIFY_FAILED",
                "PKIX path building failed", "certificate signed by unknown authority", "certificate has expired",
                "No subject alternative", "bad certificate", "self-signed certificate", "unknown ca",
                "unable to get local issuer certificate", "tls: handshake failure",
            ],
            "The TLS handshake failed. The alert or the certificate says why: issuer, name, dates, or a client certificate that is"
                + " missing.",
            leads: ["tls-failure", "certificate-notice"]),
        Saying(
            "connecting to a PLAINTEXT broker listener",
            also: [
                "first record does not look like a TLS handshake", "is TLS misconfigured on the client or the broker",
                "Client network socket disconnected before secure TLS connection was established",
                "UNEXPECTED_EOF_WHILE_READING",
            ],
            "The client speaks TLS to a listener without TLS.", leads: ["protocol-mismatch/tls-to-plaintext"]),
        Saying(
            "connecting to a SSL listener",
            also: [
                "OutOfMemoryError", "is TLS missing", "broker appears to be expecting TLS", "Invalid frame length",
            ],
            "The client speaks plain Kafka to a TLS listener. It reads the TLS alert as the length of a huge response; in Java that"
                + " ends in an OutOfMemoryError.",
            leads: ["protocol-mismatch/plaintext-to-tls"]),
        Saying(
            "Invalid receive", also: ["InvalidReceiveException"],
            "A broker prints this for a message that claims to be too large. Usually it is TLS, HTTP or a PROXY header on a plain"
                + " port.",
            leads: ["protocol-mismatch", "disconnect-before-response/oversized-request", "probe"]),
    ]

    static let groups = [
        Saying(
            "CommitFailedException",
            also: [
                "max.poll.interval.ms", "consumer poll timeout has expired", "_MAX_POLL_EXCEEDED",
                "Application maximum poll interval", "Giving away all assigned partitions as lost",
            ],
            "The consumer was out of its group when it committed, mostly because its work took longer than max.poll.interval.ms.",
            leads: ["rebalance", "error-response", "consumer-stalled"]),
        Saying(
            "Attempt to heartbeat failed",
            also: [
                "The group is rebalancing", "Heartbeat session expired", "Heartbeat failed", "group is rebalancing",
            ],
            "The group is sharing out its partitions again, or has dropped this member.",
            leads: ["rebalance", "error-response", "identity-conflict"]),
        Saying(
            "Fetch position is out of range", also: ["is out of range", "OffsetOutOfRangeException"],
            "The consumer asks for an offset that does not exist: retention deleted it, or the log was truncated.",
            leads: ["error-response", "acknowledged-lost"]),
        Saying(
            "UnsupportedVersionException", also: ["does not support version", "UNSUPPORTED_VERSION"],
            "The broker does not offer the version of a request that the client needs.", leads: ["unsupported-version"]),
    ]
}
