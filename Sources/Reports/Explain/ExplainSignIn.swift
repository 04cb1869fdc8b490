internal import ReportModel

/// Sign-in, TLS and protocols.
extension ExplainPage {
    static let authTerminated = ExplainPage(
        summary: "A connection ended during its sign-in, or the broker refused the sign-in.",
        wire:
            "SaslHandshake and SaslAuthenticate do not succeed. A refusal comes 100 to 400 ms late on purpose, together with the broker's"
            + " FIN.",
        mistaken:
            "Java's 'terminated during authentication'. On brokers since 1.0 it does not mean a wrong password; it covers TLS, network"
            + " and limit problems too.",
        clients:
            "Java: 'failed authentication due to: ...'; librdkafka: 'SASL authentication error: ...'; Go clients often only"
            + " EOF.",
        steps: "Read the cause, then compare the client's mechanism and credentials with those of that listener.",
        sections: [
            cause(
                .refused,
                "The broker refused: wrong name or password, a user unknown for this mechanism, or a rejected token."),
            cause(
                .unsupportedMechanism,
                "The listener answered with the mechanisms that it offers, and the client's is not among them."),
            cause(.clientWithoutSasl, "The client did not sign in, and the broker closed on its first real request."),
            cause(
                .listenerWithoutSasl,
                "The client tries to sign in, and the listener answers ILLEGAL_SASL_STATE with an empty list."),
            cause(
                .closedMidway,
                "The broker closed before the exchange was complete and without an error: an exception, a limit, or Kerberos."
            ),
            cause(
                .clientGaveUp,
                "The next step was the client's, and it closed instead: it has no ticket or token, or does not trust the broker."
            ),
            cause(
                .reauthentication,
                "The broker refused to renew the session: another principal or mechanism, or expired credentials."),
            cause(.unknown, "The step that failed is not in the capture."),
        ])

    static let tlsFailure = ExplainPage(
        summary: "A TLS handshake ended with an alert or a close.",
        wire:
            "An alert record, unencrypted up to TLS 1.2. In TLS 1.3 it may be encrypted, so only a small record and a FIN show.",
        mistaken: "TLS spoken to a plain port (protocol-mismatch). There the server sends no TLS byte at all.",
        clients:
            "Java: 'SSL handshake failed'; librdkafka: 'certificate verify failed'; Python: CERTIFICATE_VERIFY_FAILED.",
        steps:
            "See which certificates the listener serves: openssl s_client -connect HOST:PORT -servername HOST -showcerts",
        sections: [
            cause(
                .unknownCA,
                "The issuer is not in the truststore of the side that sent the alert, or the chain is incomplete."),
            cause(.wrongName, "None of the certificate's names is the one that the client connected to."),
            cause(.certificateExpired, "The certificate has expired, or a clock is wrong."),
            cause(.certificateNotYetValid, "The certificate is valid only from a later time on, or a clock is wrong."),
            cause(.clientCertificateMissing, "The broker requires a client certificate (mutual TLS) and got none."),
            cause(
                .clientCertificateRefused,
                "The broker rejected the client's certificate: expired, revoked, or from an issuer that it does not trust."
            ),
            cause(.certificateRevoked, "The client found the broker's certificate revoked."),
            cause(.handshakeNotAnswered, "TCP acknowledged the hello, and the broker never answered it."),
            cause(.noCommonVersion, "No TLS version is enabled on both sides."),
            cause(.noCommonCipher, "No cipher suite is enabled on both sides."),
            cause(
                .middleboxReset,
                "A reset from the server's address has another TTL than the server's own packets, so a device on the path sent it."
            ),
            cause(.handshakeCut, "There was no alert. The path cut the handshake (inspection, SNI routing, path MTU)."),
            cause(.unknown, "The alert was encrypted or absent."),
        ])

    static let certificateNotice = ExplainPage(
        summary: "Handshakes succeed with this certificate, but something about it needs attention.",
        wire: "Up to TLS 1.2 the certificate is visible in the handshake: its names, issuer and dates.",
        mistaken: "A private CA. A certificate that it issued is not self-signed.",
        clients: "Nothing, until it expires, is replaced, or clients begin to check names.",
        steps:
            "Show it with openssl s_client -connect HOST:PORT -showcerts. Renew it, or have it issued with the names in use.",
        sections: [
            detail(.selfSigned, "Subject and issuer are the same, so no CA vouches for it."),
            detail(.expiresSoon, "It ends within 30 days of the connection."),
            detail(
                .nameNotCovered,
                "The client asked for a name that it does not cover, and continued, so it does not check names."),
        ])

    static let protocolMismatch = ExplainPage(
        summary: "The two ends of a connection speak different protocols.",
        wire:
            "The first bytes of each side show it: 16 03 is TLS, 'GET ' is HTTP, 'PROXY' or 0D 0A 0D 0A is a PROXY header.",
        mistaken: "A broker crash, or a firewall. Here the close is immediate, and the same each time.",
        clients:
            "Java: 'terminated during authentication' or OutOfMemoryError; the broker: 'Invalid receive (size = 369295616...)'.",
        steps: "Match security.protocol with the listener behind that port.",
        sections: [
            detail(
                .tlsToPlaintext,
                "A TLS client is on a plain port. The broker reads the hello as a huge length and closes."
            ),
            detail(.plaintextToTLS, "A plain client is on a TLS port. The broker answers with a TLS alert."),
            detail(.http, "A web client or health check on the Kafka port, or a Kafka client on a web port."),
            detail(.proxyProtocol, "A load balancer adds a PROXY header, which Kafka cannot read."),
            detail(.otherProtocol, "One side speaks something else: the wrong service or port."),
        ])

    static let probe = ExplainPage(
        summary: "A host tries several protocols or ports and never speaks Kafka, as a scanner or monitor does.",
        wire:
            "One host sends TLS, HTTP and other first bytes, or connects to many ports, and no Kafka request gets a response.",
        mistaken: "A client with a wrong setting, which tries one protocol again and again (protocol-mismatch).",
        clients: "Nothing. Brokers log 'Invalid receive' and failed TLS handshakes of that address.",
        steps: "Know your scanners, and exclude their addresses from alarms on the broker's log.")

    static let protocolViolation = ExplainPage(
        summary:
            "A server breaks Kafka's rules: its responses contradict their schema or belong to no request.",
        wire:
            "Responses have lengths or counts that point past the end of the message, or correlation ids of no request.",
        mistaken:
            "A gap in the capture, a version newer than the schema, or bytes after the last field, which brokers and clients accept. Only"
            + " completely captured connections are judged.",
        clients:
            "Java: SchemaException, 'Correlation id for response (N) does not match request (M)'; others: parse errors.",
        steps: "Find out what really answers: a gateway, a proxy, or another implementation of the protocol.",
        sections: [
            detail(.malformedResponse, "The bytes contradict the schema of that API and version."),
            detail(.answersOutOfOrder, "Responses came after those of later requests on the connection."),
            detail(.unknownCorrelationId, "The response belongs to no request on the connection."),
        ])

    static let credentialsInClear = ExplainPage(
        summary: "A password crosses the network in clear text: PLAIN without TLS.",
        wire: "A SASL PLAIN token outside of TLS. This program never shows the password.",
        mistaken: "SCRAM, which proves the password without sending it.",
        clients: "Nothing.",
        steps: "Use SASL_SSL or SCRAM, change the password, and treat the capture as a secret.")
}
